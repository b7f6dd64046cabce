// The card beside a picture: one thing with what is said of it, in words. What is attributed begins with whose words it is.
import { presence, words } from "./dates";
import type { Day, Told } from "./kinds";
import { html, markClass, safe } from "./svg";

export interface Line {
  readonly told: Told;
  readonly text: string;
}

export interface Action {
  readonly words: string;
  readonly run: () => void;
}

const MOST_LINES = 40;

/** An empty card, hidden. */
export function makeCard(): HTMLElement {
  return html("aside", { class: "card", hidden: true, "aria-label": "What is said of it" });
}

/** Fill the card and show it. */
export function showCard(card: HTMLElement, name: string, kind: string | undefined, href: string | undefined, lines: readonly Line[], asOf: Day | null | undefined, actions: readonly Action[], close: () => void): void {
  const address = safe(href);
  const title = html("h2", {}, address ? html("a", { href: address }, html("bdi", {}, name)) : html("bdi", {}, name));
  const closing = html("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  closing.addEventListener("click", close);
  const list = html("ul", {}, ...lines.slice(0, MOST_LINES).map((line) => item(line, asOf)));
  const doing = actions.map((action) => {
    const button = html("button", { type: "button" }, action.words);
    button.addEventListener("click", action.run);
    return button;
  });
  const more = lines.length > MOST_LINES ? html("p", { class: "note" }, `and ${lines.length - MOST_LINES} more on its page`) : null;
  card.replaceChildren(closing, title, kind ? html("p", { class: "kind" }, kind) : "", list, ...(more ? [more] : []), ...(doing.length ? [html("p", { class: "actions" }, ...doing)] : []));
  card.hidden = false;
}

function item({ told, text }: Line, asOf: Day | null | undefined): HTMLElement {
  const address = safe(told.href);
  const said = sentence(told, text);
  const standing = told.standing ? html("span", { class: `standing ${markClass(told.mark)}` }, html("span", { class: "mark", "aria-hidden": "true" }), told.standing) : null;
  const when = [words(told.when), asOf && presence(told.when, asOf) === "possibly" ? "possibly on this day" : ""].filter(Boolean).join("; ");
  return html("li", {}, address ? html("a", { href: address }, said) : said, " ", standing, when ? html("span", { class: "when" }, ` ${when}`) : null, told.says ? html("span", { class: "says" }, ` ${told.says}`) : null);
}

/** In words that do not say more than is said: what is attributed begins with whose it is, what is not affirmed with that. */
export function sentence(told: Told, text: string): string {
  if (told.voice) return `${told.voice}: ${text}`;
  const isWeak = told.mark === "denied" || told.mark === "disputed" || told.mark === "open";
  return isWeak && told.standing ? `${told.standing.charAt(0).toUpperCase()}${told.standing.slice(1)}: ${text}` : text;
}
