// The geometry of ties: curves between two symbols, their heads, the point in the middle. Pure.
import type { Side, Tie } from "./kinds";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Curve {
  readonly path: string;
  readonly middle: Point;
  readonly end: Point;
  /** Direction at the end, radians. */
  readonly angle: number;
}

/** How far each tie bends so that several between the same two are told apart; 0 for one alone. */
export function bends(ties: readonly Tie[]): Map<string, number> {
  const pairs = new Map<string, Tie[]>();
  for (const tie of ties) {
    const key = [tie.from, tie.to].sort().join("\n");
    pairs.set(key, [...(pairs.get(key) ?? []), tie]);
  }
  const found = new Map<string, number>();
  for (const pair of pairs.values()) {
    pair.forEach((tie, place) => {
      const turned = tie.from < tie.to ? 1 : -1;
      found.set(tie.id, turned * (place - (pair.length - 1) / 2) * 22);
    });
  }
  return found;
}

/** The curve between two symbols of these sizes, from edge to edge. A tie to itself is a loop. */
export function curve(from: Point, to: Point, bend: number, radii: readonly [from: number, to: number]): Curve {
  if (from.x === to.x && from.y === to.y) return loop(from, radii[0]);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const control = { x: (from.x + to.x) / 2 - (dy / length) * bend * 2, y: (from.y + to.y) / 2 + (dx / length) * bend * 2 };
  const start = towards(from, control, radii[0]);
  const end = towards(to, control, radii[1] + 3);
  const middle = { x: (start.x + 2 * control.x + end.x) / 4, y: (start.y + 2 * control.y + end.y) / 4 };
  const path = bend === 0 ? `M${p(start)}L${p(end)}` : `M${p(start)}Q${p(control)} ${p(end)}`;
  return { path, middle, end, angle: Math.atan2(to.y - control.y, to.x - control.x) };
}

function loop(at: Point, radius: number): Curve {
  const size = radius + 18;
  const end = { x: at.x + radius, y: at.y - radius };
  const path = `M${at.x - radius},${at.y - radius}C${at.x - size},${at.y - 2 * size} ${at.x + size},${at.y - 2 * size} ${p(end)}`;
  return { path, middle: { x: at.x, y: at.y - 1.6 * size }, end, angle: Math.PI * 0.7 };
}

/** The head at the end of a line, around 0,0 pointing right: an arrow with, a bar against, a chevron for a part. */
export function head(side: Side | undefined): string {
  if (side === "against") return "M0,-6V6";
  if (side === "with") return "M0,0L-8,-4.5L-8,4.5Z";
  return "M-6,-4L0,0L-6,4";
}

function towards(from: Point, to: Point, distance: number): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  return { x: from.x + (dx / length) * distance, y: from.y + (dy / length) * distance };
}

function p(point: Point): string {
  return `${point.x.toFixed(1)},${point.y.toFixed(1)}`;
}
