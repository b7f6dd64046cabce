"""Clients that ask everything at once, and know what the answer must be.

A client says in `Tally.wrong` what was wrong; nothing else counts as a failure, and a connection that is lost without
a word counts as one.
"""

import hashlib
import http.client
import json
import random
import socket
import threading
import time
import zlib
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import brotli
import zstandard

from service import media
from service.media import Kind
from tests.hostile import QUERIES, SERVICES
from tests.raw import connected, read_response, request
from tests.world import ASKED, LARGE, World, read

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"
# The server itself refuses a longer URL, with 414 and no body.
_LONGEST_URL = 60_000
# A connection that was idle may be closed by the server at any moment (RFC 9112 section 9.3.1): not used after this.
# A client thinks before it asks again, for so many seconds at most: other tests run beside this one.
THINKS = 0.8
_IDLE_SECONDS = 3.0
_CODINGS = ("gzip", "br", "zstd", "identity", "*")
_UNPACK = {
    "": bytes,
    "gzip": lambda body: zlib.decompress(body, 31),
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}
# Refusals that say: not now.
TOLD = (429, 502, 503)


@dataclass
class Answer:
    """One response, unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes


class Tally:
    """What happened, by kind of request and status, and everything that went wrong."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        self.seconds: list[float] = []
        self.wrong: list[str] = []

    def ok(self, what: str) -> int:
        """How many of a kind were answered."""
        return sum(n for (kind, status), n in self.counts.items() if kind == what and status < 400)


