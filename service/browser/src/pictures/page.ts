// A page with a picture: fetches the document, puts picture, slider and legend before the table, and keeps form, picture,
// table and address the same. The form is the server's; without this script it is sent as usual.
import { spoken } from "./dates";
import type { Day, Options, Picture } from "./kinds";
import { keyLines } from "./speakers";
import { html } from "./svg";

/** What every document of a picture has beside its data. */
export interface Told {
  readonly groups: readonly { readonly name: string; readonly quiet: boolean }[];
  readonly days: readonly Day[];
  readonly leftOut: number;
  readonly isWhole: boolean;
}

export interface Kind<Data, Given extends Options> {
  readonly title: string;
  readonly hasDay: boolean;
  draw(host: HTMLElement, data: Data & Told, options: Given): Picture<Data, Given>;
  /** The options beyond those that all pictures have. */
  options(form: FormData, say: (text: string) => void): Given;
  legend(data: Data & Told): HTMLDetailsElement;
  /** More controls for the bar; `changed` redraws. */
  controls?(data: Data & Told, form: HTMLFormElement, changed: () => void): HTMLElement[];
}

const PACE = matchMedia("(prefers-reduced-motion: reduce)").matches ? 2000 : 900;

/** Brings the page to life; does nothing on a page without a place for a picture. */
export async function run<Data, Given extends Options>(kind: Kind<Data, Given>): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-picture]");
  const form = place?.querySelector<HTMLFormElement>("[data-filters]");
  if (!place || !form) return;
  const canvas = html("div", { class: "canvas" });
  const live = html("p", { class: "shown", role: "status" });
  const bar = html("div", { class: "bar" });
  place.append(bar, canvas, live);
  live.textContent = "The picture is being fetched.";
  try {
    await show(kind, place, form, canvas, bar, live);
  } catch (error) {
    canvas.remove();
    live.textContent = `The picture cannot be drawn (${error instanceof Error ? error.message : "no reason is known"}). The table below has all of it.`;
  }
}

async function show<Data, Given extends Options>(kind: Kind<Data, Given>, place: HTMLElement, form: HTMLFormElement, canvas: HTMLElement, bar: HTMLElement, live: HTMLElement): Promise<void> {
  const source = place.dataset["source"] ?? "";
  let data = await fetchDocument<Data & Told>(source, form);
  const say = (text: string): void => void (live.textContent = text);
  // Controls come first: the picture begins as they say.
  let redraw = (): void => undefined;
  bar.append(...(kind.hasDay ? [slider(data.days, form, () => redraw())] : []), ...(kind.controls?.(data, form, () => redraw()) ?? []));
  const picture = kind.draw(canvas, data, given(kind, form, say));
  redraw = (): void => {
    picture.update(given(kind, form, say));
    remember(form);
    refreshLines(form);
  };
  let legend = kind.legend(data);
  place.append(legend);
  bar.append(downloads(picture, source.slice(1) || "picture", () => [kind.title, live.textContent ?? "", location.href]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    redraw();
  });
  form.addEventListener("change", async (event) => {
    if (event.target instanceof HTMLElement && (event.target.dataset["reload"] !== undefined || event.target.getAttribute("name") === "hops")) {
      data = await fetchDocument<Data & Told>(source, form);
      picture.update(given(kind, form, say), data);
      const fresh = Object.assign(kind.legend(data), { open: legend.open });
      legend.replaceWith(fresh);
      legend = fresh;
    }
    redraw();
  });
  form.querySelector<HTMLInputElement>("input[type=search]")?.addEventListener("input", () => redraw());
}

/** The options that the form says now. */
function given<Data, Given extends Options>(kind: Kind<Data, Given>, form: HTMLFormElement, say: (text: string) => void): Given {
  const fields = new FormData(form);
  return {
    ...kind.options(fields, say),
    title: kind.title,
    say,
    asOf: String(fields.get("asof") ?? "") || null,
    search: String(fields.get("q") ?? ""),
    focus: String(fields.get("around") ?? "") || null,
    hops: Number(fields.get("hops") ?? 1),
    hiddenGroups: unticked(form, "group"),
    hiddenMarks: unticked(form, "standing"),
  };
}

function unticked(form: HTMLFormElement, name: string): Set<string> {
  return new Set([...form.querySelectorAll<HTMLInputElement>(`input[name=${name}]`)].filter((box) => !box.checked).map((box) => box.value));
}

