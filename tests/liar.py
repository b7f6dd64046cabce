"""A proxy before a real service that tells one lie: what it sends differs from what it got in just one line."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

_BLOCK = 1 << 16


@dataclass
class Request:
    """What the client asked. `headers` by lower-case name."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "")


@dataclass
class Reply:
    """What the service answered. `keep_length` sends Content-Length as it was, whatever the body is now."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    keep_length: bool = False
    raw: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        return ", ".join(value for known, value in self.headers if known == name.lower())

    def without(self, *names: str) -> "Reply":
        self.headers = [(name, value) for name, value in self.headers if name not in map(str.lower, names)]
        return self

    def having(self, name: str, value: str) -> "Reply":
        self.without(name).headers.append((name.lower(), value))
        return self

    @property
    def type(self) -> str:
        return self.header("content-type").partition(";")[0]


Lie = Callable[[Request, Reply], Reply | None]


@contextmanager
def lying(port: int, lie: Lie):
    """A proxy on a free port before the service at `port`; yields its URL. A lie that gives None changes nothing."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_serve, args=(listener, port, lie), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _serve(listener: socket.socket, port: int, lie: Lie) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_pass, args=(client, port, lie), daemon=True).start()


def _pass(client: socket.socket, port: int, lie: Lie) -> None:
    sent = bytearray()
    with client, socket.create_connection(("localhost", port), timeout=60) as service:
        threading.Thread(target=_pump, args=(client, service, sent), daemon=True).start()
        raw = _all_of(service)
        try:
            client.sendall(_told(bytes(sent), raw, lie))
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the client has gone


def _pump(client: socket.socket, service: socket.socket, sent: bytearray) -> None:
    try:
        while block := client.recv(_BLOCK):
            sent += block
            service.sendall(block)
    except OSError:
        pass  # either side has gone, which the other thread sees too


def _all_of(service: socket.socket) -> bytes:
    found = bytearray()
    try:
        while block := service.recv(_BLOCK):
            found += block
    except OSError:
        pass  # cut off: what came is all there is
    return bytes(found)


def _told(sent: bytes, raw: bytes, lie: Lie) -> bytes:
    head, _, rest = raw.partition(b"\r\n\r\n")
    asked_head, _, asked_body = sent.partition(b"\r\n\r\n")
    first = asked_head.decode("latin-1").split("\r\n")[0].split(" ")
    first += [""] * (3 - len(first))  # refused before the line had come to its end
    if not re.match(rb"HTTP/1\.\d \d{3}", head):
        return raw
    asked = Request(first[0], first[1], dict(_fields(asked_head)), asked_body)
    reply = lie(asked, Reply(int(head.split()[1]), _fields(head), rest, raw=raw))
    return raw if reply is None else _written(reply)


def _fields(head: bytes) -> list[tuple[str, str]]:
    lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
    return [(name.lower(), value.strip()) for name, _, value in lines]


def _written(reply: Reply) -> bytes:
    if not reply.keep_length and reply.header("content-length"):
        reply.having("content-length", str(len(reply.body)))
    lines = [f"HTTP/1.1 {reply.status} Told", *(f"{name}: {value}" for name, value in reply.headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + reply.body
