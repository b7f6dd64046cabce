// From the JSON of a list to pictures: how surely and when a value is one is told of the line to it, and of nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mapOf, networkOf } from "../../../service/browser/src/lists/convert.ts";

const when = { begin: [null, null], end: ["2013-07-01", "2013-07-31"], words: "until July 2013" };
const led = (id, note, mark) => ({ id, label: id, href: `/doc/${id}`, note, mark, statement: `s/${id}/${note}`, when });
const list = {
  label: "people",
  columns: [{ name: "leads", label: "leads or led", type: "choice", end: null, shown: true }],
  items: [
    {
      id: "jadhran", label: "Jadhran", href: "/doc/jadhran", attributed: false, when: null, places: [{ id: "p", label: "P", href: "/doc/p", longitude: 1, latitude: 2 }],
      values: { leads: [led("guard", "leader, hedged", "hedged"), led("guard", "founder", "asserted")] },
    },
  ],
};

test("a line to a value has its words, its mark and its time", () => {
  const { ties } = networkOf(list);
  assert.deepEqual(ties.map((tie) => [tie.label, tie.mark, tie.when?.words]), [
    ["leads or led: leader, hedged", "hedged", "until July 2013"],
    ["leads or led: founder", "asserted", "until July 2013"],
  ]);
  assert.equal(new Set(ties.map((tie) => tie.id)).size, 2);
});

test("how surely one value is so says nothing of where the thing was", () => {
  assert.deepEqual(mapOf(list).sightings.map((one) => one.mark), [undefined]);
});

test("the mark of a relation is that of its point", () => {
  const relation = { ...list.items[0], values: { standing: [{ id: "o", label: "hedged", mark: "hedged" }] } };
  assert.deepEqual(mapOf({ ...list, items: [relation] }).sightings.map((one) => [one.mark, one.standing]), [["hedged", "hedged"]]);
});
