// The network: actors as symbols, ties as lines whose head tells the side, whose mark tells the standing, whose dashes
// tell that they only possibly held on the day. Nodes stay where they are while the day changes.
import { makeCard, sentence, showCard, type Action } from "./card";
import { around, held, lasting, matches } from "./choose";
import { spoken } from "./dates";
import type { DrawNetwork, NetworkData, NetworkOptions, Node, Picture, Presence, Tie } from "./kinds";
import { boxOf as boxAt, captions, countTies, layout, type Spot } from "./layout";
import { bends, curve, head } from "./lines";
import { makeKey, numbered, spokenBy, tellSpeakers } from "./speakers";
import { makeStage, shorten, widthOf, type Stage } from "./stage";
import { markShape, safe, set, shape, svg } from "./svg";

const LINE = 15;
const EDGE = 34;

interface DrawnTie {
  tie: Tie;
  bend: number;
  group: SVGGElement;
  line: SVGPathElement;
  touch: SVGPathElement;
  head: SVGPathElement | null;
  mark: SVGGElement | null;
  voice: SVGTextElement | null;
}

interface DrawnNode {
  node: Node;
  radius: number;
  link: SVGAElement;
  text: SVGTextElement;
  width: number;
  weight: number;
}

/** Draws a network into the host; see kinds.ts. */
export const network: DrawNetwork = (host, data, options = {}) => new Network(host, data, options);

class Network implements Picture<NetworkData, NetworkOptions> {
  readonly svg: SVGSVGElement;
  private readonly stage: Stage;
  private readonly card = makeCard();
  private readonly tiesLayer = svg("g", { class: "ties", "aria-hidden": "true" });
  private readonly nodesLayer = svg("g", { class: "nodes" });
  private ties: DrawnTie[] = [];
  private nodes: DrawnNode[] = [];
  private spots = new Map<string, Spot>();
  private radii = new Map<string, number>();
  private readonly speakers = makeKey();
  private selected: string | null = null;
  private current = 0;

  constructor(
    host: HTMLElement,
    private data: NetworkData,
    private options: NetworkOptions,
  ) {
    const title = options.title ?? "Network";
    this.stage = makeStage(host, { title, kind: "network", height: options.height ?? heightFor(host.clientWidth) });
    this.svg = this.stage.svg;
    this.stage.ground.append(this.tiesLayer, this.nodesLayer);
    this.stage.frame.append(this.card);
    host.append(this.speakers);
    this.stage.onChange((reason) => (reason === "size" ? this.rebuild() : this.refresh()));
    this.nodesLayer.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("click", (event) => event.target === this.svg && this.select(null));
    this.rebuild();
  }

  update(options: Partial<NetworkOptions>, data?: NetworkData): void {
    const before = this.options;
    this.options = { ...before, ...options };
    if (data) this.data = data;
    const lastingOptions: (keyof NetworkOptions)[] = ["hiddenGroups", "hiddenMarks", "hiddenSides", "focus", "hops", "loners"];
    if (data || lastingOptions.some((name) => name in options && !isSame(options[name], before[name]))) this.rebuild();
    else this.refresh();
    this.tell();
  }

  destroy(): void {
    this.stage.destroy();
    this.speakers.remove();
  }

