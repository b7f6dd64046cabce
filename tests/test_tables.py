"""Tables of classes: which columns, in which order, with which cells; and what a scope is called."""

import csv
import io

import pyoxigraph as ox
import pytest

from service.iris import Base
from service.ntriples import by_subject
from service.press.classes import name_classes
from service.press.labels import read_labels
from service.press.pretty import Names
from service.press.tables import Tables
from tests.publications import BASE

HEAD = f"""@base <{BASE}id/> . @prefix : <{BASE}ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."""
PREFIXES = {
    "mini": f"{BASE}ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
STATIONS = """
<alder> a :Halt , :Station ; rdfs:label "Alder"@en , "Erle"@de ; :opened 1903 ; :nextTo <birch> , <cedar> .
<birch> a :Halt ; rdfs:label "Birch"@en ; :nextTo <alder> ; :closed "1950"^^xsd:gYear .
<cedar> a :Halt .
:Halt rdfs:subClassOf :Station ; rdfs:label "halt"@en .
"""
SHAPES = """
<s/station> sh:targetClass :Station ; sh:property <s/next> , <s/opened> , <s/claims> , <s/path> , <s/either> .
<s/halt> sh:targetClass :Halt ; sh:property <s/closed> .
<s/next> sh:path :nextTo ; sh:order 2 ; sh:group <g/first> .
<s/opened> sh:path :opened ; sh:order 1 ; sh:group <g/first> .
<s/closed> sh:path :closed ; sh:order 1 ; sh:group <g/second> .
<s/claims> sh:path <p/inverse> ; sh:order 3 ; sh:group <g/first> . <p/inverse> sh:inversePath :about .
<s/path> sh:path <p/list> . <p/list> rdf:first :nextTo ; rdf:rest <p/rest> . <p/rest> rdf:first :opened ; rdf:rest rdf:nil .
<s/either> sh:path <p/either> . <p/either> sh:alternativePath <p/list> .
<g/first> sh:order 1 . <g/second> sh:order 2 .
"""


def table(data, class_name="Halt"):
    """(header, rows) of the table of a class, as any reader of CSV has them."""
    quads = ox.parse((HEAD + data).encode(), ox.RdfFormat.TURTLE)
    lines = sorted(ox.serialize({q.triple for q in quads}, format=ox.RdfFormat.N_TRIPLES).splitlines(keepends=True))
    described = by_subject(lines)
    wanted = ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{BASE}ontology#{class_name}>")
    members = sorted(subject for subject, said in described.items() if wanted in said)
    written = "".join(
        Tables(described, Names(PREFIXES, BASE), read_labels(described)).lines(wanted[1][1:-1], members)
    )
    header, *rows = csv.reader(io.StringIO(written, newline=""))
    assert written.count("\r\n") >= len(rows) + 1
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def test_a_row_is_a_thing_and_a_column_a_property_that_is_used():
    header, rows = table(STATIONS)
    assert header == [
        "iri", "label", "rdf:type", "rdf:type/label", "mini:closed", "mini:nextTo", "mini:nextTo/label", "mini:opened",
        "rdfs:label@de", "rdfs:label@en",
    ]  # fmt: skip
    assert [row["iri"] for row in rows] == [f"{BASE}id/{name}" for name in ("alder", "birch", "cedar")]
    assert [row["label"] for row in rows] == ["Alder", "Birch", ""]
    assert rows[0]["rdfs:label@de"] == "Erle"
    assert rows[1]["mini:closed"] == "1950"


def test_shapes_of_the_class_and_of_wider_ones_give_the_order():
    header, _ = table(STATIONS + SHAPES)
    assert [name for name in header if name.startswith("mini:")] == [
        "mini:opened", "mini:nextTo", "mini:nextTo/label", "mini:closed",
    ]  # fmt: skip


def test_a_shape_with_an_inverse_path_gives_a_column_of_what_points_here():
    header, rows = table(STATIONS + SHAPES + '<claim/1> :about <alder> ; rdfs:label "a claim"@en .')
    assert header[header.index("mini:nextTo/label") + 1 :][:2] == ["^mini:about", "^mini:about/label"]
    assert (rows[0]["^mini:about"], rows[0]["^mini:about/label"]) == (f"{BASE}id/claim/1", "a claim")


CLAIMED = (
    SHAPES.replace("<s/either> .", "<s/either> , <s/holders> , <s/hedges> .", 1)
    + """
<s/holders> sh:path <p/holders> . <p/holders> rdf:first <p/inverse> ; rdf:rest <p/h> . <p/h> rdf:first :holder ; rdf:rest rdf:nil .
<s/hedges> sh:path <p/hedges> . <p/hedges> rdf:first <p/inverse> ; rdf:rest <p/g> . <p/g> rdf:first :hedge ; rdf:rest rdf:nil .
<claim/1> :about <alder> ; :holder <otto> . <claim/2> :about <alder> ; :holder <anna> , <otto> ; :hedge "it is said" .
<claim/3> :about <birch> ; :holder <anna> .
<anna> rdfs:label "Anna"@en . <otto> rdfs:label "Otto|"@en .
"""
)


def test_what_claims_say_of_themselves_stands_beside_them_value_for_value():
    header, rows = table(STATIONS + CLAIMED)
    alder, birch, cedar = rows
    assert split(alder["^mini:about"]) == [f"{BASE}id/claim/1", f"{BASE}id/claim/2"]
    assert split(alder["^mini:about/mini:holder"]) == [f"{BASE}id/otto", f"{BASE}id/anna, {BASE}id/otto"]
    assert split(alder["^mini:about/mini:holder/label"]) == ["Otto|", "Anna, Otto|"]
    assert split(alder["^mini:about/mini:hedge"]) == ["", "it is said"]
    assert (birch["^mini:about/mini:holder/label"], birch["^mini:about/mini:hedge"]) == ("Anna", "")
    assert cedar["^mini:about"] == cedar["^mini:about/mini:holder"] == ""
    assert "^mini:about/mini:hedge/label" not in header


def test_a_column_that_nothing_fills_is_none():
    header, _ = table(STATIONS + CLAIMED.replace(':hedge "it is said"', ":held true"))
    assert "^mini:about/mini:holder" in header
    assert not [name for name in header if "hedge" in name]


def test_labels_stand_value_for_value_even_where_there_is_none():
    _, rows = table(STATIONS)
    assert rows[0]["mini:nextTo"] == f"{BASE}id/birch|{BASE}id/cedar"
    assert rows[0]["mini:nextTo/label"] == "Birch|"
    assert rows[0]["rdf:type/label"] == "halt|"


def split(cell):
    """The values of a cell, as a reader takes them apart."""
    values, current, escaped = [], "", False
    for character in cell:
        if escaped or character not in "\\|":
            current, escaped = current + character, False
        elif character == "\\":
            escaped = True
        else:
            values, current = [*values, current], ""
    return [*values, current]


@pytest.mark.parametrize(
    "values",
    [["a|b", "c"], ["\\", "|"], ["a\\|b"], ["two\nlines", 'a "quoted", one'], ["=1+1", "@x"], ["x\r\ny"]],
    ids=repr,
)
def test_values_with_odd_characters_come_back(values):
    data = ox.serialize(
        [ox.Triple(ox.NamedNode(f"{BASE}id/a"), ox.NamedNode(f"{BASE}ontology#p"), ox.Literal(v)) for v in values],
        format=ox.RdfFormat.N_TRIPLES,
    )
    _, (row,) = table(f"\n<a> a :Halt .\n{data.decode()}")
    assert sorted(split(row["mini:p"])) == sorted(values)


def test_a_cell_like_a_formula_is_left_as_it_is():
    _, (row,) = table('\n<a> a :Halt ; rdfs:label "=SUM(A1)" .')
    assert (row["label"], row["rdfs:label"]) == ("=SUM(A1)", "=SUM(A1)")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ('rdfs:label "Z"@en , "A"@de , "B"', "Z"),
        ('rdfs:label "A"@de , "B"', "B"),
        ('rdfs:label "B"@de , "A"@fr', "B"),
        ('<http://purl.org/dc/terms/title> "A"@en ; rdfs:label "B"@de', "B"),
        ("rdfs:label <x>", ""),
    ],
)
def test_the_best_label_is_chosen_the_same_way_each_time(labels, expected):
    _, (row,) = table(f"\n<a> a :Halt ; {labels} .")
    assert row["label"] == expected


