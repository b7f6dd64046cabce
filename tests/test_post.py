"""Queries that no thread waits for: the same answers, limits and errors, told once, whatever happens."""

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from service import media
from service.engine import Answer
from service.engine.line import Line
from service.errors import BadQuery, EngineFailed, QueryStopped, ServiceError, Unavailable
from service.media import Kind
from service.protocol import QueryRequest
from tests.stores import EX, make_release, numbers
from tests.test_pool import ENDLESS, LIMITS, OFFERS, SECONDS, SMALL, open_pool

PATIENT = 20.0


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_release(tmp_path_factory.mktemp("releases"), numbers(3000))


@pytest.fixture(scope="module")
def pool(release):
    with open_pool(release, slow_workers=2, query_seconds=15.0) as opened:
        yield opened


class Asked:
    """One query under way; `outcome` waits for what it comes to."""

    def __init__(self, pool, query, offers=OFFERS, client="", order=None, **request):
        self.line, self.told, self._done = Line(), [], threading.Event()
        self.line.client, self._order = client, order
        pool.answer_later(QueryRequest(query, **request), offers, self.line, self._tell)

    def _tell(self, outcome):
        self.told.append(outcome)
        if self._order is not None:
            self._order.append(self.line.client)
        self._done.set()

    def outcome(self, seconds=PATIENT):
        assert self._done.wait(seconds), "nobody was told"
        return self.told[0]


QUERIES = [
    SMALL,
    "ASK { ?s ex:number 1 }",
    "CONSTRUCT { ?s a ex:N } { ?s ex:number 1 }",
    "SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 100000",
]


@pytest.mark.parametrize("query", QUERIES)
def test_it_is_the_answer_a_thread_would_get(pool, query):
    mine, theirs = Asked(pool, query).outcome(), pool.answer(QueryRequest(query), OFFERS)
    assert (mine.kind, mine.format, mine.whole()) == (theirs.kind, theirs.format, theirs.whole())


@pytest.mark.parametrize(("query", "limit"), LIMITS)
def test_a_query_over_a_limit_is_stopped_and_says_which(pool, query, limit):
    stopped = Asked(pool, query, seconds=SECONDS if limit == "time" else 30).outcome()
    assert isinstance(stopped, QueryStopped)
    assert stopped.members["limit"] in ({limit, "time"} if limit == "memory" else {limit})
    assert not isinstance(Asked(pool, SMALL).outcome(), ServiceError)


def test_what_is_no_query_is_told_with_its_place(pool):
    refused = Asked(pool, "SELECT *\n{ ?s ?p }").outcome()
    assert isinstance(refused, BadQuery)
    assert refused.members == {"line": 2, "column": 10}


def test_more_queries_than_workers_wait_in_a_line(release):
    with open_pool(release, queue_length=64) as own:
        asked = [Asked(own, f"SELECT ?s {{ ?s ex:number {n} }}", {Kind.SOLUTIONS: media.CSV}) for n in range(50)]
        for n, one in enumerate(asked):
            assert f"{EX}{n}\r\n".encode() in one.outcome().whole()
        assert own.state()["waiting"] == 0


def test_a_full_line_refuses(release):
    with open_pool(release, workers=1, queue_length=2) as own:
        held = own._crew.take(Line())
        asked = [Asked(own, SMALL) for _ in range(5)]
        refused = [one.outcome() for one in asked[2:]]
        assert [error.members["limit"] for error in refused] == ["queue"] * 3
        assert own.stopped["queue"] == 3
        own._crew.give_back(held, healthy=True)
        assert [one.outcome().kind for one in asked[:2]] == [Kind.SOLUTIONS] * 2


def test_waiting_in_line_has_an_end(release):
    with open_pool(release, workers=1, queue_seconds=0.3) as own:
        held = own._crew.take(Line())
        late = Asked(own, SMALL).outcome()
        assert isinstance(late, Unavailable)
        assert late.headers["Retry-After"]
        own._crew.give_back(held, healthy=True)
        assert Asked(own, SMALL).outcome().kind is Kind.SOLUTIONS


