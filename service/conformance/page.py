"""Reads a page: what it is called, what it loads, where it leads and what in it would run."""

from __future__ import annotations

from html.parser import HTMLParser

# Element -> the attributes whose addresses it loads by itself.
_LOADS = {
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "img": ("src", "srcset"), "input": ("src",),
    "object": ("data",), "script": ("src",), "source": ("src", "srcset"), "track": ("src",),
    "video": ("src", "poster"),
}  # fmt: skip
_LOADING_LINKS = {"stylesheet", "icon", "modulepreload", "preload", "manifest", "apple-touch-icon"}
# https://mimesniff.spec.whatwg.org/#javascript-mime-type, in short; a script of any other type is data.
_RUN = ("", "module", "importmap", "speculationrules")


class Page(HTMLParser):
    """What a page says that matters here: title, language, what it loads and where it leads.

    `handlers` names what a policy without 'unsafe-inline' refuses: scripts, styles and handlers within the page.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title = self.language = ""
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.doctype = False
        self._in_title = False
        self._in_drawings = 0
        self.feed(text)
        self.close()

    def handle_decl(self, decl: str) -> None:
        self.doctype = self.doctype or decl.lower() == "doctype html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self._in_drawings += tag == "svg"
        self._in_title = tag == "title" and not self._in_drawings  # a drawing has titles of its own
        self.language = given.get("lang", "") if tag == "html" else self.language
        self._note_loaded(tag, given)
        self._note_inline(tag, given)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        self._in_drawings -= tag == "svg"
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def _note_loaded(self, tag: str, given: dict[str, str]) -> None:
        for name in _LOADS.get(tag, ()):
            listed = given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
            self.loaded += [one.split()[0] for one in listed if one.split()]
        if tag == "link" and _LOADING_LINKS & set(given.get("rel", "").lower().split()):
            self.loaded.append(given.get("href", ""))

    def _note_inline(self, tag: str, given: dict[str, str]) -> None:
        self.handlers += [key for key in given if key.startswith("on")] + ["style"] * ("style" in given)
        addresses = (given.get(name, "").strip().lower() for name in ("href", "src", "action", "formaction", "data"))
        self.handlers += ["javascript:" for one in addresses if one.startswith("javascript:")]
        kind = given.get("type", "").strip().lower()
        if tag == "script" and not given.get("src") and (kind in _RUN or kind.endswith(("javascript", "ecmascript"))):
            self.handlers.append("inline script")
        if tag == "style":
            self.handlers.append("inline style")
