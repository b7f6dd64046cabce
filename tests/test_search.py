"""Search by name: the page, the suggestions, what browsers are told."""

import time
import xml.etree.ElementTree as ET

import pytest

from tests import linked
from tests.engines import BASE, get, harbour, page

OSD = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    fleet = "".join(f'<id/boat/{n:03}> a :Boat ; rdfs:label "Boat {n:03}"@en .\n' for n in range(150))
    extra = ':Boat a owl:Class ; rdfs:label "boat"@en .\n<id/ship/cora> a :Ship ; rdfs:label "Cora"@en ; skos:altLabel "Old Faithful"@en .\n'
    return harbour(tmp_path_factory.mktemp("releases"), extra + fleet)


def found(app, words, path="/search"):
    return get(app, f"{path}?q={words}&format=json").get_json()["items"]


@pytest.mark.parametrize("wanted", ["alma", "ALMA", "Älma", "lm", "  alma "])
def test_search_finds_a_name_without_accents_case_or_space(app, wanted):
    assert '<a href="/doc/ship/alma">' in page(app, f"/search?q={wanted}")


def test_search_tells_under_which_name_it_found_a_thing(app):
    text = page(app, "/search?q=faithful")
    assert "<bdi>Cora</bdi>" in text
    assert "also <bdi>Old Faithful</bdi>" in text


def test_results_are_grouped_by_what_they_are(app):
    text = page(app, "/search?q=re")
    assert text.index("Harbour ") < text.index("<bdi>Reval</bdi>")
    assert [item["kind"] for item in found(app, "alma")] == ["ship"]
    assert [item["kind"] for item in found(app, "brig")] == ["rigs"]


def test_search_without_words_shows_the_form(app):
    assert 'name="q"' in page(app, "/search")
    assert 'name="q"' in page(app, "/search?q=")


def test_search_that_finds_nothing_says_so(app):
    assert "0 things" in page(app, "/search?q=zzz")


def test_when_no_name_has_every_word_things_with_one_of_them_are_shown(app):
    text = page(app, "/search?q=alma+faithful")
    assert "No name has all of these words" in text
    assert "<bdi>Alma</bdi>" in text
    assert "<bdi>Cora</bdi>" in text
    assert "No name has all" not in page(app, "/search?q=old+faithful")


def test_search_results_have_pages(app):
    assert 'rel="next" href="/search?q=boat&amp;page=2"' in page(app, "/search?q=boat")


def test_suggestions_are_what_browsers_understand(app):
    response = get(app, "/search/suggest?q=faith", "application/x-suggestions+json")
    assert response.content_type == "application/x-suggestions+json"
    assert response.get_json(force=True) == [
        "faith",
        ["Cora"],
        ["ship; also: Old Faithful"],
        [f"{BASE}doc/ship/cora"],
    ]


def test_suggestions_tell_scripts_more(app):
    assert get(app, "/search/suggest?q=faith", "application/json").get_json() == {
        "query": "faith",
        "items": [
            {"id": f"{BASE}id/ship/cora", "href": "/doc/ship/cora", "label": "Cora", "kind": "ship", "remark": None, "matched": "Old Faithful", "matchedKind": None}
        ],
    }  # fmt: skip


def test_few_are_suggested_and_nothing_for_nothing(app):
    assert len(found(app, "boat", "/search/suggest")) == 10
    assert found(app, "", "/search/suggest") == []


def test_an_unknown_format_of_suggestions_is_refused(app):
    assert get(app, "/search/suggest?q=a&format=xml").status_code == 400


def test_a_browser_can_add_the_search(app):
    assert '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in page(app, "/")
    response = get(app, "/opensearch.xml")
    assert response.content_type == "application/opensearchdescription+xml"
    told = ET.fromstring(response.data)
    assert len(told.findtext(f"{OSD}ShortName")) <= 16
    urls = {url.get("type"): url.get("template") for url in told.findall(f"{OSD}Url")}
    assert urls["text/html"] == f"{BASE}search?q={{searchTerms}}"
    assert urls["application/x-suggestions+json"] == f"{BASE}search/suggest?q={{searchTerms}}"


def test_a_title_of_markup_does_not_break_the_description(tmp_path):
    app = harbour(tmp_path, '<dataset> dct:title "]]><x/>&amp;\\u0001 a title"@en .')
    ET.fromstring(get(app, "/opensearch.xml").data)


