// What every page loads: suggestions in the search field.
import { suggest } from "../search/suggest";

document.documentElement.classList.add("scripted");
for (const field of document.querySelectorAll<HTMLInputElement>("input[data-suggest]")) suggest(field);
