"""Who asked something long is remembered for a while, and only so many are."""

import pytest

from service.engine import lately
from service.engine.lately import Lately


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told."""
    now = [100.0]
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    return now


def test_a_client_is_remembered_until_its_time_is_over(clock):
    long = Lately(seconds=10)
    long.note("a")
    clock[0] += 6
    long.note("b")
    assert ("a" in long, "b" in long, "c" in long) == (True, True, False)
    clock[0] += 5
    assert ("a" in long, "b" in long) == (False, True)


def test_it_begins_anew_with_each_long_query(clock):
    long = Lately(seconds=10)
    long.note("a")
    clock[0] += 9
    long.note("a")
    clock[0] += 9
    assert "a" in long


def test_the_oldest_is_forgotten_when_there_are_too_many(clock):
    long = Lately(seconds=10, most=2)
    for client in ("a", "b", "a", "c"):
        long.note(client)
    assert [client in long for client in "abc"] == [True, False, True]


def test_what_has_no_name_is_not_noted(clock):
    long = Lately()
    long.note("")
    assert "" not in long
