// Asks the endpoint and reads what it says. Knows SPARQL results and problem documents; knows no page.

export interface Term {
  readonly type: "uri" | "literal" | "bnode" | "triple";
  readonly value: unknown;
  readonly "xml:lang"?: string;
  readonly datatype?: string;
}

export type Row = Readonly<Record<string, Term>>;

export type Result =
  | { readonly kind: "rows"; readonly names: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: "boolean"; readonly isTrue: boolean }
  | { readonly kind: "graph"; readonly text: string };

/** What went wrong, told as the service tells it. */
export class Refused extends Error {
  constructor(
    readonly title: string,
    detail: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(detail);
  }
}

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8";
// A longer address may be refused on its way; what is asked by GET comes from caches.
const LONGEST_ADDRESS = 6000;

/** Can the query stand in an address that others can open? */
export function fitsAddress(query: string): boolean {
  return encodeURIComponent(query).length < LONGEST_ADDRESS;
}

/** The result. Throws Refused, and what fetch throws when `signal` stops it. */
export async function ask(query: string, signal: AbortSignal): Promise<Result> {
  const body = new URLSearchParams({ query });
  const given: RequestInit = fitsAddress(query) ? {} : { method: "POST", body };
  const answer = await fetch(given.method ? "/sparql" : `/sparql?${body}`, { ...given, headers: { Accept: ACCEPT }, signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Refused("The service does not answer", "There is no connection to it. Your query is still here; try again.");
  });
  if (!answer.ok) throw await refusal(answer);
  if ((answer.headers.get("Content-Type") ?? "").startsWith("text/turtle")) return { kind: "graph", text: await answer.text() };
  const told = (await answer.json()) as { head: { vars?: string[] }; boolean?: boolean; results?: { bindings: Row[] } };
  return told.boolean === undefined ? { kind: "rows", names: told.head.vars ?? [], rows: told.results?.bindings ?? [] } : { kind: "boolean", isTrue: told.boolean };
}

async function refusal(answer: Response): Promise<Refused> {
  try {
    const told = (await answer.json()) as { title?: string; detail?: string; line?: number; column?: number };
    return new Refused(told.title ?? "The query failed", told.detail ?? `The answer was ${answer.status}.`, told.line, told.column);
  } catch {
    return new Refused("The query failed", `The answer was ${answer.status}.`);
  }
}

/** The text of a term. */
export function textOf(term: Term | undefined): string {
  if (!term) return "";
  return typeof term.value === "string" ? term.value : JSON.stringify(term.value);
}