def test_threads_and_errands_take_turns(release):
    with open_pool(release, workers=1, queue_length=200) as own:
        asked = [Asked(own, SMALL) for _ in range(100)]
        assert own.answer(QueryRequest(SMALL), OFFERS).kind is Kind.SOLUTIONS
        assert all(one.outcome().kind is Kind.SOLUTIONS for one in asked)


def test_clients_take_turns_however_much_one_of_them_asks(release):
    with open_pool(release, workers=1, queue_length=200) as own:
        held, order = own._crew.take(Line()), []
        for number in range(40):
            client = "greedy" if number < 30 else f"client {number}"
            Asked(own, SMALL, client=client, order=order)
        own._crew.give_back(held, healthy=True)
        deadline = time.monotonic() + PATIENT
        while len(order) < 40 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(order) == 40
        assert order[:11].count("greedy") == 1
        assert order[11:] == ["greedy"] * 29


def test_a_thread_waits_no_longer_than_it_may_and_takes_no_worker_with_it(release):
    with open_pool(release, workers=1, queue_seconds=0.3) as own:
        held = own._crew.take(Line())
        with pytest.raises(Unavailable):
            own.answer(QueryRequest(SMALL), OFFERS)
        assert own.state()["waiting"] == 0
        own._crew.give_back(held, healthy=True)
        assert own.answer(QueryRequest(SMALL), OFFERS).kind is Kind.SOLUTIONS


def test_threads_that_wait_are_told_when_the_service_ends(release):
    with open_pool(release, workers=1, queue_seconds=PATIENT) as own:
        held, told = own._crew.take(Line()), []

        def wait():
            try:
                own.answer(QueryRequest(SMALL), OFFERS)
            except ServiceError as refused:
                told.append(refused)

        threads = [threading.Thread(target=wait) for _ in range(3)]
        for thread in threads:
            thread.start()
        while own.state()["waiting"] < 3:
            time.sleep(0.01)
        own.close()
        for thread in threads:
            thread.join(PATIENT / 2)
        own._crew.give_back(held, healthy=False)
        assert [type(one) for one in told] == [Unavailable] * 3


def test_a_client_that_hangs_up_frees_its_worker(release):
    with open_pool(release, query_seconds=60.0, slow_workers=1) as own:
        gone = Asked(own, ENDLESS)
        time.sleep(0.6)
        gone.line.hang_up()
        stopped = gone.outcome()
        assert stopped.members["limit"] == "hang-up"
        assert Asked(own, ENDLESS, seconds=0.5).outcome().members["limit"] == "time", "the slow lane is free again"


def test_a_client_that_hung_up_in_the_line_is_not_asked_for(release):
    with open_pool(release, workers=1) as own:
        held = own._crew.take(Line())
        gone, waits = Asked(own, ENDLESS), Asked(own, SMALL)
        gone.line.hang_up()
        own._crew.give_back(held, healthy=True)
        assert gone.outcome().members["limit"] == "hang-up"
        assert waits.outcome().kind is Kind.SOLUTIONS


def test_a_worker_that_died_while_idle_costs_no_answer(release):
    with open_pool(release, workers=2) as own:
        os.kill(own.pids()[-1], signal.SIGKILL)
        time.sleep(0.1)
        assert Asked(own, SMALL).outcome().kind is Kind.SOLUTIONS


def test_the_last_idle_worker_is_not_for_who_has_just_asked_something_long(release):
    with open_pool(release, workers=2, query_seconds=20.0) as own:
        greedy, other = Line(), Line()
        greedy.client, other.client = "greedy", "other"
        own._crew.note_long("greedy")
        held = own._crew.take(greedy)
        waits = Asked(own, SMALL, client="greedy")
        assert own._crew.waiting == 1, "though a worker is idle"
        theirs = own._crew.take(other)
        own._crew.give_back(theirs, healthy=True)
        assert (own._crew.waiting, waits.told) == (1, []), "it is kept for the next, too"
        own._crew.give_back(held, healthy=True)
        assert waits.outcome().kind is Kind.SOLUTIONS


