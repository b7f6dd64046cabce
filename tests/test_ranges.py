"""Ranges and conditions of whatever lies on the disk: documents of graphs, drawings and dumps alike (RFC 9110 section 14)."""

import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable, TooManyRequests
from werkzeug.test import Client

from service.press.build import build
from service.releases import publish
from service.web.app import create_app
from service.web.door import Door
from tests.engines import get
from tests.publications import copy_mini, write

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><title>Where the trains go</title></svg>'
FILES = [
    "/dataset.ttl", "/dataset.nt", "/dataset.jsonld", "/ontology.ttl", "/graph/meta.ttl", "/graph-store?default",
    "/figures/lines.svg", "/dumps/all.nt",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = copy_mini(tmp_path_factory.mktemp("mini"))
    write(settings, "ontology/lines.svg", DRAWING)
    publish(settings.releases, build(settings).id)
    made = create_app(settings)
    yield made
    made.extensions["room"].close()


@pytest.fixture(scope="module")
def client(app):
    return Client(Door(app))


@pytest.fixture(params=FILES)
def path(request):
    return request.param


def test_what_asks_for_no_one_range_of_bytes_gets_the_whole(client, path):
    whole = client.get(path)
    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
    for wanted in ("items=0-5", "bytes=0-1,4-5", "bytes=b-a", "bytes=", "0-1", "bytes", "lines=1-2", "bytes=٣-٤"):
        answer = client.get(path, headers={"Range": wanted.encode().decode("latin-1")})
        assert (answer.status_code, answer.data) == (200, whole.data), wanted


def test_what_is_made_on_request_has_no_ranges(client):
    for path in ("/shapes.nt", "/doc/station/alder-halt.ttl", "/"):
        whole, answer = client.get(path), client.get(path, headers={"Range": "bytes=0-5"})
        assert (answer.status_code, answer.data) == (200, whole.data)
        assert "Accept-Ranges" not in whole.headers


def test_one_range_is_sent(client, path):
    whole = client.get(path)
    for wanted, first, end in (("0-9", 0, 10), ("5-", 5, None), ("-7", -7, None)):
        part = client.get(path, headers={"Range": f"bytes={wanted}", "If-Range": whole.headers["ETag"]})
        assert (part.status_code, part.data) == (206, whole.data[first:end])
        assert part.headers["Content-Range"].endswith(f"/{len(whole.data)}")
        assert part.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
def test_a_range_after_the_end_is_told_how_long_the_file_is(client, path, accept):
    whole = client.get(path)
    # A document is named with its format, so that nobody asks for another one by the header.
    refused = client.get(path, headers={"Range": "bytes=99999999-"} | ({} if "?" in path else {"Accept": accept}))
    assert refused.status_code == 416
    assert refused.headers["Content-Range"] == f"bytes */{len(whole.data)}"
    assert refused.headers["Cache-Control"] == "no-store"


def test_conditions_come_before_ranges(client, path):
    whole = client.get(path)
    tag, beyond = whole.headers["ETag"], {"Range": "bytes=99999999-"}
    assert client.get(path, headers={"If-None-Match": tag, **beyond}).status_code == 304
    assert client.get(path, headers={"If-None-Match": "*", **beyond}).status_code == 304
    since = {"If-Modified-Since": whole.headers["Last-Modified"]}
    assert client.get(path, headers={"Range": "bytes=0-3", **since}).status_code == 304
    for other in ('"another"', f"W/{tag}", "Mon, 01 Jan 2001 00:00:00 GMT"):
        answer = client.get(path, headers={"Range": "bytes=0-3", "If-Range": other})
        assert (answer.status_code, answer.data) == (200, whole.data), other


def test_a_drawing_is_kept_as_long_as_its_release_and_known_by_its_bytes(client):
    answer = client.get("/figures/lines.svg")
    assert (answer.mimetype, answer.text) == ("image/svg+xml", DRAWING)
    assert answer.headers["Cache-Control"] == client.get("/dataset.ttl").headers["Cache-Control"]
    again = client.get("/figures/lines.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (RequestedRangeNotSatisfiable(7), "Content-Range", "bytes */7"),
        (TooManyRequests(retry_after=5), "Retry-After", "5"),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_flask_refuses_keeps_its_headers(app, error, name, value, accept):
    with app.test_request_context("/", headers={"Accept": accept}):
        refused = app.make_response(app.handle_user_exception(error))
    assert (refused.status_code, refused.headers[name]) == (error.code, value)
    assert refused.mimetype == ("text/html" if accept == "text/html" else "application/problem+json")


def test_what_a_method_is_not_for_says_which_are(app):
    refused = app.test_client().put("/links")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert get(app, "/nothing/here").status_code == 404
