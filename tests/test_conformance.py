"""The conformance run passes on the service, can fail, names what is broken, and keeps to its limits.

Fixture strategy: one live service over the mini publication, and before it a proxy that breaks one line at a time
(tests/lies.py). The repository's own publication is tried once, whole.
"""

import gzip
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pyoxigraph as ox
import pytest
import zstandard
from click.testing import CliRunner

from service.cli import main
from service.conformance import Limits, Outcome, Unreachable, earl, every, from_json, run
from service.conformance.packing import unpack
from service.conformance.site import Site
from service.conformance.specs import spec
from service.conformance.wire import Client, Exhausted
from tests.finer_lies import FINER, IN_LIBYA, RIGHT_TOO
from tests.liar import lying
from tests.lies import LIES
from tests.live import ROOT, build_and_publish, free_port, publication, serving
from tests.more_lies import MORE, OF_LIBYA
from tests.publications import with_a_past

pytestmark = pytest.mark.long

FAST = Limits(rate=1000)
ALL = LIES | MORE | FINER
# Nothing of the repository's own publication was merged or withdrawn.
NOT_IN_LIBYA = {"things.merged", "things.withdrawn"}
# The mini publication has no links to other datasets and no claims that the press makes nanopublications of.
NOT_IN_MINI = {"lookups.spellings", "lookups.resolver", "lookups.linksets", "lookups.predicates", "lookups.tables"}


def told(report):
    return [
        f"{one.id}: {one.detail} {one.seen}"
        for one in report.results
        if one.outcome in (Outcome.FAILED, Outcome.UNTESTED)
    ]


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conformance")
    port = free_port()
    settings = with_a_past(folder, port=port, base=f"http://localhost:{port}/", workers=2, slow_workers=2)
    build_and_publish(settings)
    with serving(settings, folder / "log"):
        yield settings


@pytest.fixture(scope="module")
def libya(tmp_path_factory):
    folder = tmp_path_factory.mktemp("libya")
    settings = publication(ROOT, folder / "releases", free_port(), workers=2, slow_workers=2)
    build_and_publish(settings)
    with serving(settings, folder / "log"):
        yield settings


@pytest.mark.timeout(400)
def test_the_mini_publication_keeps_every_line(live):
    report = run(live.base, FAST)
    assert not told(report)
    assert report.holds
    left_out = {one.id for one in report.results if one.outcome is Outcome.INAPPLICABLE}
    assert left_out <= NOT_IN_MINI | {one.id for one in every() if one.area == "nanopubs"}


@pytest.mark.timeout(900)
def test_the_repositorys_own_publication_keeps_every_line(libya):
    report = run(libya.base, Limits(rate=1000, seconds=800))
    assert not told(report)
    assert {one.id for one in report.results if one.outcome is Outcome.INAPPLICABLE} <= NOT_IN_LIBYA
    assert len(report.results) == len(every()) > 240


@pytest.mark.timeout(400)
def test_an_honest_proxy_is_no_other_service(live):
    """The base of the IRIs is then another than the URL, as behind any proxy."""
    with lying(live.port, lambda asked, reply: None) as url:
        report = run(url, FAST)
    assert not told(report)
    assert report.base == live.base != report.url


@pytest.mark.parametrize("name", ALL, ids=str)
def test_a_broken_line_is_seen_by_the_check_meant_for_it(request, name):
    meant, concerned, lie = ALL[name]
    settings = request.getfixturevalue("libya" if meant.startswith(OF_LIBYA) or name in IN_LIBYA else "live")
    with lying(settings.port, lambda asked, reply: lie(asked, reply) if concerned(asked) else None) as url:
        (result,) = run(url, FAST, only=[meant]).results
    assert result.outcome is Outcome.FAILED, f"{result.outcome}: {result.detail}"
    assert result.detail


@pytest.mark.parametrize("name", RIGHT_TOO, ids=str)
def test_what_another_service_does_rightly_is_no_failure(request, name):
    check, concerned, change = RIGHT_TOO[name]
    settings, changed = request.getfixturevalue("libya" if check.startswith(OF_LIBYA) else "live"), []

    def otherwise(asked, reply):
        before = (reply.status, list(reply.headers), reply.body)
        told = change(asked, reply) if concerned(asked) else None
        changed.append(told is not None and before != (told.status, told.headers, told.body))
        return told

    with lying(settings.port, otherwise) as url:
        (result,) = run(url, FAST, only=[check]).results
    assert result.outcome in (Outcome.PASSED, Outcome.INAPPLICABLE), f"{result.outcome}: {result.detail}"
    assert any(changed), "nothing was done otherwise"


def test_every_check_has_a_lie_that_it_must_see():
    assert {check for check, _, _ in ALL.values()} == {one.id for one in every()}
    assert len(ALL) == len(LIES) + len(MORE) + len(FINER)


