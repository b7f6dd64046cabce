"""What stands before Flask: kept replies, the short way of SPARQL, request bodies."""

import io
import json
import os
import queue
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from flask import Flask, Response, request, send_file
from werkzeug.test import Client, EnvironBuilder

from service.engine.line import Line
from service.engine.pool import open_pool
from service.errors import BadRequest
from service.protocol import FORM, HttpQuery
from service.settings import Settings
from service.web import ledger, respond
from service.web.answers import Wishes
from service.web.cache import ReplyCache
from service.web.door import Asked, Door
from service.web.preconditions import Conditions
from service.web.replies import Reply
from service.web.room import Room
from tests.stores import make_release, numbers

QUERY = "SELECT * { ?s ?p ?o }"


@pytest.fixture
def released(tmp_path):
    for release_id, count in (("r1", 3), ("r2", 5)):
        make_release(tmp_path, numbers(count), release_id=release_id)
    (tmp_path / "current").symlink_to("r1")
    return tmp_path


@pytest.fixture
def door(released):
    settings = Settings(releases=released, workers=1, query_bytes=2000, query_log=True)
    app = Flask("tests")
    app.config.update(SETTINGS=settings, MAX_CONTENT_LENGTH=10_000)
    room = Room(settings, open_pool, linger_seconds=0)
    app.extensions["room"] = room
    app.served = 0

    @app.route("/page")
    def page() -> Response:
        app.served += 1
        body = f"<p>{app.served} {request.headers.get('Accept', '')}".encode()
        response = Response(body)
        response.set_etag(str(app.served))
        response.headers["Cache-Control"] = respond.keep_for(60)
        return response.make_conditional(request)

    @app.route("/file/<name>")
    def file(name: str) -> Response:
        app.served += 1
        response = send_file(released / name, etag=name, conditional=True)
        response.headers["Cache-Control"] = "public, max-age=60, no-transform"
        return response

    @app.route("/secret")
    def secret() -> Response:
        app.served += 1
        return Response(str(app.served), headers={"ETag": '"x"', "Cache-Control": "no-store"})

    yield Door(app)
    room.close()


@pytest.fixture
def client(door):
    return Client(door)


def rows(response):
    return len(json.loads(response.get_data())["results"]["bindings"])


def test_a_page_is_made_once_per_accept(client):
    first = client.get("/page", headers={"Accept": "text/html"})
    assert client.get("/page", headers={"Accept": "text/html"}).data == first.data
    assert client.get("/page", headers={"Accept": "text/*"}).data != first.data
    assert client.get("/page?x", headers={"Accept": "text/html"}).data != first.data


def test_a_kept_page_answers_head_and_conditional_requests(client):
    first = client.get("/page")
    head = client.head("/page")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(first.data)))
    held = client.get("/page", headers={"If-None-Match": first.headers["ETag"]})
    assert (held.status_code, held.data) == (304, b"")


def test_a_range_is_for_get_and_else_ignored_as_if_it_were_not_there(client):
    whole, part = client.get("/page"), client.get("/page", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.headers["Vary"]) == (200, whole.headers["Vary"])
    head = client.head("/page", headers={"Range": "bytes=0-1"})
    assert (head.status_code, head.headers["ETag"]) == (200, whole.headers["ETag"])


def test_what_says_no_store_is_never_kept(client):
    assert client.get("/secret").data != client.get("/secret").data


@pytest.mark.parametrize("size", [10, 5_000_000])
def test_a_file_is_looked_up_once_and_sent_anew_each_time(client, door, released, size):
    (released / "all.nt").write_bytes(b"x" * size)
    answers = [client.get("/file/all.nt") for _ in range(3)]
    assert [(len(answer.get_data()), answer.headers["Content-Length"]) for answer in answers] == [
        (size, str(size))
    ] * 3
    part = client.get("/file/all.nt", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.get_data()) == (206, b"xxx")
    assert client.get("/file/all.nt", headers={"If-None-Match": '"all.nt"'}).status_code == 304
    assert door.cache.hits == 4
    assert door.cache.bytes < 5000


def test_a_large_file_that_was_taken_away_is_asked_for_anew(client, released):
    (released / "all.nt").write_bytes(b"x" * 5_000_000)
    assert client.get("/file/all.nt").status_code == 200
    (released / "all.nt").unlink()
    assert client.get("/file/all.nt").status_code == 500


