"""A hostile publication goes through every route, format and file: inert, whole, and in bounded time."""

import csv
import gzip
import html
import io
import json
import logging
import re
import time
import xml.etree.ElementTree as ET
from itertools import islice
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from service import media
from service.errors import PressError
from service.press.build import build
from service.press.packing import CODINGS
from service.releases import publish
from service.web.app import create_app
from service.web.door import Door
from tests.canary import HEADS, TAIL, TARGETS, WORD, poison
from tests.inert import RDF, faults
from tests.live import build_and_publish
from tests.publications import copy_mini
from tests.test_tables import split

pytestmark = pytest.mark.long

BASE = "http://localhost:8000/"
HREF = re.compile(r'(?:href|src|action)="([^"]+)"')
# So many pages of a route are followed from the front page on.
MOST = 8
SECONDS = 20
NEED_MORE = ("/links", "/links?uri=", "/graph-store")
ATTACKS = (
    TAIL,
    f"javascript:{WORD}()",
    f"'><script>{WORD}()</script>",
    "%0d%0aX-Canary: yes",
    "\r\nX-Canary: yes",
    '" } ; DROP ALL #',
    "..%2f..%2fetc/passwd",
    HEADS[0],
)
ACCEPTS = (
    "text/html", "application/json", "application/ld+json", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
    "application/rdf+xml", "text/turtle", "application/trig", "application/n-quads", "text/csv", "text/tab-separated-values",
    "application/sparql-results+xml", "application/geo+json", "application/linkset", "application/linkset+json", "application/x-bibtex",
    "application/vnd.citationstyles.csl+json", "application/atom+xml", "text/plain",
)  # fmt: skip


# What no browser asks for.
MACHINES = (
    "/graph-store?default",
    "/search/suggest?q=targets",
    "/release/{release}/patch",
    "/-/conformance/checks",
    "/sparql/words",
)


class World:
    """The published canary, asked through the door as a server does; remembers which routes answered."""

    def __init__(self, folder):
        # Something harmless comes first, so that there is a patch.
        build_and_publish(copy_mini(folder, base=BASE, releases=folder / "releases"))
        self.settings = poison(folder, base=BASE, workers=2, query_seconds=20.0)
        self.release = build_and_publish(self.settings)
        self.app = create_app(self.settings)
        self.client = Client(Door(self.app))
        self.answered = {}
        self.found = {}

    def get(self, path, accept="text/html", method="GET", **more):
        """The reply, judged: what is wrong with it is in `found`."""
        begun = time.monotonic()
        response = self.client.open(path, method=method, headers={"Accept": accept}, **more)
        response.get_data()
        response.close()
        wrong = faults(response)
        if time.monotonic() - begun > SECONDS:
            wrong.append("took too long")
        if wrong:
            self.found.setdefault((path[:200], accept), wrong)
        if response.status_code < 400:
            self.answered.setdefault(self.endpoint(path, method), set()).add(path)
            self.answered.pop("", None)
        return response

    def endpoint(self, path, method="GET"):
        """The route of a path, empty for none."""
        try:
            return self.app.url_map.bind("localhost").match(path.partition("?")[0], method)[0]
        except HTTPException:
            return ""

    def truth(self):
        """What the sources say, at the base of the release."""
        return {quad.triple for quad in ox.parse(self.rebased(), format=ox.RdfFormat.N_TRIPLES)}

    def rebased(self):
        files = (
            path
            for name in ("ontology", "triples")
            for path in sorted((self.settings.triples.parent / name).rglob("*.ttl"))
        )
        triples = [quad.triple for path in files for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
        return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).replace(
            b"https://w3id.org/conflict-actors/", BASE.encode()
        )

    def things(self):
        """Local names of things: of each kind and each attack in a name the first, and the two that are planted."""
        found = {}
        for triple in self.truth():
            if triple.subject.value.startswith(BASE + "id/") and "#" not in triple.subject.value:
                local = triple.subject.value[len(BASE) + 3 :]
                tail = re.search(r"[^\w/-].*|nnnn+$|$", local)[0]
                key = (local.partition("/")[0], tail)
                found[key] = min(found.get(key, local), local)
        return sorted({*found.values(), "actor/targets", "actor/huge"})


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("canary"))
    yield world
    world.app.extensions["room"].close()


