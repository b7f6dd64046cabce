"""Citations stand where they say, in a text that is never published."""

import hashlib
import os
import re
import unicodedata
from pathlib import Path

import pyoxigraph as ox
import pytest

from service.errors import PressError
from service.press.borrowed import check_borrowed
from service.press.checks import check, open_reader
from service.press.citations import Citation, coverage, read_citations, read_cited_texts, verify
from service.press.cite import Notation, citation_block, find_passage, read_notation
from service.press.findings import Place
from service.press.passages import Passage, Text, hash_passage, normalise
from service.press.progress import SILENT
from service.press.sources import read_sources
from service.settings import Settings
from tests.publications import BASE, RAILWAY, TEXT, copy_mini, edit, line_of

MARSH = Text.of(TEXT)
ARTICLE = os.environ.get("ARTICLE")


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        pytest.param("Cafe\u0301", "Caf\u00e9", id="NFC"),
        pytest.param("a\u00a0b", "a b", id="no-break space"),
        pytest.param("\u2018a\u2019 \u201cb\u201d", "'a' \"b\"", id="curly quotes"),
        pytest.param("a\u2026", "a...", id="ellipsis"),
        pytest.param("  a \t b\u2003c ", "a b c", id="white space"),
        pytest.param("\u2022 a", "a", id="bullet"),
        pytest.param("* a", "a", id="asterisk"),
        pytest.param("- a - b", "a - b", id="dash, only the first"),
        pytest.param("-a", "-a", id="a hyphen is no bullet"),
        pytest.param(" \u00a0 ", "", id="nothing left"),
    ],
)
def test_a_line_is_normalised(written, normal):
    assert normalise(written) == normal


def test_paragraphs_are_the_lines_that_are_not_empty():
    assert [p[:5] for p in MARSH.paragraphs] == ["A sho", "Alder", "Birch", "Cedar"]


def test_a_passage_outside_the_text_has_no_words():
    assert [MARSH.words_at(p) for p in (Passage(9, 0, 5), Passage(0, 0, 5), Passage(1, 900, 950))] == ["", "", ""]


def test_a_hash_finds_its_passage_anywhere_in_the_text():
    words = "reached it in nine"
    digest = hashlib.sha256(words.encode()).hexdigest()
    (passage,) = MARSH.locate({len(words): [digest]}).values()
    assert MARSH.words_at(passage) == words


def test_citations_are_read_from_their_annotation_structure(mini):
    sources = read_sources(mini)
    first, second = read_citations(open_reader(sources), sources.base)
    assert first.iri == f"{BASE}id/cite/P3-33-66"
    assert first.source == f"{BASE}id/source/history"
    assert (first.passage, first.uses) == (Passage(3, 33, 66), 1)
    assert second.hash == hash_passage("was served from Birch Junction until the flood")


def findings(settings, text=TEXT):
    sources = read_sources(settings)
    reader, base = open_reader(sources), sources.base
    return verify(read_citations(reader, base), Text.of(text), sources.index, read_cited_texts(reader, base)).findings


def test_citations_of_mini_stand_where_they_say(mini):
    assert findings(mini) == ()


@pytest.mark.parametrize(
    ("old", "new", "severity", "says"),
    [
        pytest.param("oa:start 33", "oa:start 34", "violation", "No passage", id="wrong offset and length"),
        pytest.param("553ffac1", "00000000", "violation", "No passage", id="wrong hash"),
        pytest.param('rdf:value "P3"', 'rdf:value "P2"', "warning", "stands at P3 33-66, not at P2", id="moved"),
        pytest.param('rdf:value "P3"', 'rdf:value "P99"', "warning", "stands at P3", id="beyond the text"),
        pytest.param("oa:start 33", "oa:start 66", "violation", "Does not say where", id="empty"),
        pytest.param('rdf:value "P3"', 'rdf:value "third"', "violation", "Does not say where", id="no number"),
        pytest.param("oa:end 66", 'oa:end "x"', "violation", "Does not say where", id="no end"),
    ],
)
def test_a_citation_that_does_not_stand_where_it_says_is_a_finding(mini, old, new, severity, says):
    edit(mini, RAILWAY, old, new)
    (finding,) = findings(mini)
    assert (finding.severity, finding.subject) == (severity, f"{BASE}id/cite/P3-33-66")
    assert (finding.file, finding.line) == (RAILWAY, line_of(mini, RAILWAY, "<cite/P3-33-66>"))
    assert says in finding.message


