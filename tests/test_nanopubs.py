"""Nanopublications: every claim has a valid one, and it says what the claim says.

The rules are those of https://nanopub.net/guidelines/working_draft/ (well-formedness), stated here again.
"""

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, PROV, RDF

from tests.engines import get, harbour, page
from tests.linked import BASE, libya

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
CA = rdflib.Namespace(BASE + "ontology#")
PARTS = {"assertion": NP.hasAssertion, "provenance": NP.hasProvenance, "pubinfo": NP.hasPublicationInfo}
AFFIRMED = "claim/P14-11"


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


def graph(app, claim, part):
    found = rdflib.Graph()
    for s, p, o in read(app, claim)[f"{BASE}nanopub/{claim}#{part}"]:
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
    claim, assertion = rdflib.URIRef(f"{BASE}id/{AFFIRMED}"), rdflib.URIRef(f"{BASE}nanopub/{AFFIRMED}#assertion")
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


def test_the_publication_info_names_dataset_release_maker_day_and_licence(app):
    told, this = graph(app, AFFIRMED, "pubinfo"), rdflib.URIRef(f"{BASE}nanopub/{AFFIRMED}")
    assert told.value(this, DCTERMS.isPartOf) == rdflib.URIRef(BASE + "dataset")
    assert str(told.value(this, rdflib.URIRef("http://purl.org/pav/version"))) == "r1"
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
    asked = get(app, f"/nanopub/{AFFIRMED}", accept)
    assert asked.content_type == media_type
    assert asked.headers["Content-Location"] == f"/nanopub/{AFFIRMED}.{extension}"
    assert get(app, f"/nanopub/{AFFIRMED}.{extension}").get_data() == asked.get_data()
    assert "Accept" in asked.headers["Vary"]


def test_all_formats_hold_the_same_quads(app):
    def quads(extension, format):
        return set(ox.parse(get(app, f"/nanopub/{AFFIRMED}.{extension}").get_data(), format=format))

    trig = quads("trig", ox.RdfFormat.TRIG)
    assert trig == quads("nq", ox.RdfFormat.N_QUADS) == quads("jsonld", ox.RdfFormat.JSON_LD)


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
