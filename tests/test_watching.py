"""What operators see: probes, metrics, the log of queries, Server-Timing. Over real sockets where that matters."""

import http.client
import json
import shutil
import socket
import time
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.live import MINI, ROOT, build_and_publish, free_port, publication, running

SELECT = "SELECT ?s { ?s ?p ?o } LIMIT 3"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"
SECRET = "urn:nobody-is-to-see-this"
LIMITS = {"query_seconds": 1.0, "workers": 2, "slow_workers": 2}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watching")
    settings = publication(MINI, folder / "releases", free_port(), **LIMITS)
    return settings, build_and_publish(settings)


@contextmanager
def served(published, folder, path="-/ready", **changes):
    """A service of its own over the release; yields its port."""
    settings = type(published[0])(**{**vars(published[0]), "port": free_port(), **changes})
    settings = type(settings)(**{**vars(settings), "base": f"http://localhost:{settings.port}/"})
    with running(settings, folder / "log", path):
        yield settings.port


@pytest.fixture(scope="module")
def port(published, tmp_path_factory):
    with served(published, tmp_path_factory.mktemp("served")) as port:
        yield port


def ask(port, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def query(port, text, **headers):
    return ask(port, f"/sparql?query={quote(text)}", **headers)


def figures(port):
    """(sample name, labels) -> value, as Prometheus reads it."""
    status, headers, body = ask(port, "/-/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def figure(found, name, **labels):
    return found.get(("conflict_actors_" + name, *sorted(labels.items())), 0)


def test_every_metric_has_a_help_text_and_a_type(port):
    families = list(text_string_to_metric_families(ask(port, "/-/metrics")[2].decode()))
    assert families
    assert all(family.documentation and family.type != "unknown" for family in families)


def test_requests_are_counted_by_way_and_status_with_their_time(port):
    before = figures(port)
    assert query(port, SELECT + " # counted")[0] == 200
    assert query(port, "SELECT")[0] == 400
    assert ask(port, "/no/such/page")[0] == 404
    after = figures(port)
    for way, status in (("sparql", "200"), ("sparql", "400"), ("page", "404")):
        assert figure(after, "requests_total", way=way, status=status) == 1 + figure(
            before, "requests_total", way=way, status=status
        )
    assert figure(after, "seconds_count", way="sparql") == 2 + figure(before, "seconds_count", way="sparql")
    assert figure(after, "seconds_bucket", way="sparql", le="+Inf") == figure(after, "seconds_count", way="sparql")


def test_a_stopped_query_is_counted_by_the_limit_it_met(port):
    before = figure(figures(port), "queries_stopped_total", limit="time")
    status, _, body = query(port, ENDLESS)
    assert (status, json.loads(body)["limit"]) == (503, "time")
    assert figure(figures(port), "queries_stopped_total", limit="time") == before + 1


def test_cache_hits_are_counted_and_the_cache_has_a_size(port):
    query(port, SELECT + " # kept")
    before = figure(figures(port), "cache_hits_total")
    query(port, SELECT + " # kept")
    after = figures(port)
    assert figure(after, "cache_hits_total") == before + 1
    assert figure(after, "cache_bytes") > 0


def test_release_workers_queue_and_process_are_told(port, published):
    query(port, SELECT)
    found = figures(port)
    assert figure(found, "release", id=published[1].id) == 1
    assert figure(found, "workers") >= LIMITS["workers"]
    for name in ("waiting", "running", "spooled_bytes"):
        assert ("conflict_actors_" + name,) in found
    assert found[("process_resident_memory_bytes",)] > 1 << 20
    assert found[("process_open_fds",)] > 5


def test_an_answer_says_how_long_the_query_took_and_a_kept_one_that_it_was_kept(port):
    text = SELECT + " # timed"
    assert query(port, text)[1]["server-timing"].startswith("query;dur=")
    assert query(port, text)[1]["server-timing"] == "cache;desc=kept"


def test_a_page_says_how_long_it_took(port):
    assert ask(port, "/browse?timed", Accept="text/html")[1]["server-timing"].startswith("page;dur=")


def test_it_is_ready_over_the_published_release(port, published):
    status, headers, body = ask(port, "/-/ready")
    assert (status, json.loads(body)["release"]) == (200, published[1].id)
    assert "max-age" not in headers.get("cache-control", "")


def test_without_an_engine_it_is_alive_but_not_ready(published, tmp_path):
    with served(published, tmp_path, "-/alive", engine=f"http://127.0.0.1:{free_port()}/sparql") as port:
        assert ask(port, "/-/alive")[0] == 200
        status, headers, body = ask(port, "/-/ready", Accept="application/json")
        assert (status, headers["content-type"]) == (503, "application/problem+json")
        assert "cannot be reached" in json.loads(body)["detail"]
        assert int(headers["retry-after"]) > 0
        assert ask(port, "/-/metrics")[0] == 200


def test_an_engine_that_never_answers_does_not_hold_the_probe(published, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        with served(published, tmp_path, "-/alive", engine=engine, query_seconds=60.0) as port:
            begun = time.monotonic()
            assert ask(port, "/-/ready")[0] == 503
            assert time.monotonic() - begun < 10
            assert ask(port, "/-/alive")[0] == 200


def test_a_release_that_is_not_there_is_told_while_the_one_before_is_served(published, tmp_path):
    folder = tmp_path / "releases"
    shutil.copytree(published[0].releases, folder, symlinks=True)
    with served(published, tmp_path, releases=folder) as port:
        current = (folder / "current").readlink()
        (folder / "current").unlink()
        (folder / "current").symlink_to("no-such-release")
        status, _, body = ask(port, "/-/ready")
        told = json.loads(body)
        assert (status, told["release"], told["published"]) == (200, published[1].id, "no-such-release")
        assert query(port, SELECT)[0] == 200
        assert figure(figures(port), "release_passed_by") == 1
        (folder / "current").unlink()
        (folder / "current").symlink_to(current)
        assert json.loads(ask(port, "/-/ready")[2]) == {"ready": True, "release": published[1].id}


def lines(log):
    """The lines of the query log, which share standard output with nothing that begins so."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"event"')]


def test_a_query_has_a_line_when_it_begins_and_when_it_ends(published, tmp_path):
    with served(published, tmp_path, query_log=True) as port:
        body = query(port, SELECT, Accept="text/csv")[2]
        query(port, f"SELECT <{SECRET}>")
        query(port, ENDLESS + f"# {SECRET}")
        query(port, SELECT, Accept="text/csv")
    written = [line for line in lines(tmp_path / "log") if "query" not in line]
    events = [(line["event"], line["number"]) for line in written]
    assert events[:6] == [(event, number) for number in (1, 2, 3) for event in ("start", "end")]
    first, second, third = (line for line in written if line["event"] == "end" and line["number"] < 4)
    assert (first["outcome"], first["status"], first["rows"], first["bytes"]) == ("answered", 200, 3, len(body))
    assert 0 < first["ms"] < 10_000
    assert (second["outcome"], second["status"]) == ("refused", 400)
    assert (third["outcome"], third["status"]) == ("stopped: time", 503)
    assert third["ms"] >= 1000 * LIMITS["query_seconds"]
    kept = written[6]
    assert (kept["event"], kept["outcome"], kept["bytes"]) == ("end", "kept", len(body))
    assert SECRET not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("way", ["GET", "form", "direct"])
def test_the_text_of_a_query_is_in_the_log_only_when_that_is_switched_on(published, tmp_path, way):
    text = f"ASK {{ <{SECRET}> ?p 'ä' }}"
    method, path, body, headers = {
        "GET": ("GET", f"/sparql?query={quote(text)}", None, {}),
        "form": ("POST", "/sparql", f"query={quote(text)}", {"Content-Type": "application/x-www-form-urlencoded"}),
        "direct": ("POST", "/sparql", text.encode(), {"Content-Type": "application/sparql-query"}),
    }[way]
    with served(published, tmp_path, query_log=True, query_log_text=True) as port:
        for _ in range(2):
            assert ask(port, path, method, body, **headers)[0] == 200
    texts = [line["query"] for line in lines(tmp_path / "log") if "query" in line]
    assert texts == [text, text]


def test_nothing_is_written_about_queries_unless_it_is_switched_on(published, tmp_path):
    with served(published, tmp_path, query_log_text=True) as port:
        query(port, f"ASK {{ <{SECRET}> ?p ?o }}")
    assert not lines(tmp_path / "log")
    assert SECRET not in (tmp_path / "log").read_text()


def test_the_guide_for_operators_names_every_metric(port):
    guide = (ROOT / "docs" / "operating.md").read_text()
    names = {
        family.name
        for family in text_string_to_metric_families(ask(port, "/-/metrics")[2].decode())
        if family.name.startswith("conflict_actors_")
    }
    assert not [name for name in names if f"`{name}" not in guide]
