// The pure parts of pictures, under node's own test runner: `tests/browser/test_scripts.py` bundles and starts it.
import assert from "node:assert/strict";
import test from "node:test";
import { sentence } from "../../../service/browser/src/pictures/card.ts";
import { around, held, lasting, matches } from "../../../service/browser/src/pictures/choose.ts";
import { bar, dayOf, instant, presence, words } from "../../../service/browser/src/pictures/dates.ts";
import { squares, unpack } from "../../../service/browser/src/pictures/geometry.ts";
import { opening, pack, rowsOf, timed } from "../../../service/browser/src/pictures/lanes.ts";
import { captions, layout } from "../../../service/browser/src/pictures/layout.ts";
import { bends, curve } from "../../../service/browser/src/pictures/lines.ts";
import { clusters, holders, openingView, sites } from "../../../service/browser/src/pictures/sites.ts";

const when = (a, b, c, d) => ({ begin: [a, b], end: [c, d] });
const FOUR = when("2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01");
const DAY = 86_400_000;

for (const [day, expected] of [["2019-12-31", "not"], ["2020-01-01", "possibly"], ["2020-01-31", "possibly"], ["2020-02-01", "surely"], ["2020-03-01", "surely"], ["2020-03-02", "possibly"], ["2020-04-01", "possibly"], ["2020-04-02", "not"]]) {
  test(`on ${day} it held ${expected}`, () => assert.equal(presence(FOUR, day), expected));
}

test("an unknown bound excludes nothing, and without a day everything is shown", () => {
  assert.equal(presence(undefined, "2020-01-01"), "possibly");
  assert.equal(presence(when(null, "2015-02-19", "2015-02-19", null), "1900-01-01"), "possibly");
  assert.equal(presence(when(null, "2015-02-19", "2015-02-19", null), "2015-02-19"), "surely");
  assert.equal(presence(FOUR, null), "surely");
});

test("a bar has a full core only where the time is certain", () => {
  assert.deepEqual(bar(FOUR)?.core, [instant("2020-02-01"), instant("2020-03-01") + DAY]);
  assert.equal(bar(when("2014-06-01", "2014-06-30", "2014-06-01", "2014-06-30"))?.core, null, "some time in June");
  assert.deepEqual(bar(when("2014-05-16", "2014-05-16", null, null))?.core, [instant("2014-05-16"), instant("2014-05-16") + DAY], "the day it began");
  assert.equal(bar(when("2014-05-16", "2014-05-16", null, null))?.openEnd, true);
  assert.equal(bar(when(null, null, null, null)), null);
  assert.equal(bar(undefined), null);
});

test("days before the year 100 are not taken for the twentieth century", () => {
  assert.equal(dayOf(instant("0044-03-15")), "0044-03-15");
});

test("a time without words gets some", () => {
  assert.equal(words(when("2020-01-01", "2020-01-01", "2020-01-01", "2020-01-01")), "1 January 2020");
  assert.equal(words(when(null, null, null, null)), "");
  assert.match(words(FOUR), /^from some time between 1 January 2020 and 1 February 2020 to /);
});

const NODES = Array.from({ length: 40 }, (_, i) => ({ id: `n${i}`, label: `node ${i}` }));
const TIES = NODES.slice(1).map((node, i) => ({ id: `t${i}`, from: node.id, to: `n${Math.floor(i / 3)}`, label: "likes", side: i % 2 ? "with" : "against", group: i % 5 ? "a" : "b" }));

