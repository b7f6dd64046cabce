// The page /map.
import type { MapData, MapOptions } from "../pictures/kinds";
import { mapLegend } from "../pictures/legend";
import { map } from "../pictures/map";
import { run } from "../pictures/page";

void run<MapData, MapOptions>({
  title: "What is said of places",
  hasDay: true,
  draw: map,
  options: () => ({}),
  legend: mapLegend,
});
