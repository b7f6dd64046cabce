"""The servers under measure: ours and its peers, each a process on loopback over the same data."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.press.build import build
from service.releases import Release, publish
from service.settings import Settings
from tests.contract import servers as engines
from tests.programs import find

BIN = Path(sys.executable).parent
_RDFLIB = """
import sys
import rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
data = rdflib.Dataset(default_union=True)
data.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=data, path="/sparql"), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


_NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
  access_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on; default_type application/octet-stream;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, at which path it takes queries, when its process was started."""

    name: str
    port: int
    endpoint: str
    begun: float = 0.0


def publication(folder: Path) -> tuple[Settings, Release]:
    """Build and publish the repository's own data for a free port."""
    port = free_port()
    settings = Settings(releases=folder / "releases", port=port, base=f"http://localhost:{port}/")
    release = build(settings)
    publish(settings.releases, release.id)
    return settings, release


@contextmanager
def ours(settings: Settings) -> Iterator[Server]:
    environ = {
        "RELEASES": str(settings.releases),
        "PORT": str(settings.port),
        "BASE": settings.base,
        "QUERY_SECONDS": "120",
    }
    with _running([sys.executable, "-m", "service", "serve"], settings.port, "/-/alive", environ) as begun:
        yield Server("conflict-actors", settings.port, "/sparql", begun)


@contextmanager
def oxigraph(release: Release, folder: Path) -> Iterator[Server]:
    port = free_port()
    command = [str(BIN / "oxigraph")]
    where = ["--location", str(folder / "oxigraph")]
    if not (folder / "oxigraph").exists():
        file = str(release.folder / "dumps" / "all.nq")
        subprocess.run([*command, "load", *where, "--file", file], check=True, capture_output=True)
    serve = [*command, "serve-read-only", *where, "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with _running(serve, port, "/query?query=ASK%7B%7D", {}) as begun:
        yield Server("oxigraph", port, "/query", begun)


@contextmanager
def rdflib_endpoint(release: Release) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-c", _RDFLIB, str(release.folder / "dumps" / "all.nq"), str(port)]
    with _running(command, port, "/sparql?query=ASK%7B%7D", {}):
        yield Server("rdflib-endpoint", port, "/sparql")


@contextmanager
def virtuoso(settings: Settings, folder: Path) -> Iterator[Server | None]:
    """Virtuoso as the tests set it up, loaded by our own command; None when it is not installed."""
    if find("virtuoso-t") is None:
        yield None
        return
    with engines.virtuoso(folder / "virtuoso") as url:
        load = ["load", "--releases", str(settings.releases), "--engine", f"{url}/sparql", "--user", "dba"]
        environ = os.environ | {"LOAD_PASSWORD": "dba"}
        subprocess.run([sys.executable, "-m", "service", *load], env=environ, check=True, capture_output=True)
        yield Server("Virtuoso", int(url.rpartition(":")[2]), "/sparql")


@contextmanager
def nginx(root: Path, folder: Path) -> Iterator[Server | None]:
    """The files below `root` as nginx sends them; None when nginx is not installed."""
    program = find("nginx")
    if program is None:
        yield None
        return
    port, config = free_port(), folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder.absolute(), root=root.absolute(), port=port))
    with _running([program, "-c", str(config.absolute())], port, "/dumps/all.ttl.gz", {}):
        yield Server("nginx", port, "")


@contextmanager
def _running(command: list[str], port: int, ready: str, environ: dict[str, str]) -> Iterator[float]:
    """The process, once it answers at the path `ready`; yields the monotonic time at which it was started."""
    begun = time.monotonic()
    with subprocess.Popen(
        command, env=os.environ | environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait(f"http://127.0.0.1:{port}{ready}", process)
            yield begun
        finally:
            process.terminate()


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "*/*"}), timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.005)
    raise RuntimeError(f"{url} did not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
