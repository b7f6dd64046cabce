// Where the nodes of a network stand. Pure and deterministic: the same nodes and ties give the same places, settled.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum, type SimulationNodeDatum } from "d3-force";
import type { Node, Tie } from "./kinds";

export interface Spot {
  x: number;
  y: number;
}

interface Body extends SimulationNodeDatum {
  id: string;
  room: number;
}

interface Spring extends SimulationLinkDatum<Body> {
  side: string;
}

/** More nodes get fewer steps, so that a picture is there within a moment. */
const STEPS = 60_000;
const LENGTHS: Record<string, number> = { part: 46, with: 62, other: 80, against: 120 };

/** The place of every node in a space about 1000 wide and `height / width` times as high; those in `before` begin where they were. */
export function layout(nodes: readonly Node[], ties: readonly Tie[], ratio = 0.66, before?: ReadonlyMap<string, Spot>): Map<string, Spot> {
  const degrees = countTies(ties);
  const sorted = [...nodes].sort((a, b) => (degrees.get(b.id) ?? 0) - (degrees.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1));
  const bodies: Body[] = sorted.map((node) => ({ id: node.id, room: room(node), ...(before?.get(node.id) ?? {}) }));
  const known = new Set(bodies.map((body) => body.id));
  const springs: Spring[] = ties
    .filter((tie) => known.has(tie.from) && known.has(tie.to) && tie.from !== tie.to)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((tie) => ({ source: tie.from, target: tie.to, side: tie.side ?? "other" }));
  settle(bodies, springs, ratio, degrees);
  return new Map(bodies.map((body) => [body.id, { x: body.x ?? 0, y: body.y ?? 0 }]));
}

function settle(bodies: Body[], springs: Spring[], ratio: number, degrees: ReadonlyMap<string, number>): void {
  const pull = Math.min(0.12, 0.03 + 4 / (bodies.length + 20) / 10);
  const steps = Math.max(120, Math.min(400, Math.round(STEPS / (bodies.length + 1))));
  forceSimulation(bodies)
    .force("charge", forceManyBody<Body>().strength((body) => -130 - 14 * Math.sqrt(degrees.get(body.id) ?? 0)).distanceMax(420))
    .force("link", forceLink<Body, Spring>(springs).id((body) => body.id).distance((spring) => LENGTHS[spring.side] ?? 80))
    .force("collide", forceCollide<Body>((body) => body.room).strength(0.8))
    .force("x", forceX<Body>(0).strength(pull * ratio))
    .force("y", forceY<Body>(0).strength(pull / Math.max(ratio, 0.3)))
    .alphaDecay(1 - Math.pow(0.001, 1 / steps))
    .stop()
    .tick(steps);
}

function room(node: Node): number {
  return 14 + Math.min(node.label.length, 26) * 0.55;
}

/** How many ties each node has. */
export function countTies(ties: readonly Tie[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { from, to } of ties) for (const id of new Set([from, to])) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Caption {
  id: string;
  /** The middle of the symbol on the screen, its radius, the width of the text. */
  x: number;
  y: number;
  radius: number;
  width: number;
  /** Larger comes first. */
  weight: number;
}

export interface PlacedCaption {
  dx: number;
  dy: number;
  anchor: "start" | "end" | "middle";
}

/** Where each caption stands beside its symbol without covering another; what has no room is left out. */
export function captions(wanted: readonly Caption[], lineHeight: number, taken: readonly Box[] = [], within?: Box): Map<string, PlacedCaption> {
  const boxes: Box[] = [...taken];
  const placed = new Map<string, PlacedCaption>();
  for (const one of [...wanted].sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))) {
    for (const [place, box] of places(one, lineHeight)) {
      if ((within && !holds(within, box)) || boxes.some((other) => overlaps(other, box))) continue;
      boxes.push(box);
      placed.set(one.id, place);
      break;
    }
  }
  return placed;
}

/** The box that a placed caption covers. */
export function boxOf(one: Caption, placed: PlacedCaption | undefined, lineHeight: number): Box {
  const found = places(one, lineHeight).find(([place]) => place.anchor === placed?.anchor && place.dy === placed.dy);
  return found ? found[1] : { x: one.x, y: one.y, width: 0, height: 0 };
}

function places(one: Caption, height: number): [PlacedCaption, Box][] {
  const gap = one.radius + 4;
  const { x, y, width } = one;
  return [
    [{ dx: 0, dy: gap + height * 0.72, anchor: "middle" }, { x: x - width / 2, y: y + gap, width, height }],
    [{ dx: gap, dy: height * 0.3, anchor: "start" }, { x: x + gap, y: y - height / 2, width, height }],
    [{ dx: -gap, dy: height * 0.3, anchor: "end" }, { x: x - gap - width, y: y - height / 2, width, height }],
    [{ dx: 0, dy: -gap, anchor: "middle" }, { x: x - width / 2, y: y - gap - height, width, height }],
  ];
}

function holds(outer: Box, inner: Box): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
