"""The service tells how it keeps its own contract: when asked, once for each release, in a process of its own."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pyoxigraph as ox
import pytest

from service.conformance import every, from_json
from service.settings import Settings
from service.web.trial import Trial
from tests.engines import get, harbour, page
from tests.live import MINI, build_and_publish, free_port, publication, serving


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conformance")
    settings = publication(MINI, folder / "releases", free_port(), workers=2, slow_workers=2)
    build_and_publish(settings)
    with serving(settings, folder / "log"):
        yield settings


def ask(settings, path="-/conformance", accept="application/json"):
    asked = urllib.request.Request(settings.base + path, headers={"Accept": accept})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.status, answer.headers, answer.read()


def test_without_a_service_that_listens_the_checks_are_listed(app):
    told = json.loads(get(app, "/-/conformance", "application/json").data)
    assert [one["id"] for one in told["checks"]] == [one.id for one in every()]
    assert "Nothing was tried" in told["note"]
    assert "Nothing was tried" in page(app, "/-/conformance")


def test_the_list_names_each_check_with_its_specification(app):
    text = page(app, "/-/conformance/checks")
    for one in every():
        assert f'<tr id="{one.id}">' in text
        assert one.url in text


def test_the_list_is_linked_data(app):
    body = get(app, "/-/conformance/checks", "text/turtle").data
    named = {quad.subject.value for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)}
    assert len(named) == len(every())
    assert all(name.partition("#")[0].endswith("/-/conformance/checks") for name in named)


@pytest.mark.timeout(400)
def test_the_first_who_asks_starts_the_run_and_the_rest_read_what_it_found(live):
    status, headers, body = ask(live)
    assert status == 202
    assert int(headers["Retry-After"]) > 0
    assert headers["Cache-Control"] == "no-store"
    assert len(json.loads(body)["checks"]) == len(every())
    deadline = time.monotonic() + 300
    while status == 202 and time.monotonic() < deadline:
        time.sleep(1)
        assert len(running(live)) <= 1
        status, headers, body = ask(live)
    assert status == 200
    report = from_json(json.loads(body))
    assert report.holds, [one for one in report.results if one.outcome in ("failed", "untested")]
    assert len(report.results) == len(every())
    assert ask(live)[2] == body
    _, _, turtle = ask(live, accept="text/turtle")
    tested = [
        quad for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE) if quad.predicate.value.endswith("#outcome")
    ]
    assert len(tested) == len(every())
    text = ask(live, accept="text/html")[2].decode()
    assert "<h2>Passed" in text
    assert '<tr id="things.see-other">' in text
    assert not running(live)


def running(settings):
    """Processes that try this service."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if f"service.conformance http://127.0.0.1:{settings.port}/" in line]


class Told(Trial):
    """A trial whose process is a function of the test."""

    def __init__(self, tell):
        super().__init__(Settings())
        self.tell, self.begun, self.go = tell, 0, threading.Event()

    def _try(self):
        self.begun += 1
        self.go.wait(10)
        return self.tell()


def report(release):
    return json.dumps(
        {
            "url": "",
            "base": "",
            "release": release,
            "began": "",
            "seconds": 0,
            "requests": 0,
            "bytes": 0,
            "results": [],
        }
    ).encode()


def settle(trial):
    trial.go.set()
    deadline = time.monotonic() + 10
    while trial._running and time.monotonic() < deadline:
        time.sleep(0.01)


def test_there_is_one_run_at_a_time():
    trial = Told(lambda: report("r1"))
    assert all(trial.begin("r1") for _ in range(20))
    settle(trial)
    assert trial.begun == 1
    assert trial.report("r1").release == "r1"


def test_a_run_during_which_another_release_was_published_is_not_kept():
    trial = Told(lambda: report("r2"))
    trial.begin("r1")
    settle(trial)
    assert trial.report("r1") is None
    assert trial.report("r2") is None
    assert trial.begin("r2"), "it may be tried again at once"
    settle(trial)


@pytest.mark.parametrize(
    "written", [b"", b"{}", b"[1]", b'{"results": 1}'], ids=["nothing", "empty", "a list", "other"]
)
def test_after_a_run_that_did_not_end_none_is_started_for_a_while(written):
    trial = Told(lambda: written)
    trial.begin("r1")
    settle(trial)
    assert trial.report("r1") is None
    assert not trial.begin("r1")
    assert trial.begun == 1


def test_only_the_last_releases_are_remembered():
    trial = Told(lambda: report(trial.wanted))
    for number in range(10):
        trial.wanted = f"r{number}"
        trial.begin(trial.wanted)
        settle(trial)
    assert trial.report("r9")
    assert not trial.report("r0")


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8000/"), ("0.0.0.0", "http://127.0.0.1:8000/"), ("::", "http://[::1]:8000/")],
)
def test_it_asks_at_its_own_port(host, url):
    assert Trial(Settings(host=host)).url == url


def test_the_process_of_a_run_ends_when_the_service_does():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        command = [sys.executable, "-m", "service.conformance", url, "240", "20"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            silent.settimeout(60)
            with silent.accept()[0]:
                process.stdin.close()
                assert process.wait(timeout=30) == 1
