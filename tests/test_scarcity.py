"""A machine at its limit of threads or processes: everybody is told, and when there is room again all is as before."""

import errno
import itertools
import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.engine import crew as crews
from service.engine import process
from service.engine.line import Line
from service.engine.pool import Pool
from service.engine.process import Worker
from service.engine.sockets import Connection
from service.errors import EngineFailed, QueryStopped, ServiceError
from service.media import Kind
from service.protocol import QueryRequest
from service.settings import Settings
from service.web.app import create_app
from service.web.hands import Hands
from service.web.trial import Trial
from tests.stores import make_release, numbers
from tests.test_pool import ENDLESS, OFFERS, SMALL, open_pool
from tests.test_post import Asked

PATIENT = 20.0


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_release(tmp_path_factory.mktemp("releases"), numbers(3000))


@contextmanager
def no_threads():
    """No thread can be started, as at the limit of processes (pthread_create: EAGAIN)."""
    with pytest.MonkeyPatch.context() as patch:

        def start(_):
            raise RuntimeError("can't start new thread")

        patch.setattr(threading.Thread, "start", start)
        yield


@contextmanager
def no_processes(number=errno.EAGAIN):
    """No process can be started."""
    with pytest.MonkeyPatch.context() as patch:

        def fork(*_, **__):
            raise OSError(number, os.strerror(number))

        patch.setattr(subprocess, "Popen", fork)
        yield


def eventually(holds):
    deadline = time.monotonic() + PATIENT
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def is_whole(pool, size=2):
    """Are there as many idle workers as there should be, and do they answer, however one asks?"""
    assert eventually(lambda: len(pool._crew._idle) == size), "workers are lacking"
    assert pool._crew._starting == 0
    asked = [Asked(pool, SMALL) for _ in range(2 * size)]
    return all(one.outcome().kind is Kind.SOLUTIONS for one in asked) and pool.answer(QueryRequest(SMALL), OFFERS)


def test_a_query_that_takes_long_is_refused_when_no_thread_can_wait_for_it(release):
    with open_pool(release, query_seconds=PATIENT) as own:
        with no_threads():
            stopped = Asked(own, ENDLESS).outcome()
            assert Asked(own, SMALL).outcome().kind is Kind.SOLUTIONS, "the other worker goes on answering"
            assert is_whole(own), "a worker is started by a thread there is"
        assert isinstance(stopped, QueryStopped)
        assert stopped.members["limit"] == "concurrency"
        assert is_whole(own)


@pytest.mark.parametrize("scarce", [no_threads, no_processes])
def test_workers_that_died_while_nothing_could_be_started_are_replaced(release, scarce):
    with open_pool(release) as own:
        with scarce():
            for pid in own.pids():
                os.kill(pid, signal.SIGKILL)
            assert Asked(own, SMALL, seconds=1.0) is not None
            time.sleep(2.5)
        assert is_whole(own)


@pytest.mark.parametrize("scarce", [no_threads, no_processes])
def test_a_worker_that_dies_at_work_is_replaced_later(release, scarce):
    with open_pool(release, query_seconds=PATIENT, slow_workers=1) as own:
        asked = Asked(own, ENDLESS)
        time.sleep(0.1)
        with scarce():
            for worker in list(own._crew._busy):
                os.kill(worker.pid, signal.SIGKILL)
            assert isinstance(asked.outcome(), EngineFailed)
            time.sleep(0.5)
        assert is_whole(own)


def test_what_cannot_be_started_is_tried_less_and_less_often(release, monkeypatch):
    with open_pool(release, workers=2) as own:
        tries = []

        def fork(*_, **__):
            tries.append(time.monotonic())
            raise OSError(errno.EAGAIN, "no process")

        with monkeypatch.context() as patch:
            patch.setattr(subprocess, "Popen", fork)
            os.kill(own.pids()[0], signal.SIGKILL)
            assert eventually(lambda: len(tries) >= 4)
        pauses = [later - earlier for earlier, later in itertools.pairwise(tries[:4])]
        assert pauses[2] > 2 * pauses[0]
        assert is_whole(own)


def test_a_query_moved_aside_is_answered_though_no_other_worker_can_be_started(release):
    with open_pool(release, query_seconds=1.0) as own:
        with no_processes(errno.ENOMEM):
            stopped = Asked(own, ENDLESS).outcome()
            assert stopped.members["limit"] == "time"
        assert is_whole(own)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EAGAIN])
def test_a_worker_that_cannot_be_started_leaves_no_file_open(release, number, recwarn):
    with open_pool(release) as own, no_processes(number):
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            with pytest.raises(OSError, match=os.strerror(number)):
                Worker(own._crew._setup)
        assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert not [one for one in recwarn if issubclass(one.category, ResourceWarning)]


