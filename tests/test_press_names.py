"""What nobody could follow, and what a release could not write in all its formats, is refused with what to do."""

import re

import pyoxigraph as ox
import pytest

from service.iris import Base
from service.press.addresses import flaw
from service.press.build import build
from service.press.checks import check
from service.press.classes import name_classes
from service.press.findings import Refused
from service.press.syntaxes import CHECK
from tests.publications import BASE, RAILWAY, copy_mini, edit, write

FLAWS = [
    ("id/station/a%22%3E%3Csvg%3E", "percent-encoded"), ("id/station/%2e%2e%2fetc", "percent-encoded"),
    ("id/station/a%0D%0AX-Canary:1", "percent-encoded"), ("id/station/a%00", "percent-encoded"),
    ("id/station/../x", "dots"), ("id/./x", "dots"), ("id/station/x\u202egnp.exe", "U\\+202E"), ("id/x\u200b", "U\\+200B"),
    ("id/x\ufeff", "U\\+FEFF"), ("id/x\u2066", "U\\+2066"), ("id/x\ue000", "U\\+E000"), ("id/x\u2028", "U\\+2028"),
    ("id/cafe\u0301", "Normalization Form C"), ("id/station/x.ttl", "ends like a file"), ("id/x.html", "ends like a file"),
    ("id/x.linkset.json", "ends like a file"), ("id/" + "x" * 2000, "longer than 1,000"),
]  # fmt: skip
SOUND = [
    "id/station/alder-halt",
    "id/cite/P3-1-2#position",
    "ontology#Station",
    "id/محطة",
    "id/a'b(c)*;=@:!$&,+~",
    "id/a.b",
    "dumps/all.ttl",
    "",
]


@pytest.mark.parametrize(("local", "told"), FLAWS)
def test_a_name_that_cannot_be_followed_is_known(local, told):
    assert re.search(told, flaw(local))


@pytest.mark.parametrize("local", SOUND)
def test_a_name_that_can_be_followed_has_no_flaw(local):
    assert flaw(local) == ""


def refused(tmp_path, old, new):
    settings = copy_mini(tmp_path)
    edit(settings, RAILWAY, old, new)
    with pytest.raises(Refused) as refusal:
        build(settings)
    assert not list((tmp_path / "releases").glob("r*"))
    return [str(one) for one in refusal.value.report.violations]


def test_the_press_refuses_a_name_nobody_can_follow_and_says_where(tmp_path):
    told = refused(tmp_path, "station:alder-halt a", "<station/x%0D%0Aset> a mini:Station .\nstation:alder-halt a")
    (found,) = [one for one in told if "[addresses]" in one]
    assert found.startswith("triples/mini/railway.ttl:9: violation")
    assert "No URL leads here: the name has a percent-encoded character" in found


@pytest.mark.parametrize("character", ["\\u0000", "\\u0001", "\\u0008", "\\u001b", "\\uffff"])
def test_the_press_refuses_a_text_that_a_format_of_the_release_cannot_carry(tmp_path, character):
    told = refused(tmp_path, '"Alder Halt"@en', f'"Alder{character}Halt"@en')
    assert any("[syntaxes]" in one and "which no XML can carry. Remove it." in one for one in told)


@pytest.mark.parametrize("iri", ["javascript:canary()", "http://example.org/", "http://example.org/1"])
def test_the_press_refuses_a_property_that_rdf_xml_cannot_hold(tmp_path, iri):
    told = refused(tmp_path, 'rdfs:label "Alder Halt"@en', f'rdfs:label "Alder Halt"@en ; <{iri}> 1')
    assert any(f"<{iri}> does not end with a name" in one for one in told)


BROKEN = {
    "a space in an IRI": "<http://example.org/a b>", "markup in an IRI": "<http://example.org/<b>>", "a quote in an IRI": '<http://example.org/">',
    "half a host": "<http://[::1/>", "half a character": '"\\ud800"', "an odd language": '"x"@en_GB"',
    "line feed in an IRI": "<http://example.org/\n>", "escaped line feed in an IRI": "<http://example.org/\\u000D\\u000AX>",
}  # fmt: skip


@pytest.mark.parametrize("value", BROKEN.values(), ids=BROKEN.keys())
def test_the_press_refuses_what_is_no_rdf_with_file_and_line(tmp_path, value):
    told = refused(tmp_path, 'rdfs:label "Alder Halt"@en', f'rdfs:label "Alder Halt"@en ; rdfs:seeAlso {value}')
    assert told
    assert all(one.startswith("triples/mini/railway.ttl:") for one in told)


def test_both_checks_count_what_they_looked_at(tmp_path):
    ran = check(copy_mini(tmp_path)).report.ran
    assert ran["addresses"] > 20
    assert ran[CHECK] > 50


ODD_NAMES = """@base <https://example.org/mini/id/odd> .
@prefix e: <#> .
@prefix schema.org: <https://schema.org/> .
PREFIX é: <http://accents.example/>
@prefix vocab.example: <https://vocab.example/> .
PREFIX xmlns: <http://xmlns.example/>
e:one a vocab.example:Person , schema.org:Person , é:Thing ; schema.org:name "One"@en ; xmlns:tag "x" .
"""


def test_a_publication_may_use_every_prefix_that_turtle_has(tmp_path):
    settings = copy_mini(tmp_path)
    write(settings, "triples/mini/odd.ttl", ODD_NAMES)
    release = build(settings)
    assert {"class-vocab-example-Person.csv", "class-schema-Person.csv", "class---Thing.csv"} <= release.dumps.keys()
    graphs = [
        {q.triple for q in ox.parse(path=str(release.dump_path(f"graph-mini.{ending}")), format=format)}
        for ending, format in (("nt", ox.RdfFormat.N_TRIPLES), ("ttl", ox.RdfFormat.TURTLE), ("rdf", ox.RdfFormat.RDF_XML),
                               ("jsonld", ox.RdfFormat.JSON_LD))
    ]  # fmt: skip
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]
    described = release.dump_path("dataset.ttl").read_text()
    assert "class-vocab-example-Person.csv" in described


DOTTED = {"schema.org": "https://schema.org/", "schema-org": "http://dash/", "é.": "http://accent/"}


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        (["https://schema.org/Person"], ["class-schema-org-Person"]),
        (
            ["http://dash/Person", "https://schema.org/Person"],
            ["class-schema-org-Person", "class-schema-org-Person-"],
        ),
        (["http://accent/Person"], ["class----Person"]),
    ],
)
def test_a_class_has_a_file_name_without_dots_and_accents_whatever_its_prefix(classes, names):
    found = name_classes(classes, Base(BASE), DOTTED)
    assert len(set(found.values())) == len(classes)
    for iri, name in zip(classes, names, strict=True):
        assert found[iri] == name or (name.endswith("-") and found[iri].startswith(name))
        assert re.fullmatch("[A-Za-z0-9_-]+", found[iri])
