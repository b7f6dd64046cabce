// Which pictures the columns of a result can be drawn as, and the data that each is drawn from.
import type { Row } from "./ask";
import { chartData } from "./figures";

export interface View {
  readonly name: string;
  readonly label: string;
  draw(host: HTMLElement, say: (text: string) => void): void | Promise<void>;
}

/** The views beside the table, in the order of their buttons. */
export function fittingViews(names: readonly string[], rows: readonly Row[]): View[] {
  const found: View[] = [];
  const figures = chartData(names, rows);
  if (figures) {
    found.push({
      name: "chart",
      label: "Chart",
      draw: async (host, say) => void (await import("../pictures/chart")).chart(host, figures, { say }),
    });
  }
  return found;
}
