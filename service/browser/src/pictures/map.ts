// The map: land and borders without any request off this host, places with who was there, who is said to hold them, and
// what happened. A ring is control, two rings are two who are said to have it; dashed is only possibly on the day.
import { geoMercator, type GeoProjection } from "d3-geo";
import { makeCard, showCard, type Line as Entry } from "./card";
import { held, matches } from "./choose";
import { spoken } from "./dates";
import { ground, index, squares, type Extent, type Line } from "./geometry";
import type { DrawMap, MapData, MapOptions, Picture } from "./kinds";
import { captions } from "./layout";
import { clusters, holders, openingView, position, sites, type Centres, type Site, type Spotted } from "./sites";
import { makeStage, shorten, widthOf, type Stage } from "./stage";
import { markShape, safe, set, shape, svg } from "./svg";

const LINE = 15;
const MOST_LATITUDE = 84;

/** Draws a map into the host; see kinds.ts. The land follows as soon as it is fetched. */
export const map: DrawMap = (host, data, options = {}) => new PlaceMap(host, data, options);

class PlaceMap implements Picture<MapData, MapOptions> {
  readonly svg: SVGSVGElement;
  private readonly stage: Stage;
  private readonly card = makeCard();
  private readonly land = svg("path", { class: "land" });
  private readonly borders = svg("path", { class: "borders" });
  private readonly ground = svg("g", { class: "earth", "aria-hidden": "true" }, this.land, this.borders);
  private readonly marks = svg("g", { class: "sites" });
  private projection: GeoProjection = geoMercator();
  private centres: Centres = new Map();
  private links: SVGAElement[] = [];
  private current: string | null = null;
  private selected: string | null = null;
  private files = "";
  private pending = 0;
  private isGone = false;

  constructor(
    host: HTMLElement,
    private data: MapData,
    private options: MapOptions,
  ) {
    const height = options.height ?? Math.round(Math.min(Math.max(host.clientWidth * 0.55, 380), 680));
    this.stage = makeStage(host, { title: options.title ?? "Map", kind: "map", height, most: 200, least: 0.02 });
    this.svg = this.stage.svg;
    this.stage.ground.append(this.ground, this.marks);
    this.stage.frame.append(this.card);
    this.stage.onChange((reason) => this.soon(reason === "size"));
    this.marks.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("click", (event) => event.target instanceof Element && !event.target.closest("a") && this.close());
    this.fit();
    this.draw();
    void this.begin();
  }

  update(options: Partial<MapOptions>, data?: MapData): void {
    this.options = { ...this.options, ...options };
    if (data) {
      this.data = data;
      this.fit();
    }
    this.draw();
  }

  destroy(): void {
    this.isGone = true;
    cancelAnimationFrame(this.pending);
    this.stage.destroy();
  }

  /** Countries have their place only when the world is there. */
  private async begin(): Promise<void> {
    try {
      this.centres = (await ground(squares([-180, -90, 180, 90], await index()).files)).centres;
    } catch {
      this.options.say?.("The land cannot be fetched; the places stand without it.");
    }
    if (this.isGone) return;
    this.fit();
    this.draw();
    this.options.unplaced?.(this.data.places.filter((place) => !position(place, this.centres)));
  }

  /** The opening view at zoom 1, of everything that is ever shown: it stays while the day changes. */
  private fit(): void {
    const [west, south, east, north] = openingView(sites(this.data, { ...this.options, asOf: null }, this.centres));
    const corners = { type: "MultiPoint" as const, coordinates: [[west, south], [east, north]] };
    const [width, height] = [this.stage.width(), this.stage.height()];
    this.projection = geoMercator().fitExtent([[16, 16], [width - 16, height - 16]], corners);
    this.files = "";
  }

  private soon(isResized: boolean): void {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(() => {
      if (isResized) this.fit();
      this.draw();
    });
  }

  private draw(): void {
    const transform = this.stage.transform();
    this.ground.setAttribute("transform", `translate(${transform.x},${transform.y}) scale(${transform.k})`);
    void this.fetchLand();
    const all = sites(this.data, this.options, this.centres);
    const spotted = all.flatMap((site): Spotted[] => {
      const at = this.projection([site.longitude, site.latitude]);
      return at ? [{ site, x: transform.applyX(at[0]), y: transform.applyY(at[1]), radius: radius(site) }] : [];
    });
    const grouped = clusters(spotted);
    const focused = document.activeElement instanceof SVGAElement && this.marks.contains(document.activeElement);
    this.links = grouped.map((cluster) => this.drawCluster(cluster));
    // The larger ones lie below, so that the small can be reached.
    this.marks.replaceChildren(...[...this.links]);
    this.caption(grouped);
    const again = this.links.find((link) => link.dataset["id"] === this.current);
    (again ?? this.links[0])?.setAttribute("tabindex", "0");
    if (focused) again?.focus({ preventScroll: true });
    this.showSelected(grouped);
    this.tell(all);
  }