def test_a_new_release_is_served_at_once_and_nothing_of_the_old(client, released):
    assert rows(client.get("/sparql", query_string={"query": QUERY})) == 3
    first = client.get("/page").data
    (released / "next").symlink_to("r2")
    os.replace(released / "next", released / "current")
    assert rows(client.get("/sparql", query_string={"query": QUERY})) == 5
    assert client.get("/page").data != first


def test_queries_are_answered_by_get_and_both_kinds_of_post(client):
    direct = client.post("/sparql", data=QUERY, content_type="application/sparql-query")
    form = client.post("/sparql", data={"query": QUERY})
    assert rows(client.get("/sparql/", query_string={"query": QUERY})) == rows(direct) == rows(form) == 3


def test_a_repeated_query_is_not_evaluated_again(client, door):
    for _ in range(3):
        client.get("/sparql", query_string={"query": QUERY})
    assert door.cache.hits == 2


def test_a_failure_is_a_problem_document(client):
    response = client.get("/sparql", query_string={"query": "SELECT"})
    problem = json.loads(response.data)
    assert response.content_type == "application/problem+json"
    assert (response.status_code, problem["status"], problem["line"]) == (400, 400, 1)


def ask_later(door, query, accept="text/csv", **wishes):
    """The reply to a GET that no thread waits for, as it is sent; None when nobody is told."""
    reading, replies = door.prompt("GET", "/sparql", accept) or door._room.reading(), queue.SimpleQueue()
    asked = Asked(HttpQuery("GET", urlencode({"query": query}).encode()), Wishes(accept, **wishes), "somebody")
    door.query_later(asked, reading, Line(), replies.put)
    with suppress(queue.Empty):
        return door.finish(None, replies.get(timeout=10), asked.wishes)
    return None


def test_an_engine_that_answers_and_then_fails_is_counted_and_told_once(door, monkeypatch):
    def answers_and_fails(request, offers, line, then):
        then(BadRequest("Not so."))
        raise RuntimeError("the engine broke afterwards")

    reading, told = door._room.reading(), []
    monkeypatch.setattr(reading.engine, "answer_later", answers_and_fails)
    ended = []
    monkeypatch.setattr(door._turnstile, "leave", ended.append)
    asked = Asked(HttpQuery("GET", urlencode({"query": QUERY}).encode()), Wishes(), "somebody")
    door.query_later(asked, reading, Line(), told.append)
    assert ([reply.status for reply in told], ended) == ([400], ["somebody"])


BROWSER = {"Accept": "text/html,*/*;q=0.5"}


