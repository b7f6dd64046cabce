"""Real engines as processes of their own on loopback, each with an empty store below a temporary folder."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.programs import program

_START_SECONDS = 60
# Virtuoso cuts every result at this number of rows; the tests see that a cut result is never taken for a whole one.
VIRTUOSO_ROWS = 40_000
VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
CaseMode = 2
NumberOfBuffers = 2000
MaxDirtyBuffers = 1200
ThreadsPerQuery = 1
MaxQueryMem = 256M
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 20
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 40
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(folder: Path, mode: str = "serve") -> Iterator[str]:
    """Oxigraph over the store in `folder`; yields the address of the server."""
    bind = f"127.0.0.1:{free_port()}"
    command = [program("oxigraph"), mode, "--location", str(folder), "--bind", bind]
    with running(command, folder.parent, f"http://{bind}/query?query=ASK%7B%7D"):
        yield f"http://{bind}"


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Virtuoso as Debian packages it, its database in `folder`; yields the address of the server."""
    command = [program("virtuoso-t"), "+foreground", "+configfile", "virtuoso.ini"]
    folder.mkdir()
    http = free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(http=http, sql=free_port(), rows=VIRTUOSO_ROWS))
    with running(command, folder, f"http://127.0.0.1:{http}/sparql?query=ASK%7B%7D"):
        yield f"http://127.0.0.1:{http}"


@contextmanager
def running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    """The process, once it answers at `url`; ended at the end, its log shown when it does not come up."""
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        _wait(process, url, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{process.args} did not come up:\n{log.read_text(errors='replace')}")