def asked(text):
    return quote(text, safe="")


def seeds(world):
    """A path or more for each route: what no page links to, and what anybody can put into a URL."""
    things = world.things()
    thing = asked(f"{BASE}id/actor/targets")
    claim = next(one for one in things if one.startswith("claim/"))
    name = re.search(
        r"/context/(\w+)\.jsonld", world.get("/doc/actor/targets", "application/ld+json").get_data(as_text=True)
    )
    dumps = [path.name for path in sorted((world.release.folder / "dumps").iterdir())]
    yield from (
        "/",
        "/browse",
        "/dumps",
        "/dataset",
        "/dataset.ttl",
        "/releases",
        "/releases.json",
        "/feed.atom",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap/1.xml",
    )
    yield from (
        "/ontology",
        "/ontology.ttl",
        "/ontology/alignments/foaf",
        "/shapes",
        "/shapes.ttl",
        "/linksets",
        "/linksets.ttl",
        "/context.jsonld",
        "/figures/diagram.svg",
    )
    yield from (
        "/-/alive",
        "/-/ready",
        "/-/release",
        "/-/metrics",
        "/.well-known/void",
        "/opensearch.xml",
        "/graph-store?default",
        "/dumps/SHA256SUMS",
    )
    yield from (
        "/network",
        "/timeline",
        "/map",
        f"/drawn?around={thing}",
        f"/context/{name[1]}.jsonld" if name else "/context.jsonld",
    )
    yield from (
        f"/release/{world.release.id}",
        f"/release/{world.release.id}/dumps",
        f"/release/{world.release.id}/dumps/SHA256SUMS",
    )
    yield from (
        f"/release/{world.release.id}/dumps/{dumps[0]}",
        f"/release/{world.release.id}/patch",
        f"/dumps/{dumps[-1]}",
    )
    yield from (f"/id/{quote(local)}" for local in things)
    yield from (f"/doc/{quote(local)}" for local in things)
    yield from (
        f"/nanopub/{quote(claim)}",
        f"/cite?uri={thing}",
        "/cite",
        f"/links?uri={thing}",
        "/reconcile",
        "/reconcile/preview?id=actor/targets",
    )
    yield from (f"/links?uri={asked(target)}" for target in TARGETS)
    yield from (
        f"/browse/{name}" for name in ("Group", "Event", "Place", "Person", "Claim", "Name", "Source", "Citation")
    )
    yield from (f"/graph/{name}" for name in ("hostile", "links", "schema", "meta", "shapes", "derived"))
    yield from (
        "/reconcile/properties?type=Group",
        "/reconcile/suggest/entity?prefix=t",
        "/reconcile/suggest/property?prefix=l",
        "/reconcile/suggest/type?prefix=g",
    )
    yield from ("/search?q=targets", "/search?q=huge", "/search/suggest?q=targets", "/search/suggest?q=a", "/sparql")
    for attack in ATTACKS:
        value = asked(attack)
        yield from (
            f"/search?q={value}",
            f"/search/suggest?q={value}",
            f"/links?uri={value}",
            f"/cite?uri={value}",
            f"/fragments?subject={value}&object={value}",
        )
        yield from (
            f"/browse/{value}",
            f"/doc/{value}",
            f"/id/{value}",
            f"/dumps/{value}",
            f"/graph/{value}",
            f"/release/{value}",
            f"/{value}",
        )
        yield from (
            f"/browse/Group?sort={value}&q={value}&{value}={value}",
            f"/network?asof={value}&type={value}&around={value}",
            f"/timeline?from={value}",
            f"/map?on={value}",
        )
        yield from (
            f"/sparql?query={value}",
            f"/sparql?format={value}&query=ASK%7B%7D",
            f"/graph-store?graph={value}",
            f"/reconcile?queries={value}&callback={value}",
        )
        yield from (
            f"/reconcile/preview?id={value}",
            f"/reconcile/suggest/entity?prefix={value}",
            f"/reconcile/properties?type={value}",
            f"/static/{value}",
            f"/nanopub/{value}",
        )


