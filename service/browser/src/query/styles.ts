// Has CodeMirror's styles adopted as constructed style sheets, which a Content-Security-Policy without 'unsafe-inline' allows.
import { StyleModule } from "style-mod";

/** To be called before the first editor. Without constructed style sheets the styles go where they usually go. */
export function adoptStyles(): void {
  // style-mod 4 decides at the first mount, for good, and takes a <style> element in anything that has a head: so the
  // document has none for that moment. tests/browser/test_query.py sees what the console says.
  Object.defineProperty(document, "head", { value: null, configurable: true });
  try {
    StyleModule.mount(document, []);
  } finally {
    Reflect.deleteProperty(document, "head");
  }
}
