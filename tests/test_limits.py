"""Each announced limit over a real socket: the right status, a document that names the limit, and what to do."""

import http.client
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import quote, urlencode

import pytest

from tests import processes
from tests.live import MINI, build_and_publish, free_port, publication, running
from tests.raw import connected, exchange, read_response, request

PRODUCT = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {PRODUCT}"
HUNGRY = f"SELECT * {PRODUCT} ORDER BY ?c ?f"
SMALL = "SELECT ?s { ?s ?p ?o } LIMIT 1"
DIRECT = {"Content_Type": "application/sparql-query"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
LIMITS = {
    "query_seconds": 2.0, "client_seconds": 2.0, "client_queries": 2, "workers": 2, "slow_workers": 4, "query_bytes": 4000,
    "result_mb": 16, "query_memory_mb": 64,
}  # fmt: skip
# How much later than promised an answer may come on a machine that has other things to do.
GRACE = 4.0
_numbers = iter(range(10**6))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    settings = publication(MINI, tmp_path_factory.mktemp("limits") / "releases", free_port(), **LIMITS)
    build_and_publish(settings)
    return settings


@contextmanager
def served(published, folder, path="-/ready", **changes):
    """A service with other limits; yields its process id and port."""
    port = free_port()
    settings = type(published)(**vars(published) | {"port": port, "base": f"http://localhost:{port}/"} | changes)
    with running(settings, folder / "log", path) as process:
        yield process.pid, port


@pytest.fixture(scope="module")
def port(published, tmp_path_factory):
    with served(published, tmp_path_factory.mktemp("served")) as (_, port):
        yield port


@pytest.fixture(scope="module")
def patient(published, tmp_path_factory):
    """The port of a service that gives queries time: a large result takes some on a machine that has other things to do."""
    with served(published, tmp_path_factory.mktemp("patient"), query_seconds=30.0) as (_, port):
        yield port


def fresh(query):
    """The query as nobody has asked it before."""
    return f"{query} # {next(_numbers)}"


def ask(port, query, source="127.0.0.1", accept="text/csv", **fields):
    path = "/sparql?" + urlencode({"query": fresh(query), **fields})
    return exchange(port, request("GET", path, Accept=accept), source=source, seconds=60)


def refusal(response, status):
    """The problem document of a refusal, which must be one and say what to do."""
    assert response.status == status, (response.status, response.body)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem = json.loads(response.body)
    assert problem["status"] == status
    assert re.search(r"\b(?:[Ss]end|[Aa]dd|[Aa]sk|[Ss]horten|[Tt]ry|[Ww]ait|[Tt]ake)\b", problem["detail"]), problem
    if status in (429, 503):
        assert int(response.headers["retry-after"]) > 0
    return problem


def metric(port, name):
    body = exchange(port, request("GET", "/-/metrics")).body.decode()
    return float(re.search(rf"^conflict_actors_{name} (\S+)$", body, re.MULTILINE)[1])


def eventually(holds, seconds=20.0):
    """Seconds until this holds; fails when it never does."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it never came"
        time.sleep(0.05)
    return time.monotonic() - begun


def test_a_query_over_its_time_is_stopped_and_told(port):
    begun = time.monotonic()
    problem = refusal(ask(port, ENDLESS), 503)
    assert (problem["limit"], "2 s" in problem["detail"]) == ("time", True)
    assert time.monotonic() - begun < LIMITS["query_seconds"] + GRACE


@pytest.mark.parametrize(("asked", "kept"), [("0.1", "0.1 s"), ("0.6", "0.6 s"), ("3600", "2 s")])
def test_a_client_may_lower_the_time_limit_and_not_raise_it(port, asked, kept):
    begun = time.monotonic()
    problem = refusal(ask(port, ENDLESS, timeout=asked), 503)
    assert problem["limit"] == "time"
    assert f"longer than {kept}" in problem["detail"]
    assert time.monotonic() - begun < float(kept[:-2]) + GRACE


def test_a_query_over_its_memory_is_stopped_and_told(published, tmp_path):
    with served(published, tmp_path, query_seconds=30.0) as (_, port):
        problem = refusal(ask(port, HUNGRY), 503)
        assert (problem["limit"], "64 MiB" in problem["detail"]) == ("memory", True)
        assert ask(port, SMALL).status == 200


def test_a_result_over_its_size_is_stopped_and_told(published, tmp_path):
    with served(published, tmp_path, result_mb=2, query_seconds=30.0) as (_, port):
        problem = refusal(ask(port, f"SELECT * {PRODUCT}"), 503)
        assert (problem["limit"], "2 MiB" in problem["detail"]) == ("result", True)
        just_below = ask(port, f"SELECT ?a {PRODUCT} LIMIT 20000")
        assert just_below.status == 200
        assert just_below.body.count(b"\r\n") == 20_001


def test_a_page_shows_no_more_than_fits_and_says_how_to_take_it(patient):
    refused = ask(patient, f"SELECT * {PRODUCT} LIMIT 40000", accept="text/html")
    assert (refused.status, refused.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert b"Add a LIMIT" in refused.body
    assert ask(patient, "SELECT * { ?s ?p ?o } LIMIT 40000", accept="text/html").status == 200


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def page(response, status, *texts):
    """A refusal as a page: never the raw document, never kept, with the query in the form again."""
    assert (response.status, response.headers["content-type"]) == (status, "text/html; charset=utf-8"), response.body
    assert response.headers["cache-control"] == "no-store"
    assert not [text for text in ("<textarea", *texts) if text not in response.body.decode()]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_browser_that_asked_for_a_file_is_refused_with_a_page(port, method):
    """`format=` says what a file is to be, not how its failure is told: that is for who reads it, as Accept says."""

    def send(query, format):
        fields = urlencode({"query": fresh(query), "format": format})
        if method == "GET":
            return exchange(port, request("GET", f"/sparql?{fields}", Accept=BROWSER), seconds=60)
        path, body = f"/sparql?format={format}", urlencode({"query": fresh(query)}).encode()
        return exchange(port, request("POST", path, body, Accept=BROWSER, **FORM), seconds=60)

    page(send(ENDLESS, format="csv"), 503, "COUNT(*)", "ran longer than 2 s")
    page(send("ASK { ?s ?p ?o }", format="turtle"), 406, "ASK { ?s ?p ?o }", "yes or no")
    page(send("SELECT * {", format="csv"), 400, "SELECT * {")
    csv = send(SMALL, format="csv")
    assert (csv.status, csv.headers["content-type"]) == (200, "text/csv; charset=utf-8")


def test_a_browser_with_too_many_queries_running_is_told_on_a_page(port):
    def send(**fields):
        return ask(port, ENDLESS, "127.0.0.14", accept=BROWSER, **fields)

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(send, **({"format": "csv"} if number % 2 else {})) for number in range(8)]
        answers = [one.result() for one in asked]
    for one in answers:
        page(one, one.status, "COUNT(*)")
    assert {one.status for one in answers} == {429, 503}


LENGTHS = [
    pytest.param(lambda text: request("GET", f"/sparql?query={quote(text)}"), 414, id="GET"),
    pytest.param(lambda text: request("POST", "/sparql", text.encode(), **DIRECT), 413, id="POST"),
    pytest.param(lambda text: request("POST", "/sparql", f"query={quote(text)}".encode(), **FORM), 413, id="form"),
]


@pytest.mark.parametrize(("send", "status"), LENGTHS)
def test_a_query_may_be_so_long_and_no_byte_longer(port, send, status):
    longest = "ASK {}".ljust(LIMITS["query_bytes"])
    assert exchange(port, send(longest)).status == 200
    problem = refusal(exchange(port, send(longest + " ")), status)
    assert (problem["limit"], "4,000" in problem["detail"]) == ("query length", True)


def test_bytes_are_counted_and_not_characters(port):
    text = "ASK { ?s ?p '" + "ä" * (LIMITS["query_bytes"] // 2) + "' }"
    assert len(text) < LIMITS["query_bytes"] < len(text.encode())
    assert (
        refusal(exchange(port, request("POST", "/sparql", text.encode(), **DIRECT)), 413)["limit"] == "query length"
    )


def test_a_body_of_20_mb_is_refused_before_it_has_come_and_the_refusal_arrives(port):
    head = request("POST", "/sparql", Content_Length="20000000", **DIRECT)
    assert refusal(exchange(port, head), 413)["limit"] == "request size"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/sparql", b"x" * 20_000_000, {"Content-Type": "application/sparql-query"})
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["limit"]) == (413, "request size")
    connection.close()


@pytest.mark.parametrize(
    "headers", [{"Content_Length": "100"}, {"Transfer_Encoding": "chunked"}], ids=["length", "chunks"]
)
def test_a_body_that_does_not_come_in_time_is_told_so(port, headers):
    begun = time.monotonic()
    problem = refusal(exchange(port, request("POST", "/sparql", **DIRECT, **headers)), 408)
    assert (problem["limit"], "2 s" in problem["detail"]) == ("request time", True)
    assert time.monotonic() - begun < LIMITS["client_seconds"] + GRACE


def test_a_packed_body_is_refused_and_not_unpacked(port):
    response = exchange(port, request("POST", "/sparql", b"\x1f\x8b\x08", Content_Encoding="gzip", **DIRECT))
    assert "Content-Encoding" in refusal(response, 415)["detail"]


def test_one_client_may_have_so_many_queries_running_and_others_are_served(port):
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(ask, port, ENDLESS, "127.0.0.9") for _ in range(6)]
        eventually(lambda: metric(port, "running") >= LIMITS["client_queries"])
        other = ask(port, SMALL, "127.0.0.10")
        answers = [one.result() for one in asked]
    assert other.status == 200
    told = [refusal(one, one.status)["limit"] for one in answers]
    assert told.count("queries of a client") == 6 - LIMITS["client_queries"]
    assert {one.status for one in answers} == {429, 503}
    assert ask(port, SMALL, "127.0.0.9").status == 200


def test_one_client_may_have_so_many_pages_made_and_others_get_theirs(published, tmp_path):
    """Nothing comes from the engine, so that each page takes as long as a query may."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        limits = {"threads": 16, "query_seconds": 6.0, "engine": f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"}
        with served(published, tmp_path, "-/alive", **limits) as (_, port), ThreadPoolExecutor(30) as threads:

            def look(source, **headers):
                path = f"/fragments?subject={quote(f'http://example.org/{next(_numbers)}')}"
                return exchange(port, request("GET", path, **headers), source=source, seconds=60)

            begun = time.monotonic()
            asked = [threads.submit(look, "127.0.0.31", Accept="text/turtle") for _ in range(24)]
            eventually(lambda: sum(one.done() for one in asked) == 20)
            assert time.monotonic() - begun < limits["query_seconds"], "a refusal does not wait"
            told = [refusal(one.result(), 429) for one in asked if one.done()]
            assert {one["limit"] for one in told} == {"requests of a client"}
            seen = look("127.0.0.31", Accept=BROWSER)
            assert (seen.status, seen.headers["content-type"]) == (429, "text/html; charset=utf-8")
            assert b"4 requests running" in seen.body
            assert exchange(port, request("GET", "/-/alive"), source="127.0.0.31").status == 200
            assert look("127.0.0.32", Accept="text/turtle").status in (503, 504), "asked, as nobody else has"
            assert {one.result().status for one in asked} <= {429, 503, 504}


