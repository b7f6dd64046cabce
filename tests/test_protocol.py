"""The SPARQL 1.1 Protocol, section 2.1: what is asked, and what is refused with which status."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import protocol
from service.errors import ServiceError
from service.protocol import DIRECT, FORM, UPDATE, HttpQuery

LIMIT = 1000
ASK = "ASK {}"


def get(fields="", method="GET"):
    return HttpQuery(method, (fields if isinstance(fields, str) else urlencode(fields)).encode())


def post(body, content_type=FORM, url=""):
    return HttpQuery("POST", url.encode(), content_type, body if isinstance(body, bytes) else body.encode())


ASKED = [
    pytest.param(get({"query": ASK}), id="GET"),
    pytest.param(get({"query": ASK}, "HEAD"), id="HEAD"),
    pytest.param(post(urlencode({"query": ASK})), id="POST form"),
    pytest.param(post(urlencode({"query": ASK}), FORM + "; charset=UTF-8"), id="POST form with charset"),
    pytest.param(post(ASK, DIRECT), id="POST direct"),
    pytest.param(post(ASK, 'application/SPARQL-query; charset="utf-8"'), id="POST direct, odd spelling"),
]


@pytest.mark.parametrize("http", ASKED)
def test_each_way_of_asking_is_the_same_query(http):
    assert protocol.read(http, LIMIT).query == ASK


def test_nothing_asked_is_none():
    assert protocol.read(get(), LIMIT) is None


def test_graphs_come_from_url_and_body_and_may_repeat():
    http = post(ASK, DIRECT, "default-graph-uri=http://a/&default-graph-uri=http://b/&named-graph-uri=http://c/")
    read = protocol.read(http, LIMIT)
    assert (read.default_graphs, read.named_graphs) == (("http://a/", "http://b/"), ("http://c/",))


def test_percent_encoding_is_undone_once():
    assert protocol.read(get("query=ASK%20%7B%3Fa+%3Fb+%22%2525%22%7D"), LIMIT).query == 'ASK {?a ?b "%25"}'


def test_a_lower_timeout_is_read_in_seconds():
    assert protocol.read(get({"query": ASK, "timeout": "1.5"}), LIMIT).seconds == 1.5


REFUSED = [
    pytest.param(get({"q": ASK}), 400, id="no query parameter"),
    pytest.param(get("query="), 400, id="empty query"),
    pytest.param(get("query=ASK&query=ASK"), 400, id="query twice"),
    pytest.param(post(urlencode({"query": ASK}), FORM, "query=ASK"), 400, id="query in URL and body"),
    pytest.param(post(ASK, DIRECT, "query=ASK"), 400, id="query in URL and direct"),
    pytest.param(get("query=%FF"), 400, id="URL not UTF-8"),
    pytest.param(post(b"ASK {\xff}", DIRECT), 400, id="body not UTF-8"),
    pytest.param(post(b"query=\xff"), 400, id="raw bytes in a form"),
    pytest.param(get({"query": ASK, "timeout": "soon"}), 400, id="timeout no number"),
    pytest.param(get({"query": ASK, "timeout": "nan"}), 400, id="timeout nan"),
    pytest.param(get({"query": ASK, "timeout": "-1"}), 400, id="timeout negative"),
    pytest.param(post("", FORM), 400, id="empty form"),
    pytest.param(get({"update": "CLEAR ALL"}), 403, id="update in URL"),
    pytest.param(post(urlencode({"update": "CLEAR ALL"})), 403, id="update in form"),
    pytest.param(post("CLEAR ALL", UPDATE), 403, id="update direct"),
    pytest.param(get({"query": ASK}, "PUT"), 405, id="PUT"),
    pytest.param(get({"query": ASK}, "DELETE"), 405, id="DELETE"),
    pytest.param(post(ASK + " " * 6000, DIRECT), 413, id="body too long"),
    pytest.param(get({"query": ASK + " " * 6000}), 414, id="URL too long"),
    pytest.param(post("<a/>", "text/xml"), 415, id="other content type"),
    pytest.param(post("{}", "application/json"), 415, id="JSON"),
    pytest.param(post(ASK, ""), 415, id="no content type"),
    pytest.param(post(ASK, DIRECT + "; charset=latin-1"), 415, id="other charset"),
]


@pytest.mark.parametrize(("http", "status"), REFUSED)
def test_what_is_wrong_gets_its_status_and_a_sentence(http, status):
    with pytest.raises(ServiceError) as refused:
        protocol.read(http, LIMIT)
    assert refused.value.status == status
    assert refused.value.detail.endswith(".")


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PATCH"]),
    st.binary(max_size=300),
    st.text(max_size=60),
    st.binary(max_size=300),
)
def test_any_request_is_read_or_refused_cleanly(method, url, content_type, body):
    try:
        protocol.read(HttpQuery(method, url, content_type, body), LIMIT)
    except ServiceError as refused:
        assert 400 <= refused.status < 500
