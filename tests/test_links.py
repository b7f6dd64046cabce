"""Links have evidence, a relation and a form; they agree with the direct statements and tell no later news."""

import re
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, SH, SKOS

ROOT = Path(__file__).parent.parent
CA = Namespace("https://w3id.org/conflict-actors/ontology#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
THING = "https://w3id.org/conflict-actors/id/"
SCHEME = Namespace(f"{THING}concept/identifier-scheme/")
SHAPE = Namespace("https://w3id.org/conflict-actors/shapes#")
RELATIONS = {SKOS.exactMatch, SKOS.closeMatch, FOAF.isPrimaryTopicOf}
DAY_OF_THE_ARTICLE = date(2015, 2, 19)
LISTED_LATER = {"QDe.151", "QDi.355", "LYi.027"}


def read(*patterns):
    graph = Graph()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        graph.parse(path, format="turtle")
    assert len(graph), f"nothing was read: is {patterns} right?"
    return graph


@pytest.fixture(scope="module")
def links():
    return read("triples/links/*.ttl")


@pytest.fixture(scope="module")
def schemes():
    return read("ontology/schemes/identifier-scheme.ttl")


@pytest.fixture(scope="module")
def described():
    """Subject -> its classes, and place -> the place around it, as the datasets describe them."""
    classes, around = {}, {}
    for path in sorted((ROOT / "triples" / "libya-2015").glob("*.ttl")):
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if quad.predicate.value == str(RDF.type):
                classes.setdefault(quad.subject.value, set()).add(quad.object.value)
            if quad.predicate.value == str(GEO.sfWithin):
                around[quad.subject.value] = quad.object.value
    assert classes, "nothing was read: is the folder right?"
    return classes, around


def nodes(links):
    found = sorted(links.subjects(RDF.type, CA.Link))
    assert len(found) > 300, "where are the links?"
    return found


def test_every_link_has_evidence_and_one_of_three_relations(links):
    for link in nodes(links):
        evidence = list(links.objects(link, CA.evidence))
        assert len(evidence) == 1, link
        assert evidence[0].language == "en", link
        assert len(evidence[0]) >= 20, link
        assert set(links.objects(link, CA.linkRelation)) < RELATIONS, link


def test_every_link_goes_from_one_thing_that_the_datasets_describe(links, described):
    classes, _ = described
    for link in nodes(links):
        (thing,) = links.objects(link, CA.linkFrom)
        assert str(thing) in classes, link


def test_every_identifier_matches_the_pattern_of_its_scheme(links, schemes):
    for link in nodes(links):
        (scheme,) = links.objects(link, CA.identifierScheme)
        (identifier,) = links.objects(link, DCTERMS.identifier)
        assert re.search(schemes.value(scheme, CA.idPattern), identifier), link


def test_every_scheme_is_used_and_has_one_pattern_in_concept_and_shape(links, schemes):
    shapes = read("shapes/link.ttl")
    known = set(schemes.subjects(RDF.type, SKOS.Concept))
    assert set(links.objects(None, CA.identifierScheme)) == known
    for scheme in known:
        slug = scheme.removeprefix(SCHEME)
        assert shapes.value(SHAPE[f"Identifier-{slug}"], SH.targetNode) == scheme
        assert shapes.value(SHAPE[f"Identifier-{slug}-pattern"], SH.pattern) == schemes.value(scheme, CA.idPattern)


def test_every_address_is_the_one_its_scheme_makes_of_the_identifier(links, schemes):
    for link in nodes(links):
        target, identifier = links.value(link, CA.linkTo), links.value(link, DCTERMS.identifier)
        templates = list(schemes.objects(links.value(link, CA.identifierScheme), CA.uriTemplate))
        if target and templates:
            assert str(target) in {template.replace("{id}", identifier) for template in templates}, link


def test_direct_statements_and_links_say_the_same(links):
    told = {tuple(links.value(link, p) for p in (CA.linkFrom, CA.linkRelation, CA.linkTo)) for link in nodes(links)}
    direct = {(s, p, o) for p in RELATIONS for s, o in links.subject_objects(p)}
    assert {statement for statement in told if statement[2]} == direct


def test_a_page_has_an_address_and_a_wikipedia_page_is_never_a_match(links):
    for link in nodes(links):
        about = links.value(link, CA.linkRelation) == FOAF.isPrimaryTopicOf
        assert not about or isinstance(links.value(link, CA.linkTo), URIRef), link
        if "wikipedia" in links.value(link, CA.identifierScheme):
            assert about, link


def test_nothing_is_same_as_anything(links):
    assert not list(links.subject_objects(OWL.sameAs))


def test_states_as_actors_have_no_exact_match(links, described):
    classes, _ = described
    for thing in links.subjects(SKOS.exactMatch, None):
        assert str(CA.State) not in classes[str(thing)], thing


def test_sanctions_references_are_dated_and_not_later_than_the_article(links):
    listed = list(links.subjects(CA.identifierScheme, SCHEME["un-sanctions"]))
    assert len(listed) >= 15
    assert not LISTED_LATER & {str(identifier) for identifier in links.objects(None, DCTERMS.identifier)}
    for link in listed:
        assert links.value(link, CA.identifierSince).toPython() <= DAY_OF_THE_ARTICLE, link


def test_an_isbn_has_its_check_digit(links):
    books = list(links.subjects(CA.identifierScheme, SCHEME["isbn-13"]))
    numbers = [links.value(book, DCTERMS.identifier) for book in books]
    assert numbers
    for number in numbers:
        assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(number)) % 10 == 0, number


def test_points_are_where_places_of_the_article_can_be(links, described):
    _, around = described
    places = list(links.subjects(WGS84.lat, None))
    assert len(places) >= 20
    for place in places:
        lat, long = (float(links.value(place, p)) for p in (WGS84.lat, WGS84.long))
        wkt = re.fullmatch(r"POINT\((\S+) (\S+)\)", links.value(links.value(place, GEO.hasGeometry), GEO.asWKT))
        assert (float(wkt[1]), float(wkt[2])) == (long, lat), f"{place}: longitude comes first"
        assert 10 < lat < 40, place
        assert 5 < long < 55, place
        whole = str(place)
        while whole in around:
            whole = around[whole]
        if whole.endswith("/country-libya"):
            assert 19.5 < lat < 33.3, place
            assert 9.3 < long < 25.2, place


def test_the_record_names_every_target_that_is_linked_to(links):
    subjects = set(links.objects(None, DCTERMS.subject))
    linked = {links.value(link, CA.identifierScheme) for link in links.subjects(CA.linkTo, None)}
    assert subjects == linked


def test_terms_of_links_are_documented():
    terms = read("ontology/links.ttl")
    for term in set(terms.subjects(RDFS.isDefinedBy, None)):
        for wanted in (RDFS.label, SKOS.definition, SKOS.example):
            assert len(list(terms.objects(term, wanted))) == 1, (term, wanted)
