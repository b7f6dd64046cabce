// What the editor offers while a query is typed: variables, prefixes, keywords, classes, properties of the class of the
// subject, things by name.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { classes, declared, expanded, where, words as wordsOf, type Where } from "./place";
import { propertiesOf, vocabulary, written, type Property, type Vocabulary } from "./vocabulary";

const MOST = 40;
const KEYWORDS = "SELECT DISTINCT WHERE OPTIONAL FILTER BIND VALUES UNION MINUS GRAPH LIMIT OFFSET ASK CONSTRUCT DESCRIBE PREFIX COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT EXISTS CONTAINS STRSTARTS STRENDS REGEX REPLACE LCASE UCASE LANG LANGMATCHES DATATYPE STR IRI BOUND COALESCE IF CONCAT STRLEN SUBSTR YEAR MONTH DAY NOW ROUND ABS isIRI isLiteral UNDEF DESC ASC".split(" ");
const PHRASES = ["ORDER BY", "GROUP BY", "NOT EXISTS", "FROM NAMED"];

/** A suggestion of the search (/search/suggest). */
interface Thing {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly matched: string | null;
}

/** The source of completions for CodeMirror. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const typed = context.matchBefore(/[?$]\w*|<[^<>\s]*|[\p{L}\p{N}_:-]+/u);
  if (!typed && !context.explicit) return null;
  const text = typed?.text ?? "";
  const from = typed?.from ?? context.pos;
  const query = context.state.doc.toString();
  const before = query.slice(0, from);
  if (isInside(before)) return null;
  if (/^[?$]/.test(text)) return { from, options: variables(query, text), validFor: /^[?$]\w*$/ };
  const known = await vocabulary().catch(() => null);
  if (!known || context.aborted) return null;
  if (/\bPREFIX\s+$/i.test(before)) return { from, options: prefixes(known, text), filter: false };
  const options = await choices(where(before), text, query, known, context.explicit);
  return context.aborted || options.length === 0 ? null : { from, options: options.slice(0, MOST), filter: false };
}

/** Is this the inside of a comment or a string? */
function isInside(before: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1).replace(/<[^<>\s]*>/g, "");
  return /^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*(?:#|"[^"]*$|'[^']*$)/.test(line);
}

async function choices(at: Where, text: string, query: string, known: Vocabulary, explicit: boolean): Promise<Completion[]> {
  const wanted = text.replace(/^</, "").toLowerCase();
  if (at.place === "predicate") return fitting(predicates(at, query, known), wanted);
  const keywords = at.place === "object" ? [] : fitting(keyword(), wanted, true);
  if (at.place === "elsewhere") return wanted || explicit ? keywords : [];
  if (at.predicate === "a" || at.predicate === "rdf:type") return fitting(Object.entries(known.classes).map(([iri, count]) => term(iri, known, `${count}`, "class")), wanted);
  return [...keywords, ...(wanted.length > 1 ? await things(wanted, known) : []), ...(at.place === "object" && wanted ? fitting(Object.keys(known.classes).map((iri) => term(iri, known, "", "class")), wanted) : [])];
}

function keyword(): Completion[] {
  return [...PHRASES, ...KEYWORDS].map((label) => ({ label, type: "keyword" }));
}

/** The properties of the classes of the subject; of all when no class is known. */
function predicates(at: Where, query: string, known: Vocabulary): Completion[] {
  const spaces = { ...known.prefixes, ...declared(query) };
  const said = [...(classes(query).get(at.subject) ?? [])].map((word) => expanded(word, spaces)).filter(Boolean);
  const own = new Map<string, Property>();
  for (const iri of said) for (const one of propertiesOf(iri, known)) own.set(one.iri, one);
  const others = Object.entries(known.properties).filter(([iri]) => !own.has(iri));
  return [
    { label: "a", type: "keyword", detail: "is of the class" },
    ...[...own.values()].map((one) => term(one.iri, known, [one.required ? "required" : "", one.count ? `${one.count}` : "not used"].filter(Boolean).join(", "), "property", 2)),
    ...others.map(([iri, count]) => term(iri, known, said.length ? `elsewhere ${count}` : `${count}`, "property")),
  ];
}

function term(iri: string, known: Vocabulary, detail: string, type: string, boost = 0): Completion {
  const label = written(iri, known);
  const words = known.terms[iri];
  const called = words?.label && !label.toLowerCase().endsWith(`:${words.label.toLowerCase()}`) ? words.label : "";
  return { label, type, boost, detail: [called, detail].filter(Boolean).join(" · "), info: words?.definition ?? iri, apply: withPrefix(label, known) };
}

/** Puts the term in, and the declaration of its prefix at the top when it needs one and has none. */
function withPrefix(label: string, known: Vocabulary) {
  return (view: EditorView, _: Completion, from: number, to: number): void => {
    const name = label.startsWith("<") ? "" : label.slice(0, label.indexOf(":"));
    const space = known.prefixes[name] === undefined ? known.others[name] : undefined;
    const missing = space !== undefined && declared(view.state.doc.toString())[name] === undefined;
    const line = missing ? `PREFIX ${name}: <${space}>\n` : "";
    view.dispatch({
      changes: [...(line ? [{ from: 0, insert: line }] : []), { from, to, insert: label }],
      selection: { anchor: from + line.length + label.length },
      userEvent: "input.complete",
    });
  };
}

/** Those that have the words typed in what they are called, the closest first. */
function fitting(options: Completion[], wanted: string, onlyStart = false): Completion[] {
  const rank = (one: Completion): number => {
    const label = one.label.toLowerCase();
    if (label.startsWith(wanted)) return 0;
    if (onlyStart) return 9;
    if (label.slice(label.indexOf(":") + 1).startsWith(wanted)) return 1;
    if (label.includes(wanted)) return 2;
    return (one.detail ?? "").toLowerCase().includes(wanted) ? 3 : 9;
  };
  return options
    .map((one, place) => ({ one, place, rank: rank(one) }))
    .filter((found) => found.rank < 9)
    .sort((a, b) => (b.one.boost ?? 0) - (a.one.boost ?? 0) || a.rank - b.rank || a.place - b.place)
    .map((found) => found.one);
}

async function things(wanted: string, known: Vocabulary): Promise<Completion[]> {
  const asked = new URLSearchParams({ q: wanted.replaceAll("_", " "), format: "json" });
  const answer = await fetch(`/search/suggest?${asked}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return [];
  const found = ((await answer.json()) as { items: Thing[] }).items;
  return found.map((one) => {
    const text = written(one.id, known);
    return { label: text, displayLabel: one.label, type: "constant", detail: [one.matched, one.kind].filter(Boolean).join(" · "), info: one.id, apply: withPrefix(text, known) };
  });
}

function variables(query: string, typed: string): Completion[] {
  const found = new Set(wordsOf(query).filter((word) => /^[?$]\w/.test(word) && word !== typed));
  return [...found].map((label) => ({ label, type: "variable" }));
}

function prefixes(known: Vocabulary, typed: string): Completion[] {
  const all = Object.entries({ ...known.others, ...known.prefixes });
  const made = all.map(([name, iri]) => ({ label: `${name}: <${iri}>`, type: "namespace", ...(known.prefixes[name] === undefined ? {} : { detail: "needs no PREFIX here" }) }));
  return fitting(made, typed.toLowerCase(), true);
}
