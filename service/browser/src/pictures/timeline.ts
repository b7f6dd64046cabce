// The timeline: full bars are certain time, pale ones with whiskers reach as far as the bounds, an arrow is a side of
// which nothing is known. Zoom and pan move through time only; rows grow as they need.
import { scaleUtc, type ScaleTime } from "d3-scale";
import { zoomIdentity, type ZoomTransform } from "d3-zoom";
import { makeCard, sentence, showCard } from "./card";
import { held, matches } from "./choose";
import { dayOf, instant, spoken, words } from "./dates";
import type { DrawTimeline, Picture, Span, TimelineData, TimelineOptions } from "./kinds";
import { opening, pack, rowsOf, timed, type Row, type Timed } from "./lanes";
import { makeStage, shorten, widthOf, type Stage } from "./stage";
import { markShape, safe, set, svg } from "./svg";

const LANE = 22;
const AXIS = 30;
const TITLE = 24;
const BAR = 10;
const LEAST = 7;
/** From the bar to its caption: an arrow has room between them. */
const AWAY = 17;
/** More bars than this are not drawn at once: the picture says so. */
const MOST = 1500;
/** A row with more lanes than this is folded until the reader opens it; narrow screens have fewer bars in a lane. */
const FOLDED = { wide: 24, narrow: 10 };
/** What is not worth folding. */
const FEW = 3;
const NARROW = 560;

type Scale = (milliseconds: number) => number;

/** Draws a timeline into the host; see kinds.ts. */
export const timeline: DrawTimeline = (host, data, options = {}) => new Timeline(host, data, options);

class Timeline implements Picture<TimelineData, TimelineOptions> {
  readonly svg: SVGSVGElement;
  private readonly stage: Stage;
  private readonly card = makeCard();
  private span: [number, number] = [0, 1];
  private order: SVGAElement[] = [];
  private current: string | null = null;
  private pending = 0;
  private readonly unfolded = new Set<string>();
  private folded = 0;
  /** The axis once more, where it stays in view while the reader scrolls. */
  private readonly rail = svg("svg", { class: "picture rail", height: AXIS, preserveAspectRatio: "none", "aria-hidden": "true" });

  constructor(
    host: HTMLElement,
    private data: TimelineData,
    private options: TimelineOptions,
  ) {
    this.stage = makeStage(host, { title: options.title ?? "Timeline", kind: "timeline", height: options.height ?? 420, most: 400, least: 0.02 });
    this.svg = this.stage.svg;
    this.stage.frame.append(this.card);
    this.svg.before(this.rail);
    this.stage.onChange(() => this.soon());
    this.stage.ground.addEventListener("keydown", (event) => this.key(event));
    this.begin();
    this.draw();
  }

  update(options: Partial<TimelineOptions>, data?: TimelineData): void {
    const before = this.options;
    this.options = { ...before, ...options };
    if (data) this.data = data;
    if (data || this.options.from !== before.from || this.options.to !== before.to) this.begin();
    this.draw();
  }

  destroy(): void {
    cancelAnimationFrame(this.pending);
    this.stage.destroy();
  }

  /** Many movements of a finger, one drawing. */
  private soon(): void {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(() => {
      this.draw();
      const [from, to] = this.visible();
      this.options.moved?.(dayOf(from), dayOf(to));
    });
  }

  private shown(): Span[] {
    return this.data.spans.filter((one) => held(one, this.options) !== "not" && this.within(one) && matches(`${one.label} ${Object.values(one.rows ?? {}).flat().join(" ")}`, this.options.search));
  }

  private within(one: Span): boolean {
    const { from, to } = this.options;
    const begin = one.when?.begin[0];
    const end = one.when?.end[1];
    return !(from && end && end < from) && !(to && begin && begin > to);
  }

  /** The stretch of time at zoom 1. */
  private begin(): void {
    const all = timed(this.shown());
    const [first, last] = all.length ? opening(all) : [Date.UTC(2000, 0, 1), Date.UTC(2001, 0, 1)];
    this.span = [this.options.from ? instant(this.options.from) : first, this.options.to ? instant(this.options.to) + 86_400_000 : last];
    if (this.span[0] >= this.span[1]) this.span = [first, last];
    this.stage.move(zoomIdentity);
  }

