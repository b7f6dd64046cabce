// Bundles each page's script into ../web/static/built, named by its content, and writes the table of names that pages read.
import { build } from "esbuild";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cut } from "./atlas.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const pages = join(here, "src", "pages");
const made = join(here, "made");
const built = join(here, "..", "web", "static", "built");

const entryPoints = (await readdir(pages)).filter((name) => name.endsWith(".ts")).map((name) => join(pages, name));

await rm(made, { recursive: true, force: true });
await mkdir(made, { recursive: true });
const atlas = await cut(join(here, "node_modules", "world-atlas"), made);
const { metafile } = await build({
  entryPoints,
  outdir: made,
  absWorkingDir: here,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  // The file that says which files of the atlas there are; geometry.ts asks for it.
  define: { ATLAS: JSON.stringify(atlas) },
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".json": "json", ".topojson": "file" },
  logLevel: "warning",
});

// An entry stands with everything it imports at once, so that a page can ask for all of it in one go.
const names = {};
for (const [file, output] of Object.entries(metafile.outputs)) {
  // What a script imports later on is an entry of the bundler too, but no page.
  if (!output.entryPoint?.startsWith("src/pages/")) continue;
  const parts = output.imports.filter((one) => one.kind === "import-statement").map((one) => basename(one.path));
  names[basename(output.entryPoint, ".ts")] = [basename(file), ...parts];
}
await writeFile(join(made, "names.json"), JSON.stringify(names, null, 1) + "\n");
await mkdir(dirname(built), { recursive: true });
await rm(built, { recursive: true, force: true });
await rename(made, built);
