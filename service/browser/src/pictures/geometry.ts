// Land and borders from the files that atlas.mjs cuts: which of them a part of the world needs, and their lines in degrees.

/** The name of the index file; the bundler puts it in. */
declare const ATLAS: string;

type LevelName = "far" | "middle" | "near";
/** The file of each square of each level, by "column,row". */
export type Index = Readonly<Record<LevelName, Readonly<Record<string, string>>>>;
export type Line = readonly (readonly [longitude: number, latitude: number])[];
/** West, south, east, north in degrees. */
export type Extent = readonly [number, number, number, number];

export interface Ground {
  readonly land: readonly Line[];
  readonly borders: readonly Line[];
  /** The middle of a country by its numeric code; only in the world as a whole. */
  readonly centres: ReadonlyMap<string, readonly [number, number]>;
}

interface Packed {
  readonly scale: number;
  readonly land: readonly (readonly number[])[];
  readonly borders: readonly (readonly number[])[];
  readonly centres?: Readonly<Record<string, readonly [number, number]>>;
}

const SIZES: Readonly<Record<LevelName, number>> = { far: 360, middle: 30, near: 15 };
/** Files asked for at once at most; a wider view takes the coarser lines. */
const MOST_FILES = 12;

/** The level for a view, and the squares of it. */
export function squares(extent: Extent, index: Index): { level: LevelName; files: string[] } {
  for (const level of ["near", "middle"] as const) {
    const files = within(extent, SIZES[level]).flatMap((key) => index[level][key] ?? []);
    const isFine = extent[2] - extent[0] <= SIZES[level] * 4;
    if (isFine && files.length <= MOST_FILES) return { level, files };
  }
  return { level: "far", files: Object.values(index.far) };
}

function within([west, south, east, north]: Extent, size: number): string[] {
  const keys: string[] = [];
  const last = Math.ceil(360 / size) - 1;
  for (let column = Math.max(0, Math.floor((west + 180) / size)); column <= Math.min(last, Math.floor((east + 180) / size)); column += 1) {
    for (let row = Math.max(0, Math.floor((south + 90) / size)); row <= Math.floor((north + 90) / size); row += 1) keys.push(`${column},${row}`);
  }
  return keys;
}

const fetched = new Map<string, Promise<Ground>>();
let indexed: Promise<Index> | null = null;

/** Which files there are. */
export function index(): Promise<Index> {
  indexed ??= fetchFile<Index>(ATLAS);
  indexed.catch(() => (indexed = null));
  return indexed;
}

async function fetchFile<Content>(file: string): Promise<Content> {
  const answer = await fetch(new URL(file, import.meta.url));
  if (!answer.ok) throw new Error(`the land is missing (${answer.status})`);
  return (await answer.json()) as Content;
}

/** Everything of these files in one; each is fetched once. */
export async function ground(files: readonly string[]): Promise<Ground> {
  const all = await Promise.all(files.map((file) => one(file)));
  return {
    land: all.flatMap((part) => part.land),
    borders: all.flatMap((part) => part.borders),
    centres: new Map(all.flatMap((part) => [...part.centres])),
  };
}

function one(file: string): Promise<Ground> {
  const known = fetched.get(file) ?? fetchFile<Packed>(file).then(unpack);
  fetched.set(file, known);
  known.catch(() => fetched.delete(file));
  return known;
}

/** The lines of a file in degrees. */
export function unpack(packed: Packed): Ground {
  return {
    land: packed.land.map((line) => degrees(line, packed.scale)),
    borders: packed.borders.map((line) => degrees(line, packed.scale)),
    centres: new Map(Object.entries(packed.centres ?? {})),
  };
}

function degrees(flat: readonly number[], scale: number): Line {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    x += flat[i] as number;
    y += flat[i + 1] as number;
    points.push([x / scale, y / scale]);
  }
  return points;
}
