// Suggestions below a search field: an editable combobox with a list (ARIA Authoring Practices, combobox pattern).
// The field stays a field of its form: Enter without a chosen suggestion searches as it would without this script.

interface Suggestion {
  readonly href: string | null;
  readonly label: string;
  readonly kind: string;
  readonly matched: string | null;
  readonly matchedKind: string | null;
}

const PAUSE = 120;
const LEAST = 2;
let fields = 0;

/** Gives a search field suggestions from the address in its data-suggest. */
export function suggest(field: HTMLInputElement): void {
  const list = document.createElement("ul");
  list.id = `suggestions-${++fields}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  const told = document.createElement("span");
  told.className = "unseen";
  told.setAttribute("role", "status");
  const box = document.createElement("span");
  box.className = "combobox";
  field.replaceWith(box);
  box.append(field, list, told);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) field.setAttribute(name, value);
  listen(field, list, told, field.dataset["suggest"] ?? "");
}

function listen(field: HTMLInputElement, list: HTMLElement, told: HTMLElement, source: string): void {
  let timer = 0;
  let request: AbortController | null = null;
  const close = (): void => {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    told.textContent = "";
  };
  const ask = async (): Promise<void> => {
    request?.abort();
    const wanted = field.value.trim();
    if (wanted.length < LEAST) return close();
    request = new AbortController();
    try {
      const answer = await fetch(`${source}?${new URLSearchParams({ q: wanted, format: "json" })}`, { signal: request.signal });
      const found = answer.ok ? ((await answer.json()) as { items: Suggestion[] }).items : [];
      if (document.activeElement === field) show(field, list, told, found);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) close();
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
  field.addEventListener("keydown", (event) => press(event, field, list, close, ask));
  field.addEventListener("blur", close);
  // A press on the list must not take the focus from the field before the link is followed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) follow(option);
  });
}

function show(field: HTMLInputElement, list: HTMLElement, told: HTMLElement, found: readonly Suggestion[]): void {
  list.replaceChildren(...found.map((one, place) => option(one, `${list.id}-${place}`)));
  list.hidden = !found.length;
  field.setAttribute("aria-expanded", String(!list.hidden));
  field.removeAttribute("aria-activedescendant");
  told.textContent = found.length ? `${found.length} ${found.length === 1 ? "suggestion" : "suggestions"}` : "No suggestions";
}

function option(one: Suggestion, id: string): HTMLElement {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  // Only our own pages are suggested: a path, never another scheme or host.
  if (one.href && /^\/(?!\/)/.test(one.href)) item.dataset["href"] = one.href;
  item.append(text("bdi", "name", one.label));
  if (one.matched) item.append(" ", text("span", "kind", `${one.matchedKind ?? "also"} ${one.matched}`));
  item.append(" ", text("span", "sort", one.kind));
  return item;
}

function text(tag: string, name: string, words: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = words;
  return made;
}

function press(event: KeyboardEvent, field: HTMLInputElement, list: HTMLElement, close: () => void, ask: () => Promise<void>): void {
  const options = [...list.querySelectorAll<HTMLElement>("[role=option]")];
  const now = list.hidden ? -1 : options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") {
    if (list.hidden) return;
    event.preventDefault();
    return close();
  }
  if (event.key === "Enter" && now >= 0) {
    event.preventDefault();
    const chosen = options[now];
    return chosen && follow(chosen);
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  if (list.hidden) return void ask();
  // One place more than there are options: the field itself.
  const places = options.length + 1;
  const next = (now + (event.key === "ArrowDown" ? 1 : -1) + 1 + places) % places;
  choose(field, options, next - 1);
}

function choose(field: HTMLInputElement, options: readonly HTMLElement[], place: number): void {
  for (const [at, one] of options.entries()) one.setAttribute("aria-selected", String(at === place));
  const chosen = options[place];
  if (!chosen) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

function follow(option: HTMLElement): void {
  const { href } = option.dataset;
  if (href) location.assign(href);
}
