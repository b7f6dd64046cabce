"""Triple Pattern Fragments: patterns in, pages of triples with count and controls out; a client joins over them."""

from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, VOID
from werkzeug.test import Client

from service.engine.rows import Term
from service.errors import BadRequest
from service.fragments import PER_PAGE, read_pattern, spell
from service.web.door import Door
from tests.engines import get, page
from tests.linked import BASE, libya

HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
XSD = "http://www.w3.org/2001/XMLSchema#"
TERMS = [
    ("http://example.org/a", Term("http://example.org/a", "uri")),
    ("<http://example.org/a>", Term("http://example.org/a", "uri")),
    ("skos:prefLabel", Term(str(SKOS.prefLabel), "uri")),
    ("urn:x:y", Term("urn:x:y", "uri")),
    ('"x"', Term("x", "literal")),
    ('""', Term("", "literal")),
    ('"x"@en', Term("x", "literal", "en")),
    ('"x"@zh-Hant', Term("x", "literal", "zh-Hant")),
    ('"say "no" to it"@en', Term('say "no" to it', "literal", "en")),
    ('"two\nlines"', Term("two\nlines", "literal")),
    ('"back\\slash"', Term("back\\slash", "literal")),
    (f'"1"^^{XSD}integer', Term("1", "literal", "", XSD + "integer")),
    (f'"1"^^<{XSD}integer>', Term("1", "literal", "", XSD + "integer")),
    ('"1"^^skos:number', Term("1", "literal", "", str(SKOS) + "number")),
    ('"1"^^urn:x:y', Term("1", "literal", "", "urn:x:y")),
    ('"1"^^<foo:bar>', Term("1", "literal", "", "foo:bar")),
    ('"a"@en"', Term('a"@en', "literal")),
    ("_:b0", Term("b0", "bnode")),
    ("", None),
    ("?anything", None),
]
MATCH = {"predicate": str(SKOS.exactMatch)}


@pytest.fixture(scope="module")
def app():
    return libya()


def ask(app, accept="application/trig", status=200, **fields):
    response = Client(Door(app)).get("/fragments", query_string=fields, headers={"Accept": accept})
    assert response.status_code == status, response.get_data(as_text=True)
    return response


def dataset(response):
    """(data triples, metadata graph, URL of the page) of a fragment in TriG."""
    store = rdflib.Dataset()
    store.parse(data=response.get_data(), format="trig")
    (meta,) = [graph for graph in store.graphs() if graph.identifier != store.default_graph.identifier]
    return set(store.default_graph), meta, str(meta.value(meta.identifier, FOAF.primaryTopic))


@pytest.mark.parametrize(("text", "term"), TERMS)
def test_a_term_is_read_in_the_spelling_of_the_specification(text, term):
    assert read_pattern({"object": text}, {"skos": str(SKOS)}).object == term


@pytest.mark.parametrize("term", [term for _, term in TERMS if term])
def test_a_term_is_spelled_so_that_it_is_read_again(term):
    assert read_pattern({"object": spell(term)}, {}).object == term


@pytest.mark.parametrize("text", ['"1"^^foo:bar', '"1"^^xds:integer'])
def test_a_datatype_with_an_unknown_prefix_is_refused(text):
    with pytest.raises(BadRequest, match=r"unknown prefix: (foo:bar|xds:integer)\."):
        read_pattern({"object": text}, {"xsd": XSD})


def test_a_datatype_may_have_a_prefix(app):
    short, whole = (ask(app, object=f'"14"^^{datatype}') for datatype in ("xsd:integer", f"{XSD}integer"))
    assert dataset(short)[0] == dataset(whole)[0] != set()


@pytest.mark.parametrize("text", ["014", "+14", "14.0"])
def test_another_spelling_of_a_number_is_another_term(app, text):
    triples, meta, _ = dataset(ask(app, object=f'"{text}"^^{XSD}integer'))
    assert (triples, {int(n) for n in meta.objects(None, VOID.triples)}) == (set(), {0})


@pytest.mark.parametrize("text", ["no iri", "Derna", '"x', '"x"@', '"x"^^no iri', "http://a/ b", "<a", '"x"^^a'])
def test_what_is_no_term_is_refused_with_examples(text):
    with pytest.raises(BadRequest, match=r'Write an IRI, .variable, "text"'):
        read_pattern({"subject": text}, {})


@pytest.mark.parametrize(
    ("fields", "terms"),
    [
        ({}, (None, None, None)),
        ({"predicate": "skos:exactMatch"}, (None, SKOS.exactMatch, None)),
        ({"subject": BASE + "id/place/derna"}, (BASE + "id/place/derna", None, None)),
        ({"object": '"Derna"@en'}, (None, None, ox.Literal("Derna", language="en"))),
        (
            {"predicate": "skos:prefLabel", "object": '"Derna"@en'},
            (None, SKOS.prefLabel, ox.Literal("Derna", language="en")),
        ),
        ({"object": f'"14"^^{XSD}integer'}, (None, None, ox.Literal(14))),
        ({"subject": BASE + "id/place/derna", "predicate": "rdf:type"}, (BASE + "id/place/derna", RDF.type, None)),
    ],
)
def test_a_fragment_has_the_triples_and_the_number_that_the_store_has(app, fields, terms):
    nodes = [None if t is None else t if isinstance(t, ox.Literal) else ox.NamedNode(str(t)) for t in terms]
    store = app.extensions["engine"].store
    expected = len(list(store.quads_for_pattern(*nodes, ox.DefaultGraph())))
    triples, meta, _ = dataset(ask(app, **fields))
    (number,) = set(meta.objects(None, VOID.triples)) | set(meta.objects(None, HYDRA.totalItems))
    assert int(number) == expected > 0
    assert len(triples) == min(expected, PER_PAGE)


