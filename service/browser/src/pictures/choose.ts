// What of the data is shown under the options of the moment. Pure.
import { presence } from "./dates";
import type { NetworkData, NetworkOptions, Options, Presence, Tie, Told } from "./kinds";

/** Shown at all, by group and mark; and how surely on the day. */
export function held(told: Told, options: Options): Presence {
  if (told.group !== undefined && options.hiddenGroups?.has(told.group)) return "not";
  if (options.hiddenMarks?.has(told.mark ?? "asserted")) return "not";
  return presence(told.when, options.asOf);
}

/** The ties of the groups, sides and the neighbourhood that are chosen, whatever the day: what the layout is made of. */
export function lasting(data: NetworkData, options: NetworkOptions): Tie[] {
  const timeless = { ...options, asOf: null };
  const ids = new Set(data.nodes.map((node) => node.id));
  const fitting = data.ties.filter((tie) => ids.has(tie.from) && ids.has(tie.to) && held(tie, timeless) !== "not" && !options.hiddenSides?.has(tie.side ?? "other"));
  return options.focus ? around(fitting, options.focus, options.hops ?? 1) : fitting;
}

/** The ties within so many steps of one node. */
export function around(ties: readonly Tie[], id: string, hops: number): Tie[] {
  const reached = new Set([id]);
  let near: Tie[] = [];
  for (let step = 0; step < hops; step += 1) {
    near = ties.filter((tie) => reached.has(tie.from) || reached.has(tie.to));
    for (const tie of near) reached.add(tie.from).add(tie.to);
  }
  return hops > 1 ? ties.filter((tie) => reached.has(tie.from) && reached.has(tie.to)) : near;
}

/** Whether a text has all the words of a search, in any spelling of case and accents. */
export function matches(text: string, search: string | undefined): boolean {
  if (!search?.trim()) return true;
  const plain = fold(text);
  return fold(search).split(/\s+/).every((word) => plain.includes(word));
}

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