REAL = [
    ("Hifter", "actor/khalifa-haftar"), ("Khalifa Heftar", "actor/khalifa-haftar"), ("حفتر", "actor/khalifa-haftar"), ("haftr", "actor/khalifa-haftar"),
    ("gadd", "actor/muammar-al-qaddafi"), ("kadd", "actor/muammar-al-qaddafi"), ("qaed", "actor/al-qaeda"), ("bengh", "place/benghazi"),
    ("Gaddafi", "actor/muammar-al-qaddafi"), ("Kadhafi", "actor/muammar-al-qaddafi"), ("القذافي", "actor/muammar-al-qaddafi"),
    ("MSSI", "actor/majlis-shura-shabab-al-islam"), ("IS", "actor/islamic-state"), ("i.s.", "actor/islamic-state"), ("UNSMIL", "actor/unsmil"),
    ("Darnah", "place/derna"), ("درنة", "place/derna"), ("Bengazi", "place/benghazi"), ("بنغازي", "place/benghazi"), ("Misratah", "place/misrata"),
    ("Zaydan", "actor/ali-zeidan"), ("Sissi", "actor/abdel-fattah-as-sisi"), ("the Dawn", "actor/libya-dawn"),
    ("ISIS", "actor/islamic-state"), ("ISIL", "actor/islamic-state"), ("Daesh", "actor/islamic-state"), ("داعش", "actor/islamic-state"), ("الدولة الاسلامية", "actor/islamic-state"),
    ("الإخوان", "actor/muslim-brotherhood"), ("اخوان", "actor/muslim-brotherhood"), ("Muslim Brothers", "actor/muslim-brotherhood"), ("عبد الله الثني", "actor/abdullah-al-thani"),
    ("السيسي", "actor/abdel-fattah-as-sisi"), ("عبد الفتاح السيسي", "actor/abdel-fattah-as-sisi"), ("Abdelfattah al-Sisi", "actor/abdel-fattah-as-sisi"), ("Cyrenaica", "place/barqah"),
    ("fajr", "actor/libya-dawn"), ("Fajr Libya", "actor/libya-dawn"), ("فجر ليبيا", "actor/libya-dawn"), ("Tawergha", "actor/tawargha"), ("السعودية", "actor/saudi-arabia"),
    ("Q211866", "place/derna"), ("Libyan Special Forces", "actor/al-saiqa"),
    ("al Qaida", "actor/al-qaeda"), ("القاعدة", "actor/al-qaeda"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "local"), REAL, ids=[typed for typed, _ in REAL])
def test_a_real_name_is_found_first_however_it_is_written(typed, local):
    best = [item["id"].removeprefix(f"{linked.BASE}id/") for item in found(linked.libya(), typed, "/search/suggest")]
    assert best[:1] == [local], best


def test_what_only_resembles_a_name_and_the_vocabulary_stand_below_under_headings_of_their_own():
    text = page(linked.libya(), "/search?q=Tawergha")
    assert text.index(">Communities <") < text.index("Similar names") < text.index(">Turkey<")
    text = page(linked.libya(), "/search?q=support")
    below = text.index("Vocabulary, rules and records of the dataset")
    assert 'href="/ontology#' not in text[text.index("<main") : below]
    assert 'href="/ontology#' in text[below:]


def test_no_result_is_a_link_to_another_dataset():
    for typed in ("Wikipedia", "Fajr_Libya", "Q211866"):
        for item in found(linked.libya(), typed):
            assert "/id/link/" not in item["id"]


def test_a_result_says_what_sort_of_thing_it_is_and_which_office_somebody_holds():
    remarks = {item["id"].rpartition("/")[2]: item["remark"] for item in found(linked.libya(), "Thani")}
    assert remarks["abdullah-al-thani"] == "head of government, Tobruk-based government"
    assert '<span class="remark"><bdi>coalition</bdi></span>' in page(linked.libya(), "/search?q=Libya+Dawn")


def test_a_searched_name_is_not_among_the_names_that_the_source_uses():
    text = page(linked.libya(), "/doc/actor/islamic-state")
    assert "takfiris" in text
    assert "Daesh" not in text[text.index("<main") :].partition("Properties")[0]


def test_the_kind_of_the_name_that_fits_is_told():
    item = found(linked.libya(), "MSSI", "/search/suggest")[0]
    assert (item["matched"], item["matchedKind"], item["kind"]) == ("MSSI", "acronym", "groups")


def test_suggestions_come_while_one_types():
    app = linked.libya()
    found(app, "warm", "/search/suggest")
    typed = ["h", "hi", "hif", "hift", "ansar al-sh", "benghzai", "muamar kadafi", "xqzw"]
    begun = time.monotonic()
    for words in typed:
        found(app, words, "/search/suggest")
    assert (time.monotonic() - begun) / len(typed) < 0.5
