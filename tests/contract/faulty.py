"""A tiny HTTP server that answers a yes-or-no question well and does one wrong thing for any other query."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs

RESULTS = "application/sparql-results+json"
NO_ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
ROW = b'{"s":{"type":"uri","value":"http://example.org/1"}}'
YES = b'{"head":{},"boolean":true}'
Fault = Callable[[socket.socket], None]


def answer(
    body: bytes, media_type: str = RESULTS, status: str = "200 OK", *headers: str, length: int | None = None
) -> bytes:
    """A whole response; `length` lies about the body."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    lines += [f"Content-Type: {media_type}"] if media_type else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(*chunks: bytes, media_type: str = RESULTS) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: {media_type}\r\n\r\n".encode()
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


def unframed(body: bytes, media_type: str) -> bytes:
    """What a server of HTTP/1.0 sends: the body ends when the connection does."""
    return f"HTTP/1.0 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode() + body


def sends(data: bytes) -> Fault:
    return lambda peer: peer.sendall(data)


def hangs(peer: socket.socket) -> None:
    time.sleep(4)


def drips(data: bytes, seconds: float = 0.05) -> Fault:
    def fault(peer: socket.socket) -> None:
        for byte in data:
            peer.sendall(bytes([byte]))
            time.sleep(seconds)

    return fault


def floods(head: bytes, again: bytes) -> Fault:
    def fault(peer: socket.socket) -> None:
        peer.sendall(head)
        while True:
            peer.sendall(again)

    return fault


def resets(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Server:
    """`asked` are the queries that came, `paths` the request lines."""

    def __init__(self, fault: Fault, server: str, keeps: bool) -> None:
        self._fault, self._server, self._keeps = fault, server, keeps
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.asked: list[str] = []
        self.lines: list[str] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/sparql"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            while query := self._read(peer):
                if query.startswith("ASK"):
                    peer.sendall(answer(YES, RESULTS, "200 OK", f"Server: {self._server}"))
                else:
                    self._fault(peer)
                if not self._keeps:
                    return

    def _read(self, peer: socket.socket) -> str:
        data = b""
        while b"\r\n\r\n" not in data:
            data += _some(peer)
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        ]
        length = lengths[0] if lengths else 0
        while len(body) < length:
            body += _some(peer)
        self.lines.append(head.decode())
        self.asked.append(parse_qs(body.decode()).get("query", ["no query"])[0])
        return self.asked[-1]

    def close(self) -> None:
        self._listener.close()


def _some(peer: socket.socket) -> bytes:
    data = peer.recv(65536)
    if not data:
        raise ConnectionAbortedError
    return data


@contextmanager
def serving(fault: Fault, server: str = "Faulty", keeps: bool = False) -> Iterator[Server]:
    """`keeps`: connections stay open, as HTTP/1.1 has it."""
    running = Server(fault, server, keeps)
    try:
        yield running
    finally:
        running.close()