def test_nobody_passes_for_others_by_a_header(port):
    def claim(number):
        path = f"/sparql?query={quote(fresh(ENDLESS))}"
        data = request("GET", path, X_Forwarded_For=f"10.0.0.{number}", Forwarded=f"for=10.0.0.{number}")
        return exchange(port, data, source="127.0.0.11", seconds=60).status

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(claim, range(5)))[0] == 429


def test_a_full_queue_turns_away_at_once(published, tmp_path):
    limits = {"workers": 1, "slow_workers": 1, "queue_length": 2, "queue_seconds": 20.0, "client_queries": 50}
    with served(published, tmp_path, **limits) as (_, port), ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: ask(port, ENDLESS), range(12)))
        told = [refusal(one, 503)["limit"] for one in answers]
        assert told.count("queue") >= 4, told
        assert set(told) <= {"queue", "time", "concurrency"}
        assert ask(port, SMALL).status == 200


def test_a_worker_that_is_not_free_in_time_is_told_as_a_full_queue(published, tmp_path):
    limits = {"workers": 1, "slow_workers": 1, "queue_length": 50, "queue_seconds": 0.1, "client_queries": 50}
    with served(published, tmp_path, **limits) as (_, port), ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: ask(port, ENDLESS), range(4)))
        assert "queue" in [refusal(one, 503)["limit"] for one in answers]


