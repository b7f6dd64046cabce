"""Shapes are validated by pySHACL over the flattened graphs; each result is a finding with a place."""

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.compare import to_isomorphic
from rdflib.namespace import SH

from service.iris import Base
from service.press.checks import check
from service.press.shapes import as_graph, hoist
from service.press.sources import read_sources
from tests.publications import BASE, RAILWAY, copy_mini, edit, line_of, root_of, write


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


def of_shapes(settings):
    return [f for f in check(settings).report.findings if f.check == "shapes"]


def test_mini_conforms_and_says_what_was_looked_at(mini):
    report = check(mini).report
    assert (report.ran["shapes"], report.ran["focus nodes"]) == (2, 5)
    assert report.passed


@pytest.mark.parametrize(
    ("old", "new", "subject", "says"),
    [
        pytest.param(
            "mini:about <link/alder-halt--birch-junction>",
            "mini:about station:alder-halt",
            "<link/alder-halt--birch-junction>",
            "A link needs a claim",
            id="relation without claim",
        ),
        pytest.param('rdfs:label "Cedar Quay"@en', "mini:x 1", "station:cedar-quay", "add rdfs:label", id="no name"),
        pytest.param(
            "mini:to station:cedar-quay", "mini:to <agent/clerk>", "<link/birch-junction--cedar-quay>",
            f"leads to a station: mini:to. (<{BASE}ontology#to> <{BASE}id/agent/clerk>)",
            id="wrong class, with path and value",
        ),
    ],
)  # fmt: skip
def test_a_result_is_a_finding_with_subject_place_and_the_shapes_words(mini, old, new, subject, says):
    edit(mini, RAILWAY, old, new)
    (finding,) = of_shapes(mini)
    assert (finding.severity, finding.file) == ("violation", RAILWAY)
    assert finding.line == line_of(mini, RAILWAY, subject)
    assert says in finding.message


def test_a_warning_lets_the_check_pass(mini):
    edit(
        mini, "shapes/shapes.ttl", "sh:minCount 1 ; sh:message", "sh:minCount 2 ; sh:severity sh:Warning ; sh:message"
    )
    report = check(mini).report
    assert {f.severity for f in report.findings} == {"warning"}
    assert report.passed


def test_derived_triples_are_validated_too(mini):
    extra = "shape:Alone a sh:NodeShape ; sh:targetSubjectsOf mini:nextTo ; sh:property [ sh:path mini:nextTo ; sh:maxCount 1 ] ."
    path = root_of(mini) / "shapes/shapes.ttl"
    path.write_text(path.read_text() + "\n" + extra)
    assert [f.subject for f in of_shapes(mini)] == [f"{BASE}id/station/birch-junction"]


def test_shapes_that_target_nothing_fail(mini):
    edit(mini, "shapes/shapes.ttl", "sh:targetClass mini:", "sh:targetClass mini:No")
    assert ["Nothing was checked" in f.message for f in of_shapes(mini)] == [True]


def test_shapes_that_cannot_be_used_are_a_finding(mini):
    edit(mini, "shapes/shapes.ttl", "sh:minCount 1", 'sh:minCount "one"')
    (finding,) = of_shapes(mini)
    assert "cannot be used" in finding.message


def test_literals_reach_the_shapes_as_they_are_written(mini):
    edit(mini, RAILWAY, "mini:opened 1903", 'mini:opened "01903"^^<http://www.w3.org/2001/XMLSchema#integer>')
    graph = as_graph(read_sources(mini).graphs["mini"], Base(BASE))
    assert "01903" in {str(o) for o in graph.objects()}


def test_only_our_own_blank_nodes_are_blank_again():
    data = """<http://a/x> <http://a/p> <http://www.wikidata.org/.well-known/genid/e1c0d4> .
    <http://www.wikidata.org/.well-known/genid/e1c0d4> <http://a/p> 1 .
    <http://other.example/.well-known/genid/e1c0d4> <http://a/p> 2 . <%s.well-known/genid/e1c0d4> <http://a/p> 3 ."""
    graph = as_graph(ox.parse(data % BASE, ox.RdfFormat.TURTLE), Base(BASE))
    subjects = {str(o): s for s, o in graph.subject_objects() if isinstance(o, rdflib.Literal)}
    assert {number: type(node) for number, node in subjects.items()} == {
        "1": rdflib.URIRef, "2": rdflib.URIRef, "3": rdflib.BNode,
    }  # fmt: skip
    assert len(graph) == 4


def test_a_node_named_by_others_satisfies_a_shape_that_wants_an_iri(mini):
    extra = "shape:Named a sh:NodeShape ; sh:targetObjectsOf mini:near ; sh:nodeKind sh:IRI ."
    path = root_of(mini) / "shapes/shapes.ttl"
    path.write_text(path.read_text() + "\n" + extra)
    near = "mini:near <http://www.wikidata.org/.well-known/genid/e1c0d4> ; mini:opened 1903"
    edit(mini, RAILWAY, "mini:opened 1903", near)
    assert of_shapes(mini) == []


def test_a_from_clause_opens_no_file(mini, tmp_path):
    secret = write(mini, "secret.ttl", "<http://a/secret> <http://a/p> 1 .")
    query = f"SELECT ?s FROM <{secret.as_uri()}> WHERE {{ ?s ?p ?o }}"
    assert len(rdflib.Graph().query(query)) == 0


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .
e:Plain a sh:NodeShape ; sh:targetClass e:A , e:B ; sh:property e:one , e:two ; sh:nodeKind sh:IRI .
e:Other a sh:NodeShape ; sh:targetNode e:x ; sh:property e:two .
e:Off a sh:NodeShape ; sh:targetClass e:A ; sh:deactivated true ; sh:property e:three .
e:Used a sh:NodeShape ; sh:targetClass e:B ; sh:property e:four .
e:User a sh:NodeShape ; sh:targetClass e:A ; sh:not e:Used .
e:one a sh:PropertyShape ; sh:path e:p ; sh:minCount 1 ; sh:severity sh:Warning .
e:two a sh:PropertyShape ; sh:path e:p ; sh:maxCount 1 ; sh:node [ sh:property [ sh:path e:q ; sh:minCount 1 ] ] .
e:three a sh:PropertyShape ; sh:path e:p ; sh:minCount 9 .
e:four a sh:PropertyShape ; sh:path e:q ; sh:minCount 1 .
"""
DATA = """
@prefix e: <http://e/> .
e:x a e:A ; e:p 1 , 2 ; e:q 1 . e:y a e:A , e:B . e:z a e:B ; e:p e:x , e:y . [] a e:A ; e:p e:x .
"""


def results(shapes):
    """(focus, path, value, component, severity) of the results; two shapes that say the same count once."""
    _, graph, _ = pyshacl.validate(rdflib.Graph().parse(data=DATA), shacl_graph=shapes, inplace=True)
    parts = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
    told = [[graph.value(result, part) for part in parts] for result in graph.objects(None, SH.result)]
    return {tuple("blank" if isinstance(term, rdflib.BNode) else str(term) for term in terms) for terms in told}


def test_hoisting_changes_the_time_and_not_the_results():
    plain, hoisted = rdflib.Graph().parse(data=SHAPES), rdflib.Graph().parse(data=SHAPES)
    hoist(hoisted)
    assert to_isomorphic(plain) != to_isomorphic(hoisted)
    assert results(plain) == results(hoisted)
    assert len(results(plain)) == 10