  private visible(): [number, number] {
    const transform: ZoomTransform = this.stage.transform();
    const base = scaleUtc().domain(this.span).range([0, this.stage.width()]);
    return [transform.rescaleX(base).invert(0).getTime(), transform.rescaleX(base).invert(this.stage.width()).getTime()];
  }

  private draw(): void {
    const width = this.stage.width();
    const domain = this.visible();
    const scale = scaleUtc().domain(domain).range([0, width]);
    const shown = this.shown();
    const all = timed(shown);
    const inView = all.filter((one) => one.bar.to >= domain[0] && one.bar.from <= domain[1]);
    const drawn = new Map(inView.slice(0, MOST).map((one) => [one.span, one]));
    const layer = svg("g");
    [this.order, this.folded] = [[], 0];
    let top = AXIS + 4;
    for (const row of rowsOf(this.data.spans.filter((one) => drawn.has(one)), this.options.groupBy ?? this.data.groupings?.[0]?.[0] ?? "group")) top = this.row(layer, row, drawn, (at) => scale(at), top);
    this.stage.setHeight(Math.max(this.options.height ?? 0, Math.min(top + 12, 12_000), 160));
    this.stage.ground.replaceChildren(axis(scale, width, this.stage.height()), layer, edges(all, domain, width));
    this.rail.setAttribute("viewBox", `0 0 ${width} ${AXIS}`);
    this.rail.replaceChildren(axis(scale, width, AXIS), edges(all, domain, width));
    this.order.find((link) => link.dataset["id"] === this.current)?.focus({ preventScroll: true });
    if (!this.order.some((link) => link.tabIndex === 0)) this.order[0]?.setAttribute("tabindex", "0");
    this.tell(shown.length, all.length, inView.length, domain);
  }

  private row(layer: SVGGElement, row: Row, drawn: ReadonlyMap<Span, Timed>, scale: Scale, top: number): number {
    const width = this.stage.width();
    const things = row.spans.flatMap((one) => drawn.get(one) ?? []).sort((a, b) => a.bar.from - b.bar.from || a.bar.to - b.bar.to);
    const placed = pack(things, (one) => extent(one, scale, width));
    const all = Math.max(0, ...placed.map((one) => one.lane + 1));
    const most = width < NARROW ? FOLDED.narrow : FOLDED.wide;
    const lanes = all <= most + FEW || this.unfolded.has(row.name) ? all : most;
    const group = svg("g", { class: "row" }, svg("path", { class: "rule", d: `M0,${top}H${width}` }), svg("text", { class: "row-name", x: 8, y: top + 16 }, `${row.name} · ${things.length}`));
    for (const { thing, lane } of placed.filter((one) => one.lane < lanes)) group.append(this.item(thing, scale, width, top + TITLE + lane * LANE + LANE / 2));
    layer.append(group);
    const below = top + TITLE + lanes * LANE;
    const hidden = placed.filter((one) => one.lane >= lanes).length;
    if (hidden === 0) return below + 8;
    this.folded += hidden;
    group.append(this.more(row.name, hidden, below + LANE / 2));
    return below + LANE + 8;
  }

