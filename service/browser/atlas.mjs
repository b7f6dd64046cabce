// Cuts land and borders of Natural Earth (public domain, https://www.naturalearthdata.com) into small files, so that a map
// of any part of the world loads little and asks nobody else: the world in coarse lines, squares of 30 degrees in finer
// ones, squares of 15 degrees in the finest. A file holds rings and lines of whole numbers, each point told by its
// distance from the one before; divided by `scale` they are degrees.
import { geoArea, geoCentroid, geoIdentity, geoStream } from "d3-geo";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { feature, mesh } from "topojson-client";

const LEVELS = [
  { name: "far", detail: "110m", size: 360, scale: 100 },
  { name: "middle", detail: "50m", size: 30, scale: 200 },
  { name: "near", detail: "10m", size: 15, scale: 500 },
];

/** Writes the files into `folder`, with an index `{ level: { "column,row": file name } }`; gives the name of the index. */
export async function cut(source, folder) {
  const index = {};
  for (const level of LEVELS) {
    const world = await readFile(join(source, `countries-${level.detail}.json`), "utf8").then(JSON.parse);
    index[level.name] = await cutLevel(level, world, folder);
  }
  return write(folder, "atlas", JSON.stringify(index));
}

async function write(folder, stem, text) {
  const name = `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.json`;
  await writeFile(join(folder, name), text);
  return name;
}

async function cutLevel(level, world, folder) {
  const countries = feature(world, world.objects.countries).features;
  const polygons = polygonsOf(feature(world, world.objects.land)).map(boxed);
  const borders = mesh(world, world.objects.countries, (a, b) => a !== b).coordinates.map((line) => boxed({ type: "LineString", coordinates: line }));
  const extra = level.name === "far" ? { centres: centres(countries) } : {};
  const files = {};
  for (let column = 0; column * level.size < 360; column += 1) {
    for (let row = 0; row * level.size < 180; row += 1) {
      const cell = [column * level.size - 180, row * level.size - 90, (column + 1) * level.size - 180, Math.min((row + 1) * level.size - 90, 90)];
      const land = clipped(polygons, cell, level.scale, true);
      if (!land.length) continue;
      const text = JSON.stringify({ scale: level.scale, land, borders: clipped(borders, cell, level.scale, false), ...extra });
      files[`${column},${row}`] = await write(folder, `atlas-${level.name}-${column}-${row}`, text);
    }
  }
  return files;
}

function polygonsOf(collection) {
  const geometries = collection.type === "FeatureCollection" ? collection.features.map((one) => one.geometry) : [collection.geometry];
  return geometries.flatMap((one) => (one.type === "MultiPolygon" ? one.coordinates : [one.coordinates])).map((coordinates) => ({ type: "Polygon", coordinates }));
}

function boxed(geometry) {
  const points = geometry.type === "Polygon" ? geometry.coordinates[0] : geometry.coordinates;
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const range = (numbers) => numbers.reduce(([least, most], number) => [Math.min(least, number), Math.max(most, number)], [Infinity, -Infinity]);
  const [[west, east], [south, north]] = [range(xs), range(ys)];
  return { geometry, west, east, south, north };
}

function clipped(shapes, [west, south, east, north], scale, closed) {
  const found = [];
  let line = null;
  const sink = {
    point: (x, y) => line?.push([x, y]),
    lineStart: () => (line = []),
    lineEnd: () => {
      const flat = deltas(line, scale, closed);
      if (flat) found.push(flat);
      line = null;
    },
    polygonStart: () => undefined,
    polygonEnd: () => undefined,
  };
  const stream = geoIdentity().clipExtent([[west, south], [east, north]]).stream(sink);
  for (const shape of shapes) if (shape.west <= east && shape.east >= west && shape.south <= north && shape.north >= south) geoStream(shape.geometry, stream);
  return found;
}

function deltas(points, scale, closed) {
  const flat = [];
  let [x, y] = [0, 0];
  for (const [px, py] of points) {
    const [dx, dy] = [Math.round(px * scale) - x, Math.round(py * scale) - y];
    if (flat.length && !dx && !dy) continue;
    flat.push(dx, dy);
    [x, y] = [x + dx, y + dy];
  }
  return flat.length >= (closed ? 6 : 4) ? flat : null;
}

/** The middle of the largest part of each country, by its numeric code. */
function centres(countries) {
  const found = {};
  for (const country of countries) {
    if (!country.id) continue;
    const parts = polygonsOf({ type: "Feature", geometry: country.geometry });
    const largest = parts.reduce((best, part) => (geoArea(part) > geoArea(best) ? part : best));
    found[country.id] = geoCentroid(largest).map((degrees) => Math.round(degrees * 100) / 100);
  }
  return found;
}
