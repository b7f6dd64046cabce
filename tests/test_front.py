"""The front page and the description of the dataset."""

import pyoxigraph as ox
import pytest

from tests.engines import BASE, get, harbour, page


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


def test_the_front_page_tells_what_the_data_say_of_themselves(app):
    text = page(app, "/")
    assert "<h1><bdi>Ships of the gulf</bdi></h1>" in text
    assert "Ships and where they call." in text
    assert "The harbour clerk. 2020" in text
    assert "<bdi>CC BY 4.0</bdi></a>" in text
    assert "r1" in text


def test_it_counts_what_there_is(app):
    text = page(app, "/")
    assert '<a href="/browse/Ship">ship</a> <span class="count">2</span>' in text
    assert '<a href="/browse/Harbour">harbour</a> <span class="count">1</span>' in text


def test_a_publication_chooses_the_classes_readers_begin_with(tmp_path):
    chosen = (
        'SELECT ?class ?group ?order ?label { VALUES (?class ?group ?order ?label) { (:Ship "At sea" 1 "ships") } }'
    )
    text = page(harbour(tmp_path, queries={"views/classes.rq": chosen}), "/")
    assert "<h3>At sea</h3>" in text
    assert '<a href="/browse/Ship">ships</a>' in text
    assert "/browse/Harbour" not in text


def test_three_doors_are_open(app):
    text = page(app, "/")
    for door in ("/browse", "/sparql", "/dumps"):
        assert f'<h3><a href="{door}">' in text
        assert get(app, door).status_code == 200


def test_a_question_opens_the_query_page_filled_in(app):
    text = page(app, "/")
    assert "Which ships call at which harbours?" in text
    start = text.index("/sparql?query=")
    link = text[start : text.index('"', start)].replace("&amp;", "&")
    answered = page(app, link)
    assert "?ship :callsAt ?harbour" in answered
    assert '<a href="/doc/ship/alma"' in answered


@pytest.mark.parametrize("path", ["/", "/dataset", "/dataset.ttl", "/.well-known/void", "/dumps"])
def test_machines_get_the_description_of_the_dataset(app, path):
    response = get(app, path, "text/turtle")
    assert response.content_type == "text/turtle; charset=utf-8"
    assert response.headers["Content-Location"] == "/dataset.ttl"
    found = {quad.predicate.value for quad in ox.parse(response.data, format=ox.RdfFormat.TURTLE)}
    assert "http://purl.org/dc/terms/title" in found


def test_void_is_rdf_for_a_client_without_wishes_and_a_page_for_a_browser(app):
    assert get(app, "/.well-known/void", "*/*").content_type == "text/turtle; charset=utf-8"
    assert get(app, "/.well-known/void").content_type.startswith("text/html")


def test_the_dataset_has_a_page(app):
    assert f"<code>{BASE}dataset</code>" in page(app, "/dataset")


def test_an_unknown_extension_is_not_found(app):
    assert get(app, "/dataset.exe").status_code == 404


def test_what_is_read_for_every_page_is_read_once_for_a_release(app):
    page(app, "/")
    engine = app.extensions["engine"]
    before = engine.asked
    page(app, "/")
    assert engine.asked == before