  /** Opens a folded row; from the keyboard the first bar that comes is next. */
  private more(name: string, count: number, y: number): SVGElement {
    const words = `${count} more: ${name}`;
    const button = svg("g", { class: "more", role: "button", tabindex: 0, "aria-label": `Show ${words}`, transform: `translate(0,${y})` }, svg("rect", { class: "touch", x: 0, y: -LANE / 2, width: widthOf(words) + 40, height: LANE }), svg("text", { x: 8, y: 4 }, `▾ ${words}`));
    const open = (event: Event): void => {
      event.preventDefault();
      event.stopPropagation();
      const seen = new Set(this.order.map((link) => link.dataset["id"]));
      this.unfolded.add(name);
      this.draw();
      if (event instanceof KeyboardEvent) this.order.find((link) => !seen.has(link.dataset["id"]))?.focus();
    };
    button.addEventListener("click", open);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") open(event);
    });
    return button;
  }

  private item({ span, bar }: Timed, scale: Scale, width: number, y: number): SVGElement {
    const [left, right] = ends(bar, scale);
    const said = [sentence(span, span.label), words(span.when), span.standing].filter(Boolean).join(" · ");
    const text = caption(span, width);
    const [x, anchor] = beside(left, right, roomFor(span, width), width);
    const link = svg("a", { class: `span${span.voice ? " voiced" : ""}`, role: "link", tabindex: -1, "data-id": span.id, transform: `translate(0,${y})` }, svg("title", {}, said));
    set(link, "href", safe(span.href));
    const isUpon = anchor === "start" && x < right;
    const under = isUpon ? [svg("rect", { class: "under", x: x - 3, y: -8, width: roomFor(span, width), height: 16 })] : [];
    link.append(...parts(bar, scale, width), ...under, ...glyph(span, x, anchor), svg("text", { x: x + (anchor === "end" ? -shift(span) : shift(span)), y: 4, "text-anchor": anchor }, text));
    link.addEventListener("click", (event) => this.click(event, span));
    link.addEventListener("focus", () => this.reach(span.id));
    this.order.push(link);
    return link;
  }

  private click(event: MouseEvent, span: Span): void {
    if (this.options.open?.(span.id) === true) return event.preventDefault();
    if (event.metaKey || event.ctrlKey || (event.detail === 0 && safe(span.href))) return;
    event.preventDefault();
    this.showCard(span);
  }

  private showCard(span: Span): void {
    const about = Object.entries(span.rows ?? {}).flatMap(([key, names]) => (key !== "type" ? names : []));
    showCard(this.card, span.label, span.rows?.["type"]?.join(", "), span.href, [{ told: span, text: span.voice ? span.label : (about.join(", ") || span.label) }], this.options.asOf, [], () => (this.card.hidden = true));
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.card.hidden = true;
    if (event.key === " ") {
      event.preventDefault();
      const span = this.data.spans.find((one) => one.id === this.current);
      if (span) this.showCard(span);
    }
    if (step === undefined) return;
    event.preventDefault();
    const place = this.order.findIndex((link) => link.dataset["id"] === this.current);
    this.order[Math.max(0, Math.min(this.order.length - 1, place + step))]?.focus();
  }

  private reach(id: string): void {
    for (const link of this.order) link.setAttribute("tabindex", link.dataset["id"] === id ? "0" : "-1");
    this.current = id;
  }

  private tell(shown: number, dated: number, inView: number, domain: readonly [number, number]): void {
    const undated = shown - dated;
    const parts = [`${inView} of ${shown} between ${spoken(dayOf(domain[0]))} and ${spoken(dayOf(domain[1]))}`];
    if (this.folded > 0) parts.push(`${this.folded} folded`);
    if (inView > MOST) parts.push(`only the first ${MOST} are drawn`);
    if (undated > 0) parts.push(`${undated} without any date are in the table only`);
    this.options.say?.(`${parts.join("; ")}.`);
  }
}

/** Left and right of the symbol itself on the screen. */
function ends(bar: Timed["bar"], scale: Scale): [number, number] {
  const [left, right] = [scale(bar.from), scale(bar.to)];
  return right - left < LEAST ? [left - LEAST / 2, left + LEAST / 2] : [left, right];
}

/** The room that bar and caption take. */
function extent(one: Timed, scale: Scale, width: number): [number, number] {
  const [left, right] = ends(one.bar, scale);
  const room = roomFor(one.span, width);
  const [x, anchor] = beside(left, right, room, width);
  if (anchor === "end") return [Math.min(left, x - room), Math.max(right, x)];
  return [Math.max(Math.min(left, x), -20), Math.max(right, x + room)];
}

