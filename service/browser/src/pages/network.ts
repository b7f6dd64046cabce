// The page /network.
import type { NetworkData, NetworkOptions } from "../pictures/kinds";
import { networkLegend } from "../pictures/legend";
import { network } from "../pictures/network";
import { run } from "../pictures/page";

void run<NetworkData, NetworkOptions>({
  title: "Who is with and against whom",
  hasDay: true,
  draw: network,
  options: () => ({ centre: (id) => location.assign(`/network?${new URLSearchParams({ around: id })}`) }),
  legend: networkLegend,
});
