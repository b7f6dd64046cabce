"""Conditions and ranges: one answer for every document and file, however warm the cache is (RFC 9110 sections 13, 14)."""

import json

import pytest
from werkzeug.test import Client

from service.errors import PreconditionFailed, RangeNotSatisfiable
from service.web import preconditions
from service.web.door import Door
from service.web.preconditions import Conditions
from service.web.replies import Reply
from tests.engines import harbour
from tests.live import MINI, build_and_publish, free_port, publication, running
from tests.raw import exchange, request

MODIFIED, EARLIER, LATER = (f"{day} GMT" for day in (
    "Mon, 02 Jan 2023 10:00:00", "Sun, 01 Jan 2023 10:00:00", "Tue, 01 Jan 2030 10:00:00",
))  # fmt: skip
STRONG, WEAK, OTHER = '"abc"', 'W/"abc"', '"zz"'
BODY = b"0123456789"


def reply(etag=STRONG, status=200):
    headers = (
        ("ETag", etag),
        ("Last-Modified", MODIFIED),
        ("Accept-Ranges", "bytes"),
        ("Content-Type", "text/plain"),
    )
    return Reply(status, headers, BODY)


def settled(etag=STRONG, status=200, **asked):
    """Status and body."""
    try:
        found = preconditions.settle(reply(etag, status), Conditions(**asked))
    except (PreconditionFailed, RangeNotSatisfiable) as error:
        return error.status, b""
    return found.status, found.body


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"if_match": "*"}, 200),
        ({"if_match": STRONG}, 200),
        ({"if_match": f"{OTHER}, {STRONG}"}, 200),
        ({"if_match": OTHER}, 412),
        ({"if_match": "x"}, 412),
        ({"if_match": WEAK}, 412),
        ({"if_unmodified_since": EARLIER}, 412),
        ({"if_unmodified_since": MODIFIED}, 200),
        ({"if_unmodified_since": LATER}, 200),
        ({"if_unmodified_since": "yesterday"}, 200),
        ({"if_unmodified_since": f"{EARLIER}, {LATER}"}, 200),
        ({"if_match": STRONG, "if_unmodified_since": EARLIER}, 200),
        ({"if_match": OTHER, "if_none_match": STRONG}, 412),
        ({"if_match": STRONG, "if_none_match": STRONG}, 304),
        ({"if_none_match": STRONG}, 304),
        ({"if_none_match": WEAK}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": f"{OTHER},{WEAK}"}, 304),
        ({"if_none_match": OTHER}, 200),
        ({"if_none_match": OTHER, "if_modified_since": LATER}, 200),
        ({"if_modified_since": MODIFIED}, 304),
        ({"if_modified_since": "Monday, 02-Jan-23 10:00:00 GMT"}, 304),
        ({"if_modified_since": "Mon Jan  2 10:00:00 2023"}, 304),
        ({"if_modified_since": EARLIER}, 200),
        ({"if_modified_since": f"{LATER}, {LATER}"}, 200),
        ({"if_none_match": STRONG, "range": "bytes=0-1"}, 304),
        ({"if_match": OTHER, "range": "bytes=0-1"}, 412),
    ],
)
def test_conditions_are_looked_at_in_the_order_of_the_specification(asked, status):
    assert settled(**asked)[0] == status


@pytest.mark.parametrize("asked", [{"if_match": OTHER}, {"if_none_match": STRONG}, {"range": "bytes=99-"}])
@pytest.mark.parametrize("status", [303, 404, 503])
def test_what_is_refused_anyway_has_no_conditions(asked, status):
    assert settled(status=status, **asked)[0] == status


