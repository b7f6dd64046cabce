"""Large results on their way: within a space for all, and within a share of it for each client."""

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


def test_what_was_read_makes_room(spools):
    files = [lend(spools, 20)]
    files[0].close()
    spools.sweep()
    assert spools.size == 0
    lend(spools, 20)
