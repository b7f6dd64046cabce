"""Every URI of our base in any document of the publication leads somewhere."""

import html
import re

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from service.web.app import create_app
from service.web.door import Door
from tests.live import MINI, ROOT, build_and_publish, publication

HREF = re.compile(r'(?:href|src|action)="([^"]+)"')


@pytest.fixture(scope="module", params=[MINI, ROOT], ids=["mini", "libya"])
def site(request, tmp_path_factory):
    settings = publication(request.param, tmp_path_factory.mktemp("releases"), 8000, workers=2, query_seconds=20.0)
    release = build_and_publish(settings)
    app = create_app(settings)
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
def test_each_iri_in_the_data_dereferences_to_a_page_and_to_rdf(site):
    release, client = site
    known = sorted(iris(release))
    assert len(known) > 20
    broken = []
    for place, iri in enumerate(known):
        # Every URI is followed; a page costs ten times what an RDF document costs, so every ninth is asked as a page.
        accept = ("text/html", *["text/turtle", "application/n-triples"] * 4)[place % 9]
        with client.get(
            "/" + iri[len(release.base) :], headers={"Accept": accept}, follow_redirects=True
        ) as response:
            if response.status_code != 200 or not response.data:
                broken.append((iri, accept, response.status_code))
    assert not broken, f"{len(broken)} of {len(known)}: {broken[:10]}"


@pytest.mark.timeout(600)
def links(response, base):
    """Paths of this site that a page links to, but for files and for queries about each single thing."""
    for link in HREF.findall(response.get_data(as_text=True)):
        path = html.unescape(link).partition("#")[0].removeprefix(base.rstrip("/"))
        if path.startswith("/") and not path.startswith("//") and "/dumps/" not in path and "?query=" not in path:
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