@pytest.mark.parametrize("name", ["format", "%66ormat", "f%6frmat"])
def test_a_file_that_a_browser_asks_for_goes_past_flask_however_that_is_spelled(door, name):
    """It may be as large as a result may be; what Flask sends is read into memory."""
    query = "query=SELECT%20%3Fs%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"
    response = Client(door).get(f"/sparql?{query}&{name}=csv", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    posted = Client(door).post("/sparql", data=f"{query}&{name}=csv".encode(), headers=BROWSER, content_type=FORM)
    assert (posted.status_code, posted.mimetype) == (200, "text/csv")


def test_a_query_that_speaks_of_format_is_shown_on_the_page(door):
    """This application has no page for it, so that it is told as missing."""
    found = Client(door).get("/sparql", query_string={"query": "ASK {} # ?format=x"}, headers=BROWSER)
    assert found.status_code == 404


@pytest.mark.parametrize(("query", "status"), [("ASK {}", 304), ("nonsense", 400), ("INSERT DATA {}", 403)])
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_any_representation_is_one_only_after_it_is_known_to_be_there(door, client, query, status, coding):
    headers = {"If-None-Match": "*", "Accept-Encoding": coding}
    for _ in range(2):
        assert client.get("/sparql", query_string={"query": query}, headers=headers).status_code == status
        assert ask_later(door, query, conditions=Conditions(if_none_match="*"), coding=coding).status == status
    posted = client.post("/sparql", data={"query": query}, headers=headers)
    assert posted.status_code == (200 if status == 304 else status)


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_the_tag_of_what_is_there_is_the_tag_of_its_coding(client, coding):
    query = {"query": "SELECT * { ?s ?p ?o . ?a ?b ?c }"}
    whole = client.get("/sparql", query_string=query, headers={"Accept-Encoding": coding})
    assert len(whole.data) > 0
    for held in ("*", whole.headers["ETag"]):
        again = {"query": query["query"] + (" " if held == "*" else "")}
        told = client.get("/sparql", query_string=again, headers={"Accept-Encoding": coding, "If-None-Match": held})
        assert (told.status_code, told.headers["ETag"].endswith('-gzip"')) == (304, coding == "gzip")
        posted = client.post("/sparql", data=query, headers={"Accept-Encoding": coding, "If-None-Match": held})
        assert (posted.status_code, posted.data) == (200, whole.data), "304 is for GET and HEAD"


def test_what_cannot_be_written_down_is_answered_all_the_same(door, monkeypatch):
    def fails(*_):
        raise RuntimeError("no space for the log")

    monkeypatch.setattr(door.ledger, "end", fails)
    assert ask_later(door, "ASK {}").status == 200


LONG = (
    "SELECT (CONCAT("
    + ", ".join(["?b"] * 3)
    + ") AS ?x) { SELECT (GROUP_CONCAT(STR(?s)) AS ?b) { ?s ?p ?o . ?a ?q ?c . ?d ?r ?e } }"
)


@pytest.fixture
def of_long_cells(client, released):
    make_release(released, numbers(25), release_id="r4")
    (released / "next").symlink_to("r4")
    os.replace(released / "next", released / "current")
    client.get("/sparql", query_string={"query": QUERY})


def test_an_answer_with_a_cell_of_any_length_arrives_though_its_rows_are_counted(door, client, of_long_cells):
    post = client.post("/sparql", data={"query": LONG}, headers={"Accept": "text/csv"})
    assert (post.status_code, post.data[:3]) == (200, b"x\r\n")
    assert 1 << 17 < len(post.data) < 1 << 20
    assert ask_later(door, LONG).body == post.data


def test_an_answer_does_not_depend_on_its_being_written_down(door, client, monkeypatch):
    def fail(*_, **__):
        raise OSError("the log is full")

    client.get("/sparql", query_string={"query": QUERY})
    monkeypatch.setattr(ledger.queries, "info", fail)
    assert ask_later(door, QUERY + "#1").status == 200
    assert client.get("/sparql", query_string={"query": QUERY}).status_code == 200, "from the cache"
    assert client.post("/sparql", data={"query": QUERY}).status_code == 200


def test_a_body_over_the_limit_is_refused_before_it_is_read(door):
    class Unread(io.RawIOBase):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    environ = EnvironBuilder("/sparql", method="POST", content_type="application/sparql-query").get_environ()
    environ |= {"wsgi.input": Unread(), "CONTENT_LENGTH": "20000000"}
    seen = []
    body = b"".join(door(environ, lambda status, headers, *_: seen.append(status)))
    assert seen == ["413 Request Entity Too Large"]
    assert json.loads(body)["status"] == 413


def test_a_body_without_length_is_read_up_to_the_limit(door):
    environ = EnvironBuilder("/sparql", method="POST", content_type="application/sparql-query").get_environ()
    environ["wsgi.input"] = io.BytesIO(b"x" * 1_000_000)
    environ.pop("CONTENT_LENGTH", None)
    seen = []
    b"".join(door(environ, lambda status, headers, *_: seen.append(status)))
    assert seen == ["413 Request Entity Too Large"]


def test_a_large_answer_is_sent_whole_with_its_length(door, released):
    make_release(released, numbers(2000), release_id="r3")
    (released / "next").symlink_to("r3")
    os.replace(released / "next", released / "current")
    query = "SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 60000"
    response = Client(door).get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert len(response.data) == int(response.headers["Content-Length"]) > 1 << 20
    assert response.data.count(b"\r\n") == 60_001


def reply(size):
    return Reply(200, (("ETag", '"1"'),), b"x" * size)


def test_the_cache_stays_within_its_bound_and_drops_the_oldest():
    cache = ReplyCache(100_000)
    for place in range(50):
        cache.put(("r", f"/{place}", "", "", ""), reply(5000))
        cache.get(("r", "/0", "", "", ""))
    assert cache.get(("r", "/0", "", "", "")) is not None
    assert cache.get(("r", "/1", "", "", "")) is None
    assert sum(cache.get(("r", f"/{place}", "", "", "")) is not None for place in range(50)) <= 16


def test_the_cache_keeps_nothing_of_an_older_release_and_nothing_huge():
    cache = ReplyCache(100_000)
    cache.put(("r1", "/", "", "", ""), reply(10))
    cache.put(("r2", "/", "", "", ""), reply(10))
    cache.put(("r2", "/huge", "", "", ""), reply(50_000))
    assert cache.get(("r1", "/", "", "", "")) is None
    assert cache.get(("r2", "/huge", "", "", "")) is None
    assert cache.get(("r2", "/", "", "", "")) is not None