  private rebuild(): void {
    const ties = lasting(this.data, this.options);
    const tied = new Set(ties.flatMap((tie) => [tie.from, tie.to]));
    const nodes = this.data.nodes.filter((node) => this.options.loners || tied.has(node.id) || node.id === this.options.focus);
    const ratio = this.stage.height() / this.stage.width();
    this.spots = layout(nodes, ties, ratio, this.spots.size ? this.spots : undefined);
    const [degrees, bent] = [countTies(ties), bends(ties)];
    const numbers = numbered(ties);
    this.ties = ties.map((tie) => drawTie(tie, bent.get(tie.id) ?? 0, numbers.get(spokenBy(tie))));
    tellSpeakers(this.speakers, numbers);
    this.nodes = nodes
      .map((node) => this.drawNode(node, degrees.get(node.id) ?? 0))
      .sort((a, b) => b.weight - a.weight || a.node.label.localeCompare(b.node.label));
    this.radii = new Map(this.nodes.map((one) => [one.node.id, one.radius]));
    this.tiesLayer.replaceChildren(...this.ties.map((one) => one.group));
    // The best connected come last, and so lie on top of the others.
    this.nodesLayer.replaceChildren(...this.nodes.map((one) => one.link).reverse());
    this.current = 0;
    this.nodes[0]?.link.setAttribute("tabindex", "0");
    if (this.selected && !this.spots.has(this.selected)) this.select(null);
    this.refresh();
    this.tell();
  }

  /** What depends on the day, the search, the zoom and the selection. */
  private refresh(): void {
    const at = this.places();
    const [near, shown] = [this.lit(), new Set<string>()];
    for (const one of this.ties) {
      const how = held(one.tie, this.options);
      placeTie(one, at, how, [this.radii.get(one.tie.from) ?? 6, this.radii.get(one.tie.to) ?? 6]);
      if (how !== "not") shown.add(one.tie.from).add(one.tie.to);
      const bright = !near || one.tie.from === this.selected || one.tie.to === this.selected;
      one.group.classList.toggle("dim", !bright);
    }
    for (const one of this.nodes) {
      const spot = at.get(one.node.id);
      if (!spot) continue;
      one.link.setAttribute("transform", `translate(${spot.x.toFixed(1)},${spot.y.toFixed(1)})`);
      one.link.classList.toggle("gone", !shown.has(one.node.id) && !this.options.loners);
      one.link.classList.toggle("dim", (near !== null && !near.has(one.node.id)) || !matches(one.node.label, this.options.search));
      one.link.classList.toggle("found", Boolean(this.options.search?.trim()) && matches(one.node.label, this.options.search));
      one.link.classList.toggle("selected", one.node.id === this.selected);
    }
    this.caption(at, shown);
  }

  private caption(at: ReadonlyMap<string, Spot>, shown: ReadonlySet<string>): void {
    const visible = this.nodes.filter((one) => shown.has(one.node.id) || this.options.loners);
    const boxes = visible.map((one) => {
      const spot = at.get(one.node.id) ?? { x: 0, y: 0 };
      return { x: spot.x - one.radius, y: spot.y - one.radius, width: 2 * one.radius, height: 2 * one.radius };
    });
    const wanted = visible.map((one) => {
      const spot = at.get(one.node.id) ?? { x: 0, y: 0 };
      const first = one.link.classList.contains("found") || one.node.id === this.selected || one.node.id === this.options.focus;
      return { id: one.node.id, x: spot.x, y: spot.y, radius: one.radius, width: one.width, weight: one.weight + (first ? 1000 : 0) };
    });
    // The best connected are named even over the symbols of others.
    const names = new Set([...wanted].sort((a, b) => b.weight - a.weight).slice(0, Math.max(8, this.stage.width() / 60)).map((one) => one.id));
    const within = { x: 2, y: 2, width: this.stage.width() - 4, height: this.stage.height() - 4 };
    const first = captions(wanted.filter((one) => names.has(one.id)), LINE, [], within);
    const covered = wanted.filter((one) => first.has(one.id)).map((one) => boxAt(one, first.get(one.id), LINE));
    const placed = new Map([...first, ...captions(wanted.filter((one) => !first.has(one.id)), LINE, [...boxes, ...covered], within)]);
    for (const one of this.nodes) {
      const place = placed.get(one.node.id);
      one.link.classList.toggle("unnamed", !place);
      set(one.text, "x", place?.dx ?? 0);
      set(one.text, "y", place?.dy ?? -one.radius - 5);
      set(one.text, "text-anchor", place?.anchor ?? "middle");
    }
  }

