// A picture as a file: SVG with its colours written into it, or PNG drawn from that. Nothing leaves the browser.

const STYLED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "fill-opacity", "stroke-opacity", "font-family", "font-size", "font-weight", "font-style", "text-anchor", "paint-order", "stroke-linejoin", "dominant-baseline"];

/** The picture as a document of its own: the size it has, the colours it has now, a background, without what is hidden. */
export function standalone(picture: SVGSVGElement, title: string): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  inline(picture, copy);
  const [width, height] = [picture.viewBox.baseVal.width, picture.viewBox.baseVal.height];
  const paper = getComputedStyle(document.body).backgroundColor;
  const back = document.createElementNS(copy.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ width: String(width), height: String(height), fill: paper })) back.setAttribute(name, value);
  const named = document.createElementNS(copy.namespaceURI, "title");
  named.textContent = title;
  copy.prepend(named, back);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  return new XMLSerializer().serializeToString(copy);
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
export function saveSvg(picture: SVGSVGElement, name: string, title: string): void {
  offer(new Blob([standalone(picture, title)], { type: "image/svg+xml" }), `${name}.svg`);
}

/** Offers the picture as a PNG file, twice as fine as on the screen. */
export async function savePng(picture: SVGSVGElement, name: string, title: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(picture, title))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.viewBox.baseVal.width * 2, picture.viewBox.baseVal.height * 2];
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