def test_a_pool_opens_with_the_workers_there_are_and_has_the_others_later(release, monkeypatch):
    usual, lacking = subprocess.Popen, iter([False, True, True])

    def fork(*args, **named):
        if next(lacking, False):
            raise OSError(errno.EAGAIN, "no process")
        return usual(*args, **named)

    monkeypatch.setattr(subprocess, "Popen", fork)
    with open_pool(release, workers=3) as own:
        assert own.answer(QueryRequest(SMALL), OFFERS)
        assert is_whole(own, 3)


def test_a_pool_that_does_not_open_leaves_no_process(release, monkeypatch):
    started = []
    usual = crews.start
    monkeypatch.setattr(crews, "start", lambda *args: started.extend(usual(*args)) or started)
    with no_threads(), pytest.raises((RuntimeError, ServiceError)), open_pool(release):
        pass
    assert started
    assert all(one.has_ended() and one.fileno() < 0 for one in started)


@pytest.mark.parametrize("what", ["receive", "send"])
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("a bug of ours")])
def test_whatever_goes_wrong_with_one_query_is_told_and_the_next_is_answered(release, monkeypatch, what, error):
    with open_pool(release) as own:
        with monkeypatch.context() as patch:

            def fail(*_):
                raise error

            patch.setattr(Worker, what, fail)
            told = [Asked(own, SMALL).outcome() for _ in range(3)]
        assert all(isinstance(one, ServiceError) for one in told)
        assert is_whole(own)


def test_thousands_that_hung_up_in_the_line_are_passed_over(release):
    with open_pool(release, workers=1, queue_length=5000, queue_seconds=PATIENT) as own:
        held = own._crew.take(Line())
        gone = [Asked(own, SMALL) for _ in range(3000)]
        last = Asked(own, SMALL)
        for one in gone:
            one.line.hang_up()
        own._crew.give_back(held, healthy=True)
        assert last.outcome().kind is Kind.SOLUTIONS
        assert all(one.outcome().members["limit"] == "hang-up" for one in gone)
        assert is_whole(own, 1)


@pytest.fixture
def served(release):
    (release.folder.parent / "current").unlink(missing_ok=True)
    (release.folder.parent / "current").symlink_to(release.id)
    app = create_app(
        Settings(releases=release.folder.parent, workers=2),
        lambda *args: app.pools.append(Pool(*args)) or app.pools[-1],
    )
    app.pools = []
    yield app
    app.extensions["room"].close()


def test_it_is_not_ready_when_nobody_takes_in_the_answers_of_short_queries(served):
    client = served.test_client()
    assert client.get("/-/ready").status_code == 200
    post = served.pools[0]._post
    post._closed = True
    post._thread.join(PATIENT)
    begun = time.monotonic()
    assert client.get("/-/ready").status_code == 503
    assert time.monotonic() - begun < PATIENT


def test_it_is_ready_while_no_thread_can_be_started(served):
    client = served.test_client()
    assert client.get("/-/ready").status_code == 200
    with no_threads():
        assert client.get("/-/ready").status_code == 200


def test_hands_that_cannot_be_had_are_not_counted():
    hands, done = Hands(2), threading.Semaphore(0)
    with no_threads():
        assert [hands.take(done.release) for _ in range(5)] == [False] * 5
    assert all(hands.take(done.release) for _ in range(4))
    assert all(done.acquire(timeout=PATIENT) for _ in range(4))


def test_while_no_thread_can_be_started_the_hands_there_are_do_what_waits():
    hands, go, done = Hands(3), threading.Event(), threading.Semaphore(0)
    assert hands.take(lambda: go.wait(PATIENT))
    with no_threads():
        assert [hands.take(done.release) for _ in range(4)] == [True] * 3 + [False]
        go.set()
        assert all(done.acquire(timeout=PATIENT) for _ in range(3))


def test_a_name_that_no_thread_can_resolve_is_an_engine_that_cannot_be_reached():
    connection = Connection("localhost", 9, None)
    connection.keep(time.monotonic() + PATIENT)
    with no_threads(), pytest.raises(OSError, match="no thread"):
        connection.connect()


def test_a_run_of_the_contract_that_could_not_begin_can_begin_later(monkeypatch):
    trial = Trial(Settings(port=1))
    monkeypatch.setattr(trial, "_run", lambda _: None)
    with no_threads():
        assert trial.begin("r1") is False
    assert trial._running is False


def test_a_worker_that_reads_nothing_does_not_hold_up_who_sends(release, monkeypatch):
    monkeypatch.setattr(process, "_TAKE_SECONDS", 1)
    with open_pool(release, workers=1) as own:
        one = own._crew.take(Line())
        os.kill(one.pid, signal.SIGSTOP)
        begun = time.monotonic()
        try:
            with pytest.raises(Exception, match="worker"):
                one.send({"query": "x" * 2_000_000})
            assert time.monotonic() - begun < PATIENT
        finally:
            own._crew.give_back(one, healthy=False)
