// A way to a query for whoever knows no SPARQL: choose a class and properties, see the query that says so.
import { html } from "../pictures/svg";
import { build, isOrdered, type Chosen } from "./build";
import type { Editor } from "./editor";
import { classes, declared, expanded } from "./place";
import { propertiesOf, vocabulary, written, type Property, type Vocabulary } from "./vocabulary";

const MOST_WORDS = 200;

/** A box that opens before the form; the vocabulary is fetched when it is opened first. */
export function guide(form: HTMLFormElement, editor: Editor): void {
  const inside = html("div", {});
  const box = html("details", { class: "guide" }, html("summary", {}, "Build a query by choosing"), inside);
  form.before(box);
  box.addEventListener("toggle", async () => {
    if (!box.open || inside.childElementCount > 0) return;
    try {
      fill(inside, await vocabulary(), editor);
    } catch (error) {
      inside.replaceChildren(html("p", { role: "alert" }, `The choices cannot be had (${error instanceof Error ? error.message : "no reason is known"}). Close and open this again.`));
    }
  });
}

function fill(inside: HTMLElement, words: Vocabulary, editor: Editor): void {
  const select = html("select", { id: "guide-class" }, html("option", { value: "" }, "Choose …"), ...options(words));
  const list = html("ul", { "aria-label": "Properties" });
  const told = html("p", { class: "hint", role: "status" }, "What you choose is written into the editor below.");
  const write = (): void => {
    if (!select.value) return;
    editor.put(build(select.value, chosen(list), words));
    told.textContent = "The query below says this. Run it, or change it by hand.";
  };
  select.addEventListener("change", () => {
    list.replaceChildren(...(select.value ? propertiesOf(select.value, words).map((one, place) => item(one, place, words)) : []));
    write();
  });
  list.addEventListener("input", write);
  inside.replaceChildren(html("p", {}, html("label", { for: "guide-class" }, "Everything that is a "), select), list, told);
  const already = classIn(editor.text(), words);
  if (!already) return;
  select.value = already;
  list.replaceChildren(...propertiesOf(already, words).map((one, place) => item(one, place, words)));
}

/** The class a query in the editor asks for already, as the queries of listings do. */
function classIn(query: string, words: Vocabulary): string {
  const spaces = { ...words.prefixes, ...declared(query) };
  const named = [...classes(query).values()].flatMap((found) => [...found]).map((word) => expanded(word, spaces));
  return named.find((iri) => words.classes[iri] !== undefined) ?? "";
}

/** The classes that shapes describe, by their names, then all others. */
function options(words: Vocabulary): HTMLElement[] {
  const all = Object.entries(words.classes).map(([iri, count]) => ({ iri, count, name: words.terms[iri]?.label ?? written(iri, words) }));
  all.sort((a, b) => a.name.localeCompare(b.name, "en"));
  const group = (label: string, members: typeof all): HTMLElement =>
    html("optgroup", { label }, ...members.map((one) => html("option", { value: one.iri }, `${one.name} (${one.count.toLocaleString("en")})`)));
  const described = (one: { iri: string }): boolean => words.shaped[one.iri] !== undefined;
  return [group("Described by a shape", all.filter(described)), group("Others", all.filter((one) => !described(one)))];
}

/** A property with its box and, once it is chosen, its condition. */
function item(one: Property, place: number, words: Vocabulary): HTMLElement {
  const name = words.terms[one.iri]?.label ?? written(one.iri, words);
  const box = html("input", { type: "checkbox", value: one.iri, id: `guide-${place}` });
  const label = html("label", {}, box, html("span", {}, name, html("span", { class: "count" }, ` ${one.required ? "always, " : ""}${one.count.toLocaleString("en")}`)));
  const tests = isOrdered(one.value) ? [["least", "at least"], ["most", "at most"], ["has", "has"]] : [["has", "has"]];
  const test = html("select", { "aria-label": `Condition of ${name}` }, ...tests.map(([value, text]) => html("option", { value: value ?? "" }, text ?? "")));
  const field = html("input", { type: "text", maxlength: MOST_WORDS, "aria-label": `${name}: value`, placeholder: "anything" });
  const condition = html("span", { hidden: true }, test, " ", field);
  box.addEventListener("input", () => (condition.hidden = !box.checked));
  return html("li", { title: words.terms[one.iri]?.definition }, label, condition);
}

function chosen(list: HTMLElement): Chosen[] {
  return [...list.children].flatMap((item) => {
    const [box, field, test] = [item.querySelector<HTMLInputElement>("input[type=checkbox]"), item.querySelector<HTMLInputElement>("input[type=text]"), item.querySelector("select")];
    return box?.checked ? [{ iri: box.value, wanted: field?.value ?? "", test: (test?.value ?? "has") as Chosen["test"] }] : [];
  });
}
