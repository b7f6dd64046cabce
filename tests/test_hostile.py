"""Nobody knocks the service over: each hostile query and request ends cleanly within its limit, alone and together."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service import media
from service.engine.pool import Pool
from service.engine.rows import rows
from service.errors import QueryStopped, ServiceError
from service.media import Kind
from service.protocol import QueryRequest
from service.settings import Settings
from tests import processes, raw
from tests.hostile import QUERIES, REQUESTS, SERVICES
from tests.live import MINI, build_and_publish, free_port, publication, running
from tests.stores import make_release, numbers

OFFERS = {Kind.SOLUTIONS: media.JSON, Kind.BOOLEAN: media.JSON, Kind.GRAPH: media.NTRIPLES}
LIMIT = 1.0
GRACE = 3.0  # half a second is promised; the rest is for a machine that has other things to do
SETTINGS = Settings(query_seconds=LIMIT, query_memory_mb=300, result_mb=16, workers=4, slow_workers=2)


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    pool = Pool(SETTINGS, make_release(tmp_path_factory.mktemp("releases"), numbers(3000)))
    yield pool
    pool.close()


def outcome(pool, query):
    """'answered', or the status of a clean refusal; anything else fails the test."""
    try:
        answer = pool.answer(QueryRequest(query), OFFERS)
    except ServiceError as refused:
        assert refused.detail
        return refused.status
    if answer.spool is not None:
        answer.spool.close()
    return "answered"


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_a_hostile_query_ends_within_its_limit(pool, query):
    begun = time.monotonic()
    assert outcome(pool, query) in ("answered", 400, 503)
    assert time.monotonic() - begun < LIMIT + GRACE
    assert len(rows(pool, "SELECT ?s { ?s ex:number 7 }")) == 1


@pytest.mark.parametrize("template", SERVICES.values(), ids=SERVICES.keys())
def test_no_spelling_opens_a_connection(pool, template):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        query = template.format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert outcome(pool, query) in ("answered", 400, 403)
        with pytest.raises(TimeoutError):
            listener.accept()


def resident_mb(pids):
    """Resident memory of the processes that are still there, in MiB."""
    found = [Path(f"/proc/{pid}/statm") for pid in pids]
    return sum(int(statm.read_text().split()[1]) * 4096 for statm in found if statm.exists()) / 1024**2


def settle(pool):
    """Wait until the fast lane is whole again and the slow lane empty."""
    deadline = time.monotonic() + 10
    while len(pool.pids()) != SETTINGS.workers and time.monotonic() < deadline:
        time.sleep(0.05)


def test_all_of_them_together_leave_others_served_and_memory_as_it_was(pool):
    settle(pool)
    before, served, stop = resident_mb(pool.pids()), [], threading.Event()
    outcomes, refused = [], []

    def attack(queries):
        for query in queries:
            outcomes.append(outcome(pool, query))

    def behave():
        while not stop.is_set():
            begun = time.monotonic()
            try:
                assert len(rows(pool, "SELECT ?s { ?s ex:number 7 }")) == 1
            except (
                QueryStopped
            ):  # told to come back: on a machine with other work to do a small query can be a long one
                refused.append(begun)
            finally:
                served.append(time.monotonic() - begun)
            time.sleep(0.02)

    queries = list(QUERIES.values())
    attackers = [threading.Thread(target=attack, args=(queries[place::2],)) for place in range(2)]
    well_behaved = threading.Thread(target=behave)
    for thread in (*attackers, well_behaved):
        thread.start()
    for thread in attackers:
        thread.join()
    stop.set()
    well_behaved.join()
    settle(pool)
    assert set(outcomes) <= {"answered", 400, 503}
    assert len(outcomes) == len(QUERIES)
    assert len(served) > 50
    assert len(refused) <= len(served) * 0.05
    # A bound far above the 200 ms of the benchmark: this asks that nobody is locked out, not how fast it is.
    assert sorted(served)[int(len(served) * 0.99)] < LIMIT + GRACE
    assert len(pool.pids()) == SETTINGS.workers
    assert resident_mb(pool.pids()) < before + 100


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """(process, port) of a real service with the same limit for queries and for the patience with clients."""
    folder = tmp_path_factory.mktemp("live")
    limits = {"query_seconds": LIMIT, "client_seconds": LIMIT, "client_queries": 100, "workers": 2}
    settings = publication(MINI, folder / "releases", free_port(), **limits)
    build_and_publish(settings)
    with running(settings, folder / "log") as process:
        yield process, settings.port


def is_served(port):
    """Does a new client get an answer to a new query?"""
    path = f"/sparql?query=ASK%7B%7D%23{time.monotonic_ns()}"
    return raw.exchange(port, raw.request("GET", path)).status == 200


def test_the_set_is_large_enough():
    assert len(QUERIES) >= 40
    assert len(REQUESTS) >= 40


@pytest.mark.parametrize("attack", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_hostile_request_ends_within_its_limit_and_others_are_served(live, attack):
    ended = raw.attack(live[1], attack.pieces, attack.pause, attack.half_closes, patience=60)
    assert ended.status in attack.statuses, ended.received[:500]
    assert ended.seconds < LIMIT + 4 * GRACE
    assert is_served(live[1])


def test_all_requests_together_leave_nothing_behind(live):
    process, port = live
    web = processes.web_process(process.pid)
    assert is_served(port)
    memory, files = processes.resident_mb(web), len(processes.open_files(web))

    def attack(ones):
        for one in ones:
            ended = raw.attack(port, one.pieces, one.pause, one.half_closes, patience=60)
            assert ended.status in one.statuses | {408, 503}, ended.received[:500]

    requests = list(REQUESTS.values())
    with ThreadPoolExecutor(8) as threads:
        attackers = [threads.submit(attack, requests[place::8]) for place in range(8)]
        while not all(one.done() for one in attackers):
            assert is_served(port)
            time.sleep(0.05)
        for one in attackers:
            one.result()
    deadline = time.monotonic() + 30
    while len(processes.open_files(web)) > files + 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(processes.open_files(web)) <= files + 3, processes.open_files(web)
    assert processes.web_process(process.pid) == web
    assert processes.resident_mb(web) < memory + 40
