"""Files are found, parsed and rebased; every problem is told at once, with its place."""

import pyoxigraph as ox
import pytest

from service.errors import PressError
from service.press.blocks import Block, blocks
from service.press.findings import Place
from service.press.sources import read_sources
from tests.publications import BASE, RAILWAY, WRITTEN, copy_mini, edit, line_of, root_of, write


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


def messages(sources, check):
    return [f for f in sources.report.findings if f.check == check]


def test_each_folder_feeds_its_graph(mini):
    sources = read_sources(mini)
    assert {p.file.name: p.file.graph for p in sources.files} == {
        "ontology/core.ttl": "schema",
        "triples/mini/dataset.ttl": "meta",
        RAILWAY: "mini",
        "shapes/shapes.ttl": "shapes",
    }
    assert {q.graph_name.value for q in sources.graphs["mini"]} == {f"{BASE}graph/mini"}


def test_examples_of_the_ontology_are_no_part_of_the_publication(mini):
    write(mini, "ontology/examples/broken.ttl", "this is not Turtle")
    assert "ontology/examples/broken.ttl" not in [p.file.name for p in read_sources(mini).files]


def test_every_iri_is_rebased(mini):
    sources = read_sources(mini)
    assert sources.written_base == WRITTEN
    assert not any(WRITTEN in str(quad) for quads in sources.graphs.values() for quad in quads)
    assert sources.rebased(f"<{WRITTEN}id/x>") == f"<{BASE}id/x>"


def test_lexical_forms_stay_as_they_are_written(mini):
    edit(mini, RAILWAY, "mini:opened 1903", 'mini:opened "01903"^^<http://www.w3.org/2001/XMLSchema#integer>')
    assert '"01903"' in " ".join(str(q) for q in read_sources(mini).graphs["mini"])


def test_the_index_says_where_each_subject_stands(mini):
    index = read_sources(mini).index
    place = Place(RAILWAY, line_of(mini, RAILWAY, "station:cedar-quay"))
    assert index[f"{BASE}id/station/cedar-quay"] == place
    assert str(place).startswith("triples/mini/railway.ttl:")


def test_all_syntax_errors_of_all_files_are_told_at_once(mini):
    write(mini, "triples/mini/one.ttl", "@prefix a: <http://a/> .\na:x a:p ; .\na:y a:p 1 .\na:z nope:q 1 .\n")
    write(mini, "shapes/two.ttl", '<http://a/x> <http://a/p> "open .\n')
    sources = read_sources(mini)
    found = [(f.file, f.line) for f in messages(sources, "syntax")]
    assert found == [("triples/mini/one.ttl", 2), ("triples/mini/one.ttl", 4), ("shapes/two.ttl", 1)]
    assert not sources.parses
    assert all(f.column for f in messages(sources, "syntax"))


def test_a_syntax_error_is_placed_as_written_not_as_rebased(mini):
    line = f"<{WRITTEN}id/x> <{WRITTEN}id/y> nope:z ."
    write(mini, "triples/mini/one.ttl", line + "\n")
    (finding,) = messages(read_sources(mini), "syntax")
    assert (finding.line, finding.column) == (1, line.index("nope") + 1)
    assert str(finding).startswith("triples/mini/one.ttl:1:")


def test_a_file_that_is_not_utf_8_is_a_finding(mini):
    (root_of(mini) / "triples/mini/one.ttl").write_bytes(b"# fine\n# caf\xe9\n")
    (finding,) = messages(read_sources(mini), "syntax")
    assert (finding.line, "UTF-8" in finding.message) == (2, True)


STATION = "\nstation:alder-halt a mini:Station .\n"
HEAD = "@prefix mini: <https://example.org/mini/ontology#> .\n@prefix station: <https://example.org/mini/id/station/> .\n"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        pytest.param("triples/mini/more.ttl", HEAD + STATION, 4, id="two files of a dataset"),
        pytest.param("triples/other/more.ttl", HEAD + STATION, 4, id="two datasets"),
        pytest.param(
            "triples/mini/more.ttl", HEAD + "\nstation:a a mini:X .\nstation:a a mini:Y .\n", 5, id="one file"
        ),
        pytest.param(
            "triples/mini/more.ttl",
            f"@base <{WRITTEN}> .\n<id/station/alder-halt> a <ontology#Station> .\n",
            2,
            id="written differently",
        ),
    ],
)
def test_a_subject_in_two_blocks_is_told_with_both_places(mini, name, text, line):
    write(mini, name, text)
    (finding,) = messages(read_sources(mini), "duplicates")
    places = {str(Place(finding.file, finding.line)), finding.message.split(" at ")[1].split(". ")[0]}
    assert f"{name}:{line}" in places
    assert len(places) == 2
    assert finding.subject


