"""Every URI of our base in any document of the publication leads somewhere."""

import html
import json
import re
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from service.web.app import create_app
from service.web.door import Door
from tests.engines import InProcess
from tests.live import MINI, ROOT, build_and_publish, publication

PAGE = {"Accept": "text/html"}
HREF = re.compile(r'(?:href|src|action)="([^"]+)"')


pytestmark = pytest.mark.whole


@pytest.fixture(scope="module", params=[MINI, ROOT], ids=["mini", "libya"])
def site(request, tmp_path_factory):
    settings = publication(request.param, tmp_path_factory.mktemp("releases"), 8000, workers=2, query_seconds=20.0)
    release = build_and_publish(settings)
    # In this process: so many documents would spend most of their time on the way to a worker and back.
    engine = InProcess({})
    engine.store = ox.Store.read_only(str(release.store))
    app = create_app(settings, lambda settings, release: engine)
    yield release, Client(Door(app))
    app.extensions["room"].close()


def iris(release):
    """Every IRI of our base in the whole dump, without fragments."""
    found = set()
    with (release.folder / "dumps" / "all.nq").open("rb") as dump:
        for quad in ox.parse(dump, format=ox.RdfFormat.N_QUADS):
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
                if isinstance(term, ox.NamedNode) and term.value.startswith(release.base):
                    found.add(term.value.partition("#")[0])
    return found


@pytest.mark.timeout(600)
def test_each_iri_in_the_data_leads_to_a_page(site):
    release, client = site
    known = sorted(
        iri for iri in iris(release) if "?" not in iri
    )  # without what is to be put after it, a question is none
    assert len(known) > 20
    # Every URI is followed by the crawl below; a page costs ten times an RDF document, so of many every ninth is asked.
    asked = known if release.things < 1000 else known[::9]
    broken = []
    for iri in asked:
        with client.get("/" + iri[len(release.base) :], headers=PAGE, follow_redirects=True) as response:
            if response.status_code != 200 or not response.data:
                broken.append((iri, response.status_code))
    assert not broken, f"{len(broken)} of {len(asked)}: {broken[:10]}"


def links(response, base):
    """Paths of this site that a page links to, but for files and for queries about each single thing."""
    for link in HREF.findall(response.get_data(as_text=True)):
        path = html.unescape(link).partition("#")[0].removeprefix(base.rstrip("/"))
        if (
            path.startswith("/")
            and not path.startswith("//")
            and "/dumps/" not in path
            and "?query=" not in path
            and "?uri=" not in path
        ):
            yield path


@pytest.mark.timeout(600)
def test_each_link_on_a_page_leads_somewhere(site):
    release, client = site
    queue, seen, broken = ["/"], {"/"}, []
    while queue and len(seen) < 1200:
        path = queue.pop()
        with client.get(path, headers={"Accept": "text/html"}, follow_redirects=True) as response:
            if response.status_code != 200:
                broken.append((path, response.status_code))
            found = set(links(response, release.base)) if response.content_type.startswith("text/html") else set()
        queue.extend(sorted(found - seen))
        seen |= found
    assert len(seen) > 30
    assert not broken, f"{len(broken)} of {len(seen)}: {broken[:10]}"


@pytest.mark.timeout(600)
def test_each_example_on_the_query_page_is_answered(site):
    _, client = site
    with client.get("/sparql", headers={"Accept": "text/html"}) as response:
        examples = {
            html.unescape(link) for link in HREF.findall(response.get_data(as_text=True)) if "?query=" in link
        }
    assert examples
    for path in sorted(examples):
        with client.get(path, headers={"Accept": "text/html"}) as response:
            assert response.status_code == 200, path


RDF = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
TARGET = re.compile(r"<([^>]*)>")
LOCATION = re.compile(r"<loc>([^<]*)</loc>")
# Each has an address for every question: one of each is followed by the tests of that part.
ENDLESS = re.compile(r"^/(?:sparql|fragments|search|links|cite|browse/[^?]*|graph-store|network|timeline|map)\?|/-/")
# The same document again in a format of its name: tests/test_isomorphic.py reads each of them.
AGAIN = re.compile(
    r"^/(?:doc|nanopub|\.well-known/genid)/.*\.(?:ttl|nt|nq|rdf|trig|jsonld|html|linkset|linkset\.json)$"
)


