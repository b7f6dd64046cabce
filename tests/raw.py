"""HTTP/1.1 by hand, for what no client library would send: bytes, pauses, half-closed sockets, several requests at once."""

import select
import socket
import time
from contextlib import contextmanager
from typing import NamedTuple


class Response(NamedTuple):
    """`headers` have lower-case names. `body` is empty where HTTP says that there is none."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def connected(port, seconds=20.0, source="127.0.0.1"):
    """A socket to the service, with Nagle's algorithm off, so that pieces go out as they are written."""
    with socket.create_connection(("127.0.0.1", port), seconds, source_address=(source, 0)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield sock


def request(method, path, body=b"", **headers) -> bytes:
    """The bytes of a request; names of headers have underscores for hyphens."""
    given = {"Host": "localhost", **({"Content-Length": str(len(body))} if body else {})}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def read_response(file, method="GET") -> Response | None:
    """The next response in a buffered stream; None when the connection has ended before it. Raises EOFError in its middle."""
    status_line = file.readline()
    if not status_line:
        return None
    status = int(status_line.split()[1])
    headers = {}
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if method == "HEAD" or status in (204, 304) or status < 200:
        return Response(status, headers, b"")
    length = int(headers["content-length"])
    body = file.read(length)
    if len(body) < length:
        raise EOFError(f"{len(body)} of {length} bytes")
    return Response(status, headers, body)


def exchange(port, data, method="GET", **options) -> Response | None:
    """Send bytes, read one response."""
    with connected(port, **options) as sock, sock.makefile("rb") as file:
        sock.sendall(data)
        return read_response(file, method)


class Outcome(NamedTuple):
    """How an attack ended: the status of the first answer, 0 for none; seconds until it had come or the end had."""

    status: int
    seconds: float
    received: bytes


def attack(port, pieces, pause=0.0, half_closes=False, patience=30.0) -> Outcome:
    """Send pieces until they are all sent, an answer comes or the connection ends. Raises TimeoutError after `patience`."""
    begun, received, left = time.monotonic(), bytearray(), iter(pieces)
    with connected(port) as sock:
        sock.setblocking(False)
        piece = _next_piece(sock, left, half_closes)
        while b"\r\n" not in received:
            wait = begun + patience - time.monotonic()
            if wait < 0:
                raise TimeoutError(f"neither an answer nor an end within {patience:g} s")
            readable, writable, _ = select.select([sock], [sock] if piece else [], [], min(wait, 1.0))
            try:
                if readable:
                    data = sock.recv(1 << 16)
                    if not data:
                        break
                    received += data
                elif writable:
                    piece = piece[sock.send(piece) :]
                    if not piece:
                        time.sleep(pause)
                        piece = _next_piece(sock, left, half_closes)
            except OSError:
                break
    status = int(received.split(None, 2)[1]) if received.startswith(b"HTTP/1.") else 0
    return Outcome(status, time.monotonic() - begun, bytes(received))


def _next_piece(sock, left, half_closes) -> memoryview:
    """What is to be sent next; after the last piece the client may end its side."""
    piece = memoryview(next(left, b""))
    if not piece and half_closes:
        sock.shutdown(socket.SHUT_WR)
    return piece