HASHED = "553ffac116d685bb6c2273ecb5aff1d2e06df4eb116ef99ba68faff9d7d3c555"


@pytest.mark.parametrize(
    ("fragment", "misled"),
    [
        pytest.param("Halt reached", False, id="opens the passage"),
        pytest.param("halt REACHED", False, id="upper and lower case are one"),
        pytest.param("alt reached", True, id="begins inside a word"),
        pytest.param("Halt reach", True, id="ends inside a word"),
        pytest.param("Alder Halt", True, id="stands elsewhere before"),
        pytest.param("nowhere at all", True, id="stands nowhere"),
    ],
)
def test_a_text_fragment_must_open_its_passage(mini, fragment, misled):
    edit(mini, RAILWAY, f'"{HASHED}" .', f'"{HASHED}" ; mini:textFragment "{fragment}" .')
    found = findings(mini)
    assert [f.severity for f in found] == ["violation"] * misled
    assert all(fragment in f.message and f.subject == f"{BASE}id/cite/P3-33-66" for f in found)


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        pytest.param(f'mini:sha256 "{hash_passage(MARSH.whole)}"', False, id="its hash"),
        pytest.param(f"mini:paragraphCount {len(MARSH.paragraphs)}", False, id="its length"),
        pytest.param(f'mini:sha256 "{"0" * 64}"', True, id="another hash"),
        pytest.param("mini:paragraphCount 70", True, id="another length"),
    ],
)
def test_a_copy_is_held_against_what_the_data_say_of_the_text(mini, said, differs):
    edit(mini, RAILWAY, "<cite/P3-33-66> a ", f"<source/history> {said} .\n<cite/P3-33-66> a ")
    found = findings(mini)
    assert [f.severity for f in found] == ["warning"] * differs
    assert all(f.subject == f"{BASE}id/source/history" for f in found)


def test_a_copy_with_other_paragraphs_still_verifies_with_warnings(mini):
    assert [f.severity for f in findings(mini, "An extra heading\n" + TEXT)] == ["warning", "warning"]


def test_data_without_citations_fail(mini):
    assert [f.message[:19] for f in verify([], MARSH, {}).violations] == ["Nothing was checked"]


def test_coverage_counts_uses_and_shows_what_nothing_cites():
    cited = [
        Citation("a", "s", Passage(2, 0, 10), "", 2),
        Citation("b", "s", Passage(2, 5, 20), "", 1),
        Citation("c", "s", None, "", 1),
    ]
    first, second, *_ = coverage(cited, MARSH)
    assert (first.covered, first.uses, first.gaps) == (0, 0, (Passage(1, 0, first.length),))
    assert (second.covered, second.uses, second.gaps) == (20, 3, (Passage(2, 20, second.length),))


BLOCK = """\
<cite/P4-24-70> a mini:Citation , oa:SpecificResource ;
  oa:hasSource <source/history> ;
  oa:hasSelector <cite/P4-24-70#paragraph> ;
  mini:sha256 "013a8fe139c0976e47f535fb030fc74c2d9cd873a9e716052ff5077e68c3b688" ;
  mini:textFragment "was served" .
<cite/P4-24-70#paragraph> a oa:FragmentSelector ; rdf:value "P4" ; oa:refinedBy <cite/P4-24-70#position> .
<cite/P4-24-70#position> a oa:TextPositionSelector ; oa:start 24 ; oa:end 70 .
"""