  /** The nodes on the screen: the layout fitted into the picture, then zoomed. */
  private places(): Map<string, Spot> {
    const spots = [...this.spots.values()];
    const [xs, ys] = [spots.map((one) => one.x), spots.map((one) => one.y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const [width, height] = [this.stage.width(), this.stage.height()];
    const side = Math.min(EDGE * 2, width * 0.12);
    const scale = Math.min((width - 2 * side) / Math.max(right - left, 1), (height - 2 * EDGE) / Math.max(bottom - top, 1), 3);
    const zoom = this.stage.transform();
    const found = new Map<string, Spot>();
    for (const [id, spot] of this.spots) {
      const x = width / 2 + (spot.x - (left + right) / 2) * scale;
      const y = height / 2 + (spot.y - (top + bottom) / 2) * scale;
      found.set(id, { x: zoom.applyX(x), y: zoom.applyY(y) });
    }
    return found;
  }

  private lit(): Set<string> | null {
    if (!this.selected) return null;
    const visible = this.ties.map((one) => one.tie).filter((tie) => held(tie, this.options) !== "not");
    return new Set([this.selected, ...around(visible, this.selected, 1).flatMap((tie) => [tie.from, tie.to])]);
  }

  private drawNode(node: Node, degree: number): DrawnNode {
    const size = this.stage.width() < 560 ? 0.7 : 1;
    const radius = size * Math.min(4.5 + Math.sqrt(degree) * 1.7, 14) + (node.id === this.options.focus ? 2 : 0);
    const label = shorten(node.label);
    const text = svg("text", {}, label);
    const named = [node.label, node.kind, `${degree} ${degree === 1 ? "tie" : "ties"}`].filter(Boolean).join(", ");
    const link = svg("a", { class: `node is-${node.shape ?? "other"}`, tabindex: -1, role: "link" }, svg("title", {}, named), svg("circle", { class: "touch", r: Math.max(radius, 12) }), svg("path", { d: shape(node.shape ?? node.kind, radius) }), text);
    set(link, "href", safe(node.href));
    if (node.id === this.options.focus) link.classList.add("focus");
    link.addEventListener("click", (event) => this.click(event, node));
    link.addEventListener("focus", () => this.reach(node.id));
    return { node, radius, link, text, width: widthOf(label) + 4, weight: degree };
  }

  /** A click or tap shows the card; Enter (a click without a pointer) and a click with a key held go to the page. */
  private click(event: MouseEvent, node: Node): void {
    if (this.options.open?.(node.id) === true) return event.preventDefault();
    if (event.metaKey || event.ctrlKey || (event.detail === 0 && safe(node.href))) return;
    event.preventDefault();
    this.select(node.id);
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (event.key === "Escape") return this.select(null);
    if (event.key === " ") {
      event.preventDefault();
      return this.select(this.nodes[this.current]?.node.id ?? null);
    }
    if (step === undefined) return;
    event.preventDefault();
    const visible = this.nodes.filter((one) => !one.link.classList.contains("gone"));
    const place = visible.findIndex((one) => one === this.nodes[this.current]);
    visible[Math.max(0, Math.min(visible.length - 1, place + step))]?.link.focus();
  }

  /** One stop for the tab key; the arrows go on from there, most connected first. */
  private reach(id: string): void {
    this.nodes[this.current]?.link.setAttribute("tabindex", "-1");
    this.current = Math.max(0, this.nodes.findIndex((one) => one.node.id === id));
    this.nodes[this.current]?.link.setAttribute("tabindex", "0");
  }

  private select(id: string | null): void {
    this.selected = id;
    const node = this.data.nodes.find((one) => one.id === id);
    if (!node) this.card.hidden = true;
    else this.showCard(node);
    const at = id ? this.places().get(id) : undefined;
    this.card.classList.toggle("right", at !== undefined && at.x < this.stage.width() / 2);
    this.refresh();
  }

  private showCard(node: Node): void {
    const names = new Map(this.data.nodes.map((one) => [one.id, one.label]));
    const own = this.ties.map((one) => one.tie).filter((tie) => (tie.from === node.id || tie.to === node.id) && held(tie, this.options) !== "not");
    const lines = own.map((tie) => ({ told: tie, text: `${names.get(tie.from) ?? ""} ${tie.label} ${names.get(tie.to) ?? ""}` }));
    const centre = this.options.centre;
    const actions: Action[] = centre && node.id !== this.options.focus ? [{ words: "Show only what is around it", run: () => centre(node.id) }] : [];
    showCard(this.card, node.label, node.kind, node.href, lines, this.options.asOf, actions, () => this.select(null));
  }

  private tell(): void {
    const how = this.ties.map((one) => held(one.tie, this.options));
    const count = (one: Presence): number => how.filter((each) => each === one).length;
    const shown = this.nodes.filter((one) => !one.link.classList.contains("gone")).length;
    const actors = `${shown} ${shown === 1 ? "actor" : "actors"}`;
    const [sure, maybe] = [count("surely"), count("possibly")];
    const sentence = this.options.asOf
      ? `On ${spoken(this.options.asOf)}: ${actors}; ${sure} ties surely held, ${maybe} possibly (dashed).`
      : `At any time: ${actors}, ${sure} ties.`;
    this.options.say?.(sentence);
  }
}

/** The same value, or sets of the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Set || b instanceof Set) return [...((a as Set<unknown>) ?? [])].sort().join("\n") === [...((b as Set<unknown>) ?? [])].sort().join("\n");
  return a === b;
}

function heightFor(width: number): number {
  return width < 560 ? Math.round(Math.min(width * 1.5, 640)) : Math.round(Math.min(Math.max(width * 0.62, 480), 760));
}

function drawTie(tie: Tie, bend: number, number?: number): DrawnTie {
  const line = svg("path", { class: "line" });
  const touch = svg("path", { class: "touch" });
  const end = tie.mutual ? null : svg("path", { class: "head", d: head(tie.side) });
  const mark = tie.mark && tie.mark !== "asserted" ? markShape(tie.mark, 4) : null;
  const said = sentence(tie, [tie.label, tie.standing && `(${tie.standing})`].filter(Boolean).join(" "));
  const group = svg("g", { class: `tie side-${tie.side ?? "other"}${tie.voice ? " voiced" : ""}` }, svg("title", {}, said), touch, line, end, mark);
  // What may only be told with whose words it is has the number of who says so on the line; the key below says who.
  const voice = number ? svg("text", { class: "voice", "text-anchor": "middle" }, String(number)) : null;
  if (voice) group.append(voice);
  return { tie, bend, group, line, touch, head: end, mark, voice };
}

function placeTie(one: DrawnTie, at: ReadonlyMap<string, Spot>, how: Presence, radii: readonly [number, number]): void {
  const [from, to] = [at.get(one.tie.from), at.get(one.tie.to)];
  one.group.classList.toggle("gone", how === "not");
  one.group.classList.toggle("possibly", how === "possibly");
  if (!from || !to || how === "not") return;
  const drawn = curve(from, to, one.bend, radii);
  one.line.setAttribute("d", drawn.path);
  one.touch.setAttribute("d", drawn.path);
  const turn = ((drawn.angle * 180) / Math.PI).toFixed(1);
  if (one.head) one.head.setAttribute("transform", `translate(${drawn.end.x.toFixed(1)},${drawn.end.y.toFixed(1)}) rotate(${turn})`);
  if (one.voice) one.voice.setAttribute("transform", `translate(${drawn.middle.x.toFixed(1)},${(drawn.middle.y - (one.mark ? 7 : -4)).toFixed(1)})`);
  if (one.mark) one.mark.setAttribute("transform", `translate(${drawn.middle.x.toFixed(1)},${drawn.middle.y.toFixed(1)})`);
}
