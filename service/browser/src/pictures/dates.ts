// Days and bounds: what held when, how surely, and in which words. Pure; the twin of service/pictures/presence.py.
import type { Day, Presence, When } from "./kinds";

const DAY = /^\d{4}-\d\d-\d\d$/;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** Whether something held on a day; without a day, or when nothing is known of its time, only "possibly" is excluded: it is shown as sure. */
export function presence(when: When | undefined, day: Day | null | undefined): Presence {
  if (!day) return "surely";
  if (!when) return "possibly";
  const [beginEarliest, beginLatest] = when.begin;
  const [endEarliest, endLatest] = when.end;
  if ((beginEarliest && beginEarliest > day) || (endLatest && endLatest < day)) return "not";
  return beginLatest && endEarliest && beginLatest <= day && day <= endEarliest ? "surely" : "possibly";
}

/** All bounds of a time that are known, in no order. */
export function bounds(when: When | undefined): Day[] {
  if (!when) return [];
  return [...when.begin, ...when.end].filter((day): day is Day => day !== null && DAY.test(day));
}

/** Milliseconds since 1970 of the begin of a day, UTC. */
export function instant(day: Day): number {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const made = new Date(Date.UTC(2000, month - 1, date));
  made.setUTCFullYear(year, month - 1, date);
  return made.getTime();
}

/** The day of an instant. */
export function dayOf(milliseconds: number): Day {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** "16 May 2014"; what is no day stays as it is. */
export function spoken(day: Day): string {
  if (!DAY.test(day)) return day;
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return `${date} ${MONTHS[month - 1] ?? ""} ${year}`;
}

/** A time in words: those given, else made from the bounds. */
export function words(when: When | undefined): string {
  if (!when) return "";
  if (when.words !== undefined) return when.words;
  const [begin, end] = [between(when.begin), between(when.end)];
  if (begin && begin === end) return begin;
  return [begin && `from ${begin}`, end && `to ${end}`].filter(Boolean).join(" ");
}

function between([earliest, latest]: readonly [Day | null, Day | null]): string {
  if (earliest && latest) return earliest === latest ? spoken(earliest) : `some time between ${spoken(earliest)} and ${spoken(latest)}`;
  return earliest ? `not before ${spoken(earliest)}` : latest ? `by ${spoken(latest)}` : "";
}

/** What a bar of a timeline is made of, in milliseconds: the certain core, if there is one, and how far either side may reach. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly core: readonly [number, number] | null;
  /** Nothing is known of how early it began, or how late it ended. */
  readonly openBegin: boolean;
  readonly openEnd: boolean;
}

const ONE_DAY = 86_400_000;

/** The bar of a time; null when no bound is known. A day lasts until the next one begins. */
export function bar(when: When | undefined): Bar | null {
  const known = bounds(when);
  if (!when || known.length === 0) return null;
  const [beginEarliest, beginLatest] = when.begin;
  const [endEarliest, endLatest] = when.end;
  const times = known.map(instant);
  // Who begins on a known day is there on that day, whatever is known of the end; and the other way round.
  const since = beginLatest ?? (endEarliest !== null && endEarliest === endLatest ? endEarliest : null);
  const until = endEarliest ?? (beginLatest !== null && beginEarliest === beginLatest ? beginLatest : null);
  return {
    from: Math.min(...times),
    to: Math.max(...times) + ONE_DAY,
    core: since && until && since <= until ? [instant(since), instant(until) + ONE_DAY] : null,
    openBegin: !beginEarliest,
    openEnd: !endLatest,
  };
}