def test_a_client_that_hangs_up_frees_its_worker_at_once(published, tmp_path):
    limits = {"query_seconds": 60.0, "workers": 2, "slow_workers": 1}
    with served(published, tmp_path, **limits) as (pid, port):
        with connected(port) as sock:
            sock.sendall(request("GET", f"/sparql?query={quote(fresh(ENDLESS))}"))
            eventually(lambda: len(processes.engine_workers(pid)) == 3)  # it has moved to the slow lane
            before = set(processes.engine_workers(pid))
            assert refusal(ask(port, ENDLESS, "127.0.0.12"), 503)["limit"] == "concurrency"
        freed = eventually(lambda: len(before & set(processes.engine_workers(pid))) < 3, 10)
        assert freed < GRACE, "the query goes on for a client that is gone"
        eventually(lambda: metric(port, "running") == 1, 10)  # the request for the metrics itself
        assert refusal(ask(port, ENDLESS, "127.0.0.12", timeout="1"), 503)["limit"] == "time"


def test_a_client_that_hangs_up_leaves_a_remote_engine_too(published, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        with served(published, tmp_path, "-/alive", query_seconds=60.0, engine=engine) as (_, port):
            with connected(port) as sock:
                sock.sendall(request("GET", f"/sparql?query={quote(fresh(ENDLESS))}"))
                there, _ = silent.accept()
                time.sleep(1.0)  # it is listened to whether a client is still there once it has waited for a moment
            with there:
                there.settimeout(20)
                begun = time.monotonic()
                while there.recv(1 << 16):
                    pass
                assert time.monotonic() - begun < GRACE, "the engine is asked for a client that is gone"
            eventually(lambda: metric(port, "running") == 1, 10)


def test_a_client_that_hangs_up_in_the_queue_takes_no_worker(published, tmp_path):
    limits = {"query_seconds": 3.0, "workers": 1, "slow_workers": 1, "queue_seconds": 30.0}
    with served(published, tmp_path, client_queries=50, **limits) as (_, port):
        with ExitStack() as sockets:
            for _ in range(20):
                sock = sockets.enter_context(connected(port))
                sock.sendall(request("GET", f"/sparql?query={quote(fresh(ENDLESS))}"))
            time.sleep(0.5)
        begun = time.monotonic()
        assert ask(port, SMALL).status == 200
        assert time.monotonic() - begun < limits["query_seconds"] + GRACE


def test_a_reader_that_stops_is_cut_off_and_its_file_is_given_back(patient):
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 13)
        sock.connect(("127.0.0.1", patient))
        sock.sendall(
            request("GET", f"/sparql?query={quote(fresh(f'SELECT * {PRODUCT} LIMIT 30000'))}", Accept="text/csv")
        )
        assert sock.recv(12) == b"HTTP/1.1 200"
        assert metric(patient, "spooled_bytes") > 8 * 1024**2
        eventually(lambda: metric(patient, "spooled_bytes") == 0, 30)
        with pytest.raises(ConnectionResetError):
            read_to_the_end(sock)