def test_a_weak_tag_matches_nothing_strongly():
    assert settled(etag=WEAK, if_match=WEAK)[0] == 412
    assert settled(etag=WEAK, if_none_match=STRONG)[0] == 304
    assert settled(etag=WEAK, range="bytes=0-1", if_range=WEAK) == (200, BODY)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("bytes=0-1", (206, b"01")),
        ("BYTES=2-2", (206, b"2")),
        ("bytes=7-", (206, b"789")),
        ("bytes=7-99", (206, b"789")),
        ("bytes=-2", (206, b"89")),
        ("bytes=-99", (206, BODY)),
        ("bytes=10-", (416, b"")),
        ("bytes=-0", (416, b"")),
        ("bytes=" + "9" * 400 + "-", (416, b"")),
        ("bytes=" + "9" * 5000 + "-", (200, BODY)),
        ("bytes=3-2", (200, BODY)),
        ("bytes=-", (200, BODY)),
        ("bytes=0-1,3-4", (200, BODY)),
        ("items=0-1", (200, BODY)),
        ("bytes=a-b", (200, BODY)),
    ],
)
def test_one_range_is_honoured_and_everything_else_is_the_whole(wanted, told):
    assert settled(range=wanted) == told


@pytest.mark.parametrize(
    ("if_range", "status"),
    [(STRONG, 206), (OTHER, 200), (WEAK, 200), (MODIFIED, 206), (LATER, 200), (EARLIER, 200), ("nonsense", 200)],
)
def test_a_part_is_for_who_has_the_rest_of_just_this(if_range, status):
    assert settled(range="bytes=0-1", if_range=if_range)[0] == status


def test_a_part_says_which_and_what_is_not_satisfiable_says_how_long_it_is():
    part = preconditions.settle(reply(), Conditions(range="bytes=2-4"))
    assert (part.header("Content-Range"), part.header("ETag"), part.size) == ("bytes 2-4/10", STRONG, 3)
    with pytest.raises(RangeNotSatisfiable) as refused:
        preconditions.settle(reply(), Conditions(range="bytes=99-"))
    assert refused.value.headers["Content-Range"] == "bytes */10"


def test_a_coding_has_its_own_tag_for_parts_and_is_known_by_the_plain_one_for_304():
    coded = '"abc-gzip"'
    assert settled(etag=coded, if_none_match=STRONG)[0] == 304
    assert settled(etag=coded, if_match=STRONG)[0] == 412
    assert settled(etag=coded, range="bytes=0-1", if_range=STRONG)[0] == 200


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT"])
def test_other_methods_have_no_conditions(method):
    assert preconditions.read(method, lambda name: '"x"') == preconditions.NONE


def test_head_has_conditions_and_no_range():
    asked = preconditions.read("HEAD", lambda name: name)
    assert (asked.if_match, asked.range, asked.if_range) == ("if-match", "", "")


# ---- At the door and over a socket: documents, graphs, dumps and query results alike

PLACES = [
    ("/doc/ship/alma.ttl", "*/*"),
    ("/dataset.ttl", "*/*"),
    ("/graph/ships", "application/n-triples"),
    ("/dumps/all.nq", "*/*"),
    ("/dumps/SHA256SUMS", "*/*"),
    ("/", "text/html"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


@pytest.mark.parametrize(("path", "accept"), PLACES)
@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("If-Match", '"x"', 412),
        ("If-Match", "*", 200),
        ("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT", 412),
        ("If-None-Match", "*", 304),
    ],
)
def test_the_answer_is_the_same_however_warm_the_cache_is(app, path, accept, name, value, status):
    client = Client(Door(app))
    asked = {"Accept": accept, name: value}
    first = client.get(path, headers=asked)
    whole = client.get(path, headers={"Accept": accept})
    again = client.get(path, headers=asked)
    assert (first.status_code, again.status_code, whole.status_code) == (status, status, 200)
    assert first.get_data() == again.get_data()
    if status == 412:
        assert first.headers["Cache-Control"] == "no-store"
        is_page = accept == "text/html"
        assert first.mimetype == ("text/html" if is_page else "application/problem+json")


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conditions")
    settings = publication(MINI, folder / "releases", free_port())
    build_and_publish(settings)
    with running(settings, folder / "log") as started:
        started.port = settings.port
        yield started


