// A list drawn as network, timeline or map. The table below says the same, and all there is without this script.
import { drawable, type List, mapOf, networkOf, timelineOf } from "../lists/convert";

const place = document.querySelector<HTMLElement>("[data-listing]");
if (place) void begin(place);

async function begin(place: HTMLElement): Promise<void> {
  const [canvas, told] = [document.createElement("div"), document.createElement("p")];
  canvas.className = "canvas";
  told.className = "shown";
  told.setAttribute("role", "status");
  place.append(canvas, told);
  const say = (text: string): void => void (told.textContent = text);
  try {
    const answer = await fetch(place.dataset["source"] ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
    const list = (await answer.json()) as List;
    await draw(place.dataset["listing"] ?? "", canvas, list, { title: place.dataset["title"] ?? list.label, say });
    const left = list.items.length - drawable(list).length;
    if (left) place.append(note(`${left} of these are somebody's allegation about a person. They stand in the table, with whoever says so, and are not drawn.`));
  } catch (error) {
    canvas.remove();
    say(`The picture cannot be drawn (${error instanceof Error ? error.message : "no reason is known"}). The table below has all of it.`);
  }
}

async function draw(kind: string, canvas: HTMLElement, list: List, options: { title: string; say: (text: string) => void }): Promise<void> {
  const { mapLegend, networkLegend, timelineLegend } = await import("../pictures/legend");
  if (kind === "network") {
    const data = networkOf(list);
    (await import("../pictures/network")).network(canvas, data, { ...options, loners: false });
    canvas.after(networkLegend(data));
  } else if (kind === "timeline") {
    const data = timelineOf(list);
    (await import("../pictures/timeline")).timeline(canvas, data, options);
    canvas.after(timelineLegend(data));
  } else if (kind === "map") {
    const data = mapOf(list);
    (await import("../pictures/map")).map(canvas, data, { ...options, plain: data.sightings.length === 0 });
    canvas.after(mapLegend(data));
  }
}

function note(words: string): HTMLElement {
  const made = document.createElement("p");
  made.className = "note";
  made.textContent = words;
  return made;
}