def reach(world, paths):
    """Every path as a page, and from each page to others, no more than MOST of a route."""
    queue, seen, taken = [*paths], {*paths}, {}
    while queue:
        path = queue.pop(0)
        response = world.get(path)
        if response.status_code != 200 or not response.content_type.startswith("text/html"):
            continue
        for link in HREF.findall(response.get_data(as_text=True)):
            link = html.unescape(link).partition("#")[0].removeprefix(BASE.rstrip("/"))
            if not link.startswith("/") or link.startswith("//") or link in seen:
                continue
            seen.add(link)
            endpoint = world.endpoint(link)
            taken[endpoint] = taken.get(endpoint, 0) + 1
            if taken[endpoint] <= MOST:
                queue.append(link)
                yield link


@pytest.mark.timeout(600)
def test_every_route_answers_and_no_answer_comes_to_life(world):
    sown = [*dict.fromkeys(seeds(world))]
    linked = [*reach(world, sown)]
    assert len(linked) > 100
    # What is an address only with a parameter says so.
    broken = [path for path in linked if path not in NEED_MORE and world.get(path, "*/*").status_code >= 400]
    assert not broken, f"links on pages that lead nowhere: {broken[:5]}"
    world.get("/links", "application/json", "POST", data=json.dumps(TARGETS), content_type="application/json")
    for path in MACHINES:
        world.get(path.format(release=world.release.id), "*/*")
    world.get("/sparql", "text/html", "POST", data={"query": "ASK {}"})
    rules = {rule.endpoint for rule in world.app.url_map.iter_rules() if "GET" in rule.methods} | {"links.batch"}
    assert report(world) == ""
    assert rules - set(world.answered) == set(), "a route that the canary does not reach: add it to `seeds`"


@pytest.mark.timeout(600)
def test_every_format_of_every_route_parses(world):
    """Two addresses of each route that answer, asked as each kind of client asks; and in each format by extension."""
    test_every_route_answers_and_no_answer_comes_to_life(world) if not world.answered else None
    for paths in [*world.answered.values()]:
        for path in islice(sorted(paths, key=lambda one: ("targets" not in one, one)), 2):
            for accept in ACCEPTS:
                world.get(path, accept)
    for local in ("actor/targets", "actor/huge", next(one for one in world.things() if one.startswith("claim/"))):
        for extension in ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "linkset", "linkset.json", "html"):
            assert world.get(f"/doc/{local}.{extension}", "*/*").status_code == 200
    assert report(world) == ""


def report(world):
    told = "\n".join(f"{path} as {accept}: {wrong[:3]}" for (path, accept), wrong in islice(world.found.items(), 25))
    world.found.clear()  # the next test tells what it finds itself
    return told


def test_every_dump_holds_what_the_sources_say(world):
    folder = world.release.folder / "dumps"
    truth = world.truth()
    assert len(truth) > 5000
    for format in (media.TURTLE, media.NTRIPLES, media.RDFXML, media.TRIG, media.NQUADS):
        told = {
            quad.triple for quad in ox.parse(path=folder / f"all.{format.extension}", format=RDF[format.media_type])
        }
        assert not truth - told, (format.name, [str(one)[:300] for one in islice(truth - told, 3)])
        packed = gzip.decompress((folder / f"all.{format.extension}.gz").read_bytes())
        assert packed == (folder / f"all.{format.extension}").read_bytes()
    expanded = json.loads((folder / "all.jsonld").read_bytes())
    told = {quad.triple for quad in ox.parse(json.dumps(expanded).encode(), format=ox.RdfFormat.JSON_LD)}
    assert not truth - told
    assert CODINGS


def test_every_file_parses_and_no_name_of_a_file_is_odd(world):
    names = [path.name for path in (world.release.folder / "dumps").iterdir()]
    assert len(names) > 100
    assert not [name for name in names if not re.fullmatch(r"[\w.-]+", name, re.A)]
    for name in names:
        if not name.endswith((".gz", ".zst")):
            assert world.get(f"/dumps/{name}", "*/*").status_code == 200
    assert report(world) == ""


