"""What holds of any request: the parser, negotiation and the limits on the way in, by properties (Hypothesis)."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from math import isfinite
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import media, negotiate, protocol
from service.errors import BadRequest, RequestTimeout, ServiceError, TooLarge, TooManyRequests
from service.media import Kind
from service.protocol import DIRECT, FORM, HttpQuery
from service.web import encodings
from service.web.bodies import Body
from service.web.turnstile import Turnstile, client_of

LIMIT = 300
GRAPHS = media.carrying(Kind.GRAPH)
# Text that has a UTF-8 form; a query of spaces only is no query.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
QUERY = TEXT.filter(lambda text: text.strip() != "")
IRIS = st.lists(TEXT, max_size=4)


def ways(query, fields):
    """The three ways of asking the same (protocol sections 2.1.1 to 2.1.3)."""
    everything = [("query", query), *fields]
    yield HttpQuery("GET", urlencode(everything).encode())
    yield HttpQuery("GET", urlencode(everything, quote_via=quote, safe="/?:").encode())
    yield HttpQuery("POST", b"", FORM, urlencode(everything).encode())
    yield HttpQuery("POST", urlencode(fields).encode(), DIRECT, query.encode())


@given(QUERY, IRIS, IRIS, st.none() | st.floats(0.001, 1e6))
def test_however_it_is_sent_it_is_the_same_query(query, default, named, seconds):
    fields = [("default-graph-uri", one) for one in default] + [("named-graph-uri", one) for one in named]
    fields += [("timeout", repr(seconds))] if seconds else []
    read = {
        protocol.read(http, 10_000) == protocol.QueryRequest(query, tuple(default), tuple(named), {}, seconds)
        for http in ways(query, fields)
    }
    assert read == {True}


@given(QUERY)
def test_the_length_of_a_query_is_counted_in_bytes_whatever_the_way(query):
    size = len(query.encode())
    for limit in (size - 1, size):
        for http in ways(query, []):
            if limit == size:
                assert protocol.read(http, limit).query == query
                continue
            with pytest.raises(ServiceError) as refused:
                protocol.read(http, limit)
            assert (refused.value.status, refused.value.members) == (
                414 if http.method == "GET" else 413, {"limit": "query length"},
            )  # fmt: skip


@given(QUERY, QUERY, st.sampled_from(["query", "timeout"]), st.integers(0, 3))
def test_what_may_be_given_once_is_never_chosen_among_two(first, second, name, place):
    one, other = (first, second) if name == "query" else ("1", "2")
    twice = [(name, one), (name, other), *([] if name == "query" else [("query", first)])]
    sent = [
        HttpQuery("GET", urlencode(twice).encode()),
        HttpQuery("POST", b"", FORM, urlencode(twice).encode()),
        HttpQuery("POST", urlencode(twice[:1]).encode(), FORM, urlencode(twice[1:]).encode()),
        HttpQuery("POST", urlencode(twice[1:]).encode(), FORM, urlencode(twice[:1]).encode()),
    ][place]
    with pytest.raises(BadRequest):
        protocol.read(sent, 10_000)


@given(TEXT | st.floats().map(repr) | st.integers().map(str))
def test_a_timeout_is_a_time_or_refused(text):
    try:
        seconds = protocol.read(
            HttpQuery("GET", urlencode({"query": "ASK {}", "timeout": text}).encode()), LIMIT
        ).seconds
    except BadRequest:
        return
    assert seconds is None or (seconds > 0 and isfinite(seconds))


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_other_parameters_change_nothing(others):
    known = {
        "query",
        "timeout",
        "format",
        "update",
        "using-graph-uri",
        "using-named-graph-uri",
        "default-graph-uri",
        "named-graph-uri",
    }
    fields = [("query", "ASK {}"), *((name, value) for name, value in others if name not in known)]
    assert protocol.read(HttpQuery("GET", urlencode(fields).encode()), 10_000) == protocol.QueryRequest("ASK {}")


RANGES = sorted({"*/*", "text/*", "application/*", *(f.media_type for f in media.FORMATS)})


def quality(offer, accepted):
    """The quality of an offer by RFC 9110 section 12.5.1, for ranges without aliases."""
    for range_ in (offer.media_type, offer.media_type.split("/")[0] + "/*", "*/*"):
        if range_ in accepted:
            return accepted[range_]
    return 0


@given(st.dictionaries(st.sampled_from(RANGES), st.integers(0, 1000), min_size=1), st.randoms())
def test_what_is_sent_has_the_highest_quality_in_whatever_order_it_was_asked(accepted, dice):
    offers = [f for f in GRAPHS if not set(f.aliases) & set(accepted)]
    items = [f"{range_};q={thousandths / 1000:.3f}" for range_, thousandths in accepted.items()]
    dice.shuffle(items)
    chosen = negotiate.acceptable(", ".join(items), offers) if offers else None
    best = max((quality(one, accepted) for one in offers), default=0)
    assert (quality(chosen, accepted) if chosen else 0) == best
    assert (chosen is None) == (best == 0)


@given(st.sampled_from(GRAPHS), st.lists(st.from_regex(r"[a-z]{1,8}/x-[a-z]{1,8}", fullmatch=True), max_size=8))
def test_types_nobody_has_do_not_change_the_choice(offer, strangers):
    assert negotiate.choose(", ".join([*strangers, offer.media_type + ";q=0.1"]), GRAPHS) is offer


@given(st.text(max_size=300))
def test_any_accept_encoding_gives_a_coding_that_exists_and_none_that_was_excluded(header):
    chosen = encodings.choose(header)
    assert chosen in ("", "zstd", "br", "gzip")
    assert not chosen or chosen in header.lower() or "*" in header


class Proto:
    """Chunks as the server hands them out."""

    def __init__(self, chunks):
        self._chunks = iter(chunks)

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        try:
            return next(self._chunks)
        except StopIteration:
            raise StopAsyncIteration from None


@given(st.lists(st.binary(max_size=200), max_size=12), st.booleans())
def test_a_body_comes_whole_in_whatever_pieces_or_is_too_large(chunks, told):
    size = sum(map(len, chunks))
    headers = {"content-length": str(size)} if told else {"transfer-encoding": "chunked"}
    reading = Body(headers, Proto(chunks)).read(LIMIT, 10.0)
    if size > LIMIT:
        with pytest.raises(TooLarge):
            asyncio.run(reading)
    else:
        assert asyncio.run(reading) == b"".join(chunks)


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=5), st.integers(1, 50))
def test_a_body_shorter_than_its_length_is_refused(chunks, missing):
    headers = {"content-length": str(sum(map(len, chunks)) + missing)}
    with pytest.raises(BadRequest):
        asyncio.run(Body(headers, Proto(chunks)).read(LIMIT, 10.0))


def test_a_body_that_never_ends_is_not_waited_for():
    class Silent(Proto):
        async def __anext__(self):
            await asyncio.sleep(60)

    with pytest.raises(RequestTimeout):
        asyncio.run(Body({"transfer-encoding": "chunked"}, Silent([])).read(LIMIT, 0.05))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40), st.integers(1, 4))
def test_nobody_passes_more_often_than_allowed_and_nobody_pays_for_others(steps, most):
    """Steps are clients that come (True) or end their oldest query (False)."""
    turnstile, inside = Turnstile(most), {client: [] for client in "abc"}
    for client, comes in steps:
        if comes:
            stack = ExitStack()
            try:
                stack.enter_context(turnstile.passing(client))
                inside[client].append(stack)
            except TooManyRequests as refused:
                assert len(inside[client]) == most
                assert refused.headers["Retry-After"]
            assert len(inside[client]) <= most
        elif inside[client]:
            inside[client].pop(0).close()
    counted = Counter({client: len(stacks) for client, stacks in inside.items() if stacks})
    for client, count in counted.items():
        for stack in inside[client]:
            stack.close()
        with ExitStack() as again:
            for _ in range(most):
                again.enter_context(turnstile.passing(client))
        assert count <= most


@given(st.text(max_size=100), st.integers(0, 3), st.ip_addresses())
def test_a_client_is_who_connected_unless_our_own_proxies_say_otherwise(claimed, proxies, address):
    assert client_of(str(address), claimed, 0) == client_of(str(address), "", 3)
    assert client_of(str(address), f"{claimed}, 198.51.100.7", 1) == "198.51.100.7"
    assert isinstance(client_of(str(address), claimed, proxies), str)


@given(st.ip_addresses(v=6, network="2001:db8:1:2::/64"), st.ip_addresses(v=6, network="2001:db8:1:2::/64"))
def test_a_site_is_one_client(one, other):
    assert client_of(str(one), "", 0) == client_of(str(other), "", 0)


def test_quoting_is_undone_once_and_plus_is_a_space():
    http = HttpQuery("GET", f"query={quote_plus('ASK { ?s ?p %22+%22 }')}".encode())
    assert protocol.read(http, LIMIT).query == "ASK { ?s ?p %22+%22 }"
