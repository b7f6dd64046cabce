"""The ways to write one URI: which are tried, which are the same, and what is no IRI at all."""

import pytest

from service.links.spellings import is_iri, key, spellings

SAME = [
    ("https://www.wikidata.org/entity/Q1", "http://www.wikidata.org/entity/Q1"),
    ("http://sws.geonames.org/87205", "https://sws.geonames.org/87205/"),
    ("https://sws.geonames.org/87205/", "https://sws.geonames.org/87205"),
    ("HTTPS://Example.ORG/a", "https://example.org/a"),
    ("https://example.org:443/a", "https://example.org/a"),
    ("https://example.org", "https://example.org/"),
    ("http://dbpedia.org/resource/Zin%C3%A9dine", "http://dbpedia.org/resource/Zinédine"),
    ("http://dbpedia.org/resource/Zinédine", "http://dbpedia.org/resource/Zin%C3%A9dine"),
    ("http://example.org/a%c3%a9", "http://example.org/a%C3%A9"),
    ("http://example.org/a b", "http://example.org/a%20b"),
    (
        "https://en.wikipedia.org/wiki/Ansar_al-Sharia_%28Libya%29",
        "https://en.wikipedia.org/wiki/Ansar_al-Sharia_(Libya)",
    ),
    ("  http://example.org/a\n", "http://example.org/a"),
]


@pytest.mark.parametrize(("written", "meant"), SAME)
def test_another_way_to_write_it_is_tried(written, meant):
    assert meant in spellings(written)


@pytest.mark.parametrize(("written", "meant"), SAME)
def test_two_ways_to_write_it_have_one_key(written, meant):
    assert key(written) == key(meant)


def test_the_uri_itself_comes_first():
    assert spellings("http://example.org/a")[0] == "http://example.org/a"


def test_few_ways_are_tried_for_a_plain_uri():
    assert len(spellings("http://www.wikidata.org/entity/Q1")) == 4


@pytest.mark.parametrize("uri", ["urn:isbn:9781941393574", "info:ofi/nam", "tag:a@b,2020:x"])
def test_what_is_not_of_the_web_is_only_itself(uri):
    assert spellings(uri) == [uri]


@pytest.mark.parametrize("text", ["", "Derna", "no scheme here", "http://[broken", "\ud800:x", "a:" + "x" * 5000])
def test_what_is_no_iri_has_no_spelling(text):
    assert spellings(text) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("http://example.org/a%2Fb", "http://example.org/a/b"),
        ("http://example.org/?a=1", "http://example.org/?a=2"),
        ("http://example.org/A", "http://example.org/a"),
    ],
)
def test_what_may_mean_another_thing_is_not_tried(pair):
    assert pair[1] not in spellings(pair[0])


@pytest.mark.parametrize(
    "uri", [written for written, _ in SAME] + ['http://example.org/"><script>', "http://e.org/%zz%"]
)
def test_every_spelling_is_an_iri(uri):
    assert spellings(uri)
    assert all(is_iri(way) for way in spellings(uri))
