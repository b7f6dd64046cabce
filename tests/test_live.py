"""The real process over real sockets: independent clients, HEAD, publishing while it serves, hostile clients."""

import http.client
import json
import shutil
import socket
import threading
import time
import urllib.request

import pytest

from service.press.build import build
from service.releases import publish
from tests.live import MINI, build_and_publish, free_port, publication, serving

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"
ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    sources = folder / "mini"
    shutil.copytree(MINI, sources)
    settings = publication(sources, folder / "releases", free_port(), query_seconds=2.0)
    build_and_publish(settings)
    with serving(settings, folder / "log") as base:
        yield settings, base


def get(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        return answer.status, dict(answer.headers), answer.read()


def test_head_is_get_without_a_body(live):
    connection = http.client.HTTPConnection("localhost", live[0].port, timeout=10)
    for path in ("/", "/dumps/all.nt", "/-/alive"):
        connection.request("HEAD", path)
        head = connection.getresponse()
        assert (head.status, head.read()) == (200, b""), path
    connection.close()


def test_an_endless_query_is_a_clean_503_and_others_are_served_meanwhile(live):
    base = live[1]
    refused = []

    def hog():
        begun = time.monotonic()
        with pytest.raises(urllib.error.HTTPError) as stopped:
            get(base + "sparql?query=" + urllib.request.quote(ENDLESS))
        refused.append((stopped.value.code, json.loads(stopped.value.read())["limit"], time.monotonic() - begun))

    thread = threading.Thread(target=hog)
    thread.start()
    time.sleep(0.4)
    begun = time.monotonic()
    assert get(base + "sparql?query=" + urllib.request.quote(ALL + " OFFSET 1"))[0] == 200
    assert time.monotonic() - begun < 1.8
    thread.join()
    assert [(code, limit) for code, limit, _ in refused] == [(503, "time")]
    assert refused[0][2] < 2.0 + 1.0


def test_publishing_drops_no_request(live):
    settings, base = live
    (settings.triples / "more").mkdir()
    (settings.triples / "more" / "more.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f'<{written_base()}id/station/new> rdfs:comment "a new statement" .\n'
    )
    fresh = build(settings)
    counts, stop = [], threading.Event()

    def reader():
        number = 0
        while not stop.is_set():
            number += 1
            query = urllib.request.quote(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} # {threading.get_ident()} {number}")
            counts.append(json.loads(get(f"{base}sparql?query={query}")[2])["results"]["bindings"][0]["n"]["value"])

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    publish(settings.releases, fresh.id)
    deadline = time.monotonic() + 10
    while json.loads(get(base + "-/release")[2])["id"] != fresh.id and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(set(counts)) == 2
    assert counts[-1] != counts[0]


def written_base():
    return "https://example.org/mini/"


def test_a_half_sent_request_does_not_keep_others_waiting(live):
    with socket.create_connection(("localhost", live[0].port)) as silent:
        silent.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 50\r\n\r\nASK"
        )
        assert get(live[1] + "-/alive")[0] == 200


def test_pages_of_others_may_query(live):
    request = urllib.request.Request(live[1] + "sparql", method="OPTIONS", headers={"Origin": "https://example.org"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 204
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
