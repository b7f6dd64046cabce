// Elements of SVG and HTML, made without markup; the shapes that say how surely something is stated; safe links.
import type { Mark } from "./kinds";

const SVG = "http://www.w3.org/2000/svg";
type Value = string | number | boolean | null | undefined;
export type Child = Node | string | null | undefined | false;

/** An SVG element with attributes; those that are null, false or undefined are left out. */
export function svg<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, Value> = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** The same for HTML. */
export function html<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return fill(document.createElement(name), attributes, children);
}

function fill<E extends Element>(element: E, attributes: Record<string, Value>, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  for (const child of children) if (child) element.append(child);
  return element;
}

/** Set an attribute, or remove it. */
export function set(element: Element, name: string, value: Value): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** The address when it may be followed: a path, or http(s). Anything else, javascript: above all, is none. */
export function safe(href: string | undefined): string | undefined {
  return href && (/^\/(?!\/)/.test(href) || /^https?:\/\//i.test(href)) ? href : undefined;
}

const KNOWN: readonly string[] = ["asserted", "hedged", "reported", "disputed", "denied", "open"] satisfies readonly Mark[];

/** The class of a mark; an unknown word is drawn like what is asserted. */
export function markClass(mark: string | undefined): string {
  return `is-${mark && KNOWN.includes(mark) ? mark : "asserted"}`;
}

/** The shape of a mark around 0,0: full, half, hollow, diamond, crossed square, dotted. */
export function markShape(mark: string | undefined, radius = 5): SVGGElement {
  const group = svg("g", { class: `glyph ${markClass(mark)}` });
  const round = (more: Record<string, Value>) => svg("circle", { r: radius, ...more });
  const r = radius;
  if (mark === "hedged") group.append(round({ class: "hollow" }), svg("path", { class: "full", d: `M${-r},0A${r},${r} 0 0 0 ${r},0Z` }));
  else if (mark === "reported") group.append(round({ class: "hollow" }));
  else if (mark === "disputed") group.append(svg("path", { class: "hollow", d: `M0,${-r * 1.3}L${r * 1.3},0L0,${r * 1.3}L${-r * 1.3},0Z` }), svg("path", { class: "full", d: `M0,${-r * 1.3}L0,${r * 1.3}L${-r * 1.3},0Z` }));
  else if (mark === "denied") group.append(svg("rect", { class: "hollow", x: -r, y: -r, width: 2 * r, height: 2 * r }), svg("path", { class: "stroke", d: `M${-r},${r}L${r},${-r}` }));
  else if (mark === "open") group.append(round({ class: "hollow dotted" }));
  else group.append(round({ class: "full" }));
  return group;
}

/** The shape of a sort of thing around 0,0; the same word gives the same shape. */
export function shape(sort: string | undefined, radius: number): string {
  const r = radius;
  if (sort === "state") return `M${-r},${-r}H${r}V${r}H${-r}Z`;
  if (sort === "body") return `M${-r},${r}V${-r * 0.2}L0,${-r * 1.2}L${r},${-r * 0.2}V${r}Z`;
  if (sort === "community") return polygon(6, r * 1.1);
  if (sort === "voice") return polygon(3, r * 1.25);
  if (sort === "event") return polygon(4, r * 1.3);
  if (sort === "place") return `M0,${r * 1.4}L${-r},${-r * 0.2}A${r},${r} 0 1 1 ${r},${-r * 0.2}Z`;
  return `M${-r},0A${r},${r} 0 1 1 ${r},0A${r},${r} 0 1 1 ${-r},0Z`;
}

function polygon(corners: number, r: number): string {
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2;
    return `${(r * Math.cos(angle)).toFixed(2)},${(r * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${points.join("L")}Z`;
}
