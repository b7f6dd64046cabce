"""Style and scripts are sent as files that a cache may keep for ever, and nothing else is reachable there."""

import hashlib

import pytest
from werkzeug.test import Client

from service.settings import Settings
from service.web import assets
from service.web.app import create_app
from service.web.door import Door
from service.web.respond import IMMUTABLE, keep_for


@pytest.fixture(scope="module")
def app():
    return create_app(Settings())


def test_the_bundles_were_made_at_set_up():
    assert assets.scripts("every"), "make setup bundles them"


@pytest.mark.parametrize("name", sorted(assets.assets()))
def test_each_file_is_sent_with_its_own_bytes(app, name):
    reply = Client(Door(app)).get(assets.asset(name))
    assert reply.status_code == 200
    assert hashlib.sha256(reply.data).hexdigest().startswith(assets.assets()[name].digest)
    assert reply.headers["Cache-Control"] == IMMUTABLE


def test_an_address_that_does_not_say_which_bytes_is_asked_again(app):
    for address in ("/static/style.css", "/static/style.css?v=older"):
        reply = Client(Door(app)).get(address)
        assert reply.headers["Cache-Control"] == keep_for(60)
        etag = {"If-None-Match": reply.headers["ETag"]}
        assert Client(Door(app)).get(address, headers=etag).status_code == 304


@pytest.mark.parametrize("name", ["none.css", "../assets.py", "%2e%2e/assets.py", "built/", "built/none.js"])
def test_nothing_else_is_reachable(app, name):
    assert Client(Door(app)).get(f"/static/{name}").status_code == 404


def test_scripts_come_as_a_type_browsers_run(app):
    for address in assets.scripts("every"):
        assert Client(Door(app)).get(address).content_type == "text/javascript; charset=utf-8"


def test_without_bundles_pages_ask_for_no_script(monkeypatch):
    left = {name: one for name, one in assets.assets().items() if not name.startswith("built/")}
    monkeypatch.setattr(assets, "assets", lambda: left)
    assert assets.scripts("every") == []
