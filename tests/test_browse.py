"""Classes, listings with pages, search by name."""

import pytest

from tests.engines import get, harbour, page


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    fleet = "".join(f'<id/boat/{n:03}> a :Boat ; rdfs:label "Boat {n:03}"@en .\n' for n in range(205))
    return harbour(tmp_path_factory.mktemp("releases"), ':Boat a owl:Class ; rdfs:label "boat"@en .\n' + fleet)


def test_every_class_and_scheme_with_members_is_listed_with_its_count(app):
    text = page(app, "/browse")
    for name, count in (("Boat", 205), ("Ship", 2), ("Harbour", 1), ("rig", 1)):
        row = text[text.index(f'href="/browse/{name}"') :]
        assert f">{count}</td>" in row[: row.index("</tr>")]


def test_a_class_without_members_is_not_listed(tmp_path):
    assert "Ghost" not in page(harbour(tmp_path, ':Ghost a owl:Class ; rdfs:label "ghost"@en .'), "/browse")


def test_the_members_of_a_class_link_to_their_pages(app):
    assert '<a href="/doc/ship/alma"><bdi>Alma</bdi></a>' in page(app, "/browse/Ship")


def test_the_members_of_a_scheme_are_its_concepts(app):
    assert '<a href="/doc/concept/rig/brig"><bdi>brig</bdi></a>' in page(app, "/browse/rig")


def test_a_long_list_has_pages_that_cover_it_once(app):
    seen = []
    path = "/browse/Boat"
    while path:
        text = page(app, path)
        seen += [part[:8] for part in text.split('href="/doc/boat/')[1:]]
        start = text.find('rel="next" href="')
        path = text[start + 17 : text.index('"', start + 17)].replace("&amp;", "&") if start >= 0 else ""
    assert len(seen) == len(set(seen)) == 205


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 400),
        ("page=-1", 400),
        ("page=x", 400),
        ("page=٣", 400),
        ("page=4", 404),
        ("page=99999999999999999999", 400),
        ("page=0000000019999999", 400),
        ("page=000000001" + "9" * 4300, 400),
        ("page=000000003", 200),
        ("page=3", 200),
    ],
)
def test_a_page_number_is_checked(app, query, status):
    assert get(app, f"/browse/Boat?{query}").status_code == status


def test_an_unknown_class_is_not_found(app):
    assert get(app, "/browse/Submarine").status_code == 404


def test_a_list_can_be_taken_as_a_query(app):
    text = page(app, "/browse/Ship")
    start = text.index("/sparql?query=")
    link = text[start : text.index('"', start)].replace("&amp;", "&")
    assert "Bore" in page(app, link)


def test_a_publication_lists_in_its_own_words(tmp_path):
    listing = 'SELECT ?class ?thing ?label ?kind ?detail { ?thing a ?class BIND("the good ship" AS ?label) BIND("brig" AS ?kind) }'
    text = page(harbour(tmp_path, queries={"views/listing.rq": listing}), "/browse/Ship")
    assert "the good ship" in text
    assert '<td data-label="kind"><bdi>brig</bdi></td>' in text
