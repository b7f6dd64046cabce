"""Nanopublications: every claim has a valid one, and it says what the claim says.

The rules are those of https://nanopub.net/guidelines/working_draft/ (well-formedness), stated here again.
"""

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, PROV, RDF

from service.describe.nanopubs import read_nanopub
from service.describe.trusty import artifact_code
from service.engine import Answer, quads
from service.engine.quads import read as read_triples
from service.media import NTRIPLES, Kind
from service.releases import Release
from tests.engines import get, harbour, page
from tests.linked import BASE, Real, libya

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
CA = rdflib.Namespace(BASE + "ontology#")
PARTS = {"assertion": NP.hasAssertion, "provenance": NP.hasProvenance, "pubinfo": NP.hasPublicationInfo}
AFFIRMED = "claim/P14-11"
RENAMED = f"{BASE}id/place/derna"


@pytest.fixture(scope="module")
def app():
    return libya()


def read(app, claim):
    """Graph name -> triples of the nanopublication of a claim; the name is what follows its IRI."""
    response = get(app, f"/nanopub/{claim}.trig")
    assert response.status_code == 200, response.get_data(as_text=True)
    graphs = {}
    for quad in ox.parse(response.get_data(), format=ox.RdfFormat.TRIG):
        assert isinstance(quad.graph_name, ox.NamedNode), "every triple is in a graph"
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return graphs


def name_of(graphs):
    """The IRI of a nanopublication, as its head has it."""
    (head,) = (name for name in graphs if name.endswith("#head"))
    return head.removesuffix("#head")


def graph(app, claim, part):
    found, graphs = rdflib.Graph(), read(app, claim)
    for s, p, o in graphs[f"{name_of(graphs)}#{part}"]:
        found.parse(data=f"{s} {p} {o} .", format="nt")
    return found


def faults(graphs):
    """What the rules find fault with, for one nanopublication."""
    heads = [
        name for name, triples in graphs.items() if any(t.object == ox.NamedNode(NP.Nanopublication) for t in triples)
    ]
    if len(heads) != 1:
        return ["there is not exactly one head"]
    head = graphs[heads[0]]
    (this,) = {t.subject.value for t in head if t.predicate == ox.NamedNode(str(RDF.type))}
    parts = {name: [t.object.value for t in head if t.predicate == ox.NamedNode(p)] for name, p in PARTS.items()}
    names = [this, heads[0], *(one for found in parts.values() for one in found)]
    found = []
    if any(len(one) != 1 for one in parts.values()):
        found.append("a part is missing or there twice")
    if len(set(names)) != 5:
        found.append("the five names are not different")
    if set(graphs) != set(names) - {this}:
        found.append("there are triples in other graphs, or a graph is empty")
    if not any(t.subject.value == parts["assertion"][0] for t in graphs[parts["provenance"][0]]):
        found.append("the provenance says nothing of the assertion")
    if not any(t.subject.value == this for t in graphs[parts["pubinfo"][0]]):
        found.append("the publication info says nothing of the nanopublication")
    if any(isinstance(term, ox.BlankNode) for triples in graphs.values() for t in triples for term in t):
        found.append("there are blank nodes")
    return found


def claims(app, stance=None):
    query = f"SELECT ?c {{ ?c a <{CA.Claim}> {f'; <{CA.stance}> <{CA[stance]}>' if stance else ''} }} ORDER BY ?c"
    return [row["c"].value.removeprefix(BASE + "id/") for row in app.extensions["engine"].store.query(query)]


@pytest.mark.timeout(300)
def test_every_claim_has_a_well_formed_nanopublication(app):
    found = claims(app)
    assert len(found) > 1000
    wrong = {claim: told for claim in found[::7] if (told := faults(read(app, claim)))}
    assert not wrong


