// Bars, or a line over time: how much of each. The numbers stand beside the bars, so the picture can be read without colour
// and the same is in the table of the result.
import type { Options, Picture } from "./kinds";
import { shorten, widthOf } from "./stage";
import { html, safe, svg } from "./svg";

export interface ChartPoint {
  readonly label: string;
  readonly value: number;
  readonly href?: string;
}

export interface ChartData {
  /** What the numbers are, and what they are of: for the title and screen readers. */
  readonly measured: string;
  readonly of: string;
  /** The labels are times: drawn as a line. */
  readonly isTime: boolean;
  readonly points: readonly ChartPoint[];
}

const ROW = 24;
const PAD = 8;
const figure = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 3 });

/** Draws the chart into the host. */
export function chart(host: HTMLElement, given: ChartData, options: Options = {}): Picture<ChartData> {
  let data = given;
  let told = options;
  const root = svg("svg", { class: "picture chart", role: "img" });
  const frame = html("div", { class: "picture-frame" }, root);
  host.append(frame);
  const draw = (): void => {
    const width = Math.max(280, host.clientWidth);
    root.setAttribute("aria-label", told.title ?? `${data.measured} of each ${data.of}: ${data.points.length} values, ${range(data)}`);
    root.replaceChildren(...(data.isTime ? line(root, data, width) : bars(root, data, width)));
    told.say?.(`${data.points.length} values are drawn.`);
  };
  const observer = new ResizeObserver(draw);
  observer.observe(host);
  draw();
  return {
    svg: root,
    update(fresh, freshData) {
      told = { ...told, ...fresh };
      data = freshData ?? data;
      draw();
    },
    destroy() {
      observer.disconnect();
      frame.remove();
    },
  };
}

function range(data: ChartData): string {
  const values = data.points.map((point) => point.value);
  return `from ${figure(Math.min(...values))} to ${figure(Math.max(...values))}`;
}

function size(root: SVGSVGElement, width: number, height: number): void {
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("height", String(height));
}

/** One bar a line; values below zero go to the left of it. */
function bars(root: SVGSVGElement, data: ChartData, width: number): SVGElement[] {
  size(root, width, data.points.length * ROW + 2 * PAD);
  const left = Math.min(Math.max(...data.points.map((point) => widthOf(shorten(point.label)))) + 2 * PAD, width * 0.45);
  const right = Math.max(...data.points.map((point) => widthOf(figure(point.value)))) + 2 * PAD;
  const least = Math.min(0, ...data.points.map((point) => point.value));
  const most = Math.max(0, ...data.points.map((point) => point.value));
  const x = (value: number): number => left + ((value - least) / (most - least || 1)) * (width - left - right);
  const letters = Math.max(8, Math.floor((left - 2 * PAD) / 6.2));
  const made = data.points.map((point, place) => {
    const middle = PAD + place * ROW + ROW / 2;
    const end = Math.max(x(point.value), x(0));
    const label = svg("text", { x: left - PAD, y: middle + 4, "text-anchor": "end" }, shorten(point.label, Math.min(34, letters)));
    const href = safe(point.href);
    return svg("g", {}, svg("title", {}, `${point.label}: ${figure(point.value)}`), href ? svg("a", { href }, label) : label,
      svg("rect", { class: "bar", x: Math.min(x(point.value), x(0)), y: middle - 8, width: Math.max(1, Math.abs(x(point.value) - x(0))), height: 16, rx: 1 }),
      svg("text", { class: "soft", x: end + PAD, y: middle + 4 }, figure(point.value)));
  });
  return [svg("line", { class: "axis", x1: x(0), x2: x(0), y1: PAD, y2: PAD + data.points.length * ROW }), ...made];
}

/** The values in the order of time. */
function line(root: SVGSVGElement, data: ChartData, width: number): SVGElement[] {
  const height = 320;
  size(root, width, height);
  const points = data.points.map((point) => ({ ...point, time: Date.parse(point.label.length === 4 ? `${point.label}-01-01` : point.label) }));
  const drawn = points.filter((point) => Number.isFinite(point.time)).sort((a, b) => a.time - b.time);
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (!first || !last) return [svg("text", { x: PAD, y: 20 }, "No value has a time.")];
  const most = Math.max(0, ...drawn.map((point) => point.value));
  const least = Math.min(0, ...drawn.map((point) => point.value));
  const left = widthOf(figure(most)) + 2 * PAD;
  const x = (time: number): number => left + ((time - first.time) / (last.time - first.time || 1)) * (width - left - 2 * PAD);
  const y = (value: number): number => height - 32 - ((value - least) / (most - least || 1)) * (height - 56);
  const path = drawn.map((point) => `${x(point.time).toFixed(1)},${y(point.value).toFixed(1)}`).join("L");
  const dots = drawn.map((point) => svg("g", {}, svg("title", {}, `${point.label}: ${figure(point.value)}`), svg("circle", { class: "dot", cx: x(point.time), cy: y(point.value), r: 4 })));
  const axis = [svg("line", { class: "axis", x1: left, x2: width - PAD, y1: y(least), y2: y(least) }), svg("line", { class: "axis", x1: left, x2: width - PAD, y1: y(most), y2: y(most) })];
  const texts = [
    svg("text", { class: "soft", x: left - PAD, y: y(most) + 4, "text-anchor": "end" }, figure(most)),
    svg("text", { class: "soft", x: left - PAD, y: y(least) + 4, "text-anchor": "end" }, figure(least)),
    svg("text", { class: "soft", x: left, y: height - 8 }, first.label),
    svg("text", { class: "soft", x: width - PAD, y: height - 8, "text-anchor": "end" }, last === first ? "" : last.label),
  ];
  return [...axis, svg("path", { class: "line", d: `M${path}` }), ...dots, ...texts];
}
