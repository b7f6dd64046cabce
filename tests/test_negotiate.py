"""Content negotiation: RFC 9110 section 12.5.1, and what real clients send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import media, negotiate
from service.errors import NotAcceptable
from service.media import Kind

RESULTS = media.carrying(Kind.SOLUTIONS)
GRAPHS = media.carrying(Kind.GRAPH)
PAGES = (media.HTML, *GRAPHS)
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

CASES = [
    pytest.param(None, GRAPHS, media.TURTLE, id="no header"),
    pytest.param("", RESULTS, media.JSON, id="empty header"),
    pytest.param("*/*", RESULTS, media.JSON, id="anything"),
    pytest.param("*", RESULTS, media.JSON, id="lone star"),
    pytest.param("text/*", RESULTS, media.CSV, id="any text"),
    pytest.param("application/*;q=0.2, text/*;q=0.9", RESULTS, media.CSV, id="families with q"),
    pytest.param("text/csv;q=0.5, text/tab-separated-values", RESULTS, media.TSV, id="q orders"),
    pytest.param("application/sparql-results+json;q=0, */*", RESULTS, media.XML, id="q=0 excludes"),
    pytest.param("TEXT/TURTLE", GRAPHS, media.TURTLE, id="case does not matter"),
    pytest.param("text/turtle;charset=utf-8", GRAPHS, media.TURTLE, id="charset parameter"),
    pytest.param(
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', GRAPHS, media.JSONLD, id="profile"
    ),
    pytest.param("*/*;q=0.1, application/n-quads", GRAPHS, media.NQUADS, id="specific beats wildcard"),
    pytest.param("text/plain, */*;q=0.1", GRAPHS, media.NTRIPLES, id="rdflib nt"),
    pytest.param("application/turtle", GRAPHS, media.TURTLE, id="SPARQLWrapper turtle"),
    pytest.param("application/sparql-results+xml", GRAPHS, media.RDFXML, id="roqet asks results for a graph"),
    pytest.param("application/sparql-results+xml", RESULTS, media.XML, id="roqet"),
    pytest.param("application/ld+json, application/n-triples", GRAPHS, media.NTRIPLES, id="EasyRdf tie"),
    pytest.param("application/n-quads,application/trig;q=0.95,*/*;q=0.1", GRAPHS, media.NQUADS, id="Comunica"),
    pytest.param("application/json", RESULTS, media.JSON, id="plain JSON"),
    pytest.param(CHROME, PAGES, media.HTML, id="Chromium"),
    pytest.param("application/rdf+xml, text/html;q=0.5", PAGES, media.RDFXML, id="RDF before HTML"),
    pytest.param("text/turtle;q=1.0, nonsense, ;;;", GRAPHS, media.TURTLE, id="nonsense beside sense"),
]


@pytest.mark.parametrize(("accept", "offers", "expected"), CASES)
def test_the_best_offer_is_chosen(accept, offers, expected):
    assert negotiate.choose(accept, offers) is expected


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "*/*;q=0", "application/sparql-results+json;q=0"])
def test_nothing_acceptable_is_told_with_the_list(accept):
    with pytest.raises(NotAcceptable) as refused:
        negotiate.choose(accept, RESULTS)
    assert refused.value.members["available"] == [f.media_type for f in RESULTS]
    assert negotiate.acceptable(accept, RESULTS) is None


@given(st.text(max_size=200))
def test_any_header_gets_an_offer_or_a_clean_refusal(accept):
    chosen = negotiate.acceptable(accept, PAGES)
    assert chosen is None or chosen in PAGES


@given(
    st.permutations([f.media_type for f in GRAPHS]),
    st.lists(st.integers(1, 999), min_size=6, max_size=6, unique=True),
)
def test_the_highest_quality_wins_in_any_order(types, thousandths):
    header = ", ".join(f"{t};q={q / 1000:.3f}" for t, q in zip(types, thousandths, strict=True))
    best = max(zip(thousandths, types, strict=True))[1]
    assert negotiate.choose(header, GRAPHS).media_type == best


def test_each_format_is_found_by_name_extension_and_type():
    for known in media.FORMATS:
        assert {media.by_name(n) for n in (known.name, known.extension, known.media_type.upper())} == {known}
    assert media.by_name("docx") is None


def test_media_types_and_extensions_are_unique():
    assert (
        len({f.media_type for f in media.FORMATS}) == len({f.extension for f in media.FORMATS}) == len(media.FORMATS)
    )