@pytest.mark.filterwarnings("ignore")
def test_the_library_of_the_nanopublication_network_finds_them_valid(app, tmp_path):
    nanopub = pytest.importorskip("nanopub", reason="nanopub is not installed")
    for number, claim in enumerate(claims(app)[::50]):
        path = tmp_path / f"{number}.trig"
        path.write_bytes(get(app, f"/nanopub/{claim}.trig").get_data())
        assert nanopub.Nanopub(rdf=path).is_valid, claim


def test_the_rules_here_find_faults():
    name = ox.NamedNode
    bare = [ox.Triple(name("x:n"), name(str(RDF.type)), name(NP.Nanopublication))]
    assert faults({}) == ["there is not exactly one head"]
    assert "a part is missing or there twice" in _faults_or_missing({"x:h": bare})


def _faults_or_missing(graphs):
    try:
        return faults(graphs)
    except (IndexError, KeyError):
        return ["a part is missing or there twice"]


def test_the_assertion_is_the_relation_as_written_and_nothing_derived(app):
    told = graph(app, AFFIRMED, "assertion")
    relation = rdflib.URIRef(BASE + "id/rel/support/turkey--libya-dawn")
    assert (relation, CA.subject, rdflib.URIRef(BASE + "id/actor/turkey")) in told
    assert (relation, RDF.type, CA.Support) in told
    assert not list(told.objects(relation, CA.standing))
    assert (relation, RDF.type, CA.Relation) not in told


def test_the_provenance_is_the_claim_its_holder_and_its_passage(app):
    told = graph(app, AFFIRMED, "provenance")
    claim, assertion = (
        rdflib.URIRef(f"{BASE}id/{AFFIRMED}"),
        rdflib.URIRef(name_of(read(app, AFFIRMED)) + "#assertion"),
    )
    assert (claim, CA.stance, CA.Affirms) in told
    assert (claim, CA.certainty, CA.Probable) in told
    assert told.value(assertion, PROV.wasAttributedTo) == told.value(claim, CA.holder)
    assert told.value(assertion, PROV.hadPrimarySource) == rdflib.URIRef(BASE + "id/source/article")
    assert told.value(told.value(claim, CA.citation), CA.sha256)


def test_who_denies_is_never_told_as_the_author_of_the_assertion(app):
    denying = claims(app, "Denies") + claims(app, "Withholds")
    assert len(denying) > 5
    for claim in denying:
        assert not list(graph(app, claim, "provenance").objects(None, PROV.wasAttributedTo)), claim


def test_the_publication_info_names_dataset_maker_day_and_licence(app):
    told, this = graph(app, AFFIRMED, "pubinfo"), rdflib.URIRef(name_of(read(app, AFFIRMED)))
    assert told.value(this, DCTERMS.isPartOf) == rdflib.URIRef(BASE + "dataset")
    assert told.value(this, DCTERMS.creator) == rdflib.URIRef(BASE + "id/agent/conflict-actors")
    assert told.value(this, DCTERMS.created).datatype == rdflib.XSD.dateTime
    assert str(told.value(this, DCTERMS.license)).startswith("https://creativecommons.org/")


@pytest.mark.parametrize(
    ("accept", "media_type", "extension"),
    [
        ("*/*", "application/trig", "trig"), ("application/n-quads", "application/n-quads", "nq"),
        ("application/ld+json", "application/ld+json", "jsonld"), ("text/html", "text/html; charset=utf-8", "html"),
    ],
)  # fmt: skip
def test_the_iri_of_a_nanopublication_is_its_address(app, accept, media_type, extension):
    path = "/" + name_of(read(app, AFFIRMED)).removeprefix(BASE)
    for address in (f"/nanopub/{AFFIRMED}", path):
        asked = get(app, address, accept)
        assert asked.content_type == media_type
        assert asked.headers["Content-Location"] == f"{path}.{extension}"
        assert get(app, f"{address}.{extension}").get_data() == asked.get_data()
        assert "Accept" in asked.headers["Vary"]
        assert f'<{BASE}{path[1:]}>; rel="cite-as"' in asked.headers.getlist("Link")
        assert f'</nanopub/{AFFIRMED}>; rel="latest-version"' in asked.headers.getlist("Link")


