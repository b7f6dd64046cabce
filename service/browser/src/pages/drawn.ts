// The pictures on the page of a thing: what it is related to, its time, its places. Light: the drawings, their style and
// their data come when the reader is near. Nothing of it is there without JavaScript; the text of the page says it all.
import type { MapData, NetworkData, TimelineData } from "../pictures/kinds";
import type { Told } from "../pictures/page";

type Name = "network" | "timeline" | "map";
const WORDS: Readonly<Record<Name, string>> = { network: "Relations", timeline: "In time", map: "On the map" };

const SMALL = 460;

/** The day that the page is as of, if it is. */
let day: string | null = null;

const section = document.querySelector<HTMLElement>("[data-drawn]");
if (section) {
  day = section.dataset["asof"] ?? null;
  section.hidden = false;
  section.classList.add("waiting");
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      void begin(section, section.dataset["drawn"] ?? "");
    },
    { rootMargin: "400px" },
  ).observe(section);
}

async function begin(section: HTMLElement, iri: string): Promise<void> {
  const counts = await fetchJson<Partial<Record<Name, number>>>("/drawn", iri).catch(() => ({}) as Partial<Record<Name, number>>);
  const names = (["network", "timeline", "map"] as const).filter((name) => counts[name]);
  const first = names[0];
  if (!first) return section.remove();
  await addStyle(section.dataset["style"] ?? "");
  const [host, live, bar] = [document.createElement("div"), document.createElement("p"), document.createElement("div")];
  host.className = "canvas";
  live.className = "shown";
  live.setAttribute("role", "status");
  bar.className = "bar tabs";
  const buttons = names.map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${WORDS[name]} ${counts[name]}`;
    button.addEventListener("click", () => open(name));
    return button;
  });
  const whole = document.createElement("a");
  bar.append(...buttons, whole);
  section.append(bar, host, live);

  let destroy = (): void => undefined;
  let turn = 0;
  const open = async (name: Name): Promise<void> => {
    const mine = ++turn;
    buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(names[place] === name)));
    whole.href = `/${name}?${new URLSearchParams({ around: iri, ...(day && name !== "timeline" ? { asof: day } : {}) })}`;
    whole.textContent = "On a page of its own, with filters";
    try {
      const drawn = await draw(name, iri, () => mine === turn, host, (text) => (live.textContent = text));
      if (drawn) [destroy] = [(destroy(), drawn)];
    } catch {
      live.textContent = "The picture cannot be fetched now. The text of this page has all of it.";
    }
    section.classList.remove("waiting");
  };
  await open(first);
}

/** Draws one of them into the host, whose picture so far is the caller's to destroy first; null when it came too late. */
async function draw(name: Name, iri: string, isWanted: () => boolean, host: HTMLElement, say: (text: string) => void): Promise<(() => void) | null> {
  const box = document.createElement("div");
  const ready = (): boolean => isWanted() && (host.replaceChildren(box), true);
  const options = { title: WORDS[name], say, asOf: day };
  const { mapLegend, networkLegend, timelineLegend } = await import("../pictures/legend");
  const explain = (legend: HTMLDetailsElement): void => {
    legend.open = false;
    host.append(legend);
  };
  if (name === "network") {
    const [{ network }, data] = await Promise.all([import("../pictures/network"), fetchJson<NetworkData & Told>("/network", iri)]);
    if (!ready()) return null;
    explain(networkLegend(data));
    const rest = leftOut(data);
    return grow(network, box, data, iri, { ...options, say: (text) => say(`${text}${rest}`), height: SMALL });
  }
  if (name === "timeline") {
    const [{ timeline }, data] = await Promise.all([import("../pictures/timeline"), fetchJson<TimelineData & Told>("/timeline", iri)]);
    if (!ready()) return null;
    explain(timelineLegend(data));
    const picture = timeline(box, data, { ...options, height: 200 });
    return () => picture.destroy();
  }
  const [{ map }, data] = await Promise.all([import("../pictures/map"), fetchJson<MapData & Told>("/map", iri)]);
  if (!ready()) return null;
  explain(mapLegend(data));
  const picture = map(box, data, { ...options, height: SMALL });
  return () => picture.destroy();
}

/** What is alleged is never drawn here; that it is there is said. */
function leftOut(data: Told): string {
  if (!data.leftOut) return "";
  return data.leftOut === 1 ? " One more is alleged and told above only." : ` ${data.leftOut} more are alleged and told above only.`;
}

/** One hop, and one more around whatever is clicked. */
function grow(network: typeof import("../pictures/network").network, box: HTMLElement, first: NetworkData, iri: string, options: { title: string; height: number; asOf: string | null; say: (text: string) => void }): () => void {
  const [nodes, ties] = [new Map(first.nodes.map((node) => [node.id, node])), new Map(first.ties.map((tie) => [tie.id, tie]))];
  const grown = new Set([iri]);
  const more = async (id: string): Promise<void> => {
    if (grown.has(id)) return;
    grown.add(id);
    const found = await fetchJson<NetworkData>("/network", id).catch(() => null);
    if (!found) return void grown.delete(id);
    for (const node of found.nodes) nodes.set(node.id, nodes.get(node.id) ?? node);
    for (const tie of found.ties) ties.set(tie.id, tie);
    picture.update({ hops: grown.size }, { nodes: [...nodes.values()], ties: [...ties.values()] });
  };
  const picture = network(box, first, { ...options, focus: iri, hops: 1, open: (id) => void more(id) });
  return () => picture.destroy();
}

async function fetchJson<Document>(path: string, iri: string): Promise<Document> {
  const asked = new URLSearchParams({ format: "json", group: "*", around: iri });
  const answer = await fetch(`${path}?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Document;
}

function addStyle(address: string): Promise<void> {
  return new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.addEventListener("load", () => done());
    link.addEventListener("error", () => done());
    document.head.append(link);
  });
}
