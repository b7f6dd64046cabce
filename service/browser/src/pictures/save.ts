// A picture as a file: SVG with its colours written into it, or PNG drawn from that. Nothing leaves the browser.

const STYLED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "fill-opacity", "stroke-opacity", "font-family", "font-size", "font-weight", "font-style", "text-anchor", "paint-order", "stroke-linejoin", "dominant-baseline"];

const LINE = 18;

/** The picture as a document of its own: the colours it has now, a background, nothing hidden, and below it what it is and where from. */
export function standalone(picture: SVGSVGElement, [title, ...more]: readonly [string, ...string[]]): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  inline(picture, copy);
  const [width, height] = sizeOf(picture, more.length);
  const { backgroundColor: paper, color: ink } = getComputedStyle(document.body);
  const back = document.createElementNS(copy.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ width: String(width), height: String(height), fill: paper })) back.setAttribute(name, value);
  const below = [title, ...more].map((words, place) => {
    const line = document.createElementNS(copy.namespaceURI, "text");
    const look = { x: "8", y: String(picture.viewBox.baseVal.height + 16 + place * LINE), fill: ink, "font-family": "sans-serif", "font-size": place ? "11" : "13" };
    for (const [name, value] of Object.entries(look)) line.setAttribute(name, value);
    line.textContent = words;
    return line;
  });
  const named = document.createElementNS(copy.namespaceURI, "title");
  named.textContent = title;
  copy.prepend(named, back);
  copy.append(...below);
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  return new XMLSerializer().serializeToString(copy);
}

function sizeOf(picture: SVGSVGElement, lines: number): [number, number] {
  return [picture.viewBox.baseVal.width, picture.viewBox.baseVal.height + (lines + 1) * LINE + 10];
}

function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  if (style.display === "none") return to.remove();
  for (const name of STYLED) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, value);
  }
  to.removeAttribute("class");
  to.removeAttribute("tabindex");
  const [children, copies] = [[...from.children], [...to.children]];
  children.forEach((child, place) => inline(child, copies[place] as Element));
}

/** Offers the picture as an SVG file. */
export function saveSvg(picture: SVGSVGElement, name: string, lines: readonly [string, ...string[]]): void {
  offer(new Blob([standalone(picture, lines)], { type: "image/svg+xml" }), `${name}.svg`);
}

/** Offers the picture as a PNG file, twice as fine as on the screen. */
export async function savePng(picture: SVGSVGElement, name: string, lines: readonly [string, ...string[]]): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(picture, lines))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob) offer(blob, `${name}.png`);
}

function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