  private async fetchLand(): Promise<void> {
    const known = await index().catch(() => null);
    const files = known ? squares(this.extent(), known).files : [];
    if (!known || files.join() === this.files) return;
    const wanted = (this.files = files.join());
    const found = await ground(files).catch(() => null);
    if (!found || wanted !== this.files || this.isGone) return;
    this.land.setAttribute("d", found.land.map((line) => `${this.path(line)}Z`).join(""));
    this.borders.setAttribute("d", found.borders.map((line) => this.path(line)).join(""));
  }

  private path(line: Line): string {
    const points = line.map(([longitude, latitude]) => {
      const at = this.projection([longitude, Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude))]) ?? [0, 0];
      return `${at[0].toFixed(2)},${at[1].toFixed(2)}`;
    });
    return `M${points.join("L")}`;
  }

  private extent(): Extent {
    const transform = this.stage.transform();
    const corner = (x: number, y: number): [number, number] => this.projection.invert?.(transform.invert([x, y])) ?? [0, 0];
    const [west, north] = corner(0, 0);
    const [east, south] = corner(this.stage.width(), this.stage.height());
    const isWrapped = east <= west || this.projection.scale() * transform.k * 2 * Math.PI < this.stage.width() * 1.02;
    return isWrapped ? [-180, -90, 180, 90] : [west, south, east, north];
  }

  private drawCluster(cluster: Spotted[]): SVGAElement {
    const first = cluster[0] as Spotted;
    const places = cluster.flatMap((one) => one.site.places);
    const count = cluster.reduce((sum, one) => sum + one.site.shown.length, 0);
    const name = `${nameOf(cluster)}${count ? `: ${count} ${count === 1 ? "statement" : "statements"}` : ""}`;
    const link = svg("a", { class: `site${first.site.isArea ? " area" : ""}`, role: "link", tabindex: -1, "data-id": first.site.key, transform: `translate(${first.x.toFixed(1)},${first.y.toFixed(1)})` }, svg("title", {}, name), svg("circle", { class: "touch", r: Math.max(first.radius + 4, 13) }), ...symbol(cluster), svg("text", {}, shorten(nameOf(cluster), 30)));
    set(link, "href", cluster.length === 1 ? safe(places[0]?.href) : undefined);
    const isFound = places.some((place) => matches(place.label, this.options.search)) || cluster.some((one) => one.site.shown.some(({ sighting }) => matches(sighting.label, this.options.search)));
    link.classList.toggle("dim", !isFound);
    link.addEventListener("click", (event) => this.click(event, cluster));
    link.addEventListener("focus", () => this.reach(first.site.key));
    return link;
  }

  private caption(grouped: readonly Spotted[][]): void {
    const within = { x: 2, y: 2, width: this.stage.width() - 4, height: this.stage.height() - 4 };
    const wanted = grouped.map((cluster, place) => {
      const first = cluster[0] as Spotted;
      const width = widthOf(shorten(nameOf(cluster), 30)) + 4;
      return { id: String(place), x: first.x, y: first.y, radius: first.radius + (holders(first.site).size ? 5 * Math.min(holders(first.site).size, 2) - 2 : 0), width, weight: first.site.shown.length + (first.site.key === this.selected ? 1000 : 0) };
    });
    const boxes = wanted.map(({ x, y, radius: r }) => ({ x: x - r, y: y - r, width: 2 * r, height: 2 * r }));
    const placed = captions(wanted, LINE, boxes, within);
    this.links.forEach((link, index) => {
      const [text, at] = [link.querySelector("text"), placed.get(String(index))];
      link.classList.toggle("unnamed", !at);
      if (!text) return;
      set(text, "x", at?.dx ?? 0);
      set(text, "y", at?.dy ?? -12);
      set(text, "text-anchor", at?.anchor ?? "middle");
    });
  }

  private click(event: MouseEvent, cluster: readonly Spotted[]): void {
    const first = cluster[0] as Spotted;
    const place = first.site.places[0];
    if (place && cluster.length === 1 && this.options.open?.(place.id) === true) return event.preventDefault();
    if (event.metaKey || event.ctrlKey || (event.detail === 0 && cluster.length === 1 && safe(place?.href))) return;
    event.preventDefault();
    this.selected = first.site.key;
    this.draw();
  }

  private showSelected(grouped: readonly Spotted[][]): void {
    const cluster = grouped.find((one) => one[0]?.site.key === this.selected);
    if (!cluster) return void (this.card.hidden = true);
    this.card.classList.toggle("right", (cluster[0]?.x ?? 0) < this.stage.width() / 2);
    const place = cluster[0]?.site.places[0];
    const names = new Map(this.data.places.map((one) => [one.id, one]));
    const several = cluster.flatMap((one) => one.site.places).length > 1;
    const entries = cluster.flatMap((one) => one.site.shown).map(({ sighting }): Entry => {
      const here = names.get(sighting.place);
      return { told: sighting, text: several && here && !sighting.label.includes(here.label) ? `${sighting.label} (${here.label})` : sighting.label };
    });
    const kind = place?.inside ? `${place.kind ?? "place"} in ${place.inside}` : place?.kind;
    showCard(this.card, nameOf(cluster), cluster.length === 1 ? kind : "places close together", cluster.length === 1 ? place?.href : undefined, entries, this.options.asOf, [], () => this.close());
  }

  private close(): void {
    this.selected = null;
    this.card.hidden = true;
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape") return this.close();
    if (event.key === " ") {
      event.preventDefault();
      this.selected = this.current;
      return this.draw();
    }
    if (step === undefined) return;
    event.preventDefault();
    const place = this.links.findIndex((link) => link.dataset["id"] === this.current);
    this.links[Math.max(0, Math.min(this.links.length - 1, place + step))]?.focus();
  }

  private reach(key: string): void {
    for (const link of this.links) link.setAttribute("tabindex", link.dataset["id"] === key ? "0" : "-1");
    this.current = key;
  }

  private tell(all: readonly Site[]): void {
    const day = this.options.asOf ? `On ${spoken(this.options.asOf)}` : "At any time";
    const count = all.reduce((sum, site) => sum + site.shown.length, 0);
    const contested = all.filter((site) => holders(site).size > 1).map((site) => site.places[0]?.label);
    const missing = this.data.sightings.filter((one) => held(one, this.options) !== "not").length - count;
    const parts = [`${day}: ${count} statements about ${all.length} ${all.length === 1 ? "place" : "places"}`];
    if (contested.length) parts.push(`said to be held by more than one: ${contested.join(", ")}`);
    if (missing > 0) parts.push(`${missing} about places without a position are in the table only`);
    this.options.say?.(`${parts.join("; ")}.`);
  }
}

