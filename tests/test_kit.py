"""The link kit: each text is right in its own syntax, whatever is in a title."""

import html
import json
import re
import shutil
import subprocess

import pytest
import rdflib

from service.links import kit
from service.links.kit import Work
from tests.engines import BASE as HARBOUR
from tests.engines import get, harbour, page
from tests.linked import BASE, libya

ODD = 'A | [b](c) {d} "e" <i>f</i> & 100% $x_1 #~^\\ é\u202e\nline'
WORK = Work(
    "https://x.example/id/a",
    "Libya Dawn",
    "Actors",
    ("The House", "B. & Sons"),
    "2026-11-23",
    "r1",
    "https://l.example/",
)


def work(title=ODD, iri="https://x.example/id/a"):
    return Work(iri, title, "Actors", ("The House",), "2026-11-23", "r1")


@pytest.fixture(scope="module")
def app():
    return libya()


def test_a_citation_in_text():
    assert (
        kit.as_text(WORK) == "The House, B. & Sons. 2026. Libya Dawn. In: Actors. Release r1. https://x.example/id/a"
    )


def test_a_citation_without_maker_or_date_leaves_them_out():
    assert (
        kit.as_text(Work("https://x.example/", "Actors", "Actors", (), "", "r1"))
        == "Actors. Release r1. https://x.example/"
    )


def test_bibtex_is_one_entry_with_balanced_braces():
    text = kit.as_bibtex(work())
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert text.startswith("@misc{x-example-id-a,\n")
    assert r"\&" in text
    assert r"100\% \$x\_1 \#" in text
    assert "\n" not in text.partition("title = ")[2].partition(",\n")[0]


@pytest.mark.skipif(not shutil.which("bibtex"), reason="bibtex is not installed")
def test_bibtex_itself_reads_it(tmp_path):
    (tmp_path / "a.bib").write_text(kit.as_bibtex(work()))
    (tmp_path / "a.aux").write_text("\\citation{*}\n\\bibstyle{plain}\n\\bibdata{a}\n")
    assert subprocess.run(["bibtex", "a"], cwd=tmp_path, capture_output=True).returncode == 0


def test_a_reader_of_bibtex_gets_the_fields():
    bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser is not installed")
    (entry,) = bibtexparser.parse_string(kit.as_bibtex(WORK)).entries
    fields = {field.key: field.value for field in entry.fields}
    assert fields["author"] == "{The House} and {B. \\& Sons}"
    assert fields["url"] == WORK.iri


def test_csl_json_is_a_list_of_one_item():
    (item,) = json.loads(kit.as_csl(WORK))
    assert item == {
        "id": WORK.iri, "type": "entry", "title": "Libya Dawn", "container-title": "Actors", "version": "r1",
        "author": [{"literal": "The House"}, {"literal": "B. & Sons"}], "issued": {"date-parts": [[2026, 11, 23]]},
        "URL": WORK.iri, "note": "Licence: https://l.example/",
    }  # fmt: skip


def test_the_dataset_itself_is_a_dataset_in_csl():
    (item,) = json.loads(kit.as_csl(Work("https://x.example/dataset", "Actors", "Actors", (), "2026", "r1")))
    assert (item["type"], item["issued"]) == ("dataset", {"date-parts": [[2026]]})


def test_markup_in_a_title_is_no_markup_in_csl():
    (item,) = json.loads(kit.as_csl(work()))
    assert "&lt;i&gt;" in item["title"]


def test_the_turtle_is_turtle():
    graph = rdflib.Graph().parse(data=kit.as_turtle(WORK), format="turtle", publicID="https://yours.example/")
    ((_, _, thing),) = graph
    assert str(thing) == WORK.iri


def test_the_html_is_one_link_with_the_title_as_text():
    text = kit.as_html(work(iri="https://x.example/id/a'&b"))
    href, shown = re.fullmatch(r'<a href="([^"<>]*)">([^<>]*)</a>', text).groups()
    assert html.unescape(href) == "https://x.example/id/a'&b"
    assert html.unescape(shown) == " ".join(ODD.split())


