"""The site map holds every document and nothing that is not there; crawlers are kept from what has no end."""

import xml.etree.ElementTree as ET
from datetime import datetime
from urllib import robotparser

import pytest

from service.press.build import build
from service.releases import publish
from service.web import sitemap
from service.web.app import create_app
from tests.engines import BASE, get, harbour
from tests.publications import copy_mini

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = copy_mini(tmp_path_factory.mktemp("mini"))
    publish(settings.releases, build(settings).id)
    made = create_app(settings)
    yield made
    made.extensions["room"].close()


def entries(app, path):
    response = get(app, path)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    root = ET.fromstring(response.data)
    return root.tag.removeprefix(NS), [(one.findtext(f"{NS}loc"), one.findtext(f"{NS}lastmod")) for one in root]


def test_every_document_is_in_the_map_and_leads_somewhere(app):
    root, found = entries(app, "/sitemap.xml")
    addresses = [address for address, _ in found]
    assert root == "urlset"
    assert len(set(addresses)) == len(addresses)
    release = app.extensions["room"].reading().release
    assert sum(one.startswith(f"{BASE}doc/") for one in addresses) == release.things > 10
    assert f"{BASE}doc/station/alder-halt" in addresses
    for address in addresses:
        assert get(app, "/" + address.removeprefix(BASE)).status_code == 200, address


def test_the_map_says_when_the_release_was_published(app):
    _, found = entries(app, "/sitemap.xml")
    when = {datetime.fromisoformat(changed) for _, changed in found}
    assert when == {app.extensions["room"].reading().published}


def test_a_map_too_large_for_one_file_is_cut_into_files(app, monkeypatch):
    _, whole = entries(app, "/sitemap.xml")
    monkeypatch.setattr(sitemap, "MOST", 7)
    root, files = entries(app, "/sitemap.xml")
    assert root == "sitemapindex"
    parts = [entries(app, "/" + address.removeprefix(BASE)) for address, _ in files]
    assert [entry for _, part in parts for entry in part] == whole
    assert all(kind == "urlset" and 0 < len(part) <= 7 for kind, part in parts)
    assert get(app, f"/sitemap/{len(files) + 1}.xml").status_code == 404
    for number in (0, 2**63 // 7, 10**20, 10**4299):
        assert get(app, f"/sitemap/{number}.xml").status_code == 404


def test_robots_are_kept_from_what_has_no_end_and_from_nothing_else(app):
    response = get(app, "/robots.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    rules = robotparser.RobotFileParser()
    rules.parse(response.get_data(as_text=True).splitlines())
    assert rules.site_maps() == [f"{BASE}sitemap.xml"]
    for path in (
        "sparql?query=ASK%7B%7D",
        "fragments?page=2",
        "search?q=x",
        "links?uri=x",
        "cite?uri=x",
        "-/metrics",
    ):
        assert not rules.can_fetch("*", BASE + path), path
    for path in ("", "sparql", "links", "linksets", "doc/station/alder-halt", "dumps/all.ttl", "browse/Station"):
        assert rules.can_fetch("*", BASE + path), path


def test_a_release_of_an_older_press_has_a_map_of_its_pages(tmp_path):
    root, found = entries(harbour(tmp_path), "/sitemap.xml")
    assert root == "urlset"
    assert f"{BASE}ontology" in [address for address, _ in found]