class Client(threading.Thread):
    """One client with a keep-alive connection from an address of its own, asking until it is told to stop."""

    def __init__(self, number: int, world: World, tally: Tally) -> None:
        super().__init__(name=f"client {number}", daemon=True)
        self.world, self.tally = world, tally
        self.address = f"127.0.0.{number + 2}"
        self.random = random.Random(number)
        self.connection = self._connect()
        self.held: dict[tuple[str, ...], tuple[str, object]] = {}
        self.doing = self.did = ""
        self.last = time.monotonic()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=60, source_address=(self.address, 0))

    def run(self) -> None:
        weighted = [name for name, weight in ACTIONS.items() for _ in range(weight)]
        while not self.world.stop.is_set():
            self.world.stop.wait(self.random.uniform(0, THINKS))
            self.doing, self.did = self.random.choice(weighted), self.doing
            try:
                getattr(self, self.doing)()
            except Exception as error:
                self.complain(f"{type(error).__name__}: {error}")
                self._reconnect()
        self.connection.close()

    def _reconnect(self) -> None:
        self.connection.close()
        self.connection = self._connect()

    def complain(self, what: str) -> None:
        idle = time.monotonic() - self.last
        self.tally.wrong.append(f"{self.name}, {self.doing} after {self.did} {idle:.1f} s ago: {what[:400]}")

    def count(self, status: int) -> None:
        self.tally.counts[self.doing, status] += 1

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on the connection that is kept; the answer is whole, or this raises."""
        begun = time.monotonic()
        if begun - self.last > _IDLE_SECONDS:
            self._reconnect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, named)
        response = self.connection.getresponse()
        raw = response.read()
        self.last = time.monotonic()
        self.tally.seconds.append(self.last - begun)
        self.count(response.status)
        got = {name.lower(): value for name, value in response.getheaders()}
        if method != "HEAD" and response.status not in (204, 304) and int(got["content-length"]) != len(raw):
            self.complain(f"{path}: {len(raw)} bytes of {got['content-length']}")
        answer = Answer(response.status, got, _UNPACK[got.get("content-encoding", "")](raw) if raw else raw)
        if answer.status >= 400 and method != "HEAD":
            self.check_problem(path, answer)
        return answer

    def check_problem(self, path: str, answer: Answer) -> None:
        """A refusal says so, as a problem document or a page, with the status of the response, and when to come back."""
        kind = answer.headers["content-type"]
        is_page = kind == media.HTML.content_type and answer.body.rstrip().endswith(b"</html>")
        is_problem = kind == media.PROBLEM_MEDIA_TYPE and json.loads(answer.body)["status"] == answer.status
        if answer.status == 500 or not (is_page or is_problem):
            self.complain(f"{path}: {answer.status} with {answer.body[:200]!r}")
        if answer.status in (429, 503) and "retry-after" not in answer.headers:
            self.complain(f"{path}: {answer.status} without Retry-After: {answer.body[:200]!r}")

    def query(self) -> None:
        """A query whose answer is known, in any format, coding and method; often one nobody has asked before."""
        name, (kind, text) = self.random.choice(list(ASKED.items()))
        if self.random.random() < 0.7:
            text += f" # {self.random.random()}"
        format = self.random.choice(media.carrying(kind))
        begun = time.monotonic()
        answer = self.send(text, format.media_type)
        if answer.status == 200:
            self.check_value(begun, name, read(kind, format.name, answer.body), answer)
        elif answer.status not in TOLD:
            self.complain(f"{name}: {answer.status} {answer.body[:200]!r}")

    def check_value(self, begun: float, name: str, value: object, answer: Answer) -> None:
        if value not in self.world.right(begun, lambda release: release.answers[name]):
            self.complain(f"{name} as {answer.headers['content-type']}: {answer.body[:300]!r}")

    def send(self, query: str, accept: str, **headers: str) -> Answer:
        """A query by any of the three ways."""
        headers |= {"Accept": accept, "Accept_Encoding": self.random.choice(_CODINGS)}
        way = self.random.choice(["GET", "form", "direct"])
        if way == "GET" and len(quote(query)) < _LONGEST_URL:
            return self.ask("GET", f"/sparql?query={quote(query)}", **headers)
        if way != "direct":
            headers["Content_Type"] = "application/x-www-form-urlencoded"
            return self.ask("POST", "/sparql", urlencode({"query": query}).encode(), **headers)
        return self.ask("POST", "/sparql", query.encode(), Content_Type="application/sparql-query", **headers)

    def held_query(self) -> None:
        """A query with the tag of the answer that is held already: 304 only when it still holds."""
        name, (kind, text) = self.random.choice(list(ASKED.items()))
        format = self.random.choice(media.carrying(kind))
        tag, kept = self.held.get((name, format.name), ("", None))
        headers = {"If_None_Match": tag} if tag else {}
        begun = time.monotonic()
        answer = self.ask("GET", f"/sparql?query={quote(text)}", Accept=format.media_type, **headers)
        if answer.status not in (200, 304):
            return
        value = kept if answer.status == 304 else read(kind, format.name, answer.body)
        self.check_value(begun, name, value, answer if answer.body else Answer(304, {"content-type": "held"}, b""))
        self.held[name, format.name] = (answer.headers["etag"], value)

    def document(self) -> None:
        """A page or document, often with the tag of the one that is held already."""
        path, accept = self.random.choice(list(self.world.releases[0].documents))
        coding = self.random.choice(_CODINGS)
        tag, kept = self.held.get((path, accept, coding), ("", b""))
        headers = {"If_None_Match": tag} if tag and self.random.random() < 0.8 else {}
        begun = time.monotonic()
        answer = self.ask("GET", path, Accept=accept, Accept_Encoding=coding, **headers)
        if answer.status == 304 and answer.body:
            self.complain(f"{path}: 304 with a body")
        if answer.status not in (200, 304):
            return
        body = kept if answer.status == 304 else answer.body
        if body not in self.world.right(begun, lambda release: release.documents[path, accept]):
            self.complain(f"{path} {accept} {coding} {answer.status}: {len(body)} bytes, {_digest(body)}")
        self.held[path, accept, coding] = (answer.headers.get("etag", tag), body)

    def head(self) -> None:
        """HEAD tells what GET would: its length above all."""
        path, accept = self.random.choice(list(self.world.releases[0].documents))
        begun = time.monotonic()
        answer = self.ask("HEAD", path, Accept=accept, Accept_Encoding="identity")
        lengths = self.world.right(begun, lambda release: len(release.documents[path, accept]))
        if answer.body or (answer.status == 200 and int(answer.headers["content-length"]) not in lengths):
            self.complain(f"{path} {accept}: {answer.status} {answer.headers} {lengths}")

    def pipelined(self) -> None:
        """Several requests in one go: the answers come in their order."""
        known = self.world.releases[0].documents
        asked = self.random.sample([path for path, accept in known if accept == "*/*"], 4)
        begun = time.monotonic()
        with connected(self.world.port, 60, self.address) as sock, sock.makefile("rb") as file:
            sock.sendall(b"".join(request("GET", path, Accept="*/*") for path in asked))
            for path in asked:
                answer = read_response(file)
                self.count(answer.status)
                if answer.status not in TOLD and answer.body not in self.world.right(
                    begun, lambda release, path=path: release.documents[path, "*/*"]
                ):
                    self.complain(f"{path}: {answer.status}, {len(answer.body)} bytes")

    def dump(self) -> None:
        """A dump or a part of one."""
        name = self.random.choice(list(self.world.releases[0].dumps))
        size = min(len(release.dumps[name]) for release in self.world.releases)
        first = self.random.randrange(size)
        last = self.random.randrange(first, size)
        part = self.random.random() < 0.7
        begun = time.monotonic()
        answer = self.ask("GET", f"/dumps/{name}", **({"Range": f"bytes={first}-{last}"} if part else {}))
        if answer.status not in (200, 206):
            return
        right = self.world.right(begun, lambda r: r.dumps[name][first : last + 1] if part else r.dumps[name])
        if answer.body not in right or answer.status != (206 if part else 200):
            self.complain(f"{name} {first}-{last}: {answer.status}, {len(answer.body)} bytes")

    def hostile(self) -> None:
        """A query meant to do harm: an answer or a refusal, nothing else, and not late."""
        name, query = self.random.choice(list(QUERIES.items()))
        begun = time.monotonic()
        answer = self.send(query, "*/*")
        if answer.status not in (200, 400, 413, 414, *TOLD):
            self.complain(f"{name}: {answer.status} {answer.body[:200]!r}")
        if time.monotonic() - begun > 20:
            self.complain(f"{name}: took {time.monotonic() - begun:.1f} s")

    def elsewhere(self) -> None:
        """SERVICE in any spelling."""
        name, query = self.random.choice(list(SERVICES.items()))
        answer = self.send(query.format(url="http://127.0.0.1:9/"), "text/csv, text/turtle")
        if answer.status not in (200, 400, 403, *TOLD):
            self.complain(f"{name}: {answer.status} {answer.body[:200]!r}")

    def large(self) -> None:
        """A result that goes through a file."""
        begun = time.monotonic()
        answer = self.send(LARGE + f" # {self.random.random()}", "text/csv")
        if answer.status == 200:
            rows = read(Kind.SOLUTIONS, "csv", answer.body)
            if True not in self.world.right(begun, lambda release: release.holds_rows(rows)):
                self.complain(f"{len(answer.body)} bytes are not all of it")

    def slow_reader(self) -> None:
        """A large result, taken slowly: it is whole, or the connection was told to end; sometimes the reader walks away."""
        walks_away = self.random.random() < 0.5
        with connected(self.world.port, 60, self.address) as sock, sock.makefile("rb") as file:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
            sock.sendall(
                request("POST", "/sparql", LARGE.encode(), Accept="text/csv", Content_Type="application/sparql-query")
            )
            time.sleep(self.random.uniform(0.2, 1.0))
            if walks_away:
                file.read(10_000)
                self.count(0)
                return
            answer = read_response(file)
            self.count(answer.status)
            if answer.status == 200 and answer.body.count(b"\r\n") != 50_001:
                self.complain(f"{len(answer.body)} bytes are not all of it")

    def slow_sender(self) -> None:
        """A query that comes in pieces."""
        kind, text = ASKED["count"]
        begun = time.monotonic()
        data = request("POST", "/sparql", text.encode(), Accept="text/csv", Content_Type="application/sparql-query")
        with connected(self.world.port, 60, self.address) as sock, sock.makefile("rb") as file:
            for place in range(0, len(data), 40):
                sock.sendall(data[place : place + 40])
                time.sleep(0.05)
            answer = read_response(file)
        self.count(answer.status)
        if answer.status == 200:
            self.check_value(begun, "count", read(kind, "csv", answer.body), answer)
        elif answer.status not in TOLD:
            self.complain(f"{answer.status} {answer.body[:200]!r}")

    def oversized(self) -> None:
        """A body of 20 MB is refused; the refusal arrives."""
        answer = self.ask("POST", "/sparql", b"x" * 20_000_000, Content_Type="application/sparql-query")
        if answer.status != 413:
            self.complain(f"{answer.status} {answer.body[:200]!r}")

    def hang_up(self) -> None:
        """Ask for something endless and go away."""
        with connected(self.world.port, 60, self.address) as away:
            away.sendall(request("GET", f"/sparql?query={quote(ENDLESS)}"))
            time.sleep(self.random.uniform(0.1, 0.8))
        self.count(0)

    def odds(self) -> None:
        """What is not there, what may not be done, operations."""
        method, path, status = self.random.choice(_ODDS)
        answer = self.ask(method, path, Accept="*/*")
        if answer.status not in (status, 502, 503):
            self.complain(f"{method} {path}: {answer.status}")
        if method == "HEAD" and answer.body:
            self.complain(f"{path}: HEAD with a body")


# What a client does, and how often.
ACTIONS = {
    "query": 30, "held_query": 6, "document": 20, "head": 4, "pipelined": 3, "dump": 8, "hostile": 2, "elsewhere": 2,
    "large": 2, "slow_reader": 1, "slow_sender": 2, "oversized": 1, "hang_up": 1, "odds": 5,
}  # fmt: skip
_ODDS = [
    ("HEAD", "/", 200), ("HEAD", "/dumps/all.nt", 200), ("HEAD", "/sparql", 200), ("GET", "/sparql", 200), ("GET", "/no/such/page", 404),
    ("DELETE", "/sparql", 405), ("OPTIONS", "/sparql", 204), ("GET", "/sparql?update=x", 403), ("GET", "/-/alive", 200),
    ("GET", "/-/ready", 200), ("GET", "/-/metrics", 200), ("GET", "/sparql?query=SELECT", 400),
]  # fmt: skip


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:8]