/** Where the caption begins: after the bar, before it when there is no room, else upon it. */
function beside(left: number, right: number, room: number, width: number): [number, "start" | "end"] {
  const seen = Math.max(left, 4);
  if (right + room + 24 <= width) return [Math.max(right, 0) + AWAY, "start"];
  if (left - room - 24 >= 0) return [left - AWAY, "end"];
  return [Math.min(seen + 4, Math.max(4, width - room - 8)), "start"];
}

function caption(span: Span, width: number): string {
  return shorten(sentence(span, span.label), width < NARROW ? 32 : 48);
}

function roomFor(span: Span, width: number): number {
  return widthOf(caption(span, width)) + shift(span) + 6;
}

function shift(span: Span): number {
  return span.mark && span.mark !== "asserted" ? 13 : 0;
}

function glyph(span: Span, x: number, anchor: "start" | "end"): SVGElement[] {
  if (!shift(span)) return [];
  const shape = markShape(span.mark, 4);
  shape.setAttribute("transform", `translate(${x + (anchor === "end" ? -4 : 4)},0)`);
  return [shape];
}

function parts(bar: Timed["bar"], scale: Scale, width: number): SVGElement[] {
  const [begin, end] = ends(bar, scale);
  const [left, right] = [Math.max(-50, Math.min(width + 50, begin)), Math.max(-50, Math.min(width + 50, end))];
  const made: SVGElement[] = [svg("rect", { class: "touch", x: left, y: -LANE / 2, width: right - left, height: LANE })];
  if (bar.openBegin && left > 14) made.push(svg("path", { class: "whisker open", d: `M${left},0H${left - 12}M${left - 8},-4L${left - 13},0L${left - 8},4` }));
  if (bar.openEnd && right < width - 14) made.push(svg("path", { class: "whisker open", d: `M${right},0H${right + 12}M${right + 8},-4L${right + 13},0L${right + 8},4` }));
  if (scale(bar.to) - scale(bar.from) < LEAST) {
    const middle = (left + right) / 2;
    return [...made, svg("path", { class: bar.core ? "core" : "reach", d: `M${left},0L${middle},${-BAR / 2}L${right},0L${middle},${BAR / 2}Z` })];
  }
  const whiskers = `${bar.openBegin ? "" : `M${left},-6V6`}${bar.openEnd ? "" : `M${right},-6V6`}M${left},0H${right}`;
  made.push(svg("rect", { class: "reach", x: left, y: -BAR / 2, width: right - left, height: BAR }), svg("path", { class: "whisker", d: whiskers }));
  if (bar.core) {
    const [from, to] = [Math.max(-50, scale(bar.core[0])), Math.min(width + 50, scale(bar.core[1]))];
    made.push(svg("rect", { class: "core", x: from, y: -BAR / 2, width: Math.max(to - from, 2), height: BAR }));
  }
  return made;
}

function axis(scale: ScaleTime<number, number>, width: number, height: number): SVGElement {
  const format = scale.tickFormat(Math.max(2, Math.floor(width / 110)));
  const ticks = scale.ticks(Math.max(2, Math.floor(width / 110)));
  const group = svg("g", { class: "axis-group", "aria-hidden": "true" }, svg("rect", { class: "axis-back", x: 0, y: 0, width, height: AXIS }));
  for (const tick of ticks) {
    const x = scale(tick).toFixed(1);
    if (Number(x) < 18 || Number(x) > width - 18) continue;
    group.append(svg("path", { class: "grid", d: `M${x},${AXIS - 6}V${height}` }), svg("text", { x, y: 12, "text-anchor": "middle" }, format(tick)));
  }
  return group;
}

/** How many are before and after what is seen. */
function edges(all: readonly Timed[], domain: readonly [number, number], width: number): SVGElement {
  const before = all.filter((one) => one.bar.to < domain[0]).length;
  const after = all.filter((one) => one.bar.from > domain[1]).length;
  return svg("g", { class: "edges" }, before ? svg("text", { x: 8, y: AXIS - 2 }, `← ${before} earlier`) : null, after ? svg("text", { x: width - 8, y: AXIS - 2, "text-anchor": "end" }, `${after} later →`) : null);
}

