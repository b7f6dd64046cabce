// What every page loads: the search box.
export {};

document.documentElement.classList.add("scripted");