@pytest.mark.parametrize("name", ["triples/links/wikidata.ttl", "ontology/alignments/org.ttl"])
def test_links_and_alignments_may_speak_again_of_a_subject(mini, name):
    write(mini, name, HEAD + STATION + "\nmini:Station mini:like mini:Other .\n")
    assert not messages(read_sources(mini), "duplicates")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(HEAD + "station:x mini:p [ mini:q 1 ] .\n", 3, id="square brackets"),
        pytest.param(HEAD + "station:x mini:p\n  _:b .\n", 4, id="label"),
        pytest.param(HEAD + "station:x mini:p ( 1 2 ) .\n", 3, id="list"),
        pytest.param(HEAD + 'station:x mini:p """a "#""" , _:b .\n', 1, id="where the line is not found"),
    ],
)
def test_blank_nodes_in_data_are_refused_with_their_line(mini, text, line):
    write(mini, "triples/mini/more.ttl", text)
    (finding,) = messages(read_sources(mini), "blank nodes")
    assert (finding.file, finding.line) == ("triples/mini/more.ttl", line)


def test_only_lines_with_blank_nodes_are_told_of_them(mini):
    write(mini, "triples/mini/more.ttl", HEAD + "station:x mini:p 'a [b]' , 'it\\'s ( ' ;\n  mini:q\\(1\\) [] .\n")
    (finding,) = messages(read_sources(mini), "blank nodes")
    assert finding.line == 4


def test_brackets_in_text_are_no_blank_nodes(mini):
    write(mini, "triples/mini/more.ttl", HEAD + 'station:x mini:p "a [b] (c) _:d" . # [ (\n')
    assert not messages(read_sources(mini), "blank nodes")


def test_blank_nodes_in_shapes_get_the_same_iri_each_time(mini):
    first, second = (read_sources(mini).graphs["shapes"] for _ in range(2))
    assert first == second
    assert not any(isinstance(term, ox.BlankNode) for quad in first for term in quad.triple)
    assert any(f"{BASE}.well-known/genid/" in str(quad) for quad in first)


def test_prefixes_are_collected_and_the_first_of_two_meanings_wins(mini):
    write(mini, "shapes/more.ttl", "@prefix mini: <http://other.example/> .\nmini:a mini:b mini:c .\n")
    sources = read_sources(mini)
    assert sources.prefixes["mini"] == f"{BASE}ontology#"
    assert sources.prefixes["rdf"].startswith("http://www.w3.org/1999/02/22")
    (finding,) = messages(sources, "syntax")
    assert (finding.severity, finding.file) == ("warning", "shapes/more.ttl")
    assert sources.report.passed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda s: edit(s, "triples/mini/dataset.ttl", "void:uriSpace", "void:x"), "No record", id="none"
        ),
        pytest.param(
            lambda s: write(
                s, "triples/b/dataset.ttl", '<http://a/> <http://rdfs.org/ns/void#uriSpace> "http://a/" .'
            ),
            "disagree",
            id="two",
        ),
        pytest.param(lambda s: write(s, "triples/schema/x.ttl", ""), "Rename", id="reserved graph name"),
        pytest.param(
            lambda s: write(s, "triples/libya.2015/x.ttl", ""), "a to z, digits, - and _", id="dot in a name"
        ),
        pytest.param(lambda s: write(s, "triples/a b/x.ttl", ""), "a to z, digits, - and _", id="space in a name"),
    ],
)
def test_what_leaves_no_base_or_graph_stops_the_press(mini, change, says):
    change(mini)
    with pytest.raises(PressError, match=says):
        read_sources(mini)


def test_a_missing_folder_is_named(mini):
    (root_of(mini) / "shapes").rename(root_of(mini) / "moulds")
    with pytest.raises(PressError, match=r"no folder .*/shapes/\."):
        read_sources(mini)