def test_slow_readers_of_one_client_leave_space_for_others(published, tmp_path):
    large = f"SELECT * {PRODUCT} LIMIT 10000"
    with (
        served(published, tmp_path, spool_mb=64, client_seconds=60.0, client_queries=20, query_seconds=30.0) as (
            _,
            port,
        ),
        ExitStack() as sockets,
    ):
        length = len(ask(port, large, "127.0.0.21").body)
        share = 16 * 1024**2 // length
        assert 1 < share < 6
        eventually(lambda: metric(port, "spooled_bytes") == 0)
        told = []
        for _ in range(6):
            sock = sockets.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 13)
            sock.bind(("127.0.0.20", 0))
            sock.connect(("127.0.0.1", port))
            sock.sendall(request("GET", f"/sparql?query={quote(fresh(large))}", Accept="text/csv"))
            told.append(int(sock.recv(12).split()[1]))
        assert told == [200] * share + [429] * (6 - share)
        assert refusal(ask(port, large, "127.0.0.20"), 429)["limit"] == "space of a client"
        assert ask(port, SMALL, "127.0.0.20").status == 200
        assert len(ask(port, large, "127.0.0.21").body) == length


def test_when_space_is_wanted_who_reads_next_to_nothing_is_cut_off(published, tmp_path):
    """Even if slow readers come from many addresses: an answer that was begun breaks off, it is never sent as whole."""
    large = f"SELECT * {PRODUCT} LIMIT 30000"
    limits = {"spool_mb": 40, "client_seconds": 6.0, "query_seconds": 30.0}
    with served(published, tmp_path, **limits) as (_, port), ThreadPoolExecutor(2) as threads, ExitStack() as sockets:
        slow = [sockets.enter_context(reading_slowly(port, fresh(large), f"127.0.0.{40 + n}")) for n in range(2)]
        length = metric(port, "spooled_bytes") / 2
        assert 2.1 * length < 40 * 1024**2 < 2.9 * length, "there is space for these two"
        stop = threading.Event()
        read = [threads.submit(dribble, sock, stop) for sock in slow]
        try:
            eventually(lambda: ask(port, large, "127.0.0.60").status == 200, 30)
        finally:
            stop.set()
        broken, whole = sorted(one.result() for one in read)
        assert broken < length <= whole, "one had to go, and its client sees that it is not whole"


