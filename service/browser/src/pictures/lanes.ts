// How bars of a timeline are packed into lanes below each other, and sorted into rows. Pure.
import { bar, type Bar } from "./dates";
import type { Span } from "./kinds";

export interface Placed<Thing> {
  readonly thing: Thing;
  readonly lane: number;
}

/** Each thing in the first lane that is free from `left` on; what comes first in the list is placed first. */
export function pack<Thing>(things: readonly Thing[], extent: (thing: Thing) => readonly [left: number, right: number], gap = 6): Placed<Thing>[] {
  const ends: number[] = [];
  return things.map((thing) => {
    const [left, right] = extent(thing);
    const free = ends.findIndex((end) => end + gap <= left);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = right;
    return { thing, lane };
  });
}

export interface Row {
  readonly name: string;
  readonly spans: readonly Span[];
}

export const UNSORTED = "not stated";

/** The rows of a grouping, largest first; a span with several names stands in each. `group` is the group itself, in the order given. */
export function rowsOf(spans: readonly Span[], groupBy: string): Row[] {
  const found = new Map<string, Span[]>();
  for (const span of spans) {
    const names = groupBy === "group" ? [span.group ?? UNSORTED] : (span.rows?.[groupBy] ?? []);
    for (const name of names.length ? names : [UNSORTED]) found.set(name, [...(found.get(name) ?? []), span]);
  }
  const rows = [...found].map(([name, all]) => ({ name, spans: all }));
  if (groupBy === "group") return rows;
  return rows.sort((a, b) => Number(a.name === UNSORTED) - Number(b.name === UNSORTED) || b.spans.length - a.spans.length || a.name.localeCompare(b.name));
}

export interface Timed {
  readonly span: Span;
  readonly bar: Bar;
}

/** The spans that have a time, earliest first. */
export function timed(spans: readonly Span[]): Timed[] {
  return spans
    .flatMap((span) => {
      const made = bar(span.when);
      return made ? [{ span, bar: made }] : [];
    })
    .sort((a, b) => a.bar.from - b.bar.from || a.bar.to - b.bar.to || (a.span.id < b.span.id ? -1 : 1));
}

/** The stretch of time to begin with: from where four fifths of everything begin, to the end, with a little room. */
export function opening(all: readonly Timed[]): [number, number] {
  const last = Math.max(...all.map((one) => one.bar.to));
  const begins = all.map((one) => one.bar.from).sort((a, b) => a - b);
  const first = begins[Math.floor(begins.length * 0.2)] ?? last;
  const room = Math.max((last - first) * 0.04, 10 * 86_400_000);
  return [first - room, last + room];
}