def test_nothing_found_is_a_violation(tmp_path):
    settings = copy_mini(tmp_path)
    (settings.ontology / "core.ttl").unlink()
    (settings.shapes / "shapes.ttl").unlink()
    (settings.triples / "mini/railway.ttl").unlink()
    record = ' <http://a/> <http://rdfs.org/ns/void#uriSpace> "https://example.org/mini/" .\n'
    (settings.triples / "mini/dataset.ttl").write_text(record)
    assert [f.check for f in read_sources(settings).report.violations] == ["duplicates"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("@prefix a: <http://a/> .\na:b a a:C .", [Block("http://a/b", 2)], id="prefixed name"),
        pytest.param("PREFIX : <http://a/>\n:b a :C .", [Block("http://a/b", 2)], id="empty prefix, SPARQL style"),
        pytest.param("<http://a/b> a <http://a/C> .", [Block("http://a/b", 1)], id="IRI"),
        pytest.param("@base <http://a/id/> .\n<b#c> a <C> .", [Block("http://a/id/b#c", 2)], id="relative IRI"),
        pytest.param("@prefix a: <http://a/> .\na:b\\,c a a:C .", [Block("http://a/b,c", 2)], id="escape"),
        pytest.param("@prefix a: <http://a/> .\n  a:b a a:C .\n# a:d", [], id="indented or commented"),
        pytest.param(
            '<http://a/b> <http://a/p> """\na:x\n<http://a/y> """ .', [Block("http://a/b", 1)], id="long string"
        ),
        pytest.param(
            "@base <http://a/x> .\n@prefix e: <#> .\ne:b a e:C .", [Block("http://a/x#b", 3)], id="relative prefix"
        ),
        pytest.param(
            "@base <http://a/b/> .\n@base <../c/> .\n<d> a <C> .", [Block("http://a/c/d", 3)], id="relative base"
        ),
        pytest.param(
            "@prefix a: <http://a/> .\na:b a a:C .\nPREFIX a: <http://z/>\na:b a a:C .",
            [Block("http://a/b", 2), Block("http://z/b", 4)],
            id="prefix with two meanings",
        ),
        pytest.param(
            "@prefix a: <http://a/> . # not @prefix a: <http://z/> .\na:b a a:C .",
            [Block("http://a/b", 2)],
            id="comment",
        ),
        pytest.param(
            "@prefix base: <http://a/> .\nprefix prefix: <http://p/>\nbase:b a base:C .\nprefix:b a base:C .",
            [Block("http://a/b", 3), Block("http://p/b", 4)],
            id="prefixes called base and prefix",
        ),
        pytest.param(
            "@prefix é.1: <http://a/> .\né.1:b a é.1:C .", [Block("http://a/b", 2)], id="letters of all scripts"
        ),
        pytest.param(
            '@prefix a: <http://a/> . # """ and don\'t\na:b a:p \'a """ b\', "\'\'\'", """c""", \'\'\'d\n'
            "a:x \\\\''' , \"\"\"\na:y ''' \\\\\"\"\" .\na:c a a:C .",
            [Block("http://a/b", 2), Block("http://a/c", 5)],
            id="quotation marks in strings and comments",
        ),
        pytest.param(
            "@prefix a: <http://a/> .\r\na:b a:p 'x\u2028a:y\x0ca:z' .\r\na:c a a:C .",
            [Block("http://a/b", 2), Block("http://a/c", 3)],
            id="ends of lines that are none",
        ),
        pytest.param("a:b a a:C .", [], id="unknown prefix"),
        pytest.param("_:b a <http://a/C> .\n[] a <http://a/C> .", [], id="blank nodes"),
    ],
)
def test_a_block_is_a_line_that_begins_with_a_subject(text, found):
    assert list(blocks(text)) == found


def test_prefixes_may_share_a_line():
    assert list(blocks("@prefix a: <http://a/> . @prefix b-c: <http://b/> .\nb-c:x a a:Y .")) == [
        Block("http://b/x", 2)
    ]


ODD_PREFIXES = """@base <https://example.org/mini/id/odd> .
@prefix e: <#> .
@prefix
  far:
  <http://far.example/> .
@prefix : <> . # @prefix ghost: <http://ghost.example/> .
PREFIX é: <http://accents.example/\\u00e9#>
prefix schema.org: <https://schema.org/>
@prefix xml: <http://other.example/> .
far:one a far:Thing ; far:says "@prefix inside: <http://inside.example/> ." .
e:two a schema.org:Person , é:Thing .
"""


def test_prefixes_are_what_the_parser_made_of_them(mini):
    write(mini, "triples/mini/odd.ttl", ODD_PREFIXES)
    sources = read_sources(mini)
    assert sources.report.passed
    assert {name: sources.prefixes.get(name) for name in ("e", "far", "é", "schema.org")} == {
        "e": f"{BASE}id/odd#", "far": "http://far.example/", "é": "http://accents.example/é#", "schema.org": "https://schema.org/",
    }  # fmt: skip
    assert not {"ghost", "inside", "", "xml"} & sources.prefixes.keys()
    assert sources.index["http://far.example/one"].line == 10
    assert sources.index[f"{BASE}id/odd#two"].line == 11
    assert [f.message[:12] for f in messages(sources, "syntax")] == ["Prefix xml: "]


@pytest.mark.parametrize(
    "record",
    [
        "@prefix v: <http://rdfs.org/ns/void#> .\n<http://a/> v:uriSpace 'https://example.org/mini/' .",
        '# void:uriSpace "http://before.example/"\n<http://a/> <http://rdfs.org/ns/void#uriSpace> """https://example.org/mini/""" .',
    ],
)
def test_the_base_is_read_and_not_guessed_from_the_text(mini, record):
    write(mini, "triples/mini/dataset.ttl", record)
    assert read_sources(mini).written_base == WRITTEN
