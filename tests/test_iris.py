"""One base, and the way from our IRIs to paths of this service and back to nothing else."""

import pytest

from service.errors import PressError
from service.iris import Base

BASE = Base("https://example.org/mini/")


@pytest.mark.parametrize(
    "iri",
    [
        "", "example.org/", "ftp://example.org/", "http:///", "http://example.org", "https://example.org/mini",
        "http://a b/", "http://localhost:8471/<>/", "http://localhost:8471/?x/", "http://localhost/#x/", "http://[/",
        "http://localhost:port/", "http://:80/", "http://a/%zz/", "http://a\n/", "http://a/\udcff/", "http://a/{x}/",
    ],
)  # fmt: skip
def test_a_base_is_an_http_iri_that_ends_with_a_slash(iri):
    with pytest.raises(PressError, match="ends with a slash"):
        Base(iri)


@pytest.mark.parametrize("iri", ["http://[::1]:8000/", "https://example.org/a/%C3%A9/", "https://bücher.example/é/"])
def test_a_base_may_have_any_host_and_any_letters(iri):
    assert Base(iri).iri == iri


def test_the_base_names_ontology_graphs_and_things():
    assert BASE.ontology == "https://example.org/mini/ontology"
    assert BASE.terms == "https://example.org/mini/ontology#"
    assert BASE.graph("links") == "https://example.org/mini/graph/links"
    assert BASE.thing("station/a") == "https://example.org/mini/id/station/a"


@pytest.mark.parametrize(
    ("iri", "owned"),
    [
        ("https://example.org/mini/id/a", True),
        ("https://example.org/mini/", True),
        ("https://example.org/mini", False),
        ("https://example.org/other/id/a", False),
        ("http://example.org/mini/id/a", False),
    ],
)
def test_what_begins_with_the_base_is_ours(iri, owned):
    assert BASE.owns(iri) is owned


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        pytest.param("https://example.org/mini/id/a/b", "/id/a/b", id="thing"),
        pytest.param("https://example.org/mini/ontology#Station", "/ontology#Station", id="term"),
        pytest.param("https://example.org/mini/id/caf\u00e9", "/id/caf%C3%A9", id="beyond ASCII"),
        pytest.param("https://example.org/mini/id/caf%C3%A9", "/id/caf%C3%A9", id="escaped already"),
        pytest.param("https://example.org/mini/links?uri=", "/links?uri=", id="query"),
        pytest.param("https://example.org/mini/id/a?b", "/id/a%3Fb", id="question mark"),
        pytest.param("https://other.example/x", "https://other.example/x", id="foreign"),
    ],
)
def test_an_iri_of_ours_has_a_path_below_the_root(iri, path):
    assert BASE.path(iri) == path


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        pytest.param("https://example.org/mini/id/station/a", "/doc/station/a", id="thing"),
        pytest.param("https://example.org/mini/id/cite/P1#position", "/doc/cite/P1", id="part of a thing"),
        pytest.param("https://example.org/mini/ontology#Station", "/ontology", id="term"),
        pytest.param("https://example.org/mini/graph/links", "/graph/links", id="graph"),
        pytest.param("https://other.example/x", "https://other.example/x", id="foreign"),
    ],
)
def test_the_document_about_a_thing_has_a_path(iri, path):
    assert BASE.document_path(iri) == path