@contextmanager
def answering(reply: bytes, then=lambda connection: None):
    """A service that sends these bytes to whoever connects; `then` may keep the connection. Yields its URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)

    def serve():
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(1 << 16)
                    connection.sendall(reply)
                    then(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def drip(connection):
    for _ in range(200):
        connection.sendall(b"x")
        time.sleep(0.02)


def test_a_reply_that_never_ends_is_the_services_failure():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n", drip) as url, pytest.raises(Unreachable, match="no whole reply"):
        run(url, Limits(request_seconds=0.5))


def test_a_service_that_is_slow_when_the_seconds_end_has_not_failed():
    """The seconds of the run are ours: what was asked when they ended is not known."""
    with (
        answering(b"", lambda connection: connection.recv(1)) as url,
        pytest.raises(Exhausted, match="seconds of the run"),
    ):
        run(url, Limits(seconds=0.5, request_seconds=5))


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked_whole():
    for ending, pack in (("gz", gzip.compress), ("zst", zstandard.compress)):
        assert len(unpack(pack(bytes(50_000_000)), ending, 1000)) == 1001


def test_the_thing_that_is_tried_has_a_name_if_any_has(live):
    site = Site(live.base, Client(live.base, FAST))
    named, bare = f"{live.base}id/station/alder-halt", f"{live.base}id/conformance/without-a-name"
    site.__dict__["things"] = [named, bare, bare]
    assert site.thing == named
    other = Site(live.base, Client(live.base, FAST))
    other.__dict__["things"] = [bare]
    assert other.thing == bare


def test_every_check_has_a_sentence_and_a_place_in_a_specification():
    assert len({one.says for one in every()}) == len(every())
    for one in every():
        assert one.spec.url.startswith("https://") or one.spec == spec("Conflict Actors")
        assert not one.says.endswith(".")


def test_failures_come_first_and_show_what_was_asked_and_what_came(live):
    lie = LIES["weak in place of strong ETags"][2]
    with lying(live.port, lambda asked, reply: lie(asked, reply) if asked.path.startswith("/doc/") else None) as url:
        shown = CliRunner().invoke(
            main, ["conformance", url, "--only", "conditions", "--rate", "1000"], env={"COLUMNS": "200"}
        )
    assert shown.exit_code == 1
    first = shown.output.splitlines()[1]
    assert "failed" in first
    assert "conditions.strong-tags" in shown.output.partition("passed")[0]
    assert "GET /doc/" in shown.output
    assert "RFC 9110 section 8.8.3" in shown.output
    assert "failed" in shown.output.splitlines()[-1]


def test_the_command_ends_well_when_all_is_well_and_writes_json_and_earl(live):
    asked = ["conformance", live.base, "--only", "ranges", "--rate", "1000"]
    assert CliRunner().invoke(main, asked).exit_code == 0
    report = from_json(json.loads(CliRunner().invoke(main, [*asked, "--json"]).output))
    assert report.holds
    assert json.loads(json.dumps(report.as_json()))["counts"]["passed"] == len(report.results)
    graph = list(ox.parse(CliRunner().invoke(main, [*asked, "--earl"]).output, format=ox.RdfFormat.TURTLE))
    passed = [quad for quad in graph if quad.object == ox.NamedNode(f"{earl.EARL}passed")]
    assert len(passed) == len(report.results)


def test_a_run_that_is_cut_short_says_so_and_is_no_proof(live):
    report = run(live.base, Limits(rate=1000, requests=20))
    assert report.requests <= 20
    assert report.counts["untested"] > 100
    assert not report.holds


def test_the_bytes_of_a_run_have_a_limit(live):
    report = run(live.base, Limits(rate=1000, bytes=50_000))
    assert report.bytes < 50_000 + (1 << 16) + 1
    assert not report.holds


def test_the_rate_is_kept(live):
    report = run(live.base, Limits(rate=20), only=["operations"])
    assert report.seconds >= (report.requests - 2) / 20


def test_a_run_never_follows_to_another_host(live):
    asked = []

    def lie(request, reply):
        asked.append(request.headers.get("host"))
        return reply.having("location", "http://localhost:1/doc/x") if reply.status == 303 else None

    with lying(live.port, lie) as url:
        report = run(url, FAST, only=["things"])
    assert report.counts["failed"]
    assert set(asked) <= {url.split("/")[2]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["http://localhost:1/"], "no reply"),
        (["ftp://localhost/"], "no http"),
        (["http://localhost:1/", "--only", "nothing"], "no check called"),
        ([], "Name the service"),
    ],
    ids=["nobody there", "no web", "no such check", "no URL"],
)
def test_what_cannot_be_tried_is_said_in_a_sentence(given, said):
    shown = CliRunner().invoke(main, ["conformance", *given])
    assert shown.exit_code == 1
    assert said in shown.output


def test_the_checks_can_be_listed():
    shown = CliRunner().invoke(main, ["conformance", "--list"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert all(one.id in shown.output for one in every())