@pytest.mark.parametrize("path", ["/doc/station/alder-halt.ttl", "/dumps/all.nt", "/sparql?query=ASK%7B%7D"])
def test_conditions_over_a_socket(process, path):
    def ask(*lines, method="GET"):
        head = request(method, path, Accept="*/*").removesuffix(b"\r\n")
        return exchange(process.port, head + b"".join(f"{line}\r\n".encode() for line in lines) + b"\r\n", method)

    refused = ask('If-Match: "x"')
    tag = ask().headers["etag"]
    assert refused.status == ask('If-Match: "x"').status == 412
    assert json.loads(refused.body)["status"] == 412
    assert ask("If-Match: *").status == 200
    assert ask('If-None-Match: "other"', f"If-None-Match: {tag}").status == 304
    assert ask('If-Match: "x"', method="HEAD").status == 412


@pytest.mark.parametrize("path", ["/dumps/all.nt", "/graph/mini.nt", "/dataset.nt", "/ontology.ttl"])
def test_files_and_graphs_have_parts_alike(process, path):
    def ask(**headers):
        return exchange(process.port, request("GET", path, **headers))

    whole = ask()
    tag = whole.headers["etag"]
    for more, status in (
        ({}, 206),
        ({"If_Range": tag}, 206),
        ({"If_Range": f"W/{tag}"}, 200),
        ({"If_Range": whole.headers["last-modified"]}, 206),
        ({"If_Range": "Mon, 01 Jan 2035 00:00:00 GMT"}, 200),
        ({"If_None_Match": tag}, 304),
        ({"If_Match": '"zz"'}, 412),
    ):
        for _ in ("new", "kept"):
            answer = ask(Range="bytes=5-9", **more)
            assert answer.status == status, more
            assert status == 412 or answer.body == {206: whole.body[5:10], 200: whole.body, 304: b""}[status]
    refused = ask(Range="bytes=99999999-")
    assert (refused.status, refused.headers["content-range"]) == (416, f"bytes */{len(whole.body)}")
    assert ask(Range="items=0-5").status == ask(Range="bytes=0-1, 4-5").status == 200


def test_two_clients_that_post_the_same_query_are_both_answered(process):
    form = {"Content_Type": "application/x-www-form-urlencoded", "If_None_Match": "*", "If_Match": '"x"'}
    assert exchange(process.port, request("POST", "/sparql", b"query=ASK%7B%7D", **form)).status == 200


@pytest.mark.parametrize(
    "host", ["a b/c?d", "ex ample.org, other", "http://x", "a@b", "x:80:80", "[::1", "<a>", "a\tb"]
)
def test_what_is_no_host_is_refused(process, host):
    assert exchange(process.port, request("GET", "/-/alive", Host=host)).status == 400


@pytest.mark.parametrize(
    "host", ["localhost", "a.example:8000", "[::1]:80", "127.0.0.1", "xn--bcher-kva.example:", "a_b", ""]
)
def test_what_is_a_host_is_not(process, host):
    assert exchange(process.port, request("GET", "/-/alive", Host=host)).status == 200


def test_what_the_server_itself_refuses_is_as_docs_operating_says(process):
    """A longer target is 414, more header lines are 431, both without a document."""
    target = "/-/alive?"
    for length, status in ((65_534, 200), (65_535, 414)):
        answer = exchange(process.port, request("GET", target.ljust(length, "x")))
        assert (answer.status, bool(answer.body)) == (status, status == 200)
    for lines, status in ((100, 200), (101, 431)):
        more = {f"X_{number}": "y" for number in range(lines - 1)}
        answer = exchange(process.port, request("GET", target, **more))
        assert (answer.status, bool(answer.body)) == (status, status == 200)


def test_a_query_too_long_for_a_url_is_sent_to_post(process):
    answer = exchange(process.port, request("GET", "/sparql?query=" + "x" * 65_000))
    assert answer.status == 414
    assert "By POST" in json.loads(answer.body)["detail"]
