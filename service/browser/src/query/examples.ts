// The published questions: found by words, and loaded into the editor instead of a new page.
import { html } from "../pictures/svg";

/** Brings the list to life; `choose` gets the query of the question that was chosen. */
export function examples(section: HTMLElement, choose: (query: string) => void): void {
  const field = html("input", { type: "search", id: "sift", maxlength: 200, autocomplete: "off" });
  const told = html("span", { role: "status", class: "count" });
  section.querySelector("h2")?.after(html("p", { class: "sifting" }, html("label", { for: "sift" }, "Find a question"), field, told));
  const groups = [...section.querySelectorAll("details")].map((details) => ({ details, wasOpen: details.open, items: [...details.querySelectorAll("li")] }));
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { details, wasOpen, items } of groups) {
      const topic = details.querySelector("summary")?.textContent ?? "";
      const fitting = items.filter((item) => {
        const text = `${item.textContent} ${topic}`.toLowerCase();
        return !(item.hidden = !words.every((word) => text.includes(word)));
      });
      count += fitting.length;
      details.hidden = fitting.length === 0;
      details.open = words.length > 0 ? fitting.length > 0 : wasOpen;
    }
    told.textContent = words.length > 0 ? `${count} ${count === 1 ? "question" : "questions"}` : "";
  });
  section.addEventListener("click", (event) => {
    const anchor = event.target instanceof Element ? event.target.closest("a") : null;
    const query = anchor && new URL(anchor.href).searchParams.get("query");
    if (!query || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(query);
  });
}
