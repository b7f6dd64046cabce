"""A remote that hangs, drips, breaks off or lies: a clean error within the limit, and never a part of an answer."""

import socket
import ssl
import subprocess
import threading
import time
from dataclasses import replace

import pytest

from service.engine.remote import Remote
from service.errors import BadQuery, EngineFailed, EngineTimeout, PressError, QueryStopped, Unavailable
from service.settings import Settings
from tests.contract import faulty
from tests.contract.asking import ask, body, cells
from tests.contract.faulty import (
    NO_ROWS,
    RESULTS,
    ROW,
    answer,
    chunked,
    drips,
    floods,
    hangs,
    resets,
    sends,
    serving,
    unframed,
)
from tests.stores import make_release, numbers

SECONDS = 0.6
SELECT, CONSTRUCT, ASK = "SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "ASK {}"
HTML = b"<!DOCTYPE html><title>It works</title>"
NT, TRIPLE = "application/n-triples", b"<a:a> <a:b> <a:c> .\n"
TRACE = b"""java.lang.NullPointerException: null
\tat org.example.sparql.Engine.run(Engine.java:42)
\tat /opt/engine/lib/secret.jar
Caused by: java.io.IOException"""
SETTINGS = Settings(query_seconds=SECONDS, result_mb=1, workers=2, slow_workers=2)


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_release(tmp_path_factory.mktemp("releases"), numbers(3))


@pytest.fixture
def asking(release):
    """Asks a Remote at this address, and closes it."""
    opened: list[Remote] = []

    def open_at(url: str, **changes: object) -> Remote:
        opened.append(Remote(replace(SETTINGS, engine=url, **changes), release))
        return opened[-1]

    yield open_at
    for engine in opened:
        engine.close()


FAULTS = [
    pytest.param(hangs, SELECT, EngineTimeout, id="hangs"),
    pytest.param(drips(answer(NO_ROWS)), SELECT, EngineTimeout, id="drips from the status line on"),
    pytest.param(drips(b" " * 1000), SELECT, EngineTimeout, id="drips no status at all"),
    pytest.param(lambda peer: (peer.sendall(answer(b"", length=1000)), drips(b" " * 1000)(peer)), SELECT, EngineTimeout, id="drips its body"),
    pytest.param(lambda peer: (peer.sendall(answer(NO_ROWS, length=500)), time.sleep(4)), SELECT, EngineTimeout, id="stops in the middle"),
    pytest.param(sends(b""), SELECT, EngineFailed, id="closes early"),
    pytest.param(resets, SELECT, EngineFailed, id="resets"),
    pytest.param(sends(b"HTTP/1.1 200 OK\r\nContent-"), SELECT, EngineFailed, id="closes in its headers"),
    pytest.param(sends(b"\x16\x03\x01 what"), SELECT, EngineFailed, id="speaks no HTTP"),
    pytest.param(sends(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), SELECT, EngineFailed, id="sends 500 headers"),
    pytest.param(sends(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000), SELECT, EngineFailed, id="sends a header without end"),
    pytest.param(sends(answer(NO_ROWS, length=500)), SELECT, EngineFailed, id="less than Content-Length"),
    pytest.param(sends(answer(NO_ROWS, length=20)), SELECT, EngineFailed, id="more than Content-Length"),
    pytest.param(sends(answer(NO_ROWS[:-2])), SELECT, EngineFailed, id="JSON without its end"),
    pytest.param(sends(answer(NO_ROWS + b" <p>error")), SELECT, EngineFailed, id="JSON and then an error"),
    pytest.param(sends(answer(b'{"head":{"vars":["s"]},"results":{"bindings":[' + ROW + b",The query timed out")), SELECT, EngineFailed,
                 id="an error inside the JSON"),
    pytest.param(sends(chunked(NO_ROWS[:20])), SELECT, EngineFailed, id="chunks without the last"),
    pytest.param(sends(chunked(NO_ROWS) + b"zz\r\n"), SELECT, EngineFailed, id="a chunk of no size"),
    pytest.param(sends(chunked(TRIPLE, media_type=NT)), CONSTRUCT, EngineFailed, id="chunks of a graph without the last"),
    pytest.param(sends(unframed(TRIPLE, NT)), CONSTRUCT, EngineFailed, id="a graph without a length"),
    pytest.param(sends(answer(TRIPLE[:-4], NT)), CONSTRUCT, EngineFailed, id="a triple without its end"),
    pytest.param(sends(answer(HTML, "text/html")), SELECT, EngineFailed, id="HTML"),
    pytest.param(sends(answer(HTML)), SELECT, EngineFailed, id="HTML that says it is JSON"),
    pytest.param(sends(answer(HTML, NT)), CONSTRUCT, EngineFailed, id="HTML that says it is N-Triples"),
    pytest.param(sends(answer(NO_ROWS, "")), SELECT, EngineFailed, id="no type"),
    pytest.param(sends(answer(faulty.YES)), SELECT, EngineFailed, id="yes for a table"),
    pytest.param(sends(answer(b"")), SELECT, EngineFailed, id="nothing"),
    pytest.param(sends(answer(b"\xff\xfe" + NO_ROWS)), SELECT, EngineFailed, id="no UTF-8"),
    pytest.param(sends(answer(NO_ROWS, RESULTS, "200 OK", "Content-Encoding: gzip")), SELECT, EngineFailed, id="a coding nobody asked for"),
    pytest.param(floods(answer(b"", length=10**12), b" " * 65536), SELECT, EngineFailed, id="floods with nothing"),
    pytest.param(floods(answer(b'{"head":{"vars":["s"]},"results":{"bindings":[' + ROW, length=10**12), (b"," + ROW) * 1000), SELECT,
                 QueryStopped, id="floods with rows"),
    pytest.param(sends(answer(TRACE, "text/plain", "500 Internal Server Error")), SELECT, EngineFailed, id="500 with a stack trace"),
    pytest.param(sends(answer(b"Query timed out after 60 s", "text/plain", "500 Oops")), SELECT, EngineTimeout, id="500 of time"),
    pytest.param(sends(answer(HTML, "text/html", "502 Bad Gateway")), SELECT, EngineFailed, id="502"),
    pytest.param(sends(answer(b"", "text/html", "503 Service Unavailable")), SELECT, EngineFailed, id="503"),
    pytest.param(sends(answer(b"", "text/html", "504 Gateway Timeout")), SELECT, EngineTimeout, id="504"),
    pytest.param(sends(answer(b"", "text/html", "429 Too Many Requests")), SELECT, Unavailable, id="429"),
    pytest.param(sends(answer(b"", "text/html", "401 Unauthorized")), SELECT, EngineFailed, id="401"),
    pytest.param(sends(answer(b"", "text/html", "404 Not Found")), SELECT, EngineFailed, id="404"),
    pytest.param(sends(answer(b"", "", "204 No Content")), SELECT, EngineFailed, id="204"),
    pytest.param(sends(answer(NO_ROWS[:30], RESULTS, "206 Partial Content")), SELECT, EngineFailed, id="206"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "query", "error"), FAULTS)
