// A result as a table: labels and links, sorted by a column, a page at a time.
import { html, safe } from "../pictures/svg";
import { textOf, type Row, type Term } from "./ask";
import { called } from "./labels";

const PER_PAGE = 100;
const LONGEST = 2000;
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger"].map((name) => XSD + name));
const WORDS: Readonly<Record<string, string>> = {
  date: "date", dateTime: "date and time", gYear: "year", gYearMonth: "month", boolean: "true or false", integer: "whole number",
  nonNegativeInteger: "whole number", positiveInteger: "whole number", decimal: "number", double: "number", float: "number",
  anyURI: "address", time: "time", duration: "duration", base64Binary: "bytes",
};

/** Is it a number by its datatype? */
export function isNumber(term: Term | undefined): boolean {
  return term?.type === "literal" && NUMBERS.has(term.datatype ?? "");
}

/** The text of a term that people read: the label of an IRI, else the IRI. */
export function shown(term: Term | undefined): string {
  const text = textOf(term);
  return term?.type === "uri" ? (called(text)?.label ?? text) : text;
}

/** A datatype or language in words; nothing for plain text. */
export function sortOf(term: Term): string {
  if (term["xml:lang"]) return language(term["xml:lang"]);
  if (!term.datatype || term.datatype === `${XSD}string`) return "";
  return (term.datatype.startsWith(XSD) && WORDS[term.datatype.slice(XSD.length)]) || (/[^#/]+$/.exec(term.datatype)?.[0] ?? term.datatype);
}

function language(tag: string): string {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

interface Order {
  readonly name: string;
  readonly isDown: boolean;
}

/** A column: its heading, the variable it shows, the variable with the names of that, and where a number in it leads. */
interface Column {
  readonly heading: string;
  readonly name: string;
  readonly names?: string;
  readonly lead?: string;
}

/** `?state` and `?stateLabel` are one column when the first has nothing but IRIs. */
function columnsIn(names: readonly string[], rows: readonly Row[], leads: ReadonlyMap<string, string>): Column[] {
  const named = names.filter((name) => names.includes(`${name}Label`) && rows.every((row) => !row[name] || row[name].type === "uri"));
  const shown = names.filter((name) => named.includes(name) || !named.includes(name.replace(/Label$/, "")));
  return shown.map((name) => {
    const lead = leads.get(name);
    return { heading: heading(name, shown), name, ...(named.includes(name) ? { names: `${name}Label` } : {}), ...(lead ? { lead } : {}) };
  });
}

/** The variable in words: `firstParagraph` is `first paragraph`, and `holderLabel` alone is `holder`. */
function heading(name: string, shown: readonly string[]): string {
  const bare = name.replace(/Label$/, "");
  return (bare && !shown.includes(bare) ? bare : name).replace(/(?<=[a-z0-9])(?=[A-Z])|_/g, " ").toLowerCase();
}

/** The table, with its pages below; `say` is told what is shown after each change. */
export function table(names: readonly string[], rows: readonly Row[], say: (text: string) => void, leads: ReadonlyMap<string, string>): HTMLElement {
  const body = html("tbody");
  const head = html("tr");
  const whole = html("div", {}, html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Rows" }, html("table", { class: "rows" }, html("thead", {}, head), body)));
  const columns = columnsIn(names, rows, leads);
  let order: Order | null = null;
  let sorted = rows;
  let page = 0;
  const pager = pages(() => Math.ceil(rows.length / PER_PAGE), (to) => show(to));
  if (rows.length > PER_PAGE) whole.append(pager.element);
  const show = (to: number): void => {
    page = to;
    body.replaceChildren(...sorted.slice(page * PER_PAGE, (page + 1) * PER_PAGE).map((row) => html("tr", {}, ...columns.map((column) => cell(row, column)))));
    pager.tell(page, `${(page * PER_PAGE + 1).toLocaleString("en")} to ${Math.min(rows.length, (page + 1) * PER_PAGE).toLocaleString("en")} of ${rows.length.toLocaleString("en")}`);
  };
  const sortBy = (column: Column): void => {
    const { name, names: called } = column;
    order = { name, isDown: order?.name === name && !order.isDown };
    const turn = order.isDown ? -1 : 1;
    sorted = [...rows].sort((a, b) => turn * compare((called && a[called]) || a[name], (called && b[called]) || b[name]));
    for (const cell of head.children) cell.removeAttribute("aria-sort");
    head.children[columns.indexOf(column)]?.setAttribute("aria-sort", order.isDown ? "descending" : "ascending");
    say(`Sorted by ${column.heading}, ${order.isDown ? "last" : "first"} first.`);
    show(0);
  };
  head.append(...columns.map((column) => headed(column, sortOfAll(column.name, rows), () => sortBy(column))));
  show(0);
  return whole;
}

function headed(column: Column, sort: string, press: () => void): HTMLElement {
  const button = html("button", { type: "button", title: `Sort by ?${column.name}${sort && `, ${sort}`}` }, column.heading);
  button.addEventListener("click", press);
  return html("th", { scope: "col" }, button);
}

/** What all cells of a column are, when they are the same. */
function sortOfAll(name: string, rows: readonly Row[]): string {
  const found = new Set<string>();
  for (const row of rows) if (row[name]) found.add(sortOf(row[name]));
  return found.size === 1 ? ([...found][0] ?? "") : "";
}

function cell(row: Row, column: Column): HTMLElement {
  const name = column.names ? row[column.names] : undefined;
  const term = row[column.name] ?? name;
  const label = { "data-label": column.heading };
  if (!term) return html("td", label, html("span", { class: "none" }, "none"));
  const text = textOf(term);
  if (term.type === "uri") return html("td", label, link(text, textOf(name)));
  const kind = term.type === "literal" ? (isNumber(term) ? "figure" : text.length <= 16 ? "short" : "") : "";
  const value = html("bdi", { lang: term["xml:lang"] && term["xml:lang"] !== "en" ? term["xml:lang"] : null, title: sortOf(term) || null }, cut(text));
  return html("td", { ...label, class: kind || null }, column.lead && /^\d+$/.test(text) ? html("a", { href: column.lead.replaceAll("{}", text) }, value) : value);
}

/** An IRI by what the row or else the publication calls it, as a link where it may be followed. */
export function link(iri: string, name = ""): HTMLElement {
  const told = called(iri);
  const label = html("bdi", {}, cut(name || told?.label || iri));
  const href = safe(told ? told.href : iri);
  return href ? html("a", { href, title: cut(iri) }, label) : label;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (${text.length.toLocaleString("en")} characters)`;
}

/** Nothing first, then numbers by size, else as people sort. */
export function compare(a: Term | undefined, b: Term | undefined): number {
  if (!a || !b) return a ? 1 : b ? -1 : 0;
  if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value);
  return shown(a).localeCompare(shown(b), "en", { numeric: true, sensitivity: "base" });
}

function pages(count: () => number, turn: (to: number) => void) {
  const before = html("button", { type: "button", class: "quiet" }, "Previous");
  const after = html("button", { type: "button", class: "quiet" }, "Next");
  const told = html("span", { role: "status" });
  let now = 0;
  before.addEventListener("click", () => turn(now - 1));
  after.addEventListener("click", () => turn(now + 1));
  const tell = (page: number, text: string): void => {
    now = page;
    before.disabled = page === 0;
    after.disabled = page + 1 >= count();
    told.textContent = text;
  };
  return { element: html("nav", { class: "pages", "aria-label": "Pages of rows" }, before, told, after), tell };
}
