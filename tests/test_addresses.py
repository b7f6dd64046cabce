"""One right answer for each way to write an address, in every format: spellings, what was merged, what was withdrawn."""

from urllib.parse import quote

import pyoxigraph as ox
import pytest

from service.media import Kind, carrying
from tests.contexts import with_context
from tests.engines import BASE, get, harbour

# The end of an IRI below {base}id/ship/, and the path a client makes of it (RFC 3987 section 3.1).
NAMES = {
    "älma": "%C3%A4lma", "سفينة": quote("سفينة"), "caf%C3%A9": "caf%C3%A9", "two%20words": "two%20words", "a:b": "a:b",
    "st.clair": "st.clair", "notes.ttl": "notes.ttl", "deep/er/still": "deep/er/still", "100%25": "100%25", "x(1)": "x(1)",
    "!$&'*+,;=@~": "!$&'*+,;=@~", "what%3Fever": "what%3Fever", "UPPER": "UPPER", "upper": "upper", "dots...": "dots...",
    "🚢": quote("🚢"),
}  # fmt: skip
FORMATS = [(f.extension, f.media_type) for f in carrying(Kind.GRAPH)]
SYNTAX = {f.media_type: ox.RdfFormat.from_media_type(f.media_type) for f in carrying(Kind.GRAPH)}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    ships = "".join(f'<{BASE}id/ship/{name}> a :Ship ; rdfs:label "ship {n}"@en .\n' for n, name in enumerate(NAMES))
    return harbour(tmp_path_factory.mktemp("releases"), ships)


def triples(app, response):
    body = with_context(app, response.data) if response.mimetype == "application/ld+json" else response.data
    return {quad.triple for quad in ox.parse(body, format=SYNTAX[response.mimetype])}


def label_of(app, response, iri):
    found = [
        t.object.value for t in triples(app, response) if t.subject == iri and t.predicate.value.endswith("label")
    ]
    return found[0] if found else None


@pytest.mark.parametrize(("number", "name"), [*enumerate(NAMES)], ids=map(str, range(len(NAMES))))
def test_each_name_leads_to_its_document_in_each_format(app, number, name):
    path, iri = f"/id/ship/{NAMES[name]}", ox.NamedNode(f"{BASE}id/ship/{name}")
    moved = get(app, path)
    assert moved.status_code == 303
    assert moved.headers["Location"].isascii()
    document = moved.headers["Location"]
    for extension, media_type in FORMATS:
        for response in (get(app, document, media_type), get(app, f"{document}.{extension}")):
            assert response.status_code == 200
            assert label_of(app, response, iri) == f"ship {number}"
            assert response.headers["Content-Location"].isascii()
            assert get(app, response.headers["Content-Location"]).data == response.data
    page = get(app, document)
    assert f"ship {number}" in page.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/id/ship/%61lma", "/id/%73hip/al%6Da", "/id/ship/%61lm%61"])
def test_escapes_that_mean_nothing_lead_to_the_plain_address(app, path):
    assert get(app, path).headers["Location"] == "/doc/ship/alma"


def test_a_document_says_its_plain_address_however_it_was_asked_for(app):
    assert get(app, "/doc/ship/%61lma.ttl").headers["Content-Location"] == "/doc/ship/alma.ttl"


@pytest.mark.parametrize(
    "path",
    ["/id/ship/../ship/alma", "/id/ship/%2e%2e/ship/alma", "/doc/ship/./alma", "/id/ship/alma/", "/id/ship/Alma",
     "/doc/ship/alma.TTL", "/doc/ship/alma.ttl.ttl", "/doc/ship/.ttl", "/doc/..%2f..%2fmanifest.json", "/id/ship/alma%00",
     "/id/ship/alma%0a", "/id/ship/%ff", "/id/ship/%", "/id/ship/alma%23x", "/id/ship/alma%3Fx", "/id/ship\\alma"],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_not_found(app, path):
    assert get(app, path, "text/turtle").status_code == 404


def test_slashes_in_a_row_lead_to_the_address_with_one(app):
    response = get(app, "/id//ship///alma")
    assert response.status_code == 308
    assert response.headers["Location"].endswith("/id/ship/alma")


@pytest.mark.parametrize(("extension", "media_type"), FORMATS)
def test_what_was_withdrawn_is_gone_in_each_format_which_says_so(app, extension, media_type):
    gone, iri = ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated"), ox.NamedNode(f"{BASE}id/ship/never-was")
    assert get(app, "/id/ship/never-was", media_type).status_code == 303
    for response in (get(app, "/doc/ship/never-was", media_type), get(app, f"/doc/ship/never-was.{extension}")):
        assert (response.status_code, response.mimetype) == (410, media_type)
        assert any(
            t.subject == iri and t.predicate == gone and t.object.value == "true" for t in triples(app, response)
        )
        assert "Last-Modified" not in response.headers


def test_what_was_withdrawn_is_gone_as_a_page_and_as_a_link_set(app):
    page = get(app, "/doc/ship/never-was", "text/html")
    assert (page.status_code, "Withdrawn" in page.text) == (410, True)
    assert "Withdrawn" not in get(app, "/doc/ship/alma", "text/html").text
    assert get(app, "/doc/ship/never-was.linkset.json").status_code == 410


@pytest.mark.parametrize(
    ("extension", "media_type"), [*FORMATS, ("html", "text/html"), ("linkset", "application/linkset")]
)
def test_what_was_merged_leads_on_in_each_format_which_says_into_what(app, extension, media_type):
    moved = get(app, "/doc/ship/old-name", media_type)
    assert (moved.status_code, moved.headers["Location"]) == (301, "/doc/ship/alma")
    moved = get(app, f"/doc/ship/old-name.{extension}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/doc/ship/alma.{extension}")
    if media_type in SYNTAX:
        said = triples(app, get(app, moved.headers["Location"]))
        replaced = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")
        old, new = ox.NamedNode(f"{BASE}id/ship/old-name"), ox.NamedNode(f"{BASE}id/ship/alma")
        assert ox.Triple(old, replaced, new) in said


def test_the_view_of_this_publication_tells_what_was_merged_too(tmp_path):
    from tests.linked import views

    view = {"views/description.rq": views("description")["views/description.rq"]}
    said = triples(None, get(harbour(tmp_path, queries=view), "/doc/ship/alma.nt"))
    assert any(t.predicate.value.endswith("isReplacedBy") for t in said)


def test_what_nobody_knows_is_not_found_in_each_format(app):
    for _, media_type in FORMATS:
        response = get(app, "/doc/ship/nobody", media_type)
        assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert get(app, "/doc/ship/nobody").mimetype == "text/html"