def test_a_query_that_takes_long_is_noted_with_who_asked_it(release):
    with open_pool(release, workers=2, slow_workers=1, query_seconds=0.5) as own:
        Asked(own, ENDLESS, client="greedy").outcome()
        Asked(own, SMALL, client="quick").outcome()
        assert "greedy" in own._crew._long
        assert "quick" not in own._crew._long


def test_a_single_worker_is_for_everybody(release):
    with open_pool(release, workers=1) as own:
        own._crew.note_long("greedy")
        assert Asked(own, SMALL, client="greedy").outcome().kind is Kind.SOLUTIONS


def test_a_worker_that_dies_at_work_is_told(release):
    with open_pool(release, query_seconds=20.0) as own:
        asked = Asked(own, ENDLESS)
        time.sleep(0.1)
        for pid in own.pids():
            os.kill(pid, signal.SIGKILL)
        assert isinstance(asked.outcome(), EngineFailed)
        # Of the others each may be asked once before it is known to be dead.
        told = [Asked(own, SMALL).outcome() for _ in range(5)]
        assert any(not isinstance(one, Exception) and one.kind is Kind.SOLUTIONS for one in told), told


def test_a_pool_that_closes_tells_everybody(release):
    with open_pool(release, workers=1) as own:
        held = own._crew.take(Line())
        waits = Asked(own, SMALL)
        own._crew.give_back(held, healthy=False)
        own.close()
        assert waits.outcome() is not None
        assert isinstance(Asked(own, SMALL).outcome(), Unavailable)


@pytest.mark.parametrize("after", [0.0, 0.1, 0.5])
def test_a_pool_that_closes_lets_go_of_every_worker(release, after):
    """No process that waits to be buried, no socket: whether a query has just begun, is late or was moved aside."""
    with open_pool(release, query_seconds=20.0, slow_workers=2) as own:
        asked = [Asked(own, ENDLESS) for _ in range(4)]
        time.sleep(after)
        workers = {*own._crew._idle, *own._crew._busy, *own._crew._aside}
        own.close()
    outcomes = [one.outcome() for one in asked]
    assert all(isinstance(outcome, EngineFailed | QueryStopped | Unavailable) for outcome in outcomes), outcomes
    assert held(workers, seconds=10.0) == []


def held(workers, seconds):
    """The processes that are still there, or whose channel is, after so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = [one.pid for one in workers if Path(f"/proc/{one.pid}").exists() or one.fileno() >= 0]
        if not found:
            break
        time.sleep(0.05)
    return found


def test_everybody_is_told_once_while_workers_are_killed(release):
    """Short, long and wrong queries of twenty threads while workers die at random."""
    chance = random.Random(7)
    texts = [SMALL, "SELECT * {", ENDLESS, "SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 50000"]
    with open_pool(release, workers=3, slow_workers=2, queue_length=500, query_seconds=1.0) as own:
        asked = []
        for _ in range(60):
            asked.append(Asked(own, chance.choices(texts, [10, 2, 1, 2])[0]))
            with suppress(IndexError, ProcessLookupError):  # one that is just being replaced is in nobody's way
                if chance.random() < 0.2:
                    os.kill(chance.choice(own.pids()), signal.SIGKILL)
            time.sleep(0.01)
        kinds = Counter(type(one.outcome()).__name__ for one in asked)
        assert set(kinds) <= {"Answer", "BadQuery", "QueryStopped", "EngineFailed", "Unavailable"}, kinds
        assert kinds["Answer"] > 0
        assert all(len(one.told) == 1 for one in asked)
        assert all(one.told[0].whole() for one in asked if isinstance(one.told[0], Answer))
        assert own.answer(QueryRequest(SMALL), OFFERS).kind is Kind.SOLUTIONS
