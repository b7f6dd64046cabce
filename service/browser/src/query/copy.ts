// A button that copies a text, for every <pre data-copy>.
import { html } from "../pictures/svg";

/** Puts the button into the heading before each text; once for each. */
export function copyButtons(within: ParentNode): void {
  for (const text of within.querySelectorAll<HTMLElement>("pre[data-copy]")) {
    const heading = text.previousElementSibling;
    if (!heading || heading.querySelector("button")) continue;
    const button = html("button", { type: "button", class: "quiet", "aria-label": `Copy the query for ${heading.textContent?.trim() ?? ""}` }, "Copy");
    button.addEventListener("click", async () => {
      button.textContent = (await put(text)) ? "Copied" : "Selected: press Ctrl+C";
      setTimeout(() => (button.textContent = "Copy"), 2500);
    });
    heading.append(button);
  }
}

/** Into the clipboard; where the browser has none to give, the text is selected. */
async function put(text: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(text);
    return false;
  }
}