def test_only_what_is_named_by_its_hash_is_kept_for_ever(app):
    path = "/" + name_of(read(app, AFFIRMED)).removeprefix(BASE)
    assert "immutable" in get(app, f"{path}.trig").headers["Cache-Control"]
    for other in (f"/nanopub/{AFFIRMED}.trig", f"{path}.html"):
        assert "immutable" not in get(app, other).headers["Cache-Control"]


def test_a_hash_of_something_else_leads_to_nothing_but_says_where_the_newest_is(app):
    response = get(app, f"/nanopub/{AFFIRMED}/RA{'x' * 43}.trig", "application/trig")
    assert response.status_code == 404
    assert response.get_json()["latest"] == name_of(read(app, AFFIRMED))


@pytest.mark.timeout(300)
def test_every_name_is_the_hash_of_the_content(app):
    """The code is computed again from what came over HTTP, as someone does who does not believe us."""
    for claim in claims(app)[::3]:
        body = get(app, f"/nanopub/{claim}.nq").get_data()
        quads = list(ox.parse(body, format=ox.RdfFormat.N_QUADS))
        name = next(q.subject.value for q in quads if q.object == ox.NamedNode(NP.Nanopublication))
        code = name.rpartition("/")[2]
        statements = [one for q in quads for one in read_statements(q)]
        assert artifact_code(statements, code) == code, claim
        assert artifact_code(statements[1:], code) != code, "a statement less is another one"


def read_statements(quad):
    triple = f"{quad.subject} {quad.predicate} {quad.object} .\n".encode()
    return read_triples(Answer(Kind.GRAPH, NTRIPLES, body=triple), quad.graph_name.value)


@pytest.mark.filterwarnings("ignore")
def test_the_library_of_the_network_accepts_the_hash(app, tmp_path):
    import nanopub

    for number, claim in enumerate(claims(app)[::40]):
        path = tmp_path / f"{number}.trig"
        path.write_bytes(get(app, f"/nanopub/{claim}.trig").get_data())
        made = nanopub.Nanopub(rdf=path)
        made.source_uri = str(made.metadata.np_uri)
        assert made.metadata.trusty, "the library sees a trusty URI"
        assert made.has_valid_trusty, claim


def test_the_hash_is_that_of_the_specification_for_every_kind_of_term():
    """Against the library of the network, with the terms that claims have not."""
    from nanopub.trustyuri.rdf import RdfHasher

    code, x = "RA" + "x" * 43, "http://example.org/"
    objects = [
        quads.iri(f"{x}{code}#a"), quads.iri(f"{x}z"), quads.literal("a\nb\\c"), quads.literal("é\u2028", "en-GB"),
        quads.literal("é", "de"), quads.literal("7", "", "http://www.w3.org/2001/XMLSchema#integer"), quads.literal(""),
    ]  # fmt: skip
    statements = [
        quads.Statement(quads.iri(f"{x}{subject}"), f"{x}p", value, f"{x}{code}#{graph}")
        for graph in ("b", "a") for subject in (code, "s", f"{code}#s") for value in objects
    ]  # fmt: skip

    def node(term):
        if term.kind == "uri":
            return rdflib.URIRef(term.value)
        return rdflib.Literal(term.value, lang=term.language or None, datatype=term.datatype or None)

    theirs = [
        (rdflib.URIRef(s.graph), node(s.subject), rdflib.URIRef(s.predicate), node(s.object)) for s in statements
    ]
    assert artifact_code(statements, code) == RdfHasher.make_hash(theirs, hashstr=code)


def test_the_name_does_not_change_with_the_release(app):
    """Another release that says the same of a claim gives it the same name."""
    here = app.extensions["room"].reading()
    thing = f"{BASE}id/{AFFIRMED}"
    other = Release(here.release.folder.with_name("another"))
    other.__dict__["manifest"], other.__dict__["_queries"] = here.release.manifest, here.release._queries
    assert read_nanopub(here.engine, other, thing).code == read_nanopub(here.engine, here.release, thing).code