def test_all_pages_together_are_the_whole_fragment_without_repetition(app):
    seen, path = [], f"/fragments?{urlencode(MATCH)}"
    while path:
        triples, meta, asked = dataset(get(app, path, "application/trig"))
        seen += triples
        after = meta.value(rdflib.URIRef(asked), HYDRA.next)
        path = after and "/" + str(after).removeprefix(BASE)
    (total,) = set(meta.objects(None, VOID.triples))
    assert len(seen) == len(set(seen)) == int(total) > PER_PAGE


def test_the_controls_are_those_of_the_specification(app):
    _, meta, asked = dataset(ask(app, **MATCH, page=2))
    whole, this = rdflib.URIRef(BASE + "dataset"), rdflib.URIRef(asked)
    fragment = meta.value(predicate=HYDRA.view, object=this)
    form = meta.value(whole, HYDRA.search)
    assert str(meta.value(form, HYDRA.template)) == BASE + "fragments{?subject,predicate,object}"
    mapped = {
        str(meta.value(m, HYDRA.variable)): meta.value(m, HYDRA.property) for m in meta.objects(form, HYDRA.mapping)
    }
    assert mapped == {"subject": RDF.subject, "predicate": RDF.predicate, "object": RDF.object}
    assert (whole, VOID.subset, fragment) in meta
    assert (fragment, VOID.subset, this) in meta
    assert (fragment, DCTERMS.source, whole) in meta
    assert int(meta.value(fragment, HYDRA.itemsPerPage)) == PER_PAGE
    assert (this, RDF.type, HYDRA.PartialCollectionView) in meta
    for name in ("first", "previous", "last"):
        assert meta.value(this, HYDRA[name]), name


def test_the_url_of_a_page_is_told_as_the_client_wrote_it(app):
    path = "/fragments?predicate=http%3A%2F%2Fwww.w3.org%2F2004%2F02%2Fskos%2Fcore%23exactMatch&subject=&x=1"
    _, _, asked = dataset(get(app, path, "application/trig"))
    assert asked == BASE + path[1:]


@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/n-quads", "nquads"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_every_format_holds_the_same(app, accept, parser):
    triples, meta, _ = dataset(ask(app, **MATCH))
    store = rdflib.Dataset(default_union=True)
    store.parse(data=ask(app, accept, **MATCH).get_data(), format=parser)
    assert set(store.triples((None, None, None))) == triples | set(meta)


def test_comunica_gets_quads_and_a_browser_a_page(app):
    preferred = (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6,text/html;q=0.2"
    )
    assert ask(app, preferred).content_type == "application/n-quads"
    assert ask(app, "text/html,application/xhtml+xml,*/*;q=0.8").content_type == "text/html; charset=utf-8"
    assert ask(app, "*/*").content_type == "application/trig"


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "http://nowhere.example/"},
        {"subject": '"x"'},
        {"predicate": '"x"'},
        {"subject": "_:b0"},
        {"object": "_:b0"},
    ],
)
def test_what_fits_nothing_is_an_empty_fragment(app, fields):
    triples, meta, _ = dataset(ask(app, **fields))
    assert not triples
    assert {int(n) for n in meta.objects(None, VOID.triples)} == {0}


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"page": 9999}, 404), ({"page": 0}, 400), ({"page": "x"}, 400), ({"object": "no term"}, 400)],
)
def test_what_is_no_page_is_refused(app, fields, status):
    ask(app, status=status, **fields)


def test_a_fragment_can_be_cached_and_says_its_neighbours_in_headers(app):
    first = ask(app, **MATCH)
    assert first.headers["ETag"] == ask(app, **MATCH).headers["ETag"]
    assert first.headers["Cache-Control"].startswith("public")
    assert "Accept" in first.headers["Vary"]
    assert any('rel="next"' in link for link in first.headers.getlist("Link"))
    headers = {"Accept": "application/trig", "If-None-Match": first.headers["ETag"]}
    assert Client(Door(app)).get("/fragments", query_string=MATCH, headers=headers).status_code == 304


def test_the_page_for_people_has_a_form_and_escapes_what_was_typed(app):
    text = page(app, "/fragments?object=%22%3Cscript%3Ex%3C/script%3E%22")
    assert "0 triples" in text
    assert "<script>x" not in text
    assert '<form class="pattern" action="/fragments">' in text
    assert "Page 1 of" in page(app, "/fragments?predicate=rdf:type")
