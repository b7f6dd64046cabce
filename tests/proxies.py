"""nginx and Varnish as docs/deploy.md sets them up: its own files, with only addresses, ports and paths exchanged."""

import http.client
import re
import shlex
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.live import ROOT, free_port
from tests.programs import program

GUIDE = ROOT / "docs" / "deploy.md"
_START_SECONDS = 20
# What nginx has outside of the file in the guide; all its temporary files go below one folder.
_AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
  access_log off; include {folder}/site.conf;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
}}
"""


def snippet(language: str) -> str:
    """The one fenced block of the guide in this language that is a whole file or command."""
    found: str = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)[0]
    return found


def exchanged(text: str, changes: dict[str, str]) -> str:
    """The text with each key replaced, which must be there."""
    for old, new in changes.items():
        assert old in text, f"docs/deploy.md has no {old!r}"
        text = text.replace(old, new)
    return text


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_kept(self) -> bool:
        """Did a proxy answer by itself?"""
        return self.headers.get("x-cache") == "HIT"


@dataclass(frozen=True)
class Place:
    """Where requests go in: the service itself or a proxy."""

    name: str
    port: int
    secure: ssl.SSLContext | None = None
    folder: Path = field(default=Path(), compare=False)

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, source: str = "", **headers: str
    ) -> Answer:
        """One request on a connection of its own; the path goes out as it stands here.

        Names of headers are written with `_` for `-`. `source` is the loopback address that the client has.
        """
        whence = (source, 0) if source else None
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        more = {"context": self.secure} if self.secure else {}
        connection = kind("127.0.0.1", self.port, timeout=30, source_address=whence, **more)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True, skip_host="host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            told: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                told.setdefault(name.lower(), []).append(value)
            return Answer(answer.status, {n: ", ".join(v) for n, v in told.items()}, answer.read())
        finally:
            connection.close()


def certificate(folder: Path) -> ssl.SSLContext:
    """Makes fullchain.pem and privkey.pem for this machine; returns what trusts them."""
    subprocess.run(
        [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))


@contextmanager
def nginx(folder: Path, behind: int, more: dict[str, str] | None = None) -> Iterator[Place]:
    """nginx before the server at the port `behind`; `more` is exchanged too. Its plain port is in `plain-port`."""
    trusted, port, plain = certificate(folder), free_port(), free_port()
    changes = {
        "/var/cache/nginx/conflict-actors": f"{folder}/cache", "/etc/letsencrypt/live/data.example.org": str(folder),
        "listen 80;": f"listen 127.0.0.1:{plain};", "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "server 127.0.0.1:8000 ": f"server 127.0.0.1:{behind} ", **(more or {}),
    }  # fmt: skip
    (folder / "site.conf").write_text(exchanged(snippet("nginx"), changes))
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder))
    (folder / "plain-port").write_text(str(plain))
    with _running([program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")], folder, port):
        yield Place("nginx", port, trusted, folder)


@contextmanager
def varnish(folder: Path, behind: int) -> Iterator[Place]:
    """Varnish before the server at the port `behind`, begun by the command in the guide."""
    port = free_port()
    (folder / "site.vcl").write_text(exchanged(snippet("vcl"), {'.port = "8000"': f'.port = "{behind}"'}))
    line = exchanged(snippet("sh").replace("\\\n", " "), {
        "127.0.0.1:6081": f"127.0.0.1:{port}", "/etc/varnish/conflict-actors.vcl": str(folder / "site.vcl"), "512m": "64m",
    })  # fmt: skip
    _, *options = shlex.split(line)
    with _running([program("varnishd"), *options, "-n", str(folder / "work"), "-j", "none"], folder, port):
        yield Place("varnish", port, None, folder)


def forget(place: Place) -> None:
    """What the guide does after a publication to have Varnish ask anew."""
    command = re.search(r"`varnishadm '(.*?)'`", GUIDE.read_text())
    assert command
    subprocess.run(
        [program("varnishadm"), "-n", str(place.folder / "work"), *shlex.split(command[1])], check=True, capture_output=True, timeout=20
    )  # fmt: skip


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        _wait(process, port, log)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{process.args} did not come up:\n{log.read_text(errors='replace')}")
