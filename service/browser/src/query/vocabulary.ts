// The vocabulary of the data as the server tells it (/sparql/words), and IRIs as people write them.

interface Shaped {
  readonly required: boolean;
  readonly value?: string;
}

interface Words {
  readonly label?: string;
  readonly definition?: string;
  readonly wider?: readonly string[];
}

export interface Vocabulary {
  readonly base: string;
  /** Prefixes that a query may use without PREFIX. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** Prefixes that are usual and have to be declared. */
  readonly others: Readonly<Record<string, string>>;
  readonly classes: Readonly<Record<string, number>>;
  readonly properties: Readonly<Record<string, number>>;
  readonly used: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly shaped: Readonly<Record<string, Readonly<Record<string, Shaped>>>>;
  readonly terms: Readonly<Record<string, Words>>;
}

let known: Promise<Vocabulary> | undefined;

/** The vocabulary, fetched once for a page; a failure is forgotten, so that the next asking tries again. */
export function vocabulary(): Promise<Vocabulary> {
  known ??= fetch("/sparql/words", { headers: { Accept: "application/json" } }).then(async (answer) => {
    if (!answer.ok) throw new Error(`the vocabulary cannot be read (${answer.status})`);
    return (await answer.json()) as Vocabulary;
  });
  known.catch(() => (known = undefined));
  return known;
}

/** The part of an IRI that SPARQL takes after a prefix without escapes (PN_LOCAL, narrowly). */
const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?$/;

/** The IRI with a prefix of the list, or null when none fits. */
export function prefixed(iri: string, prefixes: Readonly<Record<string, string>>): string | null {
  let best: string | null = null;
  let longest = 0;
  for (const [name, space] of Object.entries(prefixes)) {
    if (space.length > longest && iri.startsWith(space) && LOCAL.test(iri.slice(space.length))) {
      best = `${name}:${iri.slice(space.length)}`;
      longest = space.length;
    }
  }
  return best;
}

/** The IRI as a query says it. */
export function written(iri: string, words: Vocabulary): string {
  return prefixed(iri, words.prefixes) ?? prefixed(iri, words.others) ?? `<${iri}>`;
}

/** A class with the classes it is narrower than. */
export function withWider(iri: string, words: Vocabulary, found = new Set<string>()): Set<string> {
  if (!found.has(iri)) {
    found.add(iri);
    for (const wider of words.terms[iri]?.wider ?? []) withWider(wider, words, found);
  }
  return found;
}

export interface Property {
  readonly iri: string;
  readonly required: boolean;
  readonly count: number;
  readonly value?: string;
}

/** The properties that things of a class have or may have: those of the shapes first, in their order. */
export function propertiesOf(iri: string, words: Vocabulary): Property[] {
  const found = new Map<string, Property>();
  const used = words.used[iri] ?? {};
  for (const one of withWider(iri, words)) {
    for (const [property, shaped] of Object.entries(words.shaped[one] ?? {})) {
      if (!found.has(property)) found.set(property, { iri: property, count: used[property] ?? 0, ...shaped });
    }
  }
  for (const [property, count] of Object.entries(used)) if (!found.has(property)) found.set(property, { iri: property, required: false, count });
  return [...found.values()];
}