def test_a_faulty_remote_is_a_clean_error_in_time(asking, fault, query, error):
    with serving(fault) as remote:
        engine = asking(remote.url)
        begun = time.monotonic()
        with pytest.raises(error) as failed:
            ask(engine, query)
        assert time.monotonic() - begun < SECONDS + 0.5
        assert failed.value.status in (502, 503, 504)
        assert "java" not in failed.value.detail.lower()
        assert cells_of_ask(engine)


def cells_of_ask(engine) -> bool:
    """The engine is well after a fault: another question is answered."""
    return b"true" in body(ask(engine, ASK))


def test_a_refusal_is_passed_on_without_the_engines_insides(asking):
    told = b"Parse error: Line 1, column 3: Encountered 'x'\n" + TRACE
    with serving(sends(answer(told, "text/plain", "400 Bad Request"))) as remote, pytest.raises(BadQuery) as refused:
        ask(asking(remote.url), SELECT)
    assert "Encountered 'x'" in refused.value.detail
    assert not any(word in refused.value.detail for word in ("java", "secret", "/opt", "Caused", "\n"))


@pytest.mark.parametrize(
    ("told", "media_type", "said"),
    [(b'{"exception": "Invalid SPARQL: Unexpected token"}', "application/json", "Unexpected token"), (HTML, "text/html", ""),
     (b"Virtuoso 37000 Error SP030: SPARQL compiler, line 1: syntax error at '}'\n\nSPARQL query:\nSELECT", "text/plain", "syntax error at '}'"),
     (b"x" * 5000, "text/plain", "xxx ..."), (b"[1]", "application/json", ""), (b"\x00\x1b[2J", "text/plain", "")],
)  # fmt: skip
def test_error_texts_of_engines_become_a_sentence(asking, told, media_type, said):
    with serving(sends(answer(told, media_type, "400 Bad Request"))) as remote, pytest.raises(BadQuery) as refused:
        ask(asking(remote.url), SELECT)
    assert said in refused.value.detail
    assert refused.value.detail.isprintable()
    assert len(refused.value.detail) < 400


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "303 See Other"])
def test_no_redirect_is_followed(asking, status):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        there = f"Location: http://127.0.0.1:{elsewhere.getsockname()[1]}/"
        with serving(sends(answer(b"", "", status, there))) as remote, pytest.raises(EngineFailed):
            ask(asking(remote.url), SELECT)
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_nobody_at_the_address_is_502(asking):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EngineFailed):
        ask(asking(f"http://127.0.0.1:{port}/sparql"), SELECT)
    with pytest.raises(EngineFailed):
        ask(asking("http://nobody.invalid/sparql"), SELECT)