def test_cite_prints_the_block_of_words_even_when_they_wrap(mini):
    passage = find_passage(MARSH, "was served from Birch\n   Junction until\tthe flood")
    notation = read_notation(read_sources(mini))
    assert notation == Notation("mini", "source/history")
    assert citation_block(MARSH, passage, notation) == BLOCK


@pytest.mark.parametrize(
    ("words", "paragraph", "says"),
    [
        pytest.param("Alder Halt", None, r"2 times \(P2 0-10, P3 45-55\)", id="ambiguous"),
        pytest.param("Alder Halt", 2, "10 characters are too few", id="too short"),
        pytest.param(
            "served from Birch Junktion until", None, r"Nearest is P4 28-60: 'served from Birch Junction", id="absent"
        ),
        pytest.param("was served from Birch Junction", 2, "does not have these words", id="in another paragraph"),
        pytest.param("  ", None, "does not have these words", id="nothing"),
    ],
)
def test_cite_says_why_it_cannot(words, paragraph, says):
    with pytest.raises(PressError, match=says):
        find_passage(MARSH, words, paragraph)


def test_a_whole_short_paragraph_may_be_cited():
    assert find_passage(Text(("Short one.", "x")), "Short one.") == Passage(1, 0, 10)


def test_a_text_fragment_occurs_once_and_is_plain():
    text = Text(("one two three four", "one two five", "it's o'clock now"))
    assert text.fragment("one two three four") == "two three"
    assert text.fragment("one two") is None
    assert text.fragment("it's o'clock") is None


def test_a_text_fragment_begins_and_ends_with_a_whole_word():
    text = Text(("The U.S.'s envoy came with the baker's dozen", "Envoy came back; the Envoy came"))
    assert [(p.paragraph, p.start) for p in text.openings("envoy came")] == [(1, 11), (2, 0), (2, 21)]
    assert text.openings("s envoy") == [Passage(1, 9, 16)], "no word goes on over two signs (UAX 29)"
    assert text.openings("s dozen") == text.openings("envo") == text.openings("nvoy came") == []


@pytest.mark.parametrize(
    ("literal", "subject"),
    [
        pytest.param("Trains from Alder Halt reached it in nine!", f"{BASE}id/station/cedar-quay", id="eight words"),
        pytest.param("trains FROM Alder-Halt, reached it in nine", f"{BASE}id/station/cedar-quay", id="other signs"),
        pytest.param("trains from Alder Halt reached it in ten", None, id="seven words"),
    ],
)
def test_eight_words_in_a_row_are_borrowed(mini, literal, subject):
    edit(mini, RAILWAY, '"Cedar Quay"@en', f'"{literal}"@en')
    sources = read_sources(mini)
    report = check_borrowed(sources.graphs["mini"], MARSH, sources.index)
    assert [f.subject for f in report.violations] == ([subject] if subject else [])
    assert not report.violations or report.violations[0].line == line_of(mini, RAILWAY, "station:cedar-quay")


PRINTED = {
    "as printed": str,
    "straight quotes": lambda text: text.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")),
    "curly quotes": lambda text: text.translate(str.maketrans("'\"", "\u2019\u201d")),
    "other apostrophes": lambda text: text.translate(str.maketrans("\u2019'", "\u02bc\u00b4")),
    "other dashes": lambda text: text.translate(str.maketrans("-\u2013\u2014", "\u2011\u2014\u2012")),
    "upper case": str.upper,
    "soft hyphens": lambda text: re.sub(r"(\w\w)(?=\w\w)", "\\1\u00ad", text),
    "zero-width spaces": lambda text: re.sub(r"(\w)(?=\w)", "\\1\u200b", text),
    "letters and marks apart": lambda text: unicodedata.normalize("NFD", text),
    "no accents": lambda text: re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "full width": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "direction marks": lambda text: f"\u202a{text.replace(' ', chr(0x200E) + ' ')}\u202c",
}
DEPOT = """The depot\u2019s na\u00efve keeper didn\u2019t close the caf\u00e9\u2019s twenty\u2010two doors.
Most trains \u2013 the line\u2019s slow ones \u2014 won\u2019t stop at the \u201chalt\u201d anymore."""


