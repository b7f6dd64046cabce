"""Queries run in processes that can be killed: answers, limits, lanes, walls."""

import json
import os
import signal
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from service import media
from service.engine.line import Line
from service.engine.pool import Pool
from service.engine.rows import rows
from service.errors import BadQuery, BadRequest, Forbidden, NotAcceptable, QueryStopped, ServiceError, Unavailable
from service.media import Kind
from service.protocol import QueryRequest
from service.settings import Settings
from tests.stores import EX, make_release, numbers

OFFERS = {Kind.SOLUTIONS: media.JSON, Kind.BOOLEAN: media.JSON, Kind.GRAPH: media.NTRIPLES}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
SMALL = "SELECT ?s { ?s ex:number 7 }"
SECONDS = 1.5
PATIENT = 30.0
GRACE = 4.0  # half a second is promised; the rest is for a machine that has other things to do


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_release(tmp_path_factory.mktemp("releases"), numbers(3000))


@contextmanager
def open_pool(release, **changes):
    pool = Pool(
        Settings(**{"query_seconds": SECONDS, "query_memory_mb": 256, "result_mb": 8, "workers": 2} | changes),
        release,
    )
    try:
        yield pool
    finally:
        pool.close()


@pytest.fixture(scope="module")
def pool(release):
    with open_pool(release) as opened:
        yield opened


@pytest.fixture(scope="module")
def patient(release):
    """A pool that gives queries time: a large result takes some on a machine that has other things to do."""
    with open_pool(release, query_seconds=PATIENT) as opened:
        yield opened


def ask(pool, query, **request):
    return pool.answer(QueryRequest(query, **request), OFFERS)


def test_a_row_comes_back_with_the_default_prefixes(pool):
    assert [str(row["s"]) for row in rows(pool, SMALL)] == [EX + "7"]


def test_a_binding_narrows_a_variable_to_an_iri(pool):
    found = rows(pool, "SELECT ?this ?n { ?this ex:number ?n }", this=EX + "41")
    assert [str(row["n"]) for row in found] == ["41"]


@pytest.mark.parametrize(
    ("query", "kind", "has"),
    [("ASK { ?s ex:number 1 }", Kind.BOOLEAN, b"true"), ("SELECT * { ?s ex:number 1 }", Kind.SOLUTIONS, b"example.org/1"),
     ("CONSTRUCT { ?s a ex:N } { ?s ex:number 1 }", Kind.GRAPH, b"example.org/N"),
     ("DESCRIBE ex:1", Kind.GRAPH, b"example.org/number")],
)  # fmt: skip
def test_each_query_form_is_answered_in_its_kind(pool, query, kind, has):
    answer = ask(pool, query)
    assert answer.kind is kind
    assert has in answer.body


@pytest.mark.parametrize("offer", media.carrying(Kind.GRAPH), ids=lambda f: f.name)
def test_each_graph_format_is_written(pool, offer):
    answer = pool.answer(QueryRequest("CONSTRUCT { ?s a ex:N } { ?s ex:number 1 }"), {Kind.GRAPH: offer})
    assert (answer.format, b"number/N" in answer.body or b"/N" in answer.body or b"ex:N" in answer.body) == (
        offer,
        True,
    )


@pytest.mark.parametrize(
    ("query", "request_", "count"),
    [
        pytest.param("SELECT * { ?s ?p ?o }", {}, 3000, id="union of the graphs by default"),
        pytest.param(f"SELECT * FROM <{EX}none> {{ ?s ?p ?o }}", {}, 0, id="FROM is the dataset"),
        pytest.param(f"SELECT * FROM <{EX}none> {{ ?s ?p ?o }}", {"default_graphs": (EX + "graph/numbers",)}, 3000,
                     id="the protocol overrides FROM"),
        pytest.param("SELECT * { ?s ?p ?o }", {"named_graphs": (EX + "graph/numbers",)}, 0, id="named only: default is empty"),
        pytest.param("SELECT * { GRAPH ?g { ?s ?p ?o } }", {"named_graphs": (EX + "graph/numbers",)}, 3000, id="named graph"),
        pytest.param("SELECT * { GRAPH ?g { ?s ?p ?o } }", {"default_graphs": (EX + "graph/numbers",)}, 0, id="no named graph"),
    ],
)  # fmt: skip
def test_the_dataset_is_the_one_asked_for(pool, query, request_, count):
    assert len(json.loads(ask(pool, query, **request_).body)["results"]["bindings"]) == count


