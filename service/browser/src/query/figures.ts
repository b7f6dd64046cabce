// From rows to a chart: one column says what is measured, one or more say how much.
import type { ChartData } from "../pictures/chart";
import { textOf, type Row } from "./ask";
import { isCoordinate } from "./columns";
import { called } from "./labels";
import { isNumber, shown } from "./rows";

const MOST = 400;
const TIME = /#(?:date|dateTime|gYear|gYearMonth)$/;

/** The data of a chart; null when the columns are none. */
export function chartData(names: readonly string[], rows: readonly Row[]): ChartData | null {
  const filled = rows.filter((row) => names.some((name) => row[name]));
  const numeric = names.filter((name) => !isCoordinate(name) && filled.some((row) => row[name]) && filled.every((row) => !row[name] || isNumber(row[name])));
  const measured = numeric.at(-1);
  const words = labelColumn(names, filled, measured);
  if (!measured || !words || filled.length > MOST || filled.length < 2) return null;
  const isTime = filled.every((row) => TIME.test(row[words]?.datatype ?? ""));
  const points = filled.flatMap((row) => {
    const value = Number(textOf(row[measured]));
    const own = row[words];
    const iri = names.map((name) => row[name]).find((term) => term?.type === "uri" && (term === own || words === `${nameOf(names, row, term)}Label`));
    return row[measured] && Number.isFinite(value) ? [{ label: shown(own) || "none", value, ...(iri ? { href: called(textOf(iri))?.href ?? "" } : {}) }] : [];
  });
  const merged = new Set(points.map((point) => point.label)).size;
  return points.length < 2 || merged < points.length / 4 ? null : { measured, of: words.replace(/Label$/, ""), isTime, points };
}

function nameOf(names: readonly string[], row: Row, term: unknown): string {
  return names.find((name) => row[name] === term) ?? "";
}

/** The column that names the bars: a label before the IRI it labels, else the first column that is no number. */
function labelColumn(names: readonly string[], rows: readonly Row[], measured: string | undefined): string | undefined {
  const others = names.filter((name) => name !== measured);
  const texts = others.filter((name) => rows.some((row) => row[name] && !isNumber(row[name])));
  const first = texts[0];
  return (first && others.includes(`${first}Label`) ? `${first}Label` : first) ?? others[0];
}
