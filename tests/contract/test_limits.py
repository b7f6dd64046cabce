"""Limits are kept by every engine, an answer over one is an error, and what is large comes whole."""

import threading
import time

import pytest

from service import media
from service.errors import EngineTimeout, QueryStopped, ServiceError, Unavailable
from service.media import Kind
from tests.contract import servers
from tests.contract.asking import ask, body, cells
from tests.contract.publication import NUMBERS

ENDLESS = "SELECT (COUNT(*) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"
PAIRS = "SELECT ?a ?d { ?a ex:number ?c . ?d ex:number ?f } LIMIT {}".replace("{ ", "{{ ").replace(" }", " }}")


def test_a_query_over_its_time_is_stopped(engine):
    begun = time.monotonic()
    with pytest.raises((QueryStopped, EngineTimeout)) as stopped:
        ask(engine, ENDLESS, seconds=1.0)
    assert time.monotonic() - begun < 1.5
    assert stopped.value.members["limit"] == "time"
    assert stopped.value.headers["Retry-After"]
    assert cells(engine, "SELECT ?x { ex:anna ex:height ?x }") == ["1.75"]


def test_stopped_queries_are_counted(engine):
    before = engine.state()["queries_stopped"].get("time", 0)
    with pytest.raises(ServiceError):
        ask(engine, ENDLESS, seconds=0.3)
    assert engine.state()["queries_stopped"]["time"] == before + 1


def test_a_large_result_is_spooled_and_whole(engine):
    answer = ask(engine, PAIRS.format(30_000), {Kind.SOLUTIONS: media.CSV})
    assert answer.spool is not None
    assert body(answer).count(b"\r\n") == 30_001


def test_a_large_graph_is_spooled_and_whole(engine):
    query = (
        f"CONSTRUCT {{ ?a ex:with ?d }} {{ ?a ex:number ?c . ?d ex:number ?f FILTER(?c < 10) }} LIMIT {10 * NUMBERS}"
    )
    answer = ask(engine, query)
    assert answer.spool is not None
    assert body(answer).count(b"\n") == 10 * NUMBERS


def test_a_result_over_its_size_is_stopped(opened, engine_name):
    small = opened(engine_name, result_mb=1)
    with pytest.raises(QueryStopped) as stopped:
        ask(small, PAIRS.format(30_000))
    assert stopped.value.members["limit"] == "result"
    assert len(cells(small, "SELECT ?x { ?s ex:number ?x }")) == NUMBERS


@pytest.mark.parametrize(
    "query",
    [PAIRS.format(servers.VIRTUOSO_ROWS + 10_000),
     f"CONSTRUCT {{ ?a ex:with ?d }} {{ ?a ex:number ?c . ?d ex:number ?f FILTER(?c < 20) }} LIMIT {20 * NUMBERS}"],
    ids=["table", "graph"],
)  # fmt: skip
def test_what_an_engine_cuts_is_refused_and_what_it_does_not_is_whole(engine, engine_name, query):
    if engine_name == "virtuoso":
        with pytest.raises(QueryStopped) as stopped:
            ask(engine, query)
        assert stopped.value.members["limit"] == "rows"
    else:
        assert body(ask(engine, query, {Kind.SOLUTIONS: media.CSV, Kind.GRAPH: media.NTRIPLES})).count(b"\n") > 50_000


def test_many_ask_at_once_and_each_gets_its_own_answer(engine):
    wrong: list[object] = []

    def go(start: int) -> None:
        for number in range(start, start + 25):
            try:
                found = cells(engine, f"SELECT ?x {{ ?s ex:number {number} BIND(STR(?s) AS ?x) }}")
            except ServiceError as error:
                found = [error.detail]
            if found != [f"http://example.org/{number}"]:
                wrong.append((number, found))

    threads = [threading.Thread(target=go, args=(100 * i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_who_finds_the_queue_full_is_sent_away(opened, engine_name):
    busy = opened(engine_name, workers=1, slow_workers=1, queue_length=0, queue_seconds=0.1)
    outcomes: list[str] = []

    def go() -> None:
        try:
            ask(busy, ENDLESS, seconds=1.0)
        except (Unavailable, EngineTimeout) as refused:
            outcomes.append(str(refused.members.get("limit", "queue")))

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 8
    assert outcomes.count("time") in (1, 2)
