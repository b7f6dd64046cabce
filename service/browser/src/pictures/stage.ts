// The ground all pictures stand on: the SVG element in its host, its size, zoom by buttons, pinch and ctrl + wheel, text widths.
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior, type ZoomTransform } from "d3-zoom";
import { html, svg } from "./svg";

export interface Stage {
  readonly svg: SVGSVGElement;
  /** Holds what moves and, behind it, everything else. */
  readonly ground: SVGGElement;
  readonly frame: HTMLElement;
  width(): number;
  height(): number;
  setHeight(pixels: number): void;
  transform(): ZoomTransform;
  /** Go to a transform without a movement. */
  move(to: ZoomTransform): void;
  /** Called with the reason: "size" or "zoom". */
  onChange(listener: (reason: "size" | "zoom") => void): void;
  destroy(): void;
}

export interface StageOptions {
  readonly title: string;
  readonly kind: string;
  readonly height: number;
  readonly most?: number;
  readonly least?: number;
}

/** Puts the stage into the host. */
export function makeStage(host: HTMLElement, options: StageOptions): Stage {
  const ground = svg("g", { class: "ground" });
  const root = svg("svg", { class: `picture ${options.kind}`, role: "group", "aria-label": options.title, preserveAspectRatio: "xMidYMid meet" }, ground);
  const frame = html("div", { class: "picture-frame" }, root);
  let [width, height] = [Math.max(280, host.clientWidth), options.height];
  let listener: (reason: "size" | "zoom") => void = () => undefined;
  let current: ZoomTransform = zoomIdentity;

  const fit = (): void => {
    root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    root.setAttribute("height", String(height));
  };
  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent([options.least ?? 0.5, options.most ?? 12])
    .filter((event: Event) => !(event instanceof WheelEvent) || event.ctrlKey || event.metaKey)
    .on("zoom", (event: D3ZoomEvent<SVGSVGElement, unknown>) => {
      current = event.transform;
      listener("zoom");
    });
  const selection = select(root).call(behaviour).on("dblclick.zoom", null);
  // One finger scrolls the page up and down; two zoom.
  root.style.touchAction = "pan-y";
  frame.append(buttons(selection, behaviour));
  host.append(frame);
  fit();

  const observer = new ResizeObserver(() => {
    const now = Math.max(280, Math.round(host.clientWidth));
    if (now === width) return;
    width = now;
    fit();
    listener("size");
  });
  observer.observe(host);

  return {
    svg: root,
    ground,
    frame,
    width: () => width,
    height: () => height,
    setHeight(pixels) {
      height = pixels;
      fit();
    },
    transform: () => current,
    move: (to) => selection.call(behaviour.transform, to),
    onChange(given) {
      listener = given;
    },
    destroy() {
      observer.disconnect();
      selection.on(".zoom", null);
      frame.remove();
    },
  };
}

function buttons(selection: ReturnType<typeof select<SVGSVGElement, unknown>>, behaviour: ZoomBehavior<SVGSVGElement, unknown>): HTMLElement {
  const make = (label: string, text: string, run: () => void): HTMLElement => {
    const button = html("button", { type: "button", "aria-label": label, title: label }, text);
    button.addEventListener("click", run);
    return button;
  };
  return html(
    "div",
    { class: "zooming" },
    make("Closer", "+", () => selection.call(behaviour.scaleBy, 1.5)),
    make("Farther", "−", () => selection.call(behaviour.scaleBy, 1 / 1.5)),
    make("All of it", "⤢", () => selection.call(behaviour.transform, zoomIdentity)),
  );
}

let pen: CanvasRenderingContext2D | null | undefined;

/** The width of a text in pixels, in the font of pictures. */
export function widthOf(text: string, size = 12): number {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return text.length * size * 0.55;
  pen.font = `${size}px system-ui, "Segoe UI", "Noto Sans", "Liberation Sans", Arial, sans-serif`;
  return pen.measureText(text).width;
}

/** The text, cut to some length with an ellipsis. */
export function shorten(text: string, most = 34): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}
