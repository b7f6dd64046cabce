"""Releases stay where they were published: their list, their files, the patches between them, the feed."""

import hashlib
import json
import re
import shutil
import xml.etree.ElementTree as ET
from base64 import b64encode

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from service.changes import apply
from service.press.build import build
from service.releases import publish
from service.web.app import create_app
from service.web.door import Door
from tests.engines import get, page
from tests.publications import BASE, RAILWAY, copy_mini, edit

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """(application, releases) of mini: one release published, one only built, then two published; the second is gone."""
    mini = copy_mini(tmp_path_factory.mktemp("versions"))
    built = [build(mini)]
    for year in ("1906", "1907", "1908"):
        edit(mini, RAILWAY, str(int(year) - 1), year)
        built.append(build(mini))
    first, draft, gone, last = built
    for release in (first, gone, last):
        publish(mini.releases, release.id)
    shutil.rmtree(gone.folder)
    app = create_app(mini)
    yield app, {"first": first, "draft": draft, "gone": gone, "last": last}
    app.extensions["room"].close()


def test_the_list_has_every_published_release_newest_first(world):
    app, known = world
    told = get(app, "/releases", "application/json").json
    assert [one["id"] for one in told["releases"]] == [known[name].id for name in ("last", "gone", "first")]
    assert [(one["current"], one["kept"]) for one in told["releases"]] == [
        (True, True),
        (False, False),
        (False, True),
    ]
    last = told["releases"][0]
    assert last["graphs"] == known["last"].manifest["graphs"]
    assert last["patch"]["from"] == known["gone"].id
    assert last["patch"]["added"] == {f"{BASE}graph/mini": 1}
    assert get(app, "/releases.json").json == told


def test_the_page_says_the_same_to_people(world):
    app, known = world
    text = page(app, "/releases")
    assert f'href="/release/{known["first"].id}"' in text
    assert f'href="/release/{known["last"].id}/patch"' in text
    assert known["draft"].id not in text
    assert "no longer kept" in text


def test_an_earlier_release_stays_downloadable_and_never_changes(world):
    app, known = world
    first = known["first"]
    response = get(app, f"/release/{first.id}/dumps/all.nq")
    assert hashlib.sha256(response.data).hexdigest() == first.dumps["all.nq"].sha256
    assert "immutable" in response.headers["Cache-Control"]
    assert "immutable" not in get(app, "/dumps/all.nq").headers["Cache-Control"]
    assert response.headers["Last-Modified"] == first.built.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_its_page_offers_its_own_files(world):
    app, known = world
    text = page(app, f"/release/{known['first'].id}")
    assert f'href="/release/{known["first"].id}/dumps/all.nq"' in text
    assert known["first"].dumps["all.nq"].sha256 in text
    assert "An earlier release" in text


def test_for_machines_it_is_its_description(world):
    app, known = world
    first = known["first"]
    response = get(app, f"/release/{first.id}", "text/turtle")
    assert response.headers["Content-Location"] == f"/release/{first.id}/dumps/dataset.ttl"
    about = {q.subject.value for q in ox.parse(response.data, ox.RdfFormat.TURTLE)}
    assert f"{BASE}release/{first.id}" in about


@pytest.mark.parametrize("path", ["", "/dumps", "/dumps/all.nq", "/dumps/SHA256SUMS", "/patch"])
@pytest.mark.parametrize(("name", "status"), [("gone", 410), ("draft", 404)])
def test_what_is_not_kept_is_gone_and_what_was_never_published_is_not_there(world, path, name, status):
    app, known = world
    response = get(app, f"/release/{known[name].id}{path}", "application/json")
    assert (response.status_code, response.json["status"]) == (status, status)


def test_the_release_before_and_the_patch_make_this_one_by_hash(world, tmp_path):
    app, known = world
    settings = app.config["SETTINGS"]
    response = get(app, f"/release/{known['last'].id}/patch")
    assert response.headers["Content-Type"] == "application/rdf-patch"
    assert "immutable" in response.headers["Cache-Control"]
    digest = b64encode(hashlib.sha256(response.data).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    edit(settings, RAILWAY, "1908", "1907")
    again = build(settings)
    edit(settings, RAILWAY, "1907", "1908")
    assert again.id == known["gone"].id
    with again.dump_path("all.nq").open("rb") as lines:
        made = b"".join(apply(lines, response.data.splitlines(keepends=True)))
    shutil.rmtree(again.folder)
    assert hashlib.sha256(made).hexdigest() == known["last"].dumps["all.nq"].sha256


def test_the_first_release_has_no_patch(world):
    app, known = world
    assert get(app, f"/release/{known['first'].id}/patch").status_code == 404


def test_the_feed_has_an_entry_for_each_published_release(world):
    app, known = world
    response = get(app, "/feed.atom")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(response.data)
    assert all(feed.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))
    entries = feed.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}id") for one in entries] == [
        f"{BASE}release/{known[name].id}" for name in ("last", "gone", "first")
    ]
    links = [[link.get("href") for link in one.findall(f"{ATOM}link[@rel='related']")] for one in entries]
    assert links == [[f"{BASE}release/{known['last'].id}/patch"], [], []]
    assert get(app, "/feed.atom", **{"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_description_of_the_dataset_has_sizes_and_checksums(world):
    app, known = world
    last = known["last"]
    for path in ("/dataset", "/.well-known/void", "/", "/dumps"):
        response = get(app, path, "text/turtle")
        assert last.dumps["all.nq"].sha256 in response.get_data(as_text=True)
        assert response.headers["ETag"] == f'"{last.dumps["dataset.ttl"].sha256}"'
    assert last.dumps["all.nq"].sha256 not in get(app, "/graph/meta.ttl").get_data(as_text=True)


def test_the_download_page_has_each_class_and_each_graph(world):
    app, known = world
    text = page(app, "/dumps")
    for name in ("class-Station.csv", "class-Station.ttl.gz", "graph-mini.trig.zst", "dataset.jsonld"):
        assert f'href="/dumps/{name}"' in text
    assert f"/release/{known['last'].id}/patch" in text
    assert "<script>" not in text, "the files of a class are named as they are, and nothing is run"


def test_the_manifest_says_what_each_scope_covers(world):
    _, known = world
    covered = known["last"].coverage
    assert (covered["class-Station"].iri, covered["class-Station"].things) == (f"{BASE}ontology#Station", 3)
    assert covered["graph-mini"].iri == f"{BASE}graph/mini"
    assert json.dumps(known["last"].manifest["coverage"])


def test_the_list_knows_at_once_what_is_kept_no_longer(world):
    """Nothing is published when an old release is taken away, so the list never comes from the cache."""
    app, known = world
    client, folder = Client(Door(app)), known["first"].folder
    assert client.get("/releases.json").json["releases"][-1]["kept"]
    folder.rename(folder.with_name("away"))
    try:
        assert not client.get("/releases.json").json["releases"][-1]["kept"]
        assert known["first"].id not in re.findall(r"/release/(\w+)", client.get("/releases").get_data(as_text=True))
    finally:
        folder.with_name("away").rename(folder)