def test_formula_like_text_is_the_same_in_a_table_as_in_the_data(world):
    """A table is data: an apostrophe or a space in front would be another value (RFC 4180 has no formulas)."""
    body = (world.release.folder / "dumps" / "class-Group.csv").read_bytes().decode()
    header, *rows = csv.reader(io.StringIO(body, newline=""))
    label = (
        header.index("skosxl:literalForm@en") if "skosxl:literalForm@en" in header else header.index("rdfs:label@en")
    )
    truth = {}
    store = ox.Store(path=None)
    with (world.release.folder / "dumps" / "all.nt").open("rb") as file:
        store.extend(ox.Quad(*quad.triple) for quad in ox.parse(file, format=ox.RdfFormat.N_TRIPLES))
    for quad in store.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), None):
        if isinstance(quad.object, ox.Literal) and quad.object.language == "en":
            truth.setdefault(quad.subject.value, set()).add(quad.object.value)
    assert len(rows) > 3
    assert {row[0]: {*split(row[label])} for row in rows} == {row[0]: truth[row[0]] for row in rows}
    assert any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for value in split(row[label]))


def test_results_hold_what_the_sources_say_in_every_format(world):
    query = quote(f"SELECT ?p ?o {{ <{BASE}id/actor/targets> ?p ?o FILTER(?p != rdf:type) }}")
    said = {
        (t.predicate.value, t.object.value) for t in world.truth() if t.subject.value == f"{BASE}id/actor/targets"
    }
    said = {(p, o) for p, o in said if not p.endswith("#type")}

    def body(accept):
        return world.get(f"/sparql?query={query}", accept).get_data(as_text=True)

    rows = json.loads(body("application/sparql-results+json"))["results"]["bindings"]
    told = {(row["p"]["value"], row["o"]["value"]) for row in rows}
    assert said <= told
    assert {tuple(row) for row in csv.reader(io.StringIO(body("text/csv"), newline=""))} - {("p", "o")} == told
    space = "{http://www.w3.org/2005/sparql-results#}"
    results = ET.fromstring(body("application/sparql-results+xml")).iter(f"{space}result")
    assert {tuple(binding[0].text for binding in result) for result in results} == told
    lines = body("text/tab-separated-values").split("\n")[1:-1]
    terms = {tuple(str(quad.object) for quad in parsed(line.split("\t"))) for line in lines}
    assert len(terms) == len(lines)
    assert report(world) == ""


def parsed(cells):
    return [next(iter(ox.parse(f"<a:a> <a:a> {cell} .".encode(), format=ox.RdfFormat.TURTLE))) for cell in cells]


def test_a_megabyte_makes_no_page_of_a_megabyte(world):
    for path in (
        "/doc/actor/huge",
        "/browse/Group",
        "/search?q=huge",
        "/links?uri=" + asked(f"{BASE}id/actor/huge"),
        "/reconcile/preview?id=actor/huge",
    ):
        begun = time.monotonic()
        response = world.get(path)
        assert response.status_code == 200, path
        assert len(response.get_data()) < 600_000, path
        assert time.monotonic() - begun < SECONDS


def test_a_line_of_the_log_is_one_line(world, caplog):
    caplog.set_level(logging.DEBUG)
    for attack in ("\r\nroot: all is well", "\x1b[2Jgone", "%0d%0aroot: all is well"):
        world.get(f"/doc/{asked(attack)}")
        world.get(f"/sparql?query={asked('SELECT * { ?s ?p ?o } #' + attack)}", "application/json")
        world.get(f"/sparql?query={asked('SELECT broken ' + attack)}", "application/json")
    lines = [record.getMessage() for record in caplog.records]
    assert not [line for line in lines if re.search("[\r\n\x1b]", line)]


NAMES_OF_FOLDERS = ["<b>", "a b", "a%2f", 'a"b', "..", "x\u202ey", "javascript:x", "a#b", "a?b"]


@pytest.mark.parametrize("name", [one for one in NAMES_OF_FOLDERS if one != ".."])
def test_a_graph_has_a_name_that_can_be_followed_or_nothing_is_built(tmp_path, name):
    settings = copy_mini(tmp_path)
    (settings.triples / "mini").rename(settings.triples / name)
    try:
        release = build(settings)
    except PressError as refused:
        assert str(refused.detail)
    else:
        publish(settings.releases, release.id)
        pytest.fail(f"a graph is called {name!r}")
