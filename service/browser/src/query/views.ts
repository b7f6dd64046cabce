// Which pictures the columns of a result can be drawn as. The drawings are fetched when a reader asks for one.
import { html } from "../pictures/svg";
import type { Row } from "./ask";
import { mapData, networkData, timelineData } from "./drawings";
import { chartData } from "./figures";

export interface View {
  readonly name: string;
  readonly label: string;
  draw(host: HTMLElement, say: (text: string) => void): void | Promise<void>;
}

/** The views beside the table, in the order of their buttons. */
export function fittingViews(names: readonly string[], rows: readonly Row[]): View[] {
  const [figures, ties, spans, places] = [chartData(names, rows), networkData(names, rows), timelineData(names, rows), mapData(names, rows)];
  const found: (View | null)[] = [
    figures && { name: "chart", label: "Chart", draw: async (host, say) => void (await import("../pictures/chart")).chart(host, figures, { say }) },
    ties && { name: "network", label: "Network", draw: async (host, say) => void (await import("../pictures/network")).network(canvas(host), ties, { say, title: "The rows as a network" }) },
    spans && { name: "timeline", label: "Timeline", draw: async (host, say) => void (await import("../pictures/timeline")).timeline(canvas(host), spans, { say, title: "The rows in time" }) },
    places && { name: "map", label: "Map", draw: async (host, say) => void (await import("../pictures/map")).map(canvas(host), places, { say, title: "The rows on a map" }) },
  ];
  return found.filter((view) => view !== null);
}

/** The place for a drawing, under which the sentence on what is shown stands for everybody. */
function canvas(host: HTMLElement): HTMLElement {
  const place = html("div", { class: "canvas" });
  host.append(place);
  return place;
}
