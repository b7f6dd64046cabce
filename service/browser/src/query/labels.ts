// What IRIs in a result are called and where their pages are, asked in as few requests as possible.
import type { Row } from "./ask";

export interface Called {
  readonly label: string;
  readonly href: string;
}

// The service takes a thousand at a time, and not much more text than a query may have.
const AT_ONCE = 1000;
const LONGEST = 150_000;
const MOST = 10_000;
const known = new Map<string, Called>();

/** What an IRI is called, when that was asked before. */
export function called(iri: string): Called | undefined {
  return known.get(iri);
}

/** Asks for all IRIs of the rows that are not known yet. What cannot be had stays an IRI. */
export async function learn(rows: readonly Row[]): Promise<void> {
  const wanted = new Set<string>();
  for (const row of rows) for (const term of Object.values(row)) if (term.type === "uri" && typeof term.value === "string" && !known.has(term.value)) wanted.add(term.value);
  for (const part of portions([...wanted].slice(0, MOST))) {
    const answer = await fetch("/sparql/labels", { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(part) }).catch(() => null);
    if (!answer?.ok) return;
    for (const [iri, told] of Object.entries((await answer.json()) as Record<string, Called>)) known.set(iri, told);
  }
}

function portions(iris: readonly string[]): string[][] {
  const made: string[][] = [];
  let length = Infinity;
  for (const iri of iris) {
    if (length + iri.length > LONGEST || (made.at(-1)?.length ?? AT_ONCE) >= AT_ONCE) {
      made.push([]);
      length = 0;
    }
    made.at(-1)?.push(iri);
    length += iri.length + 3;
  }
  return made;
}