function radius(site: Site): number {
  return site.isArea ? 5 : Math.min(4 + Math.sqrt(site.shown.length) * 1.4, 13);
}

function nameOf(cluster: readonly Spotted[]): string {
  const own = cluster.map((one) => one.site.places[0]?.label ?? "");
  return own.length > 1 ? `${own[0]} +${own.length - 1}` : (own[0] ?? "");
}

/** The ring or rings of those who hold it, and in the middle whether somebody is there or only something happened. */
function symbol(cluster: readonly Spotted[]): SVGElement[] {
  const first = cluster[0] as Spotted;
  const shown = cluster.flatMap((one) => one.site.shown);
  const held = cluster.flatMap((one) => [...holders(one.site).values()]);
  const isContested = cluster.some((one) => holders(one.site).size > 1);
  const made: SVGElement[] = [];
  const isThere = shown.some(({ sighting }) => sighting.shape !== "event");
  const sort = shown.length && !isThere ? "event" : "presence";
  const r = first.radius;
  made.push(first.site.isArea ? svg("rect", { class: `dot ${sort}`, x: -r, y: -r, width: 2 * r, height: 2 * r }) : sort === "event" ? svg("path", { class: "dot event", d: shape("event", r * 0.85) }) : svg("circle", { class: "dot presence", r: r * 0.8 }));
  if (held.length) made.push(ring(r + 3, held.includes("surely"), isContested));
  if (isContested) made.push(ring(r + 7, held.includes("surely"), true));
  const unsure = shown.find(({ sighting }) => sighting.shape === "control" && sighting.mark && sighting.mark !== "asserted")?.sighting.mark;
  if (unsure) {
    const mark = markShape(unsure, 4);
    mark.setAttribute("transform", `translate(${r + 6},${-r - 4})`);
    made.push(mark);
  }
  return made;
}

function ring(r: number, isSure: boolean, isContested: boolean): SVGElement {
  return svg("circle", { class: `ring control${isSure ? "" : " possibly"}${isContested ? " contested" : ""}`, r });
}
