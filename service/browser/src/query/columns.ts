// What the columns of a result are, told by their values and names: things, days, coordinates, words.
import type { Bound, When } from "../pictures/kinds";
import { textOf, type Row, type Term } from "./ask";
import { called } from "./labels";
import { isNumber, shown } from "./rows";

const DAY = /#(?:date|dateTime|dateTimeStamp|gYear|gYearMonth)$/;
const POINT = /^\s*(?:<[^>]*>\s*)?POINT\s*Z?\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)/i;
const LATITUDE = /^lat(?:itude)?$/i;
const LONGITUDE = /^(?:lon|long|lng|longitude)$/i;
const BEGIN = /^(?:begin|start|from|since)/i;
const END = /^(?:end|until|to$)/i;
const MOST_WORDS = 120;

/** The columns in which every value is of a sort, and there is one. */
export function columnsOf(names: readonly string[], rows: readonly Row[], fits: (term: Term) => boolean): string[] {
  return names.filter((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || fits(row[name])));
}

export const isThing = (term: Term): boolean => term.type === "uri";
export const isDay = (term: Term): boolean => term.type === "literal" && DAY.test(term.datatype ?? "");

/** What a thing of a column is called: the column `…Label` beside it, else its label. */
export function nameIn(row: Row, name: string): string {
  const beside = row[`${name}Label`];
  return beside ? textOf(beside) : shown(row[name]);
}

/** Where a reader goes from a thing. */
export function hrefOf(term: Term | undefined): string | undefined {
  return term?.type === "uri" ? called(textOf(term))?.href || undefined : undefined;
}

/** All that a row says beside the columns that are drawn: nothing of it is left out of the picture. */
export function rest(names: readonly string[], row: Row, drawn: readonly string[]): string {
  const told = names.filter((name) => row[name] && !drawn.includes(name) && !drawn.some((one) => `${one}Label` === name));
  const words = told.filter((name) => !names.includes(`${name}Label`)).map((name) => (isNumber(row[name]) ? `${name} ${shown(row[name])}` : shown(row[name])));
  return [...new Set(words)].join(", ").slice(0, MOST_WORDS);
}

/** The standing that a column of this name tells, as words and, when it is one of ours, as a mark. */
export function standingOf(row: Row): { mark?: string; standing?: string } {
  const told = row["standingLabel"] ?? row["standing"];
  if (!told) return {};
  const words = shown(told);
  return { mark: words.toLowerCase(), standing: words };
}

/** Longitude and latitude in a row, from well-known text or from two columns. */
export function positionIn(names: readonly string[]): (row: Row) => readonly [number, number] | null {
  const [latitude, longitude] = [names.find((name) => LATITUDE.test(name)), names.find((name) => LONGITUDE.test(name))];
  return (row) => {
    for (const name of names) {
      const found = POINT.exec(textOf(row[name]));
      if (found && row[name]?.datatype?.endsWith("wktLiteral")) return [Number(found[1]), Number(found[2])];
    }
    if (!latitude || !longitude || !row[latitude] || !row[longitude]) return null;
    const at = [Number(textOf(row[longitude])), Number(textOf(row[latitude]))] as const;
    return at.every(Number.isFinite) ? at : null;
  };
}

/** Does a column of this name tell half a position? */
export const isCoordinate = (name: string): boolean => LATITUDE.test(name) || LONGITUDE.test(name);

/** The columns that tell a position. */
export function positionColumns(names: readonly string[], rows: readonly Row[]): string[] {
  return names.filter((name) => isCoordinate(name) || rows.some((row) => row[name]?.datatype?.endsWith("wktLiteral")));
}

/** When a row was, from its columns of days: begins and ends by their names, else one day is both. */
export function whenIn(days: readonly string[]): (row: Row) => When {
  const begins = days.filter((name) => BEGIN.test(name));
  const ends = days.filter((name) => END.test(name));
  const others = days.filter((name) => !begins.includes(name) && !ends.includes(name));
  return (row) => {
    if (begins.length === 0 && ends.length === 0) {
      const both = bound(others.slice(0, 1), row);
      return { begin: both, end: both };
    }
    return { begin: bound(begins, row), end: bound(ends, row) };
  };
}

/** The first and last day of the columns; of `beginEarliest` and `beginLatest` one may be missing, and then is unknown. */
function bound(names: readonly string[], row: Row): Bound {
  const has = (word: RegExp): string | undefined => names.find((name) => word.test(name));
  const [earliest, latest] = [has(/earliest/i), has(/latest/i)];
  if (earliest || latest) return [earliest ? days(row[earliest])[0] : null, latest ? days(row[latest])[1] : null];
  const first = names[0];
  return first ? days(row[first]) : [null, null];
}

/** The days a date, month or year goes over. */
function days(term: Term | undefined): Bound {
  const text = textOf(term);
  if (/^\d{4}-\d\d-\d\d/.test(text)) return [text.slice(0, 10), text.slice(0, 10)];
  if (/^\d{4}-\d\d/.test(text)) return [`${text.slice(0, 7)}-01`, new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).toISOString().slice(0, 10)];
  return /^\d{4}/.test(text) ? [`${text.slice(0, 4)}-01-01`, `${text.slice(0, 4)}-12-31`] : [null, null];
}
