"""Turtle for people: what it looks like, and that whatever it looks like it reads back as what was said."""

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from service.ntriples import by_subject
from service.press.pretty import Names, Pretty, remark, trig, turtle

BASE = "http://localhost:8000/"
PREFIXES = {"ex": "http://example.org/", "mini": f"{BASE}ontology#", "xsd": "http://www.w3.org/2001/XMLSchema#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}  # fmt: skip
XSD = PREFIXES["xsd"]


def lines(triples):
    written = ox.serialize(dict.fromkeys(triples), format=ox.RdfFormat.N_TRIPLES) or b""
    return sorted(written.splitlines(keepends=True))


def blocks(triples, labels=None):
    names = Names(PREFIXES, BASE)
    pretty = Pretty(names, labels or {})
    return names, [pretty.block(subject, said) for subject, said in by_subject(lines(triples)).items()]


def text(triples, labels=None):
    names, written = blocks(triples, labels)
    return "".join(turtle(names, "", written))


def said(turtle_text):
    return list(ox.parse(turtle_text.encode(), ox.RdfFormat.TURTLE, base_iri="http://elsewhere.example/"))


def test_it_reads_like_this():
    source = f"""@base <{BASE}id/> . @prefix mini: <{BASE}ontology#> . @prefix rdfs: <{PREFIXES["rdfs"]}> .
    <station/alder-halt> mini:opened 1903 ; mini:nextTo <station/birch> , <station/cedar> ; a mini:Station ;
      rdfs:label "Alder Halt"@en ; mini:note "two\\nlines" ; mini:height 1.50 ; mini:open true ."""
    assert (
        text((q.triple for q in said(source)), {f"<{BASE}id/station/alder-halt>": "Alder Halt"})
        == f'''@base <{BASE}> .
@prefix mini: <{BASE}ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

# Alder Halt
<id/station/alder-halt>
  a mini:Station ;
  rdfs:label "Alder Halt"@en ;
  mini:height 1.50 ;
  mini:nextTo <id/station/birch> , <id/station/cedar> ;
  mini:note """two
lines""" ;
  mini:open true ;
  mini:opened 1903 .
'''
    )


def test_many_values_stand_below_each_other():
    thing, has = ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p")
    shown = text(ox.Triple(thing, has, ox.NamedNode(f"http://example.org/{'x' * 40}{n}")) for n in range(3))
    assert shown.count("\n    ex:xxx") == 3


def test_only_the_prefixes_that_are_used_are_declared():
    thing = ox.NamedNode("http://example.org/s")
    shown = text(
        [ox.Triple(thing, ox.NamedNode("http://example.org/p"), ox.Literal("1", datatype=ox.NamedNode(f"{XSD}date")))]
    )
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("@prefix")] == ["ex:", "xsd:"]


@pytest.mark.parametrize(
    "label",
    [
        "a\nb <http://a> <http://b> <http://c> .",
        "a\r\n<x> <y> <z> .",
        "\u2028<x>",
        "\x85 <x>",
        "\x00\x0b",
        "x" * 5000,
    ],
)
def test_a_label_never_leaves_its_comment(label):
    triple = ox.Triple(ox.NamedNode("http://example.org/s"), ox.NamedNode("http://example.org/p"), ox.Literal("o"))
    shown = text([triple], {"<http://example.org/s>": label})
    assert [quad.triple for quad in said(shown)] == [triple]
    assert all(len(line) < 200 for line in shown.splitlines())
    assert remark("\n", "") == ""


IRIS = st.sampled_from(
    [
        "http://example.org/a", "http://example.org/", "http://example.org/a.b", "http://example.org/a.", "http://example.org/-a",
        "http://example.org/é", "http://example.org/1", "http://example.org/a:b", "http://example.org/%41", "http://example.org/a/b",
        "http://example.org/a#b", "http://example.org/~a", "http://example.org/a'b", "http://example.org/_", "urn:x:y", "urn:x:",
        BASE, f"{BASE}a", f"{BASE}a/../b", f"{BASE}./a", f"{BASE}//a", f"{BASE}a//b", f"{BASE}a:b", f"{BASE}?q", f"{BASE}#f", f"{BASE}a#",
        f"{BASE}a#b", f"{BASE}.well-known/genid/1", f"{BASE}a?q=1", f"{BASE}é/ü", f"{BASE}ontology#A", f"{BASE}ontology#", f"{BASE}a/",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", PREFIXES["rdfs"] + "label",
    ]
).map(ox.NamedNode)  # fmt: skip
TEXTS = st.one_of(st.text(), st.text(alphabet='"\\\n\r\t ab\x7f\x00\ufffe\u2028'))
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.tuples(TEXTS, st.sampled_from(["en", "ar-Latn", "de"])).map(lambda pair: ox.Literal(pair[0], language=pair[1])),
    st.tuples(
        st.one_of(TEXTS, st.sampled_from(["1", "01", "+1", "-1", "1.", ".5", "1.50", "1e5", "1.e5", ".5E-1", "INF", "true", "1 ", ""])),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string"]),
    ).map(lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(XSD + pair[1]))),
)  # fmt: skip
TRIPLES = st.lists(st.builds(ox.Triple, IRIS, IRIS, st.one_of(IRIS, LITERALS)), max_size=12)


@given(TRIPLES)
def test_whatever_is_written_reads_back_the_same(triples):
    found = said(text(triples))
    assert {quad.triple for quad in found} == set(triples)
    assert len(found) == len(set(triples))


@given(TRIPLES)
def test_another_library_reads_the_same(triples):
    rdflib.NORMALIZE_LITERALS = False
    try:
        ours = rdflib.Graph().parse(data=text(triples), format="turtle")
        plain = rdflib.Graph().parse(data=b"".join(lines(triples)), format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = True
    assert set(ours) == set(plain)


@given(TRIPLES)
def test_trig_keeps_the_graphs(triples):
    names, written = blocks(triples)
    document = "".join(trig(names, "", {f"{BASE}graph/a": written, "urn:graph:b": written}))
    found = set(ox.parse(document.encode(), ox.RdfFormat.TRIG))
    graphs = [ox.NamedNode(f"{BASE}graph/a"), ox.NamedNode("urn:graph:b")]
    assert found == {ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples for graph in graphs}
