// From rows to what network, timeline and map are drawn from.
import type { MapData, NetworkData, Node, Place, Sighting, Span, Tie, TimelineData } from "../pictures/kinds";
import { textOf, type Row } from "./ask";
import { columnsOf, hrefOf, isDay, isThing, nameIn, positionColumns, positionIn, rest, standingOf, whenIn } from "./columns";

const MOST = 800;
const address = (href: string | undefined): { href?: string } => (href ? { href } : {});

/** The first two columns of things are the ends; what else a row says stands on the line. */
export function networkData(names: readonly string[], rows: readonly Row[]): NetworkData | null {
  const [from, to] = columnsOf(names, rows, isThing);
  if (!from || !to || rows.length > MOST) return null;
  const nodes = new Map<string, Node>();
  const ties: Tie[] = [];
  for (const [place, row] of rows.entries()) {
    const [one, other] = [row[from], row[to]];
    if (!one || !other) continue;
    for (const name of [from, to]) {
      const id = textOf(row[name]);
      nodes.set(id, { id, label: nameIn(row, name), kind: name, shape: name, ...address(hrefOf(row[name])) });
    }
    ties.push({ id: `row ${place + 1}`, from: textOf(one), to: textOf(other), label: rest(names, row, [from, to]) || to, side: "other", ...standingOf(row) });
  }
  return ties.length > 0 ? { nodes: [...nodes.values()], ties } : null;
}

/** The first column that several rows share: by it the bars are put in rows. */
function sharedColumn(names: readonly string[], rows: readonly Row[]): string | undefined {
  return names.find((name) => !name.endsWith("Label") && new Set(rows.map((row) => textOf(row[name]))).size <= rows.length / 2);
}

/** Each row is a bar, called by the first column that is no day. */
export function timelineData(names: readonly string[], rows: readonly Row[]): TimelineData | null {
  const days = columnsOf(names, rows, isDay);
  if (days.length === 0 || rows.length > MOST) return null;
  const [main] = names.filter((name) => !days.includes(name) && !name.endsWith("Label"));
  const shared = sharedColumn(names.filter((name) => !days.includes(name)), rows);
  const when = whenIn(days);
  const spans: Span[] = rows.map((row, place) => ({
    id: `row ${place + 1}`,
    label: [main ? nameIn(row, main) : "", rest(names, row, [...days, ...(main ? [main] : [])])].filter(Boolean).join(": ") || `row ${place + 1}`,
    when: when(row),
    ...(shared ? { rows: { [shared]: [nameIn(row, shared)] } } : {}),
    ...address(main ? hrefOf(row[main]) : undefined),
    ...standingOf(row),
  }));
  return { spans, ...(shared ? { groupings: [[shared, shared]] as const } : {}) };
}

/** Each row is something said of its place. */
export function mapData(names: readonly string[], rows: readonly Row[]): MapData | null {
  const where = positionColumns(names, rows);
  const position = positionIn(names);
  const placed = where.length > 0 ? rows.filter((row) => position(row)) : [];
  if (placed.length === 0 || rows.length > MOST) return null;
  const [main] = names.filter((name) => !where.includes(name) && !name.endsWith("Label"));
  const places = new Map<string, Place>();
  const sightings: Sighting[] = placed.map((row, number) => {
    const [longitude, latitude] = position(row) ?? [0, 0];
    const label = main ? nameIn(row, main) : `${latitude}, ${longitude}`;
    const id = main ? textOf(row[main]) : label;
    const link = address(main ? hrefOf(row[main]) : undefined);
    places.set(id, { id, label, longitude, latitude, ...link });
    return { id: `row ${number + 1}`, place: id, label: rest(names, row, [...where, ...(main ? [main] : [])]) || label, shape: "event", ...link, ...standingOf(row) };
  });
  return { places: [...places.values()], sightings };
}
