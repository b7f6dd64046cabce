"""What strangers write is kept while it is short: nobody fills the memory with long keys."""

import tracemalloc
from urllib.parse import urlsplit

import pytest

from service import iris, negotiate
from service.iris import Base
from service.kept import kept
from service.media import HTML, JSON, TURTLE
from service.names import spelling
from service.protocol import QueryRequest
from service.reconcile import Facts
from service.web import answers, encodings, listed, pages, turnstile
from service.web.cache import ReplyCache
from service.web.replies import Reply
from tests.engines import BASE, InProcess, harbour
from tests.linked import libya

HERE = Base("http://localhost:8000/")


def sized(most=3, characters=10):
    calls = []

    @kept(most, characters)
    def joined(one, *others):
        """Joins."""
        calls.append(one)
        return (one, *others)

    return joined, calls


def test_what_is_short_is_made_once():
    joined, calls = sized()
    assert [joined("abc", 1) for _ in range(5)] == [("abc", 1)] * 5
    assert calls == ["abc"]
    assert joined.__doc__ == "Joins."


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(("x" * 11,), id="text"),
        pytest.param(("x" * 6, "y" * 5), id="together"),
        pytest.param(("x", ("y" * 5, ("z" * 5,))), id="in tuples"),
    ],
)
def test_what_is_long_is_answered_and_not_kept(given):
    joined, calls = sized()
    assert joined(*given) == joined(*given) == given
    assert len(calls) == 2
    assert joined.cache_info().currsize == 0


def test_the_last_few_are_kept():
    joined, calls = sized()
    for one in ("a", "b", "c", "d", "a"):
        joined(one)
    assert calls == ["a", "b", "c", "d", "a"]


FORWARDED = ", ".join(f"10.0.{number // 250}.{number % 250}" for number in range(30_000))
# Function of ours that a request reaches, with something long in it; and the cache behind it.
LONG = [
    pytest.param(iris._path, lambda n: HERE.path(f"{HERE.iri}id/{n}" + "^" * 180_000), id="IRI"),
    pytest.param(iris._path, lambda n: pages.href(f"{HERE.iri}{n}" + "^" * 180_000, None), id="link"),
    pytest.param(negotiate._ranges, lambda n: negotiate.choose(f"*/*, a/b{n}" * 20_000, (JSON, HTML)), id="Accept"),
    pytest.param(negotiate.profiles, lambda n: negotiate.profiles(f"a/b{n}, " * 40_000, TURTLE.media_type), id="profiles"),
    pytest.param(
        answers._acceptable, lambda n: answers.choose_offers(QueryRequest("ASK {}"), f"*/*, a/b{n}" * 20_000), id="offers"
    ),
    pytest.param(encodings._wanted, lambda n: encodings.choose(f"gzip, x{n}, " * 30_000), id="Accept-Encoding"),
    pytest.param(spelling.fold, lambda n: spelling.fold(f"{n} " * 1000), id="name"),
    pytest.param(spelling.skeleton, lambda n: spelling.skeleton(f"b{n}" * 1000), id="word"),
    pytest.param(spelling.heard, lambda n: spelling.heard(f"b{n}" * 1000), id="word that is heard"),
]  # fmt: skip


@pytest.mark.parametrize(("cache", "ask"), LONG)
def test_nothing_long_stays_behind_a_request(cache, ask):
    before = cache.cache_info().currsize
    for number in range(3):
        ask(number)
    assert cache.cache_info().currsize == before


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_of_a_chain_of_proxies_only_our_own_part_is_read(proxies):
    """RFC 7239 section 7.1: what stands further left anybody may write."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(100):
        told = f"{number}, {FORWARDED}, 192.0.2.{number}, 198.51.100.7"
        expected = {0: "203.0.113.1", 1: "198.51.100.7", 2: f"192.0.2.{number}"}[proxies]
        assert turnstile.client_of("203.0.113.1", told, proxies) == expected
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 1_000_000


def test_an_address_that_is_too_long_to_follow_is_no_link():
    before = urlsplit.cache_info().currsize
    assert pages.href("http://example.org/" + "x" * 180_000, None) == ""
    assert urlsplit.cache_info().currsize == before
    assert pages.href("http://example.org/" + "x" * 5000, None)


def test_labels_of_made_up_iris_leave_nothing(tmp_path):
    client, made_up = harbour(tmp_path).test_client(), [f"{BASE}{n}" + "^" * 3000 for n in range(60)]
    client.post("/sparql/labels", json=[])
    before = iris._path.cache_info().currsize
    assert len(client.post("/sparql/labels", json=made_up).get_json()) == 60
    assert iris._path.cache_info().currsize == before


def test_facts_of_what_does_not_exist_are_not_kept():
    facts = Facts(InProcess({"": f"<{BASE}id/a> a <{BASE}ontology#A> ; <{BASE}ontology#b> 1 ."}), Base(BASE))
    for number in range(3):
        assert facts.properties(f"http://x/{number}") == []
        assert not facts.of(f"http://x/{number}").values
    assert (dict(facts._properties), dict(facts._kept)) == ({}, {})
    assert [one.iri for one in facts.properties(f"{BASE}ontology#A")] == [f"{BASE}ontology#b"]
    assert facts.of(f"{BASE}id/a").types == [f"{BASE}ontology#A"]
    assert (len(facts._properties), len(facts._kept)) == (1, 1)


def test_a_kept_reply_counts_with_all_that_was_asked_for():
    cache = ReplyCache(1 << 20)
    link = "<http://localhost:8000/fragments?subject=" + "x" * 50_000 + '>; rel="next"'
    for number in range(30):
        cache.put(("r", f"/{number}", "y" * 10_000, "", ""), Reply(200, (("ETag", '"1"'), ("Link", link))))
    assert sum(cache.get(("r", f"/{n}", "y" * 10_000, "", "")) is not None for n in range(30)) <= 17
    assert 60_000 < cache.bytes <= 1 << 20


def test_filters_of_a_list_are_kept_while_they_are_short():
    client = libya().test_client()
    client.get("/browse/Person")
    before = listed._facets.cache_info().currsize
    for number in range(3):
        assert client.get("/browse/Person", query_string={"leads": f"{number}" * 5000}).status_code == 200
    assert listed._facets.cache_info().currsize == before
    client.get("/browse/Person?leads=nothing")
    assert listed._facets.cache_info().currsize == before + 1
