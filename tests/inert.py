"""What is wrong with a reply, whatever it is a reply to: live markup, what no parser reads, headers that could be more.

`faults` is asked of every reply that the canary publication gives.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pyoxigraph as ox
from prometheus_client.parser import text_string_to_metric_families

from tests.canary import WORD
from tests.test_pages import Auditor

SAFE = re.compile(r"(/(?![/\\])|#|\?|https?://|mailto:|data:,$)")
LINKS = ("href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcdoc", "background", "ping")
NEVER = ("style", "iframe", "object", "embed", "base", "math", "frame", "applet", "foreignobject")
RDF = {
    "text/turtle": ox.RdfFormat.TURTLE, "application/n-triples": ox.RdfFormat.N_TRIPLES, "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS, "application/rdf+xml": ox.RdfFormat.RDF_XML,
}  # fmt: skip
csv.field_size_limit(1 << 24)
_FILE = re.compile(r'(?:inline|attachment)(?:; filename="?[\w.-]+"?)?$', re.A)


class Reader(Auditor):
    """Collects what a browser would act on; a comment is none of ours."""

    def handle_comment(self, data):
        self.wrong.append(f"a comment: {data[:40]!r}")

    def unknown_decl(self, data):
        self.wrong.append(f"a declaration: {data[:40]!r}")


def faults(response):
    """What is wrong, one line each."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    body = response.get_data()
    found = [*_headers(response.headers)]
    if response.status_code >= 500:
        found.append(f"status {response.status_code}: {body[:200]!r}")
    if response.headers.get("Content-Encoding") or not body:
        return found
    if 300 <= response.status_code < 400:
        return found  # a few words of the framework's, for nobody
    try:
        return [*found, *_body(kind, body)]
    except (ValueError, SyntaxError, ET.ParseError, AssertionError) as error:
        return [*found, f"{kind} does not parse: {error!r:.300}"]


def _body(kind, body):
    if not re.search(r"^text/|json|xml|trig|n-quads|n-triples|linkset", kind):
        return []
    text = body.decode()
    if kind == "text/html":
        return _html(text)
    if kind in RDF:
        sum(1 for _ in ox.parse(body, format=RDF[kind]))
    if kind.endswith("+json") or kind == "application/json":
        for line in text.splitlines() if kind.endswith("+ftm") else [text]:
            json.loads(line, parse_constant=_refuse)
    if kind.endswith("xml"):
        assert "<!DOCTYPE" not in text
        ET.fromstring(body)
    if kind == "text/csv":
        widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)}
        assert len(widths) == 1, f"rows of {sorted(widths)} cells"
    if kind == "text/tab-separated-values":
        widths = {line.count("\t") for line in text.rstrip("\n").split("\n") if not line.startswith("#")}
        assert len(widths) == 1, f"rows of {sorted(widths)} cells"
    if "openmetrics" in kind or text.startswith("# HELP"):
        assert list(text_string_to_metric_families(text))
    return []


def _refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def _headers(headers):
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()) or name.lower().startswith(f"x-{WORD}"):
            yield f"header {name}: {value[:200]!r}"
        if name == "Content-Disposition" and not _FILE.match(value):
            yield f"file name {value!r}"
        if name == "Location" and not SAFE.match(value):
            yield f"leads to {value[:200]!r}"
        if name == "Link" and not re.fullmatch(
            r'<[^<>"\s]*>(?:; [\w*-]+="[^"<>]*")*(?:, <[^<>"\s]*>(?:; [\w*-]+="[^"<>]*")*)*', value
        ):
            yield f"link {value[:300]!r}"


def _html(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    yield from (f"html: {one}" for one in [*reader.wrong, *(f"<{tag}> stays open" for tag in reader.open)])
    for tag, attributes in reader.found:
        if tag in NEVER:
            yield f"<{tag}> {attributes}"
        if tag == "script" and attributes == {"type": "application/ld+json"}:
            continue
        if tag == "script" and (
            set(attributes) != {"type", "src"} or not attributes["src"].startswith("/static/built/")
        ):
            yield f"<script {attributes}>"
        yield from (f"<{tag} {name}>" for name in attributes if name.startswith("on") or name == "style")
        yield from (
            f"<{tag} {n}={v[:100]!r}>" for n, v in attributes.items() if n in LINKS and v and not SAFE.match(v)
        )
    for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL):
        json.loads(data)
        assert "<" not in data, "text in a script ends it"
    if "49${" in text or "49}" in text:
        yield "a template was filled in"
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        yield "a control character"
