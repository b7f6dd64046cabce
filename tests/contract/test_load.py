"""A release comes whole into a store, goes on where it broke off, and is counted at the end."""

import json
import shutil

import pytest
from click.testing import CliRunner

from service.cli import main
from service.engine import load as loading
from service.engine.digest import authorization
from service.engine.graphs import mark, union_graph
from service.engine.load import Ledger, load
from service.errors import PressError
from service.press.progress import Silent
from service.releases import Release
from tests.contract import faulty, servers
from tests.contract.conftest import load as load_by_command
from tests.contract.publication import NUMBERS, graphs, make_publication, statements

BATCH = 20_000


class Memory:
    """A store of sets of lines. `breaks_after` so many batches; `loses` what is put into these graphs."""

    def __init__(self, breaks_after: int = 10**9, loses: tuple[str, ...] = ()) -> None:
        self.graphs: dict[str, set[bytes]] = {}
        self.calls: list[tuple[str, str]] = []
        self.breaks_after, self.loses = breaks_after, loses

    def put(self, graph: str, ntriples: bytes) -> None:
        self.graphs[graph] = set()
        self._take("put", graph, ntriples)

    def add(self, graph: str, ntriples: bytes) -> None:
        self._take("add", graph, ntriples)

    def _take(self, how: str, graph: str, ntriples: bytes) -> None:
        if self.breaks_after == 0:
            raise PressError("The store went away.")
        self.breaks_after -= 1
        self.calls.append((how, graph))
        assert ntriples.endswith(b" .\n")
        if graph not in self.loses:
            self.graphs[graph] |= set(ntriples.splitlines())

    def drop(self, graph: str) -> None:
        self.graphs.pop(graph, None)

    def close(self) -> None:
        """Nothing to hang up."""

    def count(self, graph: str) -> int:
        return len(self.graphs.get(graph, ()))

    def holds(self, graph: str, triple: str) -> bool:
        return triple.encode() in self.graphs.get(graph, ())


@pytest.fixture
def own(tmp_path) -> Release:
    return make_publication(tmp_path / "releases")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(loading, "_BATCH_BYTES", BATCH)


def run(release: Release, store: Memory) -> int:
    return load(release, store, store, Ledger(release, "memory"), Silent())


def test_every_graph_and_the_union_arrive_and_a_mark_says_so(own):
    store = Memory()
    sent = run(own, store)
    expected = {f"{own.base}graph/{name}": len(found) for name, found in graphs().items()}
    expected |= {union_graph(own): statements(), mark(own)[0]: 1}
    assert {graph: len(lines) for graph, lines in store.graphs.items()} == expected
    assert sent == len(store.calls) - 2  # the mark, before and after
    assert [how for how, graph in store.calls if graph.endswith("numbers")].count("put") == 1


def test_loading_again_sends_nothing(own):
    store = Memory()
    run(own, store)
    assert run(own, store) == 0


@pytest.mark.parametrize("broken", [1, 2, 5, 12])
def test_a_load_that_broke_off_goes_on(own, broken):
    whole = run(own, Memory())
    shutil.rmtree(own.folder.parent)
    again = make_publication(own.folder.parent)
    store = Memory(breaks_after=broken)
    with pytest.raises(PressError):
        run(again, store)
    assert not store.holds(*mark(again))
    store.breaks_after = 10**9
    assert run(again, store) == whole - (broken - 1)  # the mark was the first to be sent
    assert store.count(union_graph(again)) == statements()


def test_a_store_that_was_emptied_is_loaded_anew(own):
    whole = run(own, Memory())
    store = Memory()
    assert run(own, store) == whole
    assert store.count(union_graph(own)) == statements()


def test_another_release_in_the_store_is_replaced_however_alike_it_is(own):
    store = Memory()
    whole = run(own, store)
    other = make_publication(own.folder.parent / "other", release_id="r2")
    assert run(other, store) == whole
    assert store.holds(*mark(other))
    assert run(own, store) == whole


def test_what_did_not_arrive_is_told_and_loaded_the_next_time(own):
    numbers = f"{own.base}graph/numbers"
    store = Memory(loses=(numbers,))
    with pytest.raises(PressError) as stopped:
        run(own, store)
    assert f"numbers has 0 of {NUMBERS:,}" in stopped.value.detail
    assert not store.holds(*mark(own))
    store.loses = ()
    assert run(own, store) > 1
    assert store.count(numbers) == NUMBERS


def test_the_ledger_is_beside_the_release_and_not_in_it(own):
    before = sorted(path.name for path in own.folder.iterdir())
    run(own, Memory())
    assert sorted(path.name for path in own.folder.iterdir()) == before
    (ledger,) = own.folder.parent.glob(f".{own.id}.loaded-*.json")
    assert set(json.loads(ledger.read_text())) == {part.graph for part in loading.parts(own)}


def test_the_command_loads_counts_and_says_so(release, addresses):
    said = load_by_command(release, addresses("virtuoso"), "--user", "dba")
    assert f"holds release {release.id}" in said
    assert "(0 batches sent)" in said


def test_a_store_is_loaded_by_updates(own, tmp_path):
    with servers.oxigraph(tmp_path / "store") as url:
        said = load_by_command(own, f"{url}/query", "--update", f"{url}/update", "--release", own.id)
    assert "(0 batches" not in said
    assert "numbers" in said


def test_a_wrong_password_is_told(own, addresses):
    command = [
        "load",
        "--releases",
        str(own.folder.parent),
        "--release",
        own.id,
        "--engine",
        addresses("virtuoso"),
        "--user",
        "dba",
    ]
    done = CliRunner().invoke(main, command, env={"LOAD_PASSWORD": "guess"})
    assert done.exit_code == 1
    assert "does not let us write" in done.output
    assert "guess" not in done.output


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--engine", "pool"], "Say which store"), (["--engine", "http://127.0.0.1:9/unknown"], "--graph-store URL"),
     (["--engine", "http://127.0.0.1:9/query", "--update", "http://a/", "--graph-store", "http://b/"], "not both"),
     (["--engine", "http://127.0.0.1:9/query"], "cannot be reached"), (["--engine", "http://u:secret@h/ x"], "must look like")],
)  # fmt: skip
def test_what_cannot_be_loaded_is_told_in_a_sentence(own, options, said):
    done = CliRunner().invoke(main, ["load", "--releases", str(own.folder.parent), "--release", own.id, *options])
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output
    assert "secret" not in done.output


def test_a_store_that_answers_nonsense_is_told(own):
    page = faulty.answer(b"<html>Hello", "text/html", "405 Method Not Allowed")
    with faulty.serving(faulty.sends(page)) as store:
        options = ["--engine", store.url, "--graph-store", store.url, "--release", own.id]
        done = CliRunner().invoke(main, ["load", "--releases", str(own.folder.parent), *options])
    assert done.exit_code == 1
    assert "405" in done.output


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
     ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")],
)  # fmt: skip
def test_digest_is_that_of_rfc_7616(algorithm, response):
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    header = authorization(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", cnonce)
    assert f'response="{response}"' in header
    assert "Circle" not in header