def test_a_query_that_does_not_parse_says_line_and_column(pool):
    with pytest.raises(BadQuery) as refused:
        ask(pool, "SELECT *\n{ ?s ?p }")
    assert refused.value.members == {"line": 2, "column": 10}


@pytest.mark.parametrize("query", ["INSERT DATA { <a:a> <a:b> 1 }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL"])
def test_an_update_is_forbidden(pool, query):
    with pytest.raises(Forbidden):
        ask(pool, query)


def test_a_graph_that_is_no_iri_is_a_bad_request(pool):
    with pytest.raises(BadRequest):
        ask(pool, SMALL, default_graphs=("not an iri",))


def test_a_kind_nobody_asked_for_is_not_acceptable(pool):
    with pytest.raises(NotAcceptable) as refused:
        pool.answer(QueryRequest(SMALL), {Kind.GRAPH: media.TURTLE})
    assert "text/csv" in refused.value.members["available"]


def test_a_large_result_is_spooled_and_whole(patient):
    answer = patient.answer(
        QueryRequest("SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 100000"), {Kind.SOLUTIONS: media.CSV}
    )
    with answer.spool as spool:
        spool.seek(0)
        assert spool.read().count(b"\r\n") == 100_001
    again = patient.answer(QueryRequest("SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 90000"), {Kind.SOLUTIONS: media.CSV})
    with again.spool as spool:
        spool.seek(0)
        assert spool.read().count(b"\r\n") == 90_001


LIMITS = [
    pytest.param(ENDLESS, "time", id="time"),
    pytest.param("SELECT (COUNT(*) AS ?n) { ?a (ex:number|!ex:number)* ?b . ?c (ex:number|!ex:number)* ?d . ?e ?f ?g }", "time",
                 id="time in a property path"),
    pytest.param(HUNGRY, "memory", id="memory in ORDER BY"),
    pytest.param("SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?b))) AS ?x) { ?a ?b ?c . ?d ?e ?f }", "memory",
                 id="memory in GROUP_CONCAT"),
    pytest.param("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 800000", "result", id="result"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "limit"), LIMITS)
def test_a_query_over_a_limit_is_stopped_in_time_and_says_which(patient, query, limit):
    begun, seconds = time.monotonic(), SECONDS if limit == "time" else PATIENT
    with pytest.raises(QueryStopped) as stopped:
        ask(patient, query, seconds=seconds)
    assert stopped.value.members["limit"] in ({limit, "time"} if limit == "memory" else {limit})
    assert stopped.value.headers["Retry-After"]
    assert time.monotonic() - begun < seconds + GRACE
    assert len(rows(patient, SMALL)) == 1


def test_the_memory_limit_is_what_stops_a_hungry_query(release):
    with open_pool(release, query_seconds=20.0, query_memory_mb=64) as small:
        with pytest.raises(QueryStopped) as stopped:
            ask(small, HUNGRY)
        assert stopped.value.members["limit"] == "memory"


