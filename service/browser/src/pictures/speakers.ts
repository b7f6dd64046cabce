// Whose words a line of a network is: a number on the line, and a key that says who. Names are never cut.
import type { Tie } from "./kinds";
import { html } from "./svg";

/** Who says what only somebody says, in few words; nothing for what is told in our own voice. */
export function spokenBy(tie: Tie): string {
  return tie.voice ? tie.speakers || tie.voice : "";
}

/** A number for each who says something, from 1 on: who says most comes first. */
export function numbered(ties: readonly Tie[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const who of ties.map(spokenBy).filter(Boolean)) counts.set(who, (counts.get(who) ?? 0) + 1);
  const ordered = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return new Map(ordered.map(([who], place) => [who, place + 1]));
}

/** An empty key. */
export function makeKey(): HTMLElement {
  return html("div", { class: "speakers", hidden: true });
}

/** Fills the key; without anybody it is hidden. */
export function tellSpeakers(key: HTMLElement, numbers: ReadonlyMap<string, number>): void {
  key.hidden = !numbers.size;
  const items = [...numbers.keys()].map((who) => html("li", {}, who));
  key.replaceChildren(html("p", {}, "A number on a line tells who says so:"), html("ol", {}, ...items));
}

/** The lines of the keys within an element, for a picture that is saved. */
export function keyLines(within: ParentNode): string[] {
  const items = [...within.querySelectorAll<HTMLElement>(".speakers:not([hidden]) li")];
  return items.map((item, place) => `${place + 1} ${item.textContent ?? ""}`);
}
