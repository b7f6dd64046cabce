// What the shapes mean, in words beside the shapes.
import { head } from "./lines";
import { html, markShape, shape, svg } from "./svg";
import type { MapData, NetworkData, Side, TimelineData, Told } from "./kinds";

function entry(words: string, ...shapes: SVGElement[]): HTMLElement {
  const icon = svg("svg", { viewBox: "-22 -9 44 18", width: 44, height: 18, "aria-hidden": "true", class: "picture" }, ...shapes);
  return html("li", {}, icon, words);
}

function tie(side: Side, className = ""): SVGElement {
  return svg("g", { class: `tie side-${side} ${className}` }, svg("path", { class: "line", d: "M-20,0H14" }), svg("path", { class: "head", d: head(side), transform: "translate(16,0)" }));
}

const SHAPES: readonly (readonly [string, string])[] = [["person", "person"], ["group", "group"], ["body", "public body"], ["state", "state"], ["community", "community"], ["voice", "unnamed voice"]];
const SIDES: readonly (readonly [Side, string])[] = [["with", "with (arrow)"], ["against", "against (bar)"], ["part", "part of, under (open arrow)"]];

/** The legend of a network: what is drawn in it, and nothing else. */
export function networkLegend(data: NetworkData): HTMLDetailsElement {
  const [sides, sorts] = [new Set(data.ties.map((one) => one.side)), new Set(data.nodes.map((one) => one.shape))];
  return legend(
    ...SIDES.filter(([side]) => sides.has(side)).map(([side, words]) => entry(words, tie(side))),
    ...(data.ties.some((one) => one.when) ? [entry("dashed: possibly on this day", tie("other", "possibly"))] : []),
    ...marked(data.ties, true),
    ...SHAPES.filter(([sort]) => sorts.has(sort)).map(([sort, words]) => entry(words, svg("g", { class: `node is-${sort}` }, svg("path", { d: shape(sort, 7) })))),
  );
}

/** The legend of a timeline. */
export function timelineLegend(data: TimelineData): HTMLDetailsElement {
  return legend(
    entry("certain time", svg("rect", { class: "core", x: -18, y: -5, width: 36, height: 10 })),
    entry("begin or end within these bounds", svg("rect", { class: "reach", x: -18, y: -5, width: 36, height: 10 }), svg("path", { class: "whisker", d: "M-18,-6V6M18,-6V6M-18,0H18" })),
    entry("no bound is known", svg("path", { class: "whisker open", d: "M-18,0H14M9,-4L15,0L9,4" })),
    ...marked(data.spans),
  );
}

/** The legend of a map. */
export function mapLegend(data: MapData): HTMLDetailsElement {
  const sorts = new Set(data.sightings.map((one) => one.shape));
  const held = [
    entry("said to be held", svg("circle", { class: "ring control", r: 6 })),
    entry("held by two or more, as is said", svg("circle", { class: "ring control contested", r: 7 }), svg("circle", { class: "ring control contested", r: 4 })),
  ];
  const isElse = data.sightings.length === 0 || [...sorts].some((sort) => sort !== "control" && sort !== "event");
  return legend(
    ...(sorts.has("control") ? held : []),
    ...(isElse ? [entry(sorts.has("presence") ? "somebody is there" : "one of these is there", svg("circle", { class: "dot presence", r: 5 }))] : []),
    ...(sorts.has("event") ? [entry("something happened there", svg("path", { class: "dot event", d: shape("event", 5) }))] : []),
    ...marked(data.sightings.filter((one) => one.shape === "control")),
    html("li", {}, "Land and borders: Natural Earth, public domain"),
  );
}

/** The marks that are drawn, but for the plain one, in the order of the first of each. */
function marked(drawn: readonly Told[], isOnLine = false): HTMLElement[] {
  const marks = new Map<string, string>();
  for (const { mark, standing } of drawn) if (mark && mark !== "asserted" && !marks.has(mark)) marks.set(mark, standing ?? mark);
  return [...marks].map(([mark, words]) => entry(words, ...(isOnLine ? [svg("path", { class: "axis", d: "M-20,0H20" })] : []), markShape(mark, 5)));
}

function legend(...entries: HTMLElement[]): HTMLDetailsElement {
  const how = html("p", { class: "note" }, "Zoom with the buttons, with two fingers, or with Ctrl and the wheel. Arrow keys go from one to the next, the space bar tells more, Enter opens.");
  return html("details", { class: "picture-legend", open: true }, html("summary", {}, "What the shapes mean"), html("ul", {}, ...entries), how);
}