def sentences(text):
    """The sentences of at least eight words, as they are printed."""
    found = re.split(r"(?<=[.!?])\s+|\n", text)
    return [one for one in found if sum(any(map(str.isalnum, word)) for word in one.split()) >= 8]


def unseen(printed, how):
    """The sentences that may be published, printed in another way."""
    note = ox.NamedNode("http://www.w3.org/2004/02/skos/core#note")
    quads = [
        ox.Quad(ox.NamedNode(f"http://a/{number}"), note, ox.Literal(how(one)))
        for number, one in enumerate(sentences(printed))
    ]
    told = {finding.subject for finding in check_borrowed(quads, Text.of(printed), {}).violations}
    assert len(quads) > 1
    return [quad.object.value for quad in quads if quad.subject.value not in told]


@pytest.mark.parametrize("how", PRINTED.values(), ids=PRINTED)
def test_a_sentence_is_borrowed_however_it_is_printed(how):
    assert unseen(DEPOT, how) == []


@pytest.mark.skipif(not ARTICLE, reason="ARTICLE names no copy of the cited article")
@pytest.mark.parametrize("how", PRINTED.values(), ids=PRINTED)
def test_every_sentence_of_the_article_is_borrowed_however_it_is_printed(how):
    missed = len(unseen(Path(ARTICLE).read_text(encoding="utf-8"), how))
    assert missed == 0, "as many sentences pass; they are not shown, as the log may be public"


def test_words_of_every_script_are_words():
    text = "\u0645\u062d\u0637\u0629 " + " ".join("\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437")
    quads = [ox.Quad(ox.NamedNode("http://a/1"), ox.NamedNode("http://a/p"), ox.Literal(text))]
    assert not check_borrowed(quads, Text.of(text), {}).passed


def test_names_may_be_long(mini):
    edit(
        mini,
        RAILWAY,
        '"A short history of the Marsh Light Railway"@en',
        '"first stop of the line across the marsh Birch"@en',
    )
    assert check_borrowed(read_sources(mini).graphs["mini"], Text.of(TEXT), {}).passed


def test_a_borrowed_finding_does_not_repeat_the_passage(mini):
    edit(mini, RAILWAY, '"Cedar Quay"@en', '"trains from Alder Halt reached it in nine"@en')
    (finding,) = check_borrowed(read_sources(mini).graphs["mini"], MARSH, {"x": Place("f", 1)}).violations
    assert "Halt reached it" not in finding.message


def test_check_counts_citations_only_when_it_has_the_text(mini):
    assert "citations" not in check(mini).report.ran
    assert check(mini, SILENT, TEXT).report.ran["citations"] == 2


@pytest.mark.skipif(not ARTICLE, reason="ARTICLE names no copy of the cited article")
def test_the_published_citations_stand_in_the_article():
    root = Path(__file__).parent.parent
    folders = {name: root / name for name in ("ontology", "triples", "shapes")}
    assert findings(Settings(**folders), Path(ARTICLE).read_text(encoding="utf-8")) == ()


@pytest.mark.skipif(not ARTICLE, reason="ARTICLE names no copy of the cited article")
def test_nothing_published_is_borrowed_from_the_article():
    root = Path(__file__).parent.parent
    sources = read_sources(Settings(**{name: root / name for name in ("ontology", "triples", "shapes")}))
    quads = [quad for graph in sources.graphs.values() for quad in graph]
    text = Text.of(Path(ARTICLE).read_text(encoding="utf-8"))
    assert check_borrowed(quads, text, sources.index).findings == ()
