// Heading, title and order of the page: a published question stands above its answer, and its query is folded below.
import { html } from "../pictures/svg";

/** Arranges the page for a query that is run; says whether it is a published question. */
export type Arrange = (query: string) => boolean;

/** What arranges the page: `ask` is all that asks, `place` is where answers stand. */
export function arranging(ask: HTMLElement, place: HTMLElement): Arrange {
  const heading = document.querySelector<HTMLElement>("[data-asked]");
  const questions = published();
  const site = document.title.slice((heading?.textContent ?? "").length);
  return (query) => {
    const question = questions.get(plain(query));
    if (heading) heading.textContent = question ?? "Query";
    document.title = `${question ?? "Query"}${site}`;
    fold(ask, place, question !== undefined);
    return question !== undefined;
  };
}

function fold(ask: HTMLElement, place: HTMLElement, isQuestion: boolean): void {
  const box = ask.closest("details.asking");
  if (isQuestion === Boolean(box)) return;
  const focused = ask.contains(document.activeElement) ? document.activeElement : null;
  if (box) {
    place.before(ask);
    box.remove();
  } else {
    const made = html("details", { class: "asking" }, html("summary", {}, "The query"));
    place.after(made);
    made.append(ask);
  }
  // What moves loses the focus; whoever types goes on typing.
  if (focused instanceof HTMLElement && !isQuestion) focused.focus({ preventScroll: true });
}

/** The published questions by their queries, from the list of the page. */
function published(): Map<string, string> {
  const links = document.querySelectorAll<HTMLAnchorElement>("[data-examples] a");
  return new Map([...links].map((link) => [plain(new URL(link.href).searchParams.get("query") ?? ""), link.textContent?.trim() ?? ""]));
}

/** Spaces at the ends of lines do not count. */
function plain(query: string): string {
  return query.trim().replace(/[^\S\n]+$/gm, "");
}
