// What stands below the editor after a query: what went wrong, or the result with its views and downloads.
import { html } from "../pictures/svg";
import { fitsAddress, Refused, type Result } from "./ask";
import { learn } from "./labels";
import { table } from "./rows";
import { fittingViews, type View } from "./views";

const FORMATS: Readonly<Record<Result["kind"], readonly (readonly [string, string])[]>> = {
  rows: [["json", "SPARQL JSON"], ["xml", "SPARQL XML"], ["csv", "CSV"], ["tsv", "TSV"]],
  boolean: [["json", "SPARQL JSON"], ["xml", "SPARQL XML"], ["csv", "CSV"], ["tsv", "TSV"]],
  graph: [["turtle", "Turtle"], ["ntriples", "N-Triples"], ["rdfxml", "RDF/XML"], ["trig", "TriG"], ["nquads", "N-Quads"], ["jsonld", "JSON-LD"]],
};
const MOST_TEXT = 200_000;

export interface Shown {
  readonly query: string;
  readonly seconds: number;
  /** The view that the address or the query asks for. */
  readonly view: string;
  /** For a column the address that a number in it leads to; {} is the number. */
  readonly leads: ReadonlyMap<string, string>;
  /** Told when the reader chooses another. */
  readonly chosen: (view: string) => void;
}

/** Shows the result in the place. Resolves when the first view stands. */
export async function showResult(place: HTMLElement, result: Result, given: Shown): Promise<void> {
  const live = html("p", { class: "told", role: "status" });
  const section = html("section", { class: "result", "aria-labelledby": "result" }, html("h2", { id: "result" }, "Result"), live, downloads(result, given.query));
  if (result.kind === "boolean") section.append(html("p", { class: "answer" }, result.isTrue ? "Yes" : "No"));
  if (result.kind === "graph") section.append(...graph(result.text));
  if (result.kind === "rows") {
    await learn(result.rows);
    if (result.rows.length > 0) section.append(views(result, given));
  }
  place.replaceChildren(section);
  live.textContent = `${summary(result)}, in ${seconds(given.seconds)}.`;
}

function summary(result: Result): string {
  if (result.kind === "boolean") return result.isTrue ? "Yes" : "No";
  if (result.kind === "graph") return "A graph in Turtle";
  return `${result.rows.length.toLocaleString("en")} ${result.rows.length === 1 ? "row" : "rows"}`;
}

function seconds(count: number): string {
  return count < 1 ? `${Math.round(count * 1000)} ms` : `${count.toFixed(1)} s`;
}

function graph(text: string): HTMLElement[] {
  const shown = html("pre", { class: "graph", tabindex: 0 }, html("code", {}, text.slice(0, MOST_TEXT)));
  return text.length > MOST_TEXT ? [shown, html("p", {}, "The page shows the first part; take the whole in one of the formats above.")] : [shown];
}

function downloads(result: Result, query: string): HTMLElement {
  if (!fitsAddress(query)) return html("p", { class: "told" }, "The query is too long for an address: take the result with one of the programs below.");
  const links = FORMATS[result.kind].map(([name, label]) => html("a", { href: `/sparql?${new URLSearchParams({ query, format: name })}`, download: `result.${name}` }, label));
  return html("p", { class: "formats" }, html("span", {}, "Take it as"), ...links);
}

/** The buttons for the views that fit the columns, and the one that is shown. */
function views(result: Extract<Result, { kind: "rows" }>, given: Shown): HTMLElement {
  const host = html("div", { class: "view" });
  const said = html("p", { class: "unseen", role: "status" });
  const say = (text: string): void => void (said.textContent = text);
  const rows: View = { name: "table", label: "Table", draw: (place) => void place.append(table(result.names, result.rows, say, given.leads)) };
  const all = [rows, ...fittingViews(result.names, result.rows)];
  const bar = html("div", { class: "views", role: "group", "aria-label": "Show the result as" });
  const choose = async (view: View): Promise<void> => {
    for (const button of bar.children) button.setAttribute("aria-pressed", String(button.textContent === view.label));
    host.replaceChildren();
    try {
      await view.draw(host, say);
    } catch (error) {
      host.replaceChildren(html("p", {}, `The ${view.label.toLowerCase()} cannot be drawn (${error instanceof Error ? error.message : "no reason is known"}). The table has all of it.`));
    }
  };
  for (const view of all) {
    const button = html("button", { type: "button", "aria-pressed": "false" }, view.label);
    button.addEventListener("click", () => {
      void choose(view);
      given.chosen(view.name);
    });
    bar.append(button);
  }
  void choose(all.find((view) => view.name === given.view) ?? rows);
  return html("div", {}, all.length > 1 && bar, said, host);
}

/** Shows what went wrong. */
export function showProblem(place: HTMLElement, error: unknown): void {
  const refused = error instanceof Refused ? error : new Refused("The page could not show the answer", error instanceof Error ? error.message : String(error));
  place.replaceChildren(html("section", { class: "problem", id: "problem", role: "alert", "aria-labelledby": "wrong" }, html("h2", { id: "wrong" }, refused.title), html("p", {}, refused.message)));
}
