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
    ties && { name: "network", label: "Network", draw: async (host, say) => {
      const [{ network }, { networkLegend }] = await Promise.all([import("../pictures/network"), import("../pictures/legend")]);
      network(canvas(host, networkLegend(ties)), ties, { say, title: "The rows as a network" });
    } },
    spans && { name: "timeline", label: "Timeline", draw: async (host, say) => {
      const [{ timeline }, { timelineLegend }] = await Promise.all([import("../pictures/timeline"), import("../pictures/legend")]);
      timeline(canvas(host, timelineLegend(spans)), spans, { say, title: "The rows in time" });
    } },
    places && { name: "map", label: "Map", draw: async (host, say) => {
      const [{ map }, { mapLegend }] = await Promise.all([import("../pictures/map"), import("../pictures/legend")]);
      map(canvas(host, mapLegend(places)), places, { say, title: "The rows on a map" });
    } },
  ];
  return found.filter((view) => view !== null);
}

/** The place for a drawing, above what its shapes mean. */
function canvas(host: HTMLElement, legend: HTMLElement): HTMLElement {
  const place = html("div", { class: "canvas" });
  host.append(place, legend);
  return place;
}
