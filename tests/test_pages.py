"""What holds for every page: nothing runs, nothing leaks out of its place, nothing comes from elsewhere, all is labelled."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from tests.engines import BASE, get, harbour

CANARIES = {
    "markup": '"><svg onload=alert(1)>',
    "script": "</script><script>alert(1)</script>",
    "style": "</style><style>*{display:none}",
    "template": "{{ 7*7 }}{% raw %}",
    "attribute": "x' onmouseover='alert(1)",
    "override": "\u202eevil\u2066",
    "control": "a\u0001b",
    "formula": "=cmd|' /C calc'!A0",
    "entity": "&lt;b&gt; &amp;",
    "long": "long " * 1000,
}
DANGEROUS = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "JaVaScRiPt:alert(1)",
]
VIEWS = {
    "views/names.rq": "SELECT ?this ?name ?text ?kind ?note { ?this skos:altLabel ?text BIND(?this AS ?name) BIND(?text AS ?kind) BIND(?text AS ?note) }",
    "views/facts.rq": "SELECT ?this ?part ?label ?value { ?this :text ?value BIND(?value AS ?label) VALUES ?part { 'badge' 'lead' 'note' UNDEF } }",
    "views/statements.rq": """SELECT ?this ?relation ?group ?phrase ?qualifier ?other ?otherLabel ?unit ?min ?beginLatest ?standing ?mark ?voice ?note
      ?claim ?holder ?holderLabel ?via ?viaLabel ?stance ?stanceMark ?certainty ?hedge ?claimNote ?citation ?passage ?fragment ?url
      { ?this :text ?t . ?this :link ?url VALUES ?voice { 'own' 'attributed' } VALUES ?stanceMark { 'affirms' 'denies' 'withholds' }
        BIND(IRI(CONCAT(STR(?this), '/', ?voice)) AS ?relation) BIND(?t AS ?group) BIND(?t AS ?phrase) BIND(?t AS ?qualifier) BIND(?url AS ?other) BIND(?t AS ?otherLabel)
        BIND(?t AS ?beginLatest) BIND(?t AS ?standing) BIND(?t AS ?mark) BIND(?t AS ?note) BIND(IRI(CONCAT(STR(?this), ?stanceMark)) AS ?claim)
        BIND(?url AS ?holder) BIND(?t AS ?holderLabel) BIND(?url AS ?via) BIND(?t AS ?viaLabel) BIND(?t AS ?stance) BIND(?t AS ?certainty)
        BIND(?t AS ?hedge) BIND(?t AS ?claimNote) BIND(?url AS ?citation) BIND(?t AS ?passage) BIND(?t AS ?fragment) }""",
}  # fmt: skip
ALLOWED_SCHEMES = ("/", "#", "http://", "https://", "mailto:", "data:,")


def literal(text):
    return '"' + "".join(f"\\U{ord(ch):08x}" for ch in text) + '"'


def planted():
    """One thing for each canary, with the canary in every place, pointing at every dangerous IRI."""
    links = " , ".join(f"<{quote(iri, safe=':/,()')}>" for iri in DANGEROUS)
    return "".join(
        f"<id/ship/{name}> a :Ship , <javascript:alert(2)> ; rdfs:label {literal(text)} ; skos:altLabel {literal(text)}@en ;"
        f" :text {literal(text)} ; :link {links} ; skos:definition {literal(text)} .\n"
        for name, text in CANARIES.items()
    )


@pytest.fixture(scope="module", params=["views", "no views"])
def app(request, tmp_path_factory):
    queries = VIEWS if request.param == "views" else None
    return harbour(tmp_path_factory.mktemp("releases"), planted(), queries)


PATHS = [
    *(f"/doc/ship/{name}" for name in CANARIES), "/", "/browse", "/browse/Ship", "/search?q=a", "/search?q=" + quote(CANARIES["markup"]),
    "/ontology", "/graph/ships", "/dumps", "/dataset", "/sparql", "/nowhere<script>", "/browse/" + quote("<b>"),
    "/sparql?query=" + quote("SELECT * { ?s a :Ship ; ?p ?o }"),
    "/sparql?query=" + quote("CONSTRUCT { ?s :text ?o } WHERE { ?s :text ?o }"),
    "/sparql?query=" + quote(CANARIES["script"]),
    "/about", "/browse/Ship?q=" + quote(CANARIES["markup"]), "/browse/Ship?sort=-label&view=" + quote(CANARIES["attribute"]),
    "/browse/rig?definition=" + quote(CANARIES["script"]), "/doc/ship/script?asof=1880-01-01",
]  # fmt: skip


class Auditor(HTMLParser):
    """Collects what a browser would act on."""

    VOID = frozenset(("meta", "link", "input", "br", "img", "hr"))

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.open, self.wrong, self.ids, self.headings, self.labelled = [], [], [], [], [], set()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        names = [name for name, _ in attrs]
        self.wrong += [f"{tag} {name} twice" for name in names if names.count(name) > 1]
        if tag not in self.VOID:
            self.open.append(tag)
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "label":
            self.labelled.add(values.get("for"))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def audit(app, path):
    text = get(app, path).get_data(as_text=True)
    auditor = Auditor()
    auditor.feed(text)
    auditor.close()
    return text, auditor


@pytest.mark.parametrize("path", PATHS)
def test_nothing_in_the_data_or_the_url_comes_to_life(app, path):
    _, found = audit(app, path)
    for tag, attributes in found.found:
        assert tag not in ("style", "svg", "iframe", "object", "embed", "base"), (path, tag)
        if tag == "script" and attributes.get("type") == "application/ld+json":
            assert set(attributes) == {"type"}, (path, attributes)
            continue
        if tag == "script":
            assert set(attributes) == {"type", "src"}, (path, attributes)
            assert attributes["src"].startswith("/static/built/"), (path, attributes)
            continue
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (path, tag, attributes)
        for name in ("href", "src", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith(ALLOWED_SCHEMES), (path, value)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_well_formed(app, path):
    _, found = audit(app, path)
    assert not found.wrong
    assert not found.open
    assert len(found.ids) == len(set(found.ids)), [i for i in found.ids if found.ids.count(i) > 1]


@pytest.mark.parametrize("path", PATHS)
def test_headings_go_down_one_step_at_a_time_from_one_first(app, path):
    _, found = audit(app, path)
    assert found.headings.count(1) == 1
    assert found.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(found.headings, found.headings[1:], strict=False))


@pytest.mark.parametrize("path", PATHS)
def test_a_reader_can_get_around(app, path):
    text, found = audit(app, path)
    tags = [tag for tag, _ in found.found]
    assert '<html lang="en">' in text
    assert '<a class="skip" href="#main">' in text
    assert tags.count("main") == 1
    assert {"header", "nav", "footer"} <= set(tags)
    fields = [a for tag, a in found.found if tag in ("input", "textarea", "select") and a.get("type") != "hidden"]
    assert all(a["id"] in found.labelled for a in fields)
    assert all("scope" in a for tag, a in found.found if tag == "th")
    named = {
        value for _, a in found.found for name, value in a.items() if name in ("aria-labelledby", "aria-describedby")
    }
    assert named <= set(found.ids)


@pytest.mark.parametrize("path", ["/", "/doc/ship/alma", "/sparql", "/ontology", "/dumps", "/browse/Ship"])
def test_nothing_is_fetched_from_elsewhere(app, path):
    _, found = audit(app, path)
    fetched = [
        a.get("href") or a.get("src")
        for tag, a in found.found
        if tag in ("link", "img", "script") and a.get("rel") not in ("alternate", "canonical", "search")
    ]
    assert all(value.startswith(("/static/", "data:,")) for value in fetched if value)
    policy = get(app, path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", CANARIES)
def test_a_name_is_isolated_from_the_text_around_it(app, name):
    text, _ = audit(app, f"/doc/ship/{name}")
    heading = text[text.index("<h1>") : text.index("</h1>")]
    assert heading.startswith("<h1><bdi")
    assert heading.endswith("</bdi>")


def test_a_very_long_text_is_cut_and_says_so(app):
    text, _ = audit(app, "/doc/ship/long")
    assert "5,000 characters; the data have all of them" in text


def test_a_megabyte_in_one_value_does_not_make_a_page_of_a_megabyte(tmp_path):
    app = harbour(tmp_path, f'<id/ship/huge> a :Ship ; rdfs:label "{"huge " * 200_000}" .')
    for path in ("/doc/ship/huge", "/browse/Ship", "/search?q=huge", "/sparql?query=SELECT * { ?s rdfs:label ?l }"):
        assert len(get(app, path).data) < 60_000, path


def test_links_use_paths_so_that_they_work_behind_any_host(app):
    _, found = audit(app, "/doc/ship/alma")
    links = [a["href"] for tag, a in found.found if tag == "a"]
    assert not [link for link in links if link.startswith(BASE)]


def test_the_style_sheet_is_ours_alone(app):
    css = get(app, "/static/style.css").get_data(as_text=True)
    assert "url(" not in css
    assert "@import" not in css
    assert "prefers-color-scheme: dark" in css
    assert "@media print" in css


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize(
    "ink", ["ink", "soft", "link", "asserted", "hedged", "reported", "disputed", "denied", "open"]
)
def test_every_ink_can_be_read_on_every_ground(app, theme, ground, ink):
    css = get(app, "/static/style.css").get_data(as_text=True)
    palette = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", css, re.S)[theme]))
    light, dark = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2 section 1.4.3


def test_before_anything_is_published_a_page_still_comes(tmp_path):
    from service.settings import Settings
    from service.web.app import create_app

    empty = create_app(Settings(releases=tmp_path, base=BASE))
    response = get(empty, "/")
    assert response.status_code == 503
    assert "Nothing is published yet" in response.get_data(as_text=True)
