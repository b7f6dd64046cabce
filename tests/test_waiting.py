"""Clients take turns, what one of them asks keeps its order, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from service.engine.waiting import Waiting

ASKED = st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=30)


def all_of(waiting):
    return [waiting.next() for _ in range(len(waiting))]


@given(ASKED)
def test_everybody_comes_once_and_in_the_order_of_asking(asked):
    waiting = Waiting()
    for place, (client, _) in enumerate(asked):
        waiting.add(client, (client, place))
    served = all_of(waiting)
    assert sorted(place for _, place in served) == list(range(len(asked)))
    for client in "abc":
        mine = [place for who, place in served if who == client]
        assert mine == sorted(mine)


@given(ASKED)
def test_nobody_is_served_twice_while_another_waits(asked):
    waiting = Waiting()
    for client, number in asked:
        waiting.add(client, (client, number))
    left = [client for client, _ in asked]
    last_round: list[str] = []
    while len(waiting):
        client, _ = waiting.next()
        if client in last_round:
            assert set(left) <= set(last_round), "somebody was passed over"
            last_round = []
        last_round.append(client)
        left.remove(client)


@given(ASKED, st.sets(st.sampled_from("abc")))
def test_who_may_not_is_passed_over_and_keeps_the_place(asked, barred):
    waiting = Waiting()
    for client, number in asked:
        waiting.add(client, (client, number))
    served = []
    while (one := waiting.next(lambda client: client not in barred)) is not None:
        served.append(one)
    assert sorted(served) == sorted(one for one in asked if one[0] not in barred)
    left = all_of(waiting)
    assert sorted(left) == sorted(one for one in asked if one[0] in barred)
    assert waiting.next() is None


@given(ASKED, st.integers())
def test_what_is_taken_out_is_gone_and_the_rest_stays(asked, limit):
    waiting = Waiting()
    for client, number in asked:
        waiting.add(client, number)
    out = waiting.remove(lambda number: number > limit)
    assert sorted(out) == sorted(number for _, number in asked if number > limit)
    assert sorted(all_of(waiting)) == sorted(number for _, number in asked if number <= limit)
    assert len(waiting) == 0