test("the layout is the same each time, whatever the order of the data, and every place is a number", () => {
  const first = layout(NODES, TIES);
  const again = layout([...NODES].reverse(), [...TIES].reverse());
  assert.deepEqual([...first].sort(), [...again].sort());
  assert.ok([...first.values()].every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test("symbols of a layout do not cover each other", () => {
  const spots = [...layout(NODES, TIES).values()];
  const near = spots.flatMap((a, i) => spots.slice(i + 1).filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < 14));
  assert.equal(near.length, 0);
});

test("an empty network has an empty layout", () => assert.equal(layout([], []).size, 0));

test("captions never cover each other, and the weightiest is never left out", () => {
  const crowd = Array.from({ length: 60 }, (_, i) => ({ id: `${i}`, x: (i % 8) * 30, y: Math.floor(i / 8) * 14, radius: 4, width: 70, weight: i }));
  const placed = captions(crowd, 15);
  assert.ok(placed.has("59"));
  assert.ok(placed.size < crowd.length, "there is no room for all");
});

test("the day hides ties but does not change what the layout is made of", () => {
  const data = { nodes: NODES, ties: TIES.map((tie) => ({ ...tie, when: FOUR })) };
  assert.equal(lasting(data, { asOf: "1900-01-01" }).length, TIES.length);
  assert.equal(held(data.ties[0], { asOf: "1900-01-01" }), "not");
});

test("groups, marks and sides that are hidden are hidden", () => {
  const data = { nodes: NODES, ties: TIES };
  assert.ok(lasting(data, { hiddenGroups: new Set(["b"]) }).every((tie) => tie.group === "a"));
  assert.equal(lasting(data, { hiddenMarks: new Set(["asserted"]) }).length, 0);
  assert.ok(lasting(data, { hiddenSides: new Set(["against"]) }).every((tie) => tie.side === "with"));
});

test("a tie whose ends are not both there is not drawn", () => {
  assert.equal(lasting({ nodes: NODES.slice(0, 1), ties: TIES }, {}).length, 0);
});

test("around one node comes what touches it; with more steps what is between those too", () => {
  const ties = [["a", "b"], ["b", "c"], ["c", "a"], ["c", "d"]].map(([from, to]) => ({ id: from + to, from, to, label: "" }));
  assert.deepEqual(around(ties, "a", 1).map((tie) => tie.id), ["ab", "ca"]);
  assert.deepEqual(around(ties, "a", 2).map((tie) => tie.id), ["ab", "bc", "ca", "cd"]);
});

test("a search takes no notice of case and accents", () => {
  assert.ok(matches("Ansar al-Shari'a fī Lībiyā", "LIBIYA ansar"));
  assert.ok(!matches("Derna", "Benghazi"));
  assert.ok(matches("anything", "  "));
});

test("several ties of the same two bend apart, also when they point the other way", () => {
  const bent = bends([{ id: "1", from: "a", to: "b", label: "" }, { id: "2", from: "b", to: "a", label: "" }, { id: "3", from: "a", to: "c", label: "" }]);
  assert.equal(bent.get("3"), 0);
  const [from, to] = [{ x: 0, y: 0 }, { x: 100, y: 0 }];
  const [one, two] = [curve(from, to, bent.get("1"), [5, 5]).middle, curve(to, from, bent.get("2"), [5, 5]).middle];
  assert.ok(Math.abs(one.y - two.y) > 10);
});

test("a tie of something to itself is a loop of finite size", () => {
  assert.doesNotMatch(curve({ x: 1, y: 1 }, { x: 1, y: 1 }, 0, [5, 5]).path, /NaN|Infinity/);
});

const SPANS = [
  { id: "1", label: "one", group: "x", rows: { place: ["Derna", "Sirte"] }, when: FOUR },
  { id: "2", label: "two", group: "x", rows: { place: ["Derna"] }, when: when("2020-02-01", "2020-02-01", "2020-02-01", "2020-02-01") },
  { id: "3", label: "three", group: "y", rows: {} },
];

test("bars in one lane do not overlap", () => {
  const placed = pack([[0, 10], [5, 15], [20, 30], [12, 40]], (extent) => extent);
  assert.deepEqual(placed.map((one) => one.lane), [0, 1, 0, 2]);
});

test("a span stands in each row it belongs to, and what has none is not lost", () => {
  assert.deepEqual(rowsOf(SPANS, "place").map((row) => [row.name, row.spans.length]), [["Derna", 2], ["Sirte", 1], ["not stated", 1]]);
  assert.deepEqual(rowsOf(SPANS, "group").map((row) => row.name), ["x", "y"]);
});

test("what has no time is not drawn in time, and the opening holds what is drawn", () => {
  const all = timed(SPANS);
  assert.deepEqual(all.map((one) => one.span.id), ["1", "2"]);
  const [first, last] = opening(all);
  assert.ok(first < all[0].bar.from && last > all[0].bar.to);
});

const PLACES = [
  { id: "derna", label: "Derna", longitude: 22.6, latitude: 32.7 },
  { id: "hospital", label: "hospital", longitude: 22.6, latitude: 32.7, inside: "Derna" },
  { id: "libya", label: "Libya", country: "434" },
  { id: "sahel", label: "Sahel" },
];
const hold = (id, place, actor, more = {}) => ({ id, place, label: `${actor} controls`, shape: "control", actor, when: FOUR, ...more });
const CENTRES = new Map([["434", [17, 27]]]);

test("words never say more than is said", () => {
  const told = (more) => sentence({ id: "1", ...more }, "A supports B");
  assert.equal(told({ mark: "asserted", standing: "asserted" }), "A supports B");
  assert.equal(told({ mark: "denied", standing: "denied" }), "Denied: A supports B");
  assert.equal(told({ mark: "disputed", standing: "disputed" }), "Disputed: A supports B");
  assert.equal(told({ mark: "asserted", standing: "asserted", voice: "according to C, P1" }), "according to C, P1: A supports B");
});

test("a place is where it is, where its country is, or nowhere", () => {
  const found = sites({ places: PLACES, sightings: PLACES.map((place) => hold(place.id, place.id, "a")) }, {}, CENTRES);
  assert.deepEqual(found.map((site) => site.places.map((place) => place.id)), [["derna", "hospital"], ["libya"]]);
  assert.deepEqual(found.map((site) => site.isArea), [false, true]);
});

test("two who are said to hold a place on one day both do; one who is denied does not", () => {
  const sightings = [hold("1", "derna", "a"), hold("2", "derna", "b"), hold("3", "derna", "c", { mark: "denied" })];
  const [site] = sites({ places: PLACES, sightings }, { asOf: "2020-02-15" }, CENTRES);
  assert.deepEqual([...holders(site).keys()], ["a", "b"]);
  assert.equal(sites({ places: PLACES, sightings }, { asOf: "2021-01-01" }, CENTRES).length, 0);
});

test("places that would cover each other stand together", () => {
  const spot = (key, x) => ({ site: { key, isArea: false }, x, y: 0, radius: 5 });
  assert.deepEqual(clusters([spot("a", 0), spot("b", 8), spot("c", 40)]).map((one) => one.length), [2, 1]);
});

test("the map opens on the bulk of what is said, and on the world when nothing is", () => {
  const many = Array.from({ length: 20 }, (_, i) => ({ longitude: 10 + i / 2, latitude: 30, isArea: false, shown: [1] }));
  const [west, , east] = openingView([...many, { longitude: 120, latitude: 0, isArea: false, shown: [1] }]);
  assert.ok(west < 11 && east > 18 && east < 60);
  assert.deepEqual(openingView([]), [-170, -55, 170, 70]);
});

test("a near view asks for fine squares, a wide one for coarse ones", () => {
  const index = { far: { "0,0": "far" }, middle: { "6,4": "middle" }, near: { "12,8": "near" } };
  assert.deepEqual(squares([9, 29, 24, 34], index), { level: "near", files: ["near"] });
  assert.deepEqual(squares([-10, 5, 60, 45], index), { level: "middle", files: ["middle"] });
  assert.deepEqual(squares([-180, -90, 180, 90], index), { level: "far", files: ["far"] });
});

test("packed lines are unpacked to degrees", () => {
  assert.deepEqual(unpack({ scale: 100, land: [[1000, 3000, 50, -50]], borders: [] }).land, [[[10, 30], [10.5, 29.5]]]);
});