def test_the_markdown_is_one_link_with_the_title_as_text():
    markdown_it = pytest.importorskip("markdown_it")
    rendered = markdown_it.MarkdownIt().render(kit.as_markdown(work()))
    shown = re.fullmatch(r'<p><a href="https://x.example/id/a">(.*)</a></p>\n', rendered)[1]
    assert "<i>" not in shown
    assert html.unescape(re.sub("<[^>]*>", "", shown)) == " ".join(ODD.split())


def test_nothing_in_a_title_ends_the_wiki_template():
    text = kit.as_wiki(work())
    assert text.startswith("{{Cite web |title=")
    assert text.replace("{{!}}", "").replace("{{=}}", "").count("|") == 5
    assert re.sub(r"\{\{[!=]\}\}", "", text)[2:-2].count("}}") == 0


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://x.example/id/actor/libya-dawn", "actor:libya-dawn"),
        ("https://x.example/id/rel/support/a--b", ""),
        ("https://x.example/id/actor/a.b", "actor:a.b"),
        ("https://x.example/id/actor/ends.", ""),
        ("https://y.example/a", ""),
    ],
)
def test_a_curie_needs_a_plain_name_behind_its_prefix(iri, short):
    assert kit.curie(iri, {"actor": "https://x.example/id/actor/", "x": "https://x.example/"}) == short


def test_a_page_has_the_kit_and_the_promise(app):
    text = page(app, "/doc/actor/libya-dawn")
    for wanted in (
        "<code>actor:libya-dawn", f"<code>{BASE}id/actor/libya-dawn</code>", "{{Cite web", "[Libya Dawn](&lt;",
        "This URI stays", "format=bib", "format=csl.json", "/links?uri=",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "<script>" not in text


def test_a_claim_page_leads_to_its_nanopublication_and_others_do_not(app):
    assert 'href="/nanopub/claim/P14-11"' in page(app, "/doc/claim/P14-11")
    assert "/nanopub/" not in page(app, "/doc/actor/libya-dawn")


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("bib", "application/x-bibtex"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
        ("txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_citation_is_fixed_by_format_or_negotiated(app, format, media_type):
    path = f"/cite?uri={BASE}id/actor/libya-dawn"
    fixed, asked = get(app, f"{path}&format={format}"), get(app, path, media_type.split(";")[0])
    assert fixed.content_type == asked.content_type == media_type
    assert fixed.get_data() == asked.get_data()
    assert "Libya Dawn" in fixed.get_data(as_text=True)


def test_a_browser_gets_the_citation_in_text(app):
    assert get(app, "/cite", "text/html,*/*;q=0.8").content_type == "text/plain; charset=utf-8"


def test_without_a_uri_the_dataset_is_cited(app):
    (item,) = json.loads(get(app, "/cite?format=csl.json").get_data())
    assert (item["type"], item["URL"]) == ("dataset", BASE + "dataset")


@pytest.mark.parametrize(
    "short", ["actor:libya-dawn", BASE + "doc/actor/libya-dawn", BASE + "doc/actor/libya-dawn.ttl"]
)
def test_what_the_kit_offers_and_the_page_itself_are_cited_like_the_uri(app, short):
    whole = get(app, f"/cite?uri={BASE}id/actor/libya-dawn", "text/plain")
    assert get(app, f"/cite?uri={short}", "text/plain").get_data() == whole.get_data()
    assert f"{BASE}id/actor/libya-dawn" in whole.get_data(as_text=True)


@pytest.mark.parametrize(
    "uri",
    [
        "http://elsewhere.example/",
        BASE + "id/actor/nobody",
        BASE + "id/ x",
        "x",
        "actor:nobody",
        "no:derna",
        "rdf:nil",
    ],
)
def test_only_what_is_ours_is_cited(app, uri):
    response = app.test_client().get("/cite", query_string={"uri": uri})
    assert response.status_code == 404


def test_a_name_of_many_tricks_is_only_text_on_the_page(tmp_path):
    odd = harbour(tmp_path, '<id/ship/odd> a :Ship ; rdfs:label "</code><script>x</script>{{a|b}}"@en .')
    text = page(odd, "/doc/ship/odd")
    assert "<script>x" not in text
    assert get(odd, f"/cite?uri={HARBOUR}id/ship/odd&format=bib").status_code == 200
