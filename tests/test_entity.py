"""Things and their documents: 303, negotiation, extensions, headers, what is refused."""

import pyoxigraph as ox
import pytest

from tests.contexts import with_context
from tests.engines import BASE, get, harbour, page

ALMA = "/doc/ship/alma"
FORMATS = [
    ("text/html", "text/html; charset=utf-8", "html"),
    ("application/xhtml+xml,text/html;q=0.9", "text/html; charset=utf-8", "html"),
    ("*/*", "text/html; charset=utf-8", "html"),
    ("text/turtle", "text/turtle; charset=utf-8", "ttl"),
    ("application/turtle", "text/turtle; charset=utf-8", "ttl"),
    ("text/turtle;charset=utf-8", "text/turtle; charset=utf-8", "ttl"),
    ("application/n-triples", "application/n-triples", "nt"),
    ("text/plain, */*;q=0.1", "application/n-triples", "nt"),
    ("application/rdf+xml", "application/rdf+xml", "rdf"),
    ("application/ld+json", "application/ld+json", "jsonld"),
    ("application/json", "application/ld+json", "jsonld"),
    ("application/trig", "application/trig", "trig"),
    ("application/n-quads", "application/n-quads", "nq"),
    ("text/html;q=0.5, text/turtle", "text/turtle; charset=utf-8", "ttl"),
    ("application/n-quads, application/trig;q=0.9, text/turtle;q=0.8", "application/n-quads", "nq"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_thing_is_never_sent_but_leads_to_its_document(app, method):
    response = app.test_client().open("/id/ship/alma", method=method)
    assert response.status_code == 303
    assert response.headers["Location"] == ALMA


@pytest.mark.parametrize(
    "path", ["/id/ship/nobody", "/doc/ship/nobody", "/doc/ship/nobody.ttl", "/id/ship/a b", "/doc/ship/%3Cscript%3E",
             "/id/%00", "/id/x%7Cy", "/doc/ship/%ED%A0%80"]
)  # fmt: skip
def test_a_thing_of_which_nothing_is_said_is_not_found(app, path):
    assert get(app, path).status_code == 404


def test_not_found_comes_in_the_format_asked_for(app):
    assert get(app, "/id/ship/nobody").content_type.startswith("text/html")
    assert get(app, "/id/ship/nobody", "text/turtle").content_type == "application/problem+json"


@pytest.mark.parametrize(("accept", "content_type", "extension"), FORMATS)
def test_a_document_comes_in_the_best_format_the_client_accepts(app, accept, content_type, extension):
    response = get(app, ALMA, accept)
    assert response.status_code == 200
    assert response.content_type == content_type
    assert response.headers["Content-Location"] == f"{ALMA}.{extension}"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("extension", ["html", "ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_an_extension_fixes_the_format_whatever_is_accepted(app, extension):
    response = get(app, f"{ALMA}.{extension}", "image/png")
    assert response.status_code == 200
    assert response.headers["Content-Location"] == f"{ALMA}.{extension}"


def test_what_cannot_be_sent_is_406_with_the_list(app):
    response = get(app, ALMA, "image/png")
    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["available"]


@pytest.mark.parametrize(
    ("extension", "syntax"),
    [("ttl", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES), ("rdf", ox.RdfFormat.RDF_XML),
     ("jsonld", ox.RdfFormat.JSON_LD), ("trig", ox.RdfFormat.TRIG), ("nq", ox.RdfFormat.N_QUADS)],
)  # fmt: skip
def test_every_rdf_format_says_the_same(app, extension, syntax):
    def triples(path, kind):
        body = with_context(app, get(app, path).data) if kind == ox.RdfFormat.JSON_LD else get(app, path).data
        return {str(quad.triple) for quad in ox.parse(body, format=kind, base_iri=BASE)}

    assert triples(f"{ALMA}.{extension}", syntax) == triples(f"{ALMA}.nt", ox.RdfFormat.N_TRIPLES)


def test_the_description_holds_both_directions_and_the_labels_of_neighbours(app):
    turtle = get(app, f"{ALMA}.nt").get_data(as_text=True)
    assert f'<{BASE}id/harbour/reval> <http://www.w3.org/2000/01/rdf-schema#label> "Reval"@en' in turtle
    assert f"<{BASE}id/call/1> <{BASE}ontology#ship> <{BASE}id/ship/alma>" in turtle


def test_the_page_and_the_rdf_have_validators_of_their_own(app):
    tags = {get(app, ALMA, accept).headers["ETag"] for accept in ("text/html", "text/turtle", "application/ld+json")}
    assert len(tags) == 3
    for accept in ("text/html", "text/turtle"):
        tag = get(app, ALMA, accept).headers["ETag"]
        again = get(app, ALMA, accept, **{"If-None-Match": tag})
        assert again.status_code == 304
        assert not again.data
        assert again.headers["ETag"] == tag


def test_head_has_the_headers_and_no_body(app):
    response = app.test_client().head(ALMA, headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert not response.data
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"


def test_link_headers_lead_to_every_format_the_licence_and_the_thing_itself(app):
    links = get(app, ALMA).headers.getlist("Link")
    assert f'<{ALMA}.ttl>; rel="alternate"; type="text/turtle"' in links
    assert f'<{ALMA}.ttl>; rel="describedby"; type="text/turtle"' in links
    assert f'<{BASE}id/ship/alma>; rel="cite-as"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    assert f'<{BASE}ontology#Ship>; rel="type"' in links


def test_what_was_replaced_leads_on_for_good(app):
    moved = get(app, "/id/ship/old-name")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/id/ship/alma")
    moved = get(app, "/doc/ship/old-name")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/doc/ship/alma")


def test_what_was_withdrawn_is_gone_and_says_what_it_was(app):
    response = get(app, "/doc/ship/never-was", "text/turtle")
    assert response.status_code == 410
    assert "deprecated" in response.get_data(as_text=True)


def test_a_page_without_views_shows_properties_and_what_points_here(app):
    text = page(app, ALMA)
    assert "<h1><bdi>Alma</bdi></h1>" in text
    assert '<a href="/doc/harbour/reval"><bdi>Reval</bdi></a>' in text
    assert 'lang="sv"' in text
    incoming = page(app, "/doc/harbour/reval")
    assert '<a href="/doc/ship/bore"><bdi>Bore</bdi></a>' in incoming
    assert "calls at" in incoming


def test_a_thing_that_is_only_pointed_at_has_a_page(app):
    text = page(app, "/doc/harbour/reval")
    assert "What points here" in text


def test_a_dot_in_a_name_is_no_extension(tmp_path):
    dotted = harbour(tmp_path, '<id/ship/st.clair> a :Ship ; rdfs:label "St. Clair"@en .')
    assert "St. Clair" in page(dotted, "/doc/ship/st.clair")
    assert get(dotted, "/doc/ship/st.clair.ttl").content_type.startswith("text/turtle")