def replace_value(store, subject, name, value):
    """Put one value in the place of those that a thing has; there must be some."""
    there = list(store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(name), None, None))
    assert there, f"{subject} has no {name}"
    for quad in there:
        store.remove(quad)
        store.add(ox.Quad(quad.subject, quad.predicate, value, quad.graph_name))


def next_release(sources):
    """What an editor does who publishes again: the record's day, version and title, and one name of one place."""
    day = ox.Literal("2031-05-06", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    replace_value(sources, f"{BASE}dataset", str(DCTERMS.modified), day)
    replace_value(sources, f"{BASE}dataset", "http://www.w3.org/ns/dcat#version", ox.Literal("7.0.0"))
    replace_value(sources, f"{BASE}dataset", str(DCTERMS.title), ox.Literal("Another title", language="en"))
    form = "http://www.w3.org/2008/05/skos-xl#literalForm"
    replace_value(sources, f"{BASE}id/name/derna--derna", form, ox.Literal("Another name", language="en"))


@pytest.mark.timeout(300)
def test_names_outlast_a_release_that_says_something_else(app):
    """Only what depends on the one changed statement has another name, and that has one."""
    here = app.extensions["room"].reading()
    query = f"""SELECT DISTINCT ?c {{ ?c a <{CA.Claim}> ; <{CA.about}> ?what .
      ?what (<{CA.subject}>|<{CA.object}>|<{CA.inPlace}>|^<{CA.name}>) <{RENAMED}> }}"""
    depend = {row["c"].value for row in app.extensions["engine"].store.query(query)}
    others = {f"{BASE}id/{claim}" for claim in claims(app)[::5]} - depend
    engine = Real(next_release)
    renamed = {
        thing
        for thing in depend | others
        if read_nanopub(engine, here.release, thing).code != read_nanopub(here.engine, here.release, thing).code
    }
    assert depend
    assert len(others) > 200
    assert renamed == depend


def test_a_nanopublication_is_as_old_as_the_dataset_and_names_no_version(app):
    told, this = graph(app, AFFIRMED, "pubinfo"), rdflib.URIRef(name_of(read(app, AFFIRMED)))
    record = rdflib.URIRef(f"{BASE}dataset")
    (issued,) = app.extensions["engine"].store.query(f"SELECT DISTINCT ?d {{ <{record}> <{DCTERMS.issued}> ?d }}")
    assert str(told.value(this, DCTERMS.created)).startswith(issued["d"].value)
    assert not list(told.predicate_objects(record))


def test_all_formats_hold_the_same_quads(app):
    def parsed(extension, format):
        return set(ox.parse(get(app, f"/nanopub/{AFFIRMED}.{extension}").get_data(), format=format))

    trig = parsed("trig", ox.RdfFormat.TRIG)
    assert trig == parsed("nq", ox.RdfFormat.N_QUADS) == parsed("jsonld", ox.RdfFormat.JSON_LD)


@pytest.mark.parametrize("path", ["actor/libya-dawn", "claim/P999-01", "nothing"])
def test_what_is_no_claim_has_none(app, path):
    assert get(app, f"/nanopub/{path}", "application/trig").status_code == 404


def test_turtle_cannot_hold_four_graphs(app):
    assert get(app, f"/nanopub/{AFFIRMED}", "text/turtle").status_code == 406


def test_the_page_shows_the_four_graphs(app):
    text = page(app, f"/nanopub/{AFFIRMED}.html")
    assert "#provenance&gt;" in text
    assert f'href="/doc/{AFFIRMED}"' in text


def test_a_publication_without_views_has_no_nanopublications(tmp_path):
    assert get(harbour(tmp_path), "/nanopub/ship/alma").status_code == 404


def test_a_replaced_thing_leads_to_the_nanopublication_of_the_other(tmp_path):
    response = get(harbour(tmp_path), "/nanopub/ship/old-name")
    assert (response.status_code, response.headers["Location"]) == (301, "/nanopub/ship/alma")