async function fetchDocument<Document>(source: string, form: HTMLFormElement): Promise<Document> {
  const fields = new FormData(form);
  const asked = new URLSearchParams({ format: "json", group: "*" });
  for (const name of ["around", "hops", "alleged"]) {
    const value = fields.get(name);
    if (value && !(name === "hops" && value === "1")) asked.set(name, String(value));
  }
  const answer = await fetch(`${source}?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
  return (await answer.json()) as Document;
}

/** The address that shows the same again; what is as it is by itself is left out. */
export function address(form: HTMLFormElement): string {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value && name !== "group" && name !== "standing" && !(name === "hops" && value === "1")) asked.append(name, value);
  const isAround = asked.has("around");
  const groups = boxes(form, "group");
  if (groups.some((box) => box.checked === (box.dataset["quiet"] !== undefined && !isAround))) for (const box of groups) if (box.checked) asked.append("group", box.value);
  const marks = boxes(form, "standing");
  if (marks.some((box) => !box.checked)) for (const box of marks) if (box.checked) asked.append("standing", box.value);
  const query = asked.toString();
  return location.pathname + (query ? `?${query}` : "");
}

function boxes(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[name=${name}]`)];
}

function remember(form: HTMLFormElement): void {
  history.replaceState(null, "", address(form));
}

let waiting = 0;
let asked = 0;

/** The table is what the server says under the same address; asked for when the reader pauses. */
function refreshLines(form: HTMLFormElement): void {
  clearTimeout(waiting);
  waiting = window.setTimeout(async () => {
    const turn = ++asked;
    const answer = await fetch(address(form), { headers: { Accept: "text/html" } });
    if (!answer.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["[data-lines]", "[data-unplaced]", "[data-left-out]"]) {
      const [old, fresh] = [document.querySelector(name), page.querySelector(name)];
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
    }
  }, 500);
}

function slider(days: readonly Day[], form: HTMLFormElement, changed: () => void): HTMLElement {
  const field = form.querySelector<HTMLInputElement>("input[name=asof]");
  const range = html("input", { type: "range", min: 0, max: Math.max(days.length - 1, 0), step: 1, "aria-label": "Day" });
  const output = html("output", { class: "day" });
  const play = html("button", { type: "button", class: "play" }, "Play");
  const any = html("button", { type: "button" }, "Any time");
  let timer = 0;
  const stop = (): void => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const follow = (): void => {
    const day = field?.value ?? "";
    const at = days.findIndex((one) => one >= day);
    range.value = String(day ? (at < 0 ? days.length - 1 : at) : days.length - 1);
    range.setAttribute("aria-valuetext", day ? spoken(day) : "any time");
    output.textContent = day ? spoken(day) : "Any time";
    any.hidden = !day;
  };
  const go = (place: number): void => {
    if (field) field.value = days[place] ?? "";
    follow();
    changed();
  };
  range.addEventListener("input", () => go(Number(range.value)));
  any.addEventListener("click", () => (stop(), go(-1)));
  field?.addEventListener("change", follow);
  play.addEventListener("click", () => {
    if (timer) return stop();
    const begin = field?.value && Number(range.value) < days.length - 1 ? Number(range.value) : firstOf(days);
    go(begin);
    play.textContent = "Stop";
    timer = window.setInterval(() => (Number(range.value) >= days.length - 1 ? stop() : go(Number(range.value) + 1)), PACE);
  });
  follow();
  return html("div", { class: "slider" }, play, range, output, any);
}

/** Where playing begins: the last tenth of the turning days is seldom the story, the first decades neither. */
function firstOf(days: readonly Day[]): number {
  const last = days[days.length - 1];
  if (!last) return 0;
  const fiveYearsBefore = `${Number(last.slice(0, 4)) - 5}${last.slice(4)}`;
  return Math.max(0, days.findIndex((day) => day >= fiveYearsBefore));
}

function downloads(picture: { svg: SVGSVGElement }, name: string, lines: () => [title: string, ...more: string[]]): HTMLElement {
  const make = (words: string, save: (of: typeof import("./save")) => void | Promise<void>): HTMLElement => {
    const button = html("button", { type: "button" }, words);
    button.addEventListener("click", async () => save(await import("./save")));
    return button;
  };
  const all = (): [string, ...string[]] => [...lines(), ...keyLines(picture.svg.closest(".picture-frame")?.parentElement ?? document)];
  return html("span", { class: "saving" }, make("SVG", (files) => files.saveSvg(picture.svg, name, all())), make("PNG", (files) => files.savePng(picture.svg, name, all())));
}