NESTED = [
    pytest.param("SELECT * WHERE " + "{" * 30000 + "}" * 30000, id="groups"),
    pytest.param("SELECT * { " + "FILTER EXISTS {" * 4000 + "}" * 4000 + "}", id="EXISTS"),
    pytest.param("SELECT * { " + "".join(f"BIND({i} AS ?v{i})" for i in range(3000)) + "}", id="BIND"),
    pytest.param("SELECT ((" + "(" * 25000 + "1" + ")" * 25000 + ") AS ?x) {}", id="parentheses"),
    pytest.param("SELECT * { ?s " + "/".join(["ex:number"] * 800) + " ?o }", id="path of 800 steps"),
    pytest.param("SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 200 + "}", id="200 OPTIONAL"),
    pytest.param("SELECT * { ?s ?p " + "(" * 400 + ")" * 400 + " }", id="nested lists"),
]


@pytest.mark.parametrize("query", NESTED)
def test_deep_nesting_is_answered_or_stopped_never_a_crash(pool, query):
    begun = time.monotonic()
    try:
        ask(pool, query)
    except (QueryStopped, BadQuery) as refused:
        assert refused.detail
    assert time.monotonic() - begun < SECONDS + GRACE


SERVICES = ["SERVICE", "SERVICE SILENT", "service#x\n", "SERV\\u0049CE"]


@pytest.mark.parametrize("spelling", SERVICES)
def test_no_query_opens_a_connection(pool, spelling):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        endpoint = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        for query in (
            f"SELECT * {{ {spelling} {endpoint} {{ ?a ?b ?c }} }}",
            f"SELECT * FROM {endpoint} {{ ?s ?p ?o }}",
        ):
            try:
                ask(pool, query)
            except ServiceError as refused:
                assert refused.status in (400, 403)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_long_queries_do_not_keep_short_ones_waiting(release):
    with open_pool(release, query_seconds=3.0, workers=4, slow_workers=2) as busy:
        outcomes: list[str] = []
        threads = [threading.Thread(target=_hog, args=(busy, outcomes)) for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(0.6)
        begun = time.monotonic()
        assert len(rows(busy, SMALL)) == 1
        assert time.monotonic() - begun < 2.0, "it waited for the long ones, which take three seconds"
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["concurrency"] * 4 + ["time"] * 2


def test_a_long_query_has_low_priority_in_the_thread_that_evaluates_it(release):
    with open_pool(release, query_seconds=20.0, workers=2, slow_workers=2) as own:
        told, line = [], Line()
        own.answer_later(QueryRequest(ENDLESS), OFFERS, line, told.append)
        deadline = time.monotonic() + 15
        while not own._crew._aside and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        (aside,) = own._crew._aside
        tasks = [int(task.name) for task in Path(f"/proc/{aside.pid}/task").iterdir()]
        assert len(tasks) > 1
        assert {os.getpriority(os.PRIO_PROCESS, task) for task in tasks} == {15}
        line.hang_up()


def _hog(pool, outcomes):
    try:
        ask(pool, ENDLESS)
    except ServiceError as refused:
        outcomes.append(refused.members.get("limit", refused.title))


def test_workers_are_replaced_and_none_is_left_behind(release):
    with open_pool(release) as own:
        first = set(own.pids())
        os.kill(min(first), signal.SIGKILL)
        for _ in range(4):
            try:
                assert len(rows(own, SMALL)) == 1
            except ServiceError as lost:
                assert lost.status in (502, 503)
        deadline = time.monotonic() + 5
        while len(own.pids()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        last = set(own.pids())
        assert len(last) == 2
    assert not [pid for pid in first | last if Path(f"/proc/{pid}").exists()]


def test_an_idle_worker_that_dies_is_replaced_though_nobody_asks(release):
    with open_pool(release) as own:
        killed = own.pids()[0]
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while (killed in own.pids() or len(own.pids()) < 2) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert killed not in own.pids()
        assert len(own.pids()) == 2
        assert not Path(f"/proc/{killed}").exists()


def test_the_walls_are_closed(pool):
    if os.uname().machine not in ("x86_64", "aarch64"):
        pytest.skip("no system call table for this machine")
    assert pool.sealed


def test_a_closed_pool_refuses(release):
    with open_pool(release) as own:
        own.close()
        with pytest.raises(Unavailable):
            ask(own, SMALL)
