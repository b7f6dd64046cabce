// The query page: editor, run and stop, result, address. Without this script the form is sent and the server shows the result.
import { html } from "../pictures/svg";
import { showProblem, showResult } from "../query/answer";
import { arranging } from "../query/asked";
import { ask, fitsAddress, Refused } from "../query/ask";
import { copyButtons } from "../query/copy";
import { makeEditor, type Editor } from "../query/editor";
import { examples } from "../query/examples";
import { guide } from "../query/guide";

const form = document.querySelector<HTMLFormElement>("form.query");
const area = form?.querySelector("textarea");
const place = document.querySelector<HTMLElement>("[data-answer]");
if (form && area && place) start(form, area, place);

function start(form: HTMLFormElement, area: HTMLTextAreaElement, place: HTMLElement): void {
  const label = form.querySelector("label");
  const hint = html("p", { class: "hint", id: "keys" }, "Ctrl+Enter or ⌘+Enter runs the query, Ctrl+Space completes what you type. Tab indents; Escape, then Tab leaves the editor.");
  const editor = makeEditor(area, label?.textContent?.trim() ?? "Query", "keys", () => void run(editor.text(), viewInQuery(editor.text())));
  form.classList.add("live");
  area.after(hint);
  label?.addEventListener("click", () => editor.focus());
  const bar = runBar(form);
  const arrange = arranging(form.closest<HTMLElement>("[data-ask]") ?? form, place);
  const leads = new Map(Object.entries(JSON.parse(place.dataset["leads"] ?? "{}") as Record<string, string>));
  let running: AbortController | null = null;

  async function run(query: string, view: string, remembers = true): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    editor.unmark();
    if (remembers) remember(query, view);
    const isQuestion = arrange(query);
    const told = bar.begin();
    const begun = performance.now();
    try {
      const result = await ask(query, mine.signal);
      const seconds = (performance.now() - begun) / 1000;
      if (running !== mine) return;
      await showResult(place, result, { query, seconds, view, leads: isQuestion ? leads : new Map(), chosen: (chosen) => remember(query, chosen) });
      bar.end(told, "");
    } catch (error) {
      if (running !== mine) return;
      if (mine.signal.aborted) bar.end(told, "Stopped. The query no longer runs on the server either.");
      else fail(error, told);
    } finally {
      clearInterval(told);
      if (running === mine) running = null;
    }
    void programs(query);
  }

  function fail(error: unknown, told: number): void {
    showProblem(place, error);
    bar.end(told, "");
    if (error instanceof Refused && error.line) editor.mark(error.message, error.line, error.column ?? 1);
  }

  bar.onStop(() => running?.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run(editor.text(), viewInQuery(editor.text()));
  });
  const list = document.querySelector<HTMLElement>("[data-examples]");
  if (list) {
    examples(list, (query) => {
      editor.put(query);
      window.scrollTo({ top: 0 });
      void run(query, viewInQuery(query));
    });
  }
  guide(form, editor);
  copyButtons(document);
  restore(editor, place, (query, view) => run(query, view, false));
}

/** The view that a comment of the query asks for: `# view: chart`. */
function viewInQuery(query: string): string {
  return /^#\s*(?:view|defaultView):\s*(\w+)/im.exec(query)?.[1]?.toLowerCase() ?? "";
}

/** The address shows the query and the view again; one that is too long for an address is not in it. */
function remember(query: string, view: string): void {
  const asked = new URLSearchParams({ query, ...(view ? { view } : {}) });
  const address = fitsAddress(query) ? `/sparql?${asked}` : "/sparql";
  if (address !== location.pathname + location.search) history.pushState({ query, view }, "", address);
}

/** Runs what the address says, now and whenever the reader goes back to it. */
function restore(editor: Editor, place: HTMLElement, run: (query: string, view: string) => Promise<void>): void {
  const show = (): void => {
    const asked = new URLSearchParams(location.search);
    const held = history.state as { query?: string; view?: string } | null;
    const query = asked.get("query") ?? held?.query ?? "";
    if (!query) return place.replaceChildren();
    if (query !== editor.text()) editor.put(query);
    void run(query, asked.get("view") ?? viewInQuery(query));
  };
  window.addEventListener("popstate", show);
  // What met a limit or had no such format is not tried again by itself; a mistake is, so that the editor marks it.
  const refused = place.querySelector<HTMLElement>("[data-status]")?.dataset["status"];
  if (location.search.includes("query=") && (!refused || refused === "400")) show();
}

/** The buttons and the clock beside them. */
function runBar(form: HTMLFormElement) {
  const stop = html("button", { type: "button", class: "stop", hidden: true }, "Stop");
  const elapsed = html("span", { class: "elapsed", "aria-hidden": "true" });
  const said = html("span", { class: "limits", role: "status" });
  form.querySelector("[data-run] button")?.after(stop, elapsed);
  form.querySelector("[data-run]")?.append(said);
  const most = Number(form.dataset["seconds"] ?? 0);
  return {
    begin(): number {
      const begun = performance.now();
      stop.hidden = false;
      said.textContent = "The query runs.";
      return window.setInterval(() => (elapsed.textContent = `${((performance.now() - begun) / 1000).toFixed(1)} of ${most} s`), 100);
    },
    end(clock: number, words: string): void {
      clearInterval(clock);
      elapsed.textContent = "";
      stop.hidden = true;
      said.textContent = words;
    },
    onStop: (pressed: () => void): void => stop.addEventListener("click", pressed),
  };
}

/** The texts for programs follow the query that ran. */
async function programs(query: string): Promise<void> {
  const answer = await fetch("/sparql/clients", { method: "POST", body: new URLSearchParams({ query }) }).catch(() => null);
  if (!answer?.ok) return;
  const told = (await answer.json()) as { label: string; text: string }[];
  const box = html("details", { class: "clients", "data-clients": true }, html("summary", {}, `The same query as ${told.map((one) => one.label).join(", ")}`));
  const old = document.querySelector<HTMLDetailsElement>("[data-clients]");
  box.open = old?.open ?? false;
  for (const one of told) {
    const id = `client-${one.label}`;
    box.append(html("section", { "aria-labelledby": id }, html("h3", { id }, one.label), html("pre", { tabindex: 0, "data-copy": true }, html("code", {}, one.text))));
  }
  if (old) old.replaceWith(box);
  else document.querySelector("[data-answer]")?.after(box);
  copyButtons(box);
}
