// From the JSON of a list to what the pictures take. Knows the fields of that JSON and nothing of what they are about.
import type { MapData, NetworkData, Node, Place, Sighting, Span, Tie, TimelineData, When } from "../pictures/kinds";

interface Value {
  readonly label: string;
  readonly id?: string;
  readonly href?: string;
  readonly mark?: string;
  /** In which way and when it is a value, and what says so: then the mark is about this value only. */
  readonly note?: string;
  readonly statement?: string;
  readonly when?: When;
}

interface Column {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly end: "from" | "to" | null;
  readonly shown: boolean;
}

interface Item {
  readonly id: string;
  readonly label: string | null;
  readonly href: string;
  /** Only ever somebody's words: never drawn as if it were known. */
  readonly attributed: boolean;
  readonly values: Readonly<Record<string, readonly Value[]>>;
  readonly when: When | null;
  readonly places: readonly Place[];
}

export interface List {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly items: readonly Item[];
}

/** The items that a picture may show; the others are in the table, with whoever says so. */
export function drawable(list: List): Item[] {
  return list.items.filter((item) => !item.attributed);
}

/** Relations become lines between their ends; other things become nodes, tied to what the table shows of them. */
export function networkOf(list: List): NetworkData {
  const [from, to] = [list.columns.find((one) => one.end === "from"), list.columns.find((one) => one.end === "to")];
  const nodes = new Map<string, Node>();
  const ties: Tie[] = [];
  for (const item of drawable(list)) {
    if (from && to) join(item, item.values[from.name] ?? [], item.values[to.name] ?? [], list.label, nodes, ties);
    else hang(item, list, nodes, ties);
  }
  return { nodes: [...nodes.values()], ties };
}

function join(item: Item, from: readonly Value[], to: readonly Value[], label: string, nodes: Map<string, Node>, ties: Tie[]): void {
  for (const one of from) for (const other of to) {
    const [a, b] = [add(nodes, one), add(nodes, other)];
    if (a && b) ties.push({ id: item.id, href: item.href, from: a, to: b, label: how(item) ?? label, group: label, ...standing(item), ...(item.when ? { when: item.when } : {}) });
  }
}

function hang(item: Item, list: List, nodes: Map<string, Node>, ties: Tie[]): void {
  nodes.set(item.id, { id: item.id, label: item.label ?? item.id, href: item.href, kind: first(item, "kind") ?? list.label });
  for (const column of list.columns.filter((one) => one.shown && one.type === "choice" && one.name !== "kind"))
    for (const value of item.values[column.name] ?? []) {
      const other = add(nodes, value);
      if (other && other !== item.id) ties.push({ id: `${value.statement ?? `${item.id} ${other}`} ${column.name}`, from: item.id, to: other, group: column.label, ...told(item, column, value) });
    }
}

/** In which words, how surely and when a value is one. */
function told(item: Item, column: Column, value: Value): Pick<Tie, "label" | "href" | "mark" | "when"> {
  const label = value.note ? `${column.label}: ${value.note}` : column.label;
  return { label, href: item.href, ...(value.mark ? { mark: value.mark } : {}), ...(value.when ? { when: value.when } : {}) };
}

function add(nodes: Map<string, Node>, value: Value): string | null {
  if (!value.id) return null;
  if (!nodes.has(value.id)) nodes.set(value.id, { id: value.id, label: value.label, ...(value.href ? { href: value.href } : {}) });
  return value.id;
}

/** Everything that has a time. */
export function timelineOf(list: List): TimelineData {
  const groups = list.columns.filter((one) => one.type === "choice" && (one.shown || one.end) && one.name !== "said_by").slice(0, 4);
  const spans = drawable(list).map((item): Span => ({
    id: item.id,
    href: item.href,
    label: [item.label ?? item.id, how(item)].filter(Boolean).join(", "),
    ...standing(item),
    ...(item.when ? { when: item.when } : {}),
    rows: Object.fromEntries(groups.map((one) => [one.name, (item.values[one.name] ?? []).map((value) => value.label)])),
  }));
  return { spans, groupings: groups.map((one) => [one.name, one.label] as const) };
}

/** Everything that has a position, at each place of it. */
export function mapOf(list: List): MapData {
  const places = new Map<string, Place>();
  const sightings: Sighting[] = [];
  for (const item of drawable(list))
    for (const place of item.places) {
      places.set(place.id, place);
      if (place.id === item.id) continue;
      sightings.push({ id: `${item.id} ${place.id}`, place: place.id, href: item.href, label: item.label ?? item.id, group: list.label, ...standing(item), ...(item.when ? { when: item.when } : {}) });
    }
  return { places: [...places.values()], sightings };
}

function how(item: Item): string | undefined {
  return first(item, "role") ?? first(item, "kind");
}

function first(item: Item, column: string): string | undefined {
  return item.values[column]?.[0]?.label;
}

/** The mark of a thing and its word; one that is about a single value says nothing of the thing. */
function standing(item: Item): { mark?: string; standing?: string } {
  for (const values of Object.values(item.values)) for (const value of values) if (value.mark && !value.statement) return { mark: value.mark, standing: value.label };
  return {};
}
