// Where in a query the cursor is: subject, predicate or object, and of which class the subject is said to be. Reads a
// query that is not finished, so it goes by its words and not by the grammar.

export type Place = "subject" | "predicate" | "object" | "elsewhere";

export interface Where {
  readonly place: Place;
  readonly subject: string;
  readonly predicate: string;
}

const WORDS = /#[^\n]*|"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|<[^<>"{}|^`\\\s]*>|[?$]\w+|@[A-Za-z-]+|[\w.:-]*[\w:-]|\^\^|&&|\|\||[^\s]/gu;
const KEYWORDS = /^(?:SELECT|ASK|CONSTRUCT|DESCRIBE|WHERE|DISTINCT|REDUCED|PREFIX|BASE|FROM|NAMED|ORDER|GROUP|BY|HAVING|LIMIT|OFFSET|OPTIONAL|UNION|MINUS|GRAPH|SERVICE|SILENT|FILTER|BIND|VALUES|AS|NOT|EXISTS|IN|ASC|DESC|UNDEF)$/i;
// What takes an expression in round brackets, in which there are no triples.
const OPERATORS = /^(?:\^|\/|\||\+|\*|!)$/;

/** The words of a query, comments left out. */
export function words(query: string): string[] {
  return [...query.matchAll(WORDS)].map((found) => found[0]).filter((word) => !word.startsWith("#"));
}

/** The place after the text before the cursor; the word that is being typed belongs to neither. */
export function where(before: string): Where {
  let subject = "";
  let predicate = "";
  let place: Place = "elsewhere";
  let round = 0;
  let depth = 0;
  const start = (): void => void ([subject, predicate, place] = ["", "", depth > 0 ? "subject" : "elsewhere"]);
  for (const word of words(before)) {
    if (word === "(") round++;
    else if (word === ")") round = Math.max(0, round - 1);
    else if (word === "{" || word === "}") {
      depth = Math.max(0, depth + (word === "{" ? 1 : -1));
      start();
    } else if (round > 0) continue;
    else if (word === ".") start();
    else if (word === ";") [predicate, place] = ["", "predicate"];
    else if (word === ",") place = "object";
    else if (KEYWORDS.test(word)) [subject, predicate, place] = ["", "", depth > 0 && /^(?:WHERE|OPTIONAL|UNION|MINUS)$/i.test(word) ? "subject" : "elsewhere"];
    else if (OPERATORS.test(word) && place === "object") place = "predicate";
    else if (place === "subject") [subject, place] = [word, "predicate"];
    else if (place === "predicate" && !OPERATORS.test(word)) [predicate, place] = [word, "object"];
    else if (place === "object") place = "elsewhere";
  }
  return { place: round > 0 ? "elsewhere" : place, subject, predicate };
}

/** For each variable or IRI the classes that the query says it has, as they are written. */
export function classes(query: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  let subject = "";
  let place = 0;
  let isType = false;
  for (const word of words(query)) {
    if (word === "{" || word === "}" || word === ".") [subject, place] = ["", 0];
    else if (word === ";") place = 1;
    else if (word === ",") place = 2;
    else if (place === 0) [subject, place] = [word, 1];
    else if (place === 1) [isType, place] = [word === "a" || word === "rdf:type", 2];
    else if (place === 2) {
      if (isType) found.set(subject, (found.get(subject) ?? new Set()).add(word));
      place = 3;
    }
  }
  return found;
}

/** The prefixes a query declares. */
export function declared(query: string): Record<string, string> {
  return Object.fromEntries([...query.matchAll(/\bPREFIX\s+([\w-]*):\s*<([^<>\s]*)>/gi)].map((found) => [found[1] ?? "", found[2] ?? ""]));
}

/** The IRI that is written so, or an empty text. */
export function expanded(word: string, prefixes: Readonly<Record<string, string>>): string {
  if (word.startsWith("<")) return word.slice(1, -1);
  const colon = word.indexOf(":");
  const space = colon >= 0 ? prefixes[word.slice(0, colon)] : undefined;
  return space === undefined ? "" : space + word.slice(colon + 1);
}