def test_a_resolver_that_hangs_is_504(asking, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1.5) or [])
    begun = time.monotonic()
    with pytest.raises(EngineTimeout):
        ask(asking("http://slow.example/sparql"), SELECT)
    assert time.monotonic() - begun < SECONDS + 0.5


def test_an_address_that_swallows_everything_is_504(asking):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        begun = time.monotonic()
        with pytest.raises(EngineTimeout):
            ask(asking(f"http://127.0.0.1:{full.getsockname()[1]}/"), SELECT)
        assert time.monotonic() - begun < SECONDS + 0.5
        for one in waiting:
            one.close()


def test_connections_are_kept_and_replaced_when_the_server_left(asking):
    with serving(sends(answer(NO_ROWS)), keeps=True) as remote:
        engine = asking(remote.url)
        assert [cells(engine, SELECT) for _ in range(5)] == [[]] * 5
    with serving(sends(answer(NO_ROWS)), keeps=False) as remote:  # says it keeps the connection, and hangs up
        engine = asking(remote.url)
        assert [cells(engine, SELECT) for _ in range(5)] == [[]] * 5


@pytest.mark.parametrize(
    "sent",
    [chunked(NO_ROWS, b""), unframed(NO_ROWS, RESULTS), answer(b"\n " + NO_ROWS + b"\n\n")],
    ids=["chunked", "until the end", "with spaces"],
)
def test_a_whole_answer_is_taken_however_it_is_framed(asking, sent):
    with serving(sends(sent)) as remote:
        assert cells(asking(remote.url), SELECT) == []


def test_what_is_sent_is_a_form_with_the_dialect_and_no_secrets(asking):
    with serving(sends(answer(NO_ROWS))) as remote:
        engine = asking(remote.url.replace("//", "//me:p%40ss@"))
        cells(engine, "SELECT ?s { ?s ex:number 1 } # a comment")
        assert remote.asked[-1] == "PREFIX ex: <http://example.org/> SELECT ?s { ?s ex:number 1 }  "
        assert remote.lines[-1].startswith("POST /sparql HTTP/1.1")
        assert "Authorization: Basic bWU6cEBzcw==" in remote.lines[-1]


def test_what_virtuoso_cut_by_time_or_rows_is_no_answer(asking):
    state = answer(NO_ROWS, RESULTS, "200 OK", "X-SQL-State: S1TAT", "Server: Virtuoso/07")
    with serving(sends(state), server="Virtuoso/07") as remote, pytest.raises(EngineTimeout):
        ask(asking(remote.url), SELECT)
    rows = answer(NO_ROWS, RESULTS, "200 OK", "X-SPARQL-MaxRows: 100")
    with serving(sends(rows), server="Virtuoso/07") as remote:
        engine = asking(remote.url)
        assert cells(engine, SELECT + " LIMIT 100") == []
        for query in (
            SELECT,
            SELECT + " LIMIT 101",
            SELECT + " OFFSET 5",
            "SELECT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 5 } }",
        ):
            with pytest.raises(QueryStopped) as stopped:
                ask(engine, query)
            assert stopped.value.members["limit"] == "rows"


@pytest.mark.parametrize("url", ["ftp://host/", "http://", "http://[::1/", "http://host:x/", "http://host/a b"])
def test_what_is_no_address_is_refused_at_the_start(release, url):
    with pytest.raises(PressError) as refused:
        Remote(replace(SETTINGS, engine=url), release)
    assert "https://host/sparql" in refused.value.detail or "does not parse" in refused.value.detail


def test_tls_is_spoken_and_a_certificate_nobody_vouches_for_is_refused(asking, tmp_path, monkeypatch):
    certificate = tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem", "-out", certificate,
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]  # fmt: skip
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, tmp_path / "key.pem")

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
                with context.wrap_socket(peer, server_side=True) as sealed:
                    while b"query=" not in sealed.recv(65536):
                        pass
                    sealed.sendall(answer(faulty.YES))
            except ssl.SSLError:
                continue
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = f"https://localhost:{listener.getsockname()[1]}/sparql"
        with pytest.raises(EngineFailed):
            ask(asking(url), ASK)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert b"true" in body(ask(asking(url), ASK))
