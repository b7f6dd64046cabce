"""The ontology, the shapes and the named graphs as documents."""

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import SH

from service.press.build import build
from service.releases import publish
from service.web.app import create_app
from tests.contexts import with_context
from tests.engines import BASE, get, harbour, page
from tests.publications import copy_mini


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


def test_the_ontology_is_sent_directly_with_an_anchor_for_each_term(app):
    text = page(app, "/ontology")
    for term in ("Ship", "Harbour", "callsAt", "Sure"):
        assert f'id="{term}"' in text
    assert "vessel that sails" in text
    assert "the Alma" in text


def test_a_term_says_how_often_it_is_used(app):
    text = page(app, "/ontology")
    ship = text[text.index('id="Ship"') :]
    assert '<a href="/browse/Ship">2 times</a>' in ship[: ship.index("</section>")]
    calls = text[text.index('id="callsAt"') :]
    assert "2 times" in calls[: calls.index("</section>")]


def test_void_counts_win_over_counting(tmp_path):
    void = "http://rdfs.org/ns/void#"
    more = f"<dataset> <{void}propertyPartition> <dataset#p> . <dataset#p> <{void}property> :callsAt ; <{void}triples> 77 ."
    assert "77 times" in page(harbour(tmp_path, more), "/ontology")


def test_a_term_links_to_the_terms_it_speaks_of(app):
    text = page(app, "/ontology")
    calls = text[text.index('id="callsAt"') :]
    assert '<a href="/ontology#Harbour"><bdi>harbour</bdi></a>' in calls[: calls.index("</section>")]


@pytest.mark.parametrize(
    "path", ["/ontology", "/ontology.ttl", "/graph/schema", "/graph/schema.ttl", "/ontology/1.0.0"]
)
def test_a_graph_is_sent_whole(app, path):
    response = get(app, path, "text/turtle")
    assert response.status_code == 200
    triples = list(ox.parse(response.data, format=ox.RdfFormat.TURTLE))
    assert any(t.subject == ox.NamedNode(BASE + "ontology#callsAt") for t in triples)
    assert not any("ship/alma" in str(t.subject) for t in triples)
    assert response.headers["ETag"]


@pytest.mark.parametrize(
    "path", ["/graph/nowhere", "/graph/nowhere.ttl", "/shapes", "/ontology/9.9", "/ontology.exe"]
)
def test_what_is_not_there_is_not_found(app, path):
    assert get(app, path, "text/turtle").status_code == 404
    assert get(app, path).status_code == 404


def test_a_part_of_the_ontology_has_a_document_of_its_own(app):
    assert "Alignment with ships of others" in page(app, "/ontology/alignments/ships")
    response = get(app, "/ontology/alignments/ships", "text/turtle")
    assert response.headers["Content-Location"] == "/ontology/alignments/ships.ttl"
    assert get(app, "/ontology/alignments/ships.ttl", "*/*").data == response.data


def test_the_page_of_a_graph_says_how_large_it_is_and_how_to_ask_it(app):
    text = page(app, "/graph/ships")
    assert "statements" in text
    assert f"GRAPH &lt;{BASE}graph/ships&gt;" in text


def test_a_graph_comes_from_its_dump_when_there_is_one(tmp_path):
    app = harbour(tmp_path)
    manifest = tmp_path / "r1" / "manifest.json"
    (tmp_path / "r1" / "dumps" / "graph-ships.nt").write_bytes(b'<a:b> <a:c> "01" .\n')
    entry = '{"name": "graph-ships.nt", "media_type": "application/n-triples", "encoding": "", "size": 19, "sha256": "ab", "statements": 1}'
    manifest.write_text(manifest.read_text().replace('"dumps": [', f'"dumps": [{entry}, '))
    response = get(app, "/graph/ships", "application/n-triples")
    assert response.data == b'<a:b> <a:c> "01" .\n'
    assert response.headers["Content-Location"] == "/graph/ships.nt"
    assert get(app, "/graph/ships.nt", **{"If-None-Match": response.headers["ETag"]}).status_code == 304


OTHERS = """
 shape:Link rdfs:seeAlso <http://www.wikidata.org/.well-known/genid/e1c0d4> ;
  rdfs:comment "No node: <https://example.org/mini/.well-known/genid/ab> ." .
"""


def test_shapes_have_blank_nodes_where_shacl_wants_them(tmp_path):
    """A path that is an IRI is a property (SHACL section 2.3.1): an inverse path must not have one."""
    settings = copy_mini(tmp_path)
    with (settings.shapes / "shapes.ttl").open("a") as file:
        file.write(OTHERS)
    publish(settings.releases, build(settings).id)
    app = create_app(settings)
    data = rdflib.Graph().parse(settings.releases / "current" / "dumps" / "graph-mini.nt", format="nt")
    claim = rdflib.URIRef(f"{settings.base_iri}id/claim/P3-01")
    found = []
    try:
        for extension, syntax in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
            body = get(app, f"/shapes.{extension}").data
            shapes = rdflib.Graph().parse(
                data=with_context(app, body) if extension == "jsonld" else body, format=syntax
            )
            (path,) = shapes.subjects(SH.inversePath)
            assert rdflib.URIRef("http://www.wikidata.org/.well-known/genid/e1c0d4") in set(shapes.objects())
            assert any("<http://localhost:8000/.well-known/genid/ab> ." in str(text) for text in shapes.objects())
            assert isinstance(path, rdflib.BNode), extension
            broken = rdflib.Graph() + data
            broken.remove((claim, None, None))
            assert pyshacl.validate(data, shacl_graph=shapes)[0], "the data conform"
            assert not pyshacl.validate(broken, shacl_graph=shapes)[0], "a link without a claim does not"
            found.append(shapes)
        assert all(isomorphic(found[0], other) for other in found[1:])
        assert b"/.well-known/genid/" in get(app, "/graph/shapes.nt").data, "in the graph they can be linked to"
    finally:
        app.extensions["room"].close()
