"""Pages of other sites may ask for everything here: what a browser asks before it lets them (Fetch, CORS protocol)."""

import pytest
from werkzeug.test import Client

from service.web.door import Door
from tests.engines import harbour

PAGE = {"Origin": "https://elsewhere.example"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Client(Door(harbour(tmp_path_factory.mktemp("releases"))))


@pytest.mark.parametrize(
    ("path", "method", "header"),
    [
        ("/sparql", "POST", "content-type"),
        ("/links", "POST", "content-type"),
        ("/reconcile", "POST", "content-type"),
        ("/fragments", "GET", "accept"),
        ("/doc/ship/alma.ttl", "GET", "if-none-match"),
        ("/id/ship/alma", "GET", "accept"),
        ("/dumps/all.nq", "GET", "if-range"),
        ("/graph/ships.nt", "HEAD", "if-match"),
        ("/dataset", "GET", "accept"),
    ],
)
def test_a_browser_is_told_that_it_may(client, path, method, header):
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    told = client.options(path, headers={**PAGE, **asked})
    assert told.status_code == 204
    assert told.data == b""
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert told.headers["Access-Control-Allow-Headers"] == "*"
    assert method in told.headers["Access-Control-Allow-Methods"].split(", ")
    assert told.headers["Access-Control-Allow-Methods"] == told.headers["Allow"]
    assert "Access-Control-Allow-Credentials" not in told.headers


def test_what_no_route_can_do_is_not_allowed(client):
    told = client.options("/doc/ship/alma.ttl", headers=PAGE)
    assert told.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_nothing_is_allowed_where_nothing_is(client):
    told = client.options("/nowhere/at/all", headers=PAGE)
    assert told.status_code == 404
    assert "Access-Control-Allow-Methods" not in told.headers


def test_only_a_preflight_has_permissions(client):
    assert "Access-Control-Allow-Headers" not in client.get("/dataset", headers=PAGE).headers
