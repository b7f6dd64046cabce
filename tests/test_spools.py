"""Large results on their way: within a space for all, and within a share of it for each client."""

import os
from tempfile import TemporaryFile

import pytest

from service.errors import QueryStopped, TooManyRequests
from service.web.spools import Spools


@pytest.fixture
def spools():
    spools = Spools(80)
    yield spools
    for one in spools._lent.values():
        one.file.close()


def lend(spools, size, client="a"):
    file = TemporaryFile()  # noqa: SIM115 - the spools close it
    try:
        spools.lend(file, size, client)
    except Exception:
        assert file.closed, "a refused result keeps its space on the disk"
        raise
    return file


def test_a_client_has_a_quarter_and_the_others_the_rest(spools):
    lend(spools, 10), lend(spools, 10)
    with pytest.raises(TooManyRequests) as refused:
        lend(spools, 1)
    assert (refused.value.status, refused.value.members["limit"]) == (429, "space of a client")
    assert int(refused.value.headers["Retry-After"]) > 0
    for client in "bcd":
        lend(spools, 20, client)
    with pytest.raises(QueryStopped) as full:
        lend(spools, 1, "e")
    assert full.value.members["limit"] == "space"
    assert spools.size == 80


def test_one_result_is_sent_whatever_its_size(spools):
    lend(spools, 70)
    with pytest.raises(TooManyRequests):
        lend(spools, 1)
    lend(spools, 10, "b")


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("service.web.spools.monotonic", lambda: now[0])
    return now


def opened(spools, size, client):
    """A result that the server has opened to send it."""
    file = TemporaryFile()  # noqa: SIM115 - the spools close it
    file.write(b"x" * size)
    file.flush()
    server = os.open(spools.lend(file, size, client), os.O_RDONLY)
    spools.sweep()
    assert file.closed
    return server


def length(server):
    found = os.fstat(server).st_size
    os.close(server)
    return found


KIB = 1 << 10
SIZE = 8192 * KIB


def test_who_reads_next_to_nothing_is_cut_off_when_others_want_the_space(clock):
    spools = Spools(4 * SIZE, patience_seconds=30)
    slow, slower, fast = (opened(spools, SIZE, client) for client in "abc")
    os.read(slower, 4096 * KIB)  # what systems take at once on the way says nothing
    for _ in range(70):
        clock[0] += 1
        os.read(slow, 40 * KIB), os.read(slower, 20 * KIB), os.read(fast, 80 * KIB)
        spools.sweep()
    new = opened(spools, SIZE, "d")
    with TemporaryFile() as other:
        assert spools.lend(other, SIZE, "e")
        assert spools.size == 4 * SIZE
        assert [length(one) for one in (slow, slower, fast, new)] == [SIZE, 0, SIZE, SIZE]


def test_nobody_is_cut_off_sooner_or_while_there_is_space_or_for_nothing(clock):
    spools = Spools(4 * SIZE, patience_seconds=30)
    one = opened(spools, SIZE, "a")
    clock[0] += 29
    spools.sweep()
    with pytest.raises(QueryStopped):
        lend(spools, 4 * SIZE, "b")
    clock[0] += 2
    spools.sweep()
    lend(spools, SIZE, "b")
    with pytest.raises(QueryStopped):
        lend(spools, 3 * SIZE + 1, "c")  # more than the slow one has
    assert length(one) == SIZE
    for left in spools._lent.values():
        left.file.close()


def test_what_was_read_makes_room(spools):
    files = [lend(spools, 20)]
    files[0].close()
    spools.sweep()
    assert spools.size == 0
    lend(spools, 20)
