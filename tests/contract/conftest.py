"""The engines, each over the same release; those that are elsewhere are loaded by our own command."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.engine import Engine
from service.engine.choose import open_engine
from service.releases import Release, publish
from service.settings import Settings
from tests.contract import servers
from tests.contract.differences import DIFFERENCES
from tests.contract.publication import make_publication

ENGINES = ("pool", "oxigraph", "virtuoso")
SETTINGS = Settings(query_seconds=15.0, query_memory_mb=512, result_mb=64, workers=2, slow_workers=8)


@pytest.fixture(scope="package")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("contract") / "releases"
    made = make_publication(root)
    publish(root, made.id)
    return made


@pytest.fixture(scope="package")
def addresses(tmp_path_factory: pytest.TempPathFactory, release: Release) -> Iterator[Callable[[str], str]]:
    """Engine -> what ENGINE is set to; a server is started when its first test comes, and loaded."""
    known: dict[str, str] = {"pool": "pool"}
    with ExitStack() as open_servers:

        def address(name: str) -> str:
            if name not in known:
                start = {"oxigraph": _oxigraph, "virtuoso": _virtuoso}[name]
                known[name] = start(open_servers, tmp_path_factory.mktemp(name), release)
            return known[name]

        yield address


def _oxigraph(running: ExitStack, folder: Path, release: Release) -> str:
    with servers.oxigraph(folder / "store") as url:
        load(release, f"{url}/query")
    return running.enter_context(servers.oxigraph(folder / "store", "serve-read-only")) + "/query"


def _virtuoso(running: ExitStack, folder: Path, release: Release) -> str:
    url = running.enter_context(servers.virtuoso(folder / "db")) + "/sparql"
    load(release, url, "--user", "dba")
    return url


def load(release: Release, url: str, *options: str) -> str:
    """Run `conflict-actors load`; returns what it said."""
    command = ["load", "--releases", str(release.folder.parent), "--engine", url, *options]
    done = CliRunner().invoke(main, command, env={"LOAD_PASSWORD": "dba"})
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="package")
def opened(release: Release, addresses: Callable[[str], str]) -> Iterator[Callable[..., Engine]]:
    """Opens an engine by name with changed settings; the same one for the same wish."""
    known: dict[str, Engine] = {}

    def open_by_name(name: str, **changes: object) -> Engine:
        wish = f"{name} {changes}"
        if wish not in known:
            known[wish] = open_engine(replace(SETTINGS, engine=addresses(name), **changes), release)
        return known[wish]

    yield open_by_name
    for engine in known.values():
        engine.close()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine of this run of a test; a case in DIFFERENCES is expected to fail on it."""
    name: str = request.param
    spec = getattr(request.node, "callspec", None)
    case = spec.id.removeprefix(f"{name}-").removesuffix(f"-{name}") if spec else ""
    if (name, case) in DIFFERENCES:
        request.applymarker(pytest.mark.xfail(reason=DIFFERENCES[name, case], strict=True))
    return name


@pytest.fixture
def engine(opened: Callable[..., Engine], engine_name: str) -> Engine:
    return opened(engine_name)
