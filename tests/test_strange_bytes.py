"""Bytes that no client should send, over a real socket: each is answered, and the service goes on as before."""

import json
import signal
import threading

import pytest

from service.settings import Settings
from service.web.gate import Gate
from service.web.replies import Reply
from tests.live import MINI, build_and_publish, free_port, publication, running
from tests.raw import exchange, request

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
RAW = [
    pytest.param("Ж".encode(), id="utf-8"),
    pytest.param("é".encode(), id="utf-8 of two bytes that Latin-1 has"),
    pytest.param(b"\xe9", id="latin-1"),
    pytest.param(b"\xff", id="never utf-8"),
    pytest.param(b"\xed\xa0\x80", id="half a pair"),
]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strange")
    settings = publication(MINI, folder / "releases", free_port(), client_seconds=5.0)
    build_and_publish(settings)
    with running(settings, folder / "log") as started:
        started.port = settings.port
        yield started


def get(path: bytes, **headers) -> bytes:
    return request("GET", "/PLACE", **headers).replace(b"/PLACE", path)


def told(port, data, method="GET"):
    """The answer, after which the service answers others too."""
    answer = exchange(port, data, method, seconds=10)
    assert exchange(port, request("GET", "/-/alive"), seconds=10).status == 200
    assert answer is not None
    return answer


def is_problem(answer, status):
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert json.loads(answer.body)["status"] == status


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_raw_bytes_in_a_query_are_refused(process, raw, accept):
    answer = told(process.port, get(b"/sparql?query=ASK%7B%7D" + raw, Accept=accept))
    assert answer.status == 400
    # What is no UTF-8 the server itself refuses, without a body.
    if answer.body:
        assert b"Percent-encode" in answer.body


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("path", [b"/search", b"/search/suggest", b"/", b"/browse", b"/fragments", b"/dumps/all.nt"])
def test_raw_bytes_in_other_parameters_end_in_no_error_of_ours(process, raw, path):
    assert told(process.port, get(path + b"?q=" + raw + b"&" + raw + b"=1")).status in (200, 400)


def test_what_is_typed_raw_is_searched_as_it_was_typed(process):
    typed = told(process.port, get(b"/search?q=" + "Жé".encode(), Accept="text/html"))
    assert typed.status == 200
    assert "Жé" in typed.body.decode()


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("path", [b"/id/", b"/doc/", b"/", b"/dumps/", b"/sparql"])
def test_raw_bytes_in_a_path_are_a_name_that_nothing_has(process, raw, path):
    assert told(process.port, get(path + raw)).status in (303, 400, 404)


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize(
    "name",
    ["Accept", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range", "X-Forwarded-For", "Host", "Cookie"],
)
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/dumps/all.nt", "/search?q=a"])
def test_raw_bytes_in_a_header_are_refused_or_not_read(process, raw, name, path):
    value = raw.decode("latin-1")
    answer = told(process.port, request("GET", path, **{name: value}))
    assert answer.status in (200, 206, 400, 406, 416)


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("path", ["/reconcile", "/links", "/sparql/labels", "/sparql/clients"])
@pytest.mark.parametrize("type", ["application/x-www-form-urlencoded", "application/json", "text/plain", ""])
def test_raw_bytes_in_a_body_end_in_no_error_of_ours(process, raw, path, type):
    for body in (b"query=ASK%7B%7D" + raw, b'queries={"a":{"query":"' + raw + b'"}}', b'["' + raw + b'"]'):
        answer = told(process.port, request("POST", path, body, Content_Type=type), "POST")
        assert answer.status == 200 or 400 <= answer.status < 500


@pytest.mark.parametrize("raw", RAW)
def test_a_form_with_raw_bytes_is_a_bad_request(process, raw):
    is_problem(told(process.port, request("POST", "/sparql", b"query=ASK%7B%7D" + raw, **FORM), "POST"), 400)


@pytest.mark.parametrize("raw", RAW)
def test_raw_bytes_in_a_type_or_a_parameter_of_the_address_are_refused(process, raw):
    type = "application/sparql-query; charset=" + raw.decode("latin-1")
    assert told(process.port, request("POST", "/sparql", b"ASK {}", Content_Type=type), "POST").status in (400, 415)
    data = request("POST", "/PLACE", b"ASK {}", Content_Type="application/sparql-query")
    assert told(process.port, data.replace(b"/PLACE", b"/sparql?x=" + raw), "POST").status == 400


class Door:
    """A door that fails at what is in `broken`, and else answers any query at once."""

    settings, most_bytes = Settings(), 100

    class ledger:
        """Nothing is counted."""

        show = note = note_stop = staticmethod(lambda *arguments: None)

    def __init__(self, broken, body=b"ASK"):
        self.broken, self.body = broken, body

    def _do(self, name, result=None):
        if name == self.broken:
            raise RuntimeError("a bug of ours")
        return result

    def key(self, *_):
        return self._do("key")

    def prompt(self, *_):
        return self._do("prompt", True)

    def query_later(self, asked, reading, line, then):
        self._do("query_later")
        then(Reply(200, (), self.body))

    def finish(self, key, reply, wishes):
        return self._do("finish", reply)


class Headers(dict):
    def get_all(self, name):
        return [self[name]] if name in self else []


class Scope:
    method, path, query_string, http_version = "GET", "/sparql", "query=x", "1.1"
    client, server, scheme = "127.0.0.1:1", "127.0.0.1:2", "http"
    headers = Headers(host="x")


class Proto:
    """What the server sends to the client, and how often it is told that the request is over."""

    def __init__(self):
        self.sent, self.over = [], threading.Event()

    def response_bytes(self, status, headers, body):
        self.sent.append((status, body))


@pytest.mark.parametrize("body", [b"ASK", b"x" * 30_000], ids=["small", "packed by a thread"])
@pytest.mark.parametrize("broken", ["key", "prompt", "query_later", "finish", "nothing"])
def test_a_bug_at_the_gate_is_answered_and_leaves_nobody_waiting(broken, body, caplog):
    proto = Proto()
    gate = Gate(Door(broken, body))
    assert gate.take(Scope, proto, proto.over.set) is True
    assert proto.over.wait(10)
    assert proto.sent[0][0] == (200 if broken == "nothing" else 500)
    assert not [body for _, body in proto.sent if b"a bug of ours" in body]
    assert ("a bug of ours" in caplog.text) == (broken != "nothing")


def test_a_thread_that_cannot_be_had_leaves_nobody_waiting(monkeypatch):
    def refused(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("service.web.hands.Hands.take", refused)
    for door in (Door("nothing", b"x" * 30_000), type("Pages", (Door,), {"prompt": lambda *_: None})("nothing")):
        proto = Proto()
        assert Gate(door).take(Scope, proto, proto.over.set) is True
        assert ([status for status, _ in proto.sent], proto.over.is_set()) == ([500], True)


def test_the_service_ends_when_it_is_told_to_after_all_of_this(process):
    told(process.port, get(b"/sparql?query=" + "Ж".encode()))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) is not None
