// What a map shows at each place on a day, and which places stand together when they would cover each other. Pure.
import { held } from "./choose";
import type { MapData, MapOptions, Place, Presence, Sighting } from "./kinds";

export interface Shown {
  readonly sighting: Sighting;
  readonly how: Presence;
}

/** Places of one position with what is said of them now. */
export interface Site {
  readonly key: string;
  readonly places: readonly Place[];
  readonly longitude: number;
  readonly latitude: number;
  /** Stands for a country, not for a point. */
  readonly isArea: boolean;
  readonly shown: readonly Shown[];
}

export type Centres = ReadonlyMap<string, readonly [number, number]>;

/** Where a place is, by its own position or as the middle of its country. */
export function position(place: Place, centres: Centres): readonly [number, number] | null {
  if (place.longitude !== undefined && place.latitude !== undefined) return [place.longitude, place.latitude];
  return (place.country && centres.get(place.country)) || null;
}

/** The sites that have something to show, most first. With `plain`, or without any sighting at all, every place is one. */
export function sites(data: MapData, options: MapOptions, centres: Centres): Site[] {
  const shown = new Map<string, Shown[]>();
  for (const sighting of data.sightings) {
    const how = held(sighting, options);
    if (how !== "not") shown.set(sighting.place, [...(shown.get(sighting.place) ?? []), { sighting, how }]);
  }
  const all = options.plain === true || data.sightings.length === 0;
  const found = new Map<string, { places: Place[]; at: readonly [number, number]; isArea: boolean; shown: Shown[] }>();
  for (const place of data.places) {
    const at = position(place, centres);
    const here = shown.get(place.id) ?? [];
    if (!at || (!here.length && !all)) continue;
    const key = `${at[0]},${at[1]}`;
    const site = found.get(key) ?? { places: [], at, isArea: place.longitude === undefined, shown: [] };
    // The place itself names the site, before those that only borrow its position.
    if (place.inside) site.places.push(place);
    else site.places.unshift(place);
    site.shown.push(...here);
    found.set(key, site);
  }
  return [...found]
    .map(([key, one]) => ({ key, places: one.places, longitude: one.at[0], latitude: one.at[1], isArea: one.isArea, shown: one.shown }))
    .sort((a, b) => b.shown.length - a.shown.length || (a.key < b.key ? -1 : 1));
}

/** Who is said to hold a site now: an id for each, with whether it is sure for the day. */
export function holders(site: Site): Map<string, Presence> {
  const found = new Map<string, Presence>();
  for (const { sighting, how } of site.shown) {
    if (sighting.shape !== "control" || sighting.mark === "denied") continue;
    const who = sighting.actor ?? sighting.label;
    if (found.get(who) !== "surely") found.set(who, how);
  }
  return found;
}

export interface Spotted {
  readonly site: Site;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Sites that would cover each other on the screen, together; each cluster stands where its first one is. */
export function clusters(spotted: readonly Spotted[], gap = 3): Spotted[][] {
  const made: Spotted[][] = [];
  for (const one of spotted) {
    const near = made.find(([first]) => first && Math.hypot(first.x - one.x, first.y - one.y) < first.radius + one.radius + gap && first.site.isArea === one.site.isArea);
    if (near) near.push(one);
    else made.push([one]);
  }
  return made;
}

/** The part of the world to begin with: around the middle four fifths of what is said, with room; at least three degrees. */
export function openingView(all: readonly Site[]): readonly [west: number, south: number, east: number, north: number] {
  const points = all.filter((site) => !site.isArea || all.every((one) => one.isArea));
  const weighted = points.flatMap((site) => Array.from({ length: Math.max(1, site.shown.length) }, () => site));
  if (!weighted.length) return [-170, -55, 170, 70];
  const span = (numbers: number[]): [number, number] => {
    const sorted = numbers.sort((a, b) => a - b);
    const cut = Math.floor(sorted.length * 0.1);
    const [least, most] = [sorted[cut] as number, sorted[sorted.length - 1 - cut] as number];
    const room = Math.max((most - least) * 0.12, 1.5);
    return [least - room, most + room];
  };
  const [west, east] = span(weighted.map((site) => site.longitude));
  const [south, north] = span(weighted.map((site) => site.latitude));
  return [west, south, east, north];
}