@contextmanager
def reading_slowly(port, query, source):
    """A socket on which a large result has begun to come."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        sock.settimeout(20)
        sock.bind((source, 0))
        sock.connect(("127.0.0.1", port))
        sock.sendall(request("GET", f"/sparql?query={quote(query)}", Accept="text/csv"))
        assert sock.recv(12) == b"HTTP/1.1 200"
        yield sock


def dribble(sock, stop):
    """Read 40 kB a second until this is to stop, then all that is left; how many bytes came."""
    count = 0
    with suppress(ConnectionError):
        while part := sock.recv(1 << 20 if stop.wait(0.1) else 4000):
            count += len(part)
    return count


def read_to_the_end(sock):
    while sock.recv(1 << 20):
        pass


def test_a_slow_reader_that_goes_on_reading_gets_everything(patient):
    with socket.socket() as sock, sock.makefile("rb") as file:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        sock.connect(("127.0.0.1", patient))
        sock.sendall(
            request("GET", f"/sparql?query={quote(fresh(f'SELECT * {PRODUCT} LIMIT 30000'))}", Accept="text/csv")
        )
        read = 0
        while (line := file.readline()) != b"\r\n":
            length = int(line.split(b":")[1]) if line.lower().startswith(b"content-length") else 0
            read = length or read
        taken, begun = 0, time.monotonic()
        while taken < read:
            part = file.read(min(1 << 20, read - taken))
            assert part, f"{taken} of {read}"
            taken += len(part)
            time.sleep(0.4)
    assert time.monotonic() - begun > LIMITS["client_seconds"]


def test_two_hundred_slow_heads_keep_nobody_waiting_and_are_closed(port):
    with ExitStack() as sockets:
        slow = [sockets.enter_context(connected(port)) for _ in range(200)]
        for sock in slow:
            sock.sendall(b"GET /sparql HTTP/1.1\r\nX-")
        begun = time.monotonic()
        assert ask(port, SMALL, "127.0.0.13").status == 200
        assert time.monotonic() - begun < GRACE
        for sock in slow:
            sock.settimeout(LIMITS["client_seconds"] + GRACE)
            assert not sock.recv(100).startswith(b"HTTP/1.1 2")


def test_pipelined_requests_are_answered_in_their_order(port):
    queries = [f"SELECT ({n} AS ?n) {{}}" for n in range(60)]
    with connected(port) as sock, sock.makefile("rb") as file:
        sock.sendall(b"".join(request("GET", f"/sparql?query={quote(q)}", Accept="text/csv") for q in queries))
        answers = [read_response(file) for _ in queries]
    assert [int(one.body.split()[1]) for one in answers] == list(range(60))


def test_a_connection_serves_on_after_a_refusal(port):
    with connected(port) as sock, sock.makefile("rb") as file:
        for status, data in (
            (400, request("GET", "/sparql?query=SELECT")),
            (413, request("POST", "/sparql", b"x" * 100_000, **DIRECT)),
            (405, request("DELETE", "/sparql")),
            (415, request("POST", "/sparql", b"ASK {}", Content_Type="text/xml")),
            (200, request("GET", "/sparql?query=ASK%7B%7D")),
        ):
            sock.sendall(data)
            response = read_response(file)
            assert response.status == status
            if response.headers.get("connection") == "close":
                break
