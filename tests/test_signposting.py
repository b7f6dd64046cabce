"""FAIR Signposting of every kind of resource, read by the `signposting` client from a real server."""

import json
import urllib.request

import pytest
from signposting import LinkRel
from signposting import find_signposting_http as read_signs
from signposting.linkset import find_signposting_linkset as read_linkset

from tests.live import MINI, build_and_publish, free_port, publication, serving

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
DOCUMENTS = {
    "doc/station/alder-halt": "id/station/alder-halt", "doc/claim/P3-01": "id/claim/P3-01", "dataset": "dataset",
    "ontology": "ontology", "shapes": "shapes", "graph/mini": "graph/mini",
}  # fmt: skip
SYNTAXES = {
    "text/turtle", "application/n-triples", "application/rdf+xml", "application/trig", "application/n-quads",
    "application/ld+json",
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signposting")
    settings = publication(MINI, folder / "releases", free_port(), workers=2)
    build_and_publish(settings)
    with serving(settings, folder / "log") as address:
        yield address


def fetch(url, accept="*/*"):
    return urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=30)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_client_finds_name_metadata_licence_type_and_link_sets(base, path):
    found = read_signs(base + path)
    assert str(found.citeAs.target) == base + DOCUMENTS[path]
    assert {sign.type for sign in found.describedBy} == SYNTAXES
    assert found.license
    assert any(str(sign.target).startswith("https://schema.org/") for sign in found.types)
    assert {sign.type for sign in found.linksets} == {"application/linkset+json", "application/linkset"}
    assert (found.collection is None) is (path == "dataset")


def test_the_name_of_a_thing_leads_to_its_signposts(base):
    assert str(read_signs(base + "id/station/alder-halt").citeAs.target) == base + "id/station/alder-halt"


def test_types_of_the_thing_are_there_in_every_format(base):
    for accept in ("text/html", "text/turtle", "application/ld+json"):
        with fetch(base + "doc/station/alder-halt", accept) as response:
            assert f'<{base}ontology#Station>; rel="type"' in response.headers.get_all("Link")


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_signpost_of_ours_leads_to_what_it_says(base, path):
    for sign in read_signs(base + path):
        if str(sign.target).startswith(base):
            with fetch(str(sign.target)) as response:
                assert response.status == 200
                assert sign.type in (None, response.headers.get_content_type())


@pytest.mark.parametrize("path", DOCUMENTS)
def test_both_link_sets_say_the_same_and_what_the_headers_say(base, path):
    found = read_signs(base + path)
    sets = [read_linkset(str(sign.target)) for sign in sorted(found.linksets, key=lambda sign: sign.type)]
    told = [{(str(s.context), str(s.rel), str(s.target), s.type) for s in one.signposts} for one in sets]
    assert told[0] == told[1]
    own = {(rel, target, kind) for context, rel, target, kind in told[0] if context == base + path}
    said = {(str(s.rel), str(s.target), s.type) for s in found if s.rel is not LinkRel.linkset}
    assert said <= own
    assert {context for context, rel, _, _ in told[0] if rel == "license"} >= {base + path}


def test_metadata_says_what_it_describes(base):
    with fetch(base + "doc/station/alder-halt.linkset.json") as response:
        contexts = {one["anchor"]: one for one in json.loads(response.read())["linkset"]}
    assert contexts[base + "doc/station/alder-halt.ttl"]["describes"] == [{"href": base + "doc/station/alder-halt"}]


def test_the_dataset_lists_its_files_and_each_file_leads_back(base):
    found = read_signs(base + "dataset")
    items = {str(sign.target): sign.type for sign in found.items}
    assert items[base + "dumps/all.ttl"] == "text/turtle"
    with fetch(base + "dataset", "application/linkset+json") as response:
        listed = {item["href"] for one in json.loads(response.read())["linkset"] for item in one.get("item", ())}
    assert base + "dumps/class-Station.csv.gz" in listed
    file = read_signs(base + "dumps/all.ttl")
    assert str(file.collection.target) == base + "dataset"
    assert file.license


@pytest.mark.parametrize("path", ["doc/station/nothing.linkset.json", "graph/none.linkset"])
def test_what_is_not_there_has_no_link_set(base, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(base + path)


@pytest.mark.parametrize(
    "path", ["doc/station/alder-halt", "dataset", "ontology", "dumps/all.ttl", "context.jsonld", ""]
)
def test_what_has_not_changed_since_is_not_sent_again(base, path):
    with fetch(base + path) as response:
        modified, tag = response.headers["Last-Modified"], response.headers["ETag"]
    assert modified, "a time is told"

    def status(**headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with urllib.request.urlopen(urllib.request.Request(base + path, headers=named), timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    for _ in range(2):  # the second time from the cache
        assert status(If_Modified_Since=modified) == 304
        assert status(If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT") == 200
        assert status(If_Modified_Since="last week") == 200
        assert status(If_None_Match=tag, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT") == 304
        assert status(If_None_Match='"other"', If_Modified_Since=modified) == 200, "tags come before dates"


@pytest.mark.parametrize("path", ["releases", "feed.atom", "sparql?query=ASK%7B%7D", "doc/station/nothing"])
def test_what_may_change_without_a_publication_has_no_time(base, path):
    try:
        with fetch(base + path) as response:
            assert "Last-Modified" not in response.headers
    except urllib.error.HTTPError as error:
        assert "Last-Modified" not in error.headers
