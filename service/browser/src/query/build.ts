// From what a reader chose to a query: a class, properties, conditions. Writes SPARQL; knows no page.
import { prefixed, propertiesOf, written, type Vocabulary } from "./vocabulary";

export interface Chosen {
  readonly iri: string;
  /** A word, or a number or day, that the value must have, reach or not pass; empty: any value. */
  readonly wanted: string;
  readonly test: "has" | "least" | "most";
}

const XSD = "http://www.w3.org/2001/XMLSchema#";
const LABELS = ["http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"];
const MOST = 500;

/** Can the values be put in an order that people know? */
export function isOrdered(value: string | undefined): boolean {
  return !!value && new RegExp(`^${XSD}(date|dateTime|gYear|integer|decimal|double|nonNegativeInteger)$`).test(value);
}

/** The query that asks for the things of the class, each property a column. */
export function build(kind: string, chosen: readonly Chosen[], words: Vocabulary): string {
  const names = columnNames(chosen, words);
  const lines = chosen.map((one) => pattern(one, names.get(one.iri) ?? "value", valueOf(kind, one.iri, words), words));
  const needed = [written(kind, words), ...chosen.map((one) => written(one.iri, words)), ...LABELS.map((iri) => written(iri, words))];
  const declared = Object.entries(words.others).filter(([name]) => needed.some((term) => term.startsWith(`${name}:`)));
  return [
    ...declared.map(([name, iri]) => `PREFIX ${name}: <${iri}>`),
    `SELECT ?thing ${[...names.values()].map((name) => `?${name}`).join(" ")}`.trimEnd(),
    "WHERE {",
    `  ?thing a ${written(kind, words)} .`,
    ...lines,
    "}",
    `LIMIT ${MOST}`,
  ].join("\n");
}

function valueOf(kind: string, property: string, words: Vocabulary): string | undefined {
  return propertiesOf(kind, words).find((one) => one.iri === property)?.value;
}

/** A name for each column from the property's own, none of them twice. */
function columnNames(chosen: readonly Chosen[], words: Vocabulary): Map<string, string> {
  const names = new Map<string, string>();
  for (const { iri } of chosen) {
    const own = (prefixed(iri, { ...words.prefixes, ...words.others })?.split(":")[1] ?? iri.split(/[#/]/).at(-1) ?? "").replace(/\W/g, "") || "value";
    let name = own;
    for (let count = 2; name === "thing" || [...names.values()].includes(name); count++) name = `${own}${count}`;
    names.set(iri, name);
  }
  return names;
}

/** A property without a condition may be missing; one with a condition may not. */
function pattern(one: Chosen, name: string, value: string | undefined, words: Vocabulary): string {
  const triple = `?thing ${written(one.iri, words)} ?${name}`;
  const wanted = one.wanted.trim();
  if (!wanted) return `  OPTIONAL { ${triple} }`;
  if (one.test !== "has") return `  ${triple} FILTER(?${name} ${one.test === "least" ? ">=" : "<="} ${ordered(wanted, value)})`;
  const text = literal(wanted.toLowerCase());
  if (value?.startsWith(XSD)) return `  ${triple} FILTER(CONTAINS(LCASE(STR(?${name})), ${text}))`;
  // A thing is meant by what it is called, everything else by its own text.
  const label = LABELS.map((iri) => written(iri, words)).join("|");
  return `  ${triple} OPTIONAL { ?${name} ${label} ?${name}Label }\n  FILTER(CONTAINS(LCASE(STR(COALESCE(?${name}Label, ?${name}))), ${text}))`;
}

function ordered(wanted: string, value: string | undefined): string {
  return /^-?\d+(?:\.\d+)?$/.test(wanted) && !/#(?:date|dateTime|gYear)$/.test(value ?? "") ? wanted : `${literal(wanted)}^^<${value}>`;
}

/** A string of SPARQL with what was typed, whatever that is. */
function literal(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}"`;
}
