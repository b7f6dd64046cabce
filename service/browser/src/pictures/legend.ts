// What the shapes mean, in words beside the shapes.
import { head } from "./lines";
import { html, markShape, shape, svg } from "./svg";
import type { Side } from "./kinds";

function entry(words: string, ...shapes: SVGElement[]): HTMLElement {
  const icon = svg("svg", { viewBox: "-22 -9 44 18", width: 44, height: 18, "aria-hidden": "true", class: "picture" }, ...shapes);
  return html("li", {}, icon, words);
}

function tie(side: Side, className = ""): SVGElement {
  return svg("g", { class: `tie side-${side} ${className}` }, svg("path", { class: "line", d: "M-20,0H14" }), svg("path", { class: "head", d: head(side), transform: "translate(16,0)" }));
}

const SHAPES: readonly (readonly [string, string])[] = [["person", "person"], ["group", "group"], ["body", "public body"], ["state", "state"], ["community", "community"], ["voice", "unnamed voice"]];

/** The legend of a network; shapes of nodes only for the sorts that are there. */
export function networkLegend(marks: readonly { mark: string; label: string }[], sorts: ReadonlySet<string>): HTMLDetailsElement {
  const nodes = SHAPES.filter(([sort]) => sorts.has(sort)).map(([sort, words]) => entry(words, svg("g", { class: `node is-${sort}` }, svg("path", { d: shape(sort, 7) }))));
  return legend(
    entry("with (arrow)", tie("with")),
    entry("against (bar)", tie("against")),
    entry("part of, under (open arrow)", tie("part")),
    entry("dashed: possibly on this day", tie("other", "possibly")),
    ...marked(marks, true),
    ...nodes,
  );
}

/** The legend of a timeline. */
export function timelineLegend(marks: readonly { mark: string; label: string }[]): HTMLDetailsElement {
  return legend(
    entry("certain time", svg("rect", { class: "core", x: -18, y: -5, width: 36, height: 10 })),
    entry("begin or end within these bounds", svg("rect", { class: "reach", x: -18, y: -5, width: 36, height: 10 }), svg("path", { class: "whisker", d: "M-18,-6V6M18,-6V6M-18,0H18" })),
    entry("no bound is known", svg("path", { class: "whisker open", d: "M-18,0H14M9,-4L15,0L9,4" })),
    ...marked(marks),
  );
}

/** The legend of a map. */
export function mapLegend(marks: readonly { mark: string; label: string }[]): HTMLDetailsElement {
  return legend(
    entry("said to be held", svg("circle", { class: "ring control", r: 6 })),
    entry("held by two or more, as is said", svg("circle", { class: "ring control contested", r: 7 }), svg("circle", { class: "ring control contested", r: 4 })),
    entry("somebody is there", svg("circle", { class: "dot presence", r: 5 })),
    entry("something happened there", svg("path", { class: "dot event", d: shape("event", 5) })),
    ...marked(marks),
    html("li", {}, "Land and borders: Natural Earth, public domain"),
  );
}

function marked(marks: readonly { mark: string; label: string }[], isOnLine = false): HTMLElement[] {
  return marks.filter((one) => one.mark !== "asserted").map((one) => entry(one.label, ...(isOnLine ? [svg("path", { class: "axis", d: "M-20,0H20" })] : []), markShape(one.mark, 5)));
}

function legend(...entries: HTMLElement[]): HTMLDetailsElement {
  const how = html("p", { class: "note" }, "Zoom with the buttons, with two fingers, or with Ctrl and the wheel. Arrow keys go from one to the next, the space bar tells more, Enter opens.");
  return html("details", { class: "picture-legend", open: true }, html("summary", {}, "What the shapes mean"), html("ul", {}, ...entries), how);
}