def targets(response, base):
    """Every URI in a document and in its headers, whosever it is."""
    kind = response.mimetype
    for header in response.headers.getlist("Link"):
        yield from TARGET.findall(header)
    for name in ("Location", "Content-Location"):
        if name in response.headers:
            yield response.headers[name]
    if kind == "text/html":
        yield from map(html.unescape, HREF.findall(response.get_data(as_text=True)))
    elif kind in RDF:
        for quad in ox.parse(response.get_data(), format=RDF[kind]):
            yield from (
                term.value for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, ox.NamedNode)
            )
    elif kind == "application/linkset+json":
        for one in json.loads(response.get_data())["linkset"]:
            yield one.pop("anchor")
            yield from (target["href"] for found in one.values() for target in found)
    elif kind == "application/xml":
        yield from map(html.unescape, LOCATION.findall(response.get_data(as_text=True)))


def paths(response, base):
    """Those of ours, as paths without fragment."""
    for target in targets(response, base):
        local = "/" + target[len(base) :] if target.startswith(base) else target
        if local.startswith("/") and not local.startswith("//"):
            yield local.partition("#")[0]


@pytest.mark.timeout(1200)
def test_a_crawl_from_the_front_page_and_the_site_map_ends_without_a_dead_end(site):
    """Links of pages, headers and link sets, IRIs of RDF, redirects: followed until nothing new comes.

    As a machine, and over the small publication as a browser too; the test before this follows pages of the large one.
    """
    release, client = site
    for accept in ("application/n-triples, text/html;q=0.5, */*;q=0.1", "text/html, */*;q=0.1"):
        if release.things < 1000 or "n-triples" in accept:
            crawl(release, client, accept)


def crawl(release, client, accept):
    queue, seen, broken, read = ["/", "/sitemap.xml", "/robots.txt"], set(), [], set()
    while queue:
        path = queue.pop()
        if path in seen or ENDLESS.search(path) or (release.things > 1000 and AGAIN.search(path)):
            continue
        seen.add(path)
        method = client.head if "/dumps/" in path else client.get
        with method(path, headers={"Accept": accept}) as response:
            if response.status_code not in (200, 301, 303, 308):
                broken.append((path, response.status_code))
            queue.extend(sorted({*paths(response, release.base)} - seen))
            read.add(response.mimetype)
    assert not broken, f"{len(broken)} of {len(seen)}: {broken[:10]}"
    mapped = {"/doc/" + iri.removeprefix(f"{release.base}id/") for iri in release.read_things(0)}
    assert mapped
    assert mapped <= seen
    named = {"/" + unquote(iri[len(release.base) :]) for iri in iris(release) if "?" not in iri}
    missed = sorted(named - {unquote(path) for path in seen})
    assert not missed, f"nothing leads to {len(missed)} of {len(named)}: {missed[:10]}"
    assert {"application/xml", "application/linkset+json", "text/plain"} <= read


def test_each_iri_with_a_fragment_is_described_in_the_document_it_leads_to(site):
    release, client = site
    with (release.folder / "dumps" / "all.nt").open("rb") as dump:
        subjects = {quad.subject.value for quad in ox.parse(dump, format=ox.RdfFormat.N_TRIPLES)}
    found, wanted = {}, {iri for iri in subjects if iri.startswith(release.base) and "#" in iri}
    for iri in sorted(wanted):
        found.setdefault(iri.partition("#")[0], set()).add(iri)
    missing = []
    for document, iris_of in found.items():
        with client.get(
            "/" + document[len(release.base) :], headers={"Accept": "application/n-triples"}, follow_redirects=True
        ) as response:
            told = {unquote(q.subject.value) for q in ox.parse(response.get_data(), format=ox.RdfFormat.N_TRIPLES)}
        missing += [iri for iri in iris_of if unquote(iri) not in told]
    assert wanted
    assert not missing, f"{len(missing)} of {len(wanted)}: {sorted(missing)[:10]}"