OURS, FOAF, X = f"{BASE}ontology#", "http://foaf/", "http://x/"


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        ([f"{OURS}Person", f"{FOAF}Person"], ["class-Person", "class-foaf-Person"]),
        ([f"{X}Person"], ["class-Person-+"]),
        ([f"{X}Person", f"{X}a/Person"], ["class-Person-+", "class-Person-+"]),
        ([f"{OURS}foaf-Person", f"{FOAF}Person"], ["class-foaf-Person", "class-foaf-Person-+"]),
        ([f"{OURS}Person", f"{OURS}person"], ["class-Person", "class-person-+"]),
        ([f"{X}..", f"{X}a.b", f"{X}é", "urn:x"], ["class-x-+", "class-b-+", "class-x-+", "class-x-+"]),
        ([f"{OURS}{'x' * 300}"], [f"class-{'x' * 80}-+"]),
    ],
    ids=str,
)
def test_no_two_classes_share_a_name_in_any_file_system(classes, names):
    found = name_classes(classes, Base(BASE), {"foaf": FOAF})
    assert len({name.casefold() for name in found.values()}) == len(classes)
    for iri, name in zip(classes, names, strict=True):
        stem, hashed, _ = name.partition("+")
        assert found[iri].startswith(stem) if hashed else found[iri] == stem
        assert found[iri].replace("-", "").replace("_", "").isalnum()


def test_the_name_of_a_class_does_not_depend_on_the_others():
    alone = name_classes([f"{FOAF}Person"], Base(BASE), {"foaf": FOAF})
    assert (
        alone.items()
        <= name_classes([f"{FOAF}Person", f"{OURS}Person", f"{X}Person"], Base(BASE), {"foaf": FOAF}).items()
    )
