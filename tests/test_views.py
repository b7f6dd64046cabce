"""The views in ontology/views over an invented story: words both ways, who says so, and what is never said in our voice."""

import html
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from service.press.checks import open_reader
from service.press.plans import read_plans
from service.press.rules import run_rules
from service.press.sources import META, read_sources
from service.settings import Settings
from service.web.app import create_app
from tests.engines import BASE, InProcess, get, page, write_release

ONTOLOGY = Path(__file__).parent.parent / "ontology"
PARTS = ("classes", "description", "facts", "label", "listing", "marks", "names", "statements")
VIEWS = [path for path in sorted((ONTOLOGY / "views").glob("*.rq")) if path.stem.partition("-")[0] in PARTS]
WRITTEN = "https://w3id.org/conflict-actors/"
CA = WRITTEN + "ontology#"
STORY = """
@base <https://w3id.org/conflict-actors/id/> .
@prefix ca: <https://w3id.org/conflict-actors/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<source/chronicle> a ca:Source ; dct:creator <actor/scribe> ; dct:source <https://example.org/chronicle> .
"""
PEOPLE = {
    "actor/scribe": ("Person", "The Scribe"), "actor/anna": ("Person", "Anna"), "actor/otto": ("Person", "Otto"),
    "actor/guild": ("Group", "The Guild"), "actor/crown": ("PublicBody", "The Crown"), "actor/herald": ("Voice", "The Herald"),
    "place/ford": ("Place", "The Ford"), "place/vale": ("Place", "The Vale"), "event/fight": ("Event", "fight at the ford"),
    "source/chronicle": ("Source", "Chronicle"),
}  # fmt: skip


def entity(iri, kind, name, kinds="preferred"):
    local = iri.replace("/", "-") + "--" + re.sub(r"\W+", "-", name.lower())
    return (
        f"<{iri}> a ca:{kind} ; ca:name <name/{local}> . <name/{local}> a ca:Name ; skosxl:literalForm '{name}'@en ; "
        f"ca:nameKind <concept/name-kind/{kinds}> ; ca:citation <cite/P1-0-20> .\n"
    )


def said(relation, number, holder="scribe", stance="Affirms", certainty="Certain", more=""):
    """A claim about a relation, with a passage of its own in paragraph `number`."""
    return (
        f"<claim/P{number}-01> a ca:Claim ; ca:about <{relation}> ; ca:holder <actor/{holder}> ; ca:stance ca:{stance} ; "
        f"ca:certainty ca:{certainty} ; {more} ca:citation <cite/P{number}-0-20> .\n" + passage(number)
    )


def passage(number):
    cite = f"cite/P{number}-0-20"
    return (
        f"<{cite}> a ca:Citation , oa:SpecificResource ; oa:hasSource <source/chronicle> ; oa:hasSelector <{cite}#paragraph> ; "
        f"ca:sha256 '{'0' * 64}' ; ca:textFragment 'words of {number}' .\n"
        f"<{cite}#paragraph> a oa:FragmentSelector ; rdf:value 'P{number}' ; oa:refinedBy <{cite}#position> .\n"
        f"<{cite}#position> a oa:TextPositionSelector ; oa:start 0 ; oa:end 20 .\n"
    )


def relation(kind, subject, target, more=""):
    iri = f"rel/{kind.lower()}/{subject.split('/')[1]}--{target.split('/')[-1]}"
    return iri, f"<{iri}> a ca:{kind} ; ca:subject <{subject}> ; ca:object <{target}> ; {more} .\n"


ACCUSED = "rel/membership/anna--crown"
UNGRADED = "rel/hostility/otto--guild"


def story():
    """Anna leads the guild; she is accused of working for the crown; the rest shows one thing each."""
    parts = [STORY, passage(1), *(entity(iri, *about) for iri, about in PEOPLE.items())]
    parts.append(entity("actor/guild", "Group", "G.", "acronym"))

    def tell(kind, subject, target, more, *claims):
        iri, text = relation(kind, subject, target, more)
        parts.append(text)
        parts.extend(said(iri, *args[0], **args[1]) for args in claims)

    day = "'2014-05-16'^^xsd:date"
    within = f"ca:beginEarliest {day} ; ca:beginLatest {day} ; ca:endEarliest {day} ; ca:endLatest {day}"
    tell("Membership", "actor/anna", "actor/guild", "org:role <concept/role/leader> ; ca:sensitivity ca:Affiliation ;"
         "ca:beginEarliest '2014-03-01'^^xsd:date ; ca:beginLatest '2014-03-31'^^xsd:date ; ca:endEarliest '2015-02-19'^^xsd:date",
         ((2,), {}), ((3,), {}))  # fmt: skip
    tell("Membership", "actor/anna", "actor/crown", "org:role <concept/role/asset> ; ca:sensitivity ca:Allegation ; ca:inPlace <place/ford> ; skos:note 'under a code name'@en",
         ((4,), {"holder": "herald", "certainty": "Underspecified", "more": "ca:hedge <concept/hedge/accused> ;"}),
         ((5,), {"holder": "guild", "stance": "Denies"}))  # fmt: skip
    tell("Hostility", "actor/otto", "actor/guild", "", ((6,), {}))
    tell("Support", "actor/guild", "actor/crown", "ca:dateReading <concept/date-reading/past-tense>", ((2,), {}))
    tell("Membership", "actor/otto", "actor/crown", f"org:role <concept/role/leader> ; ca:sensitivity ca:Affiliation ; ca:endLatest {day}",
         ((3,), {}))  # fmt: skip
    tell("Pledge", "actor/guild", "actor/crown", "", ((7,), {"stance": "Denies"}))
    tell("Control", "actor/guild", "place/ford", "", ((8,), {"holder": "guild"}), ((9,), {"stance": "Denies"}))
    tell("Involvement", "actor/guild", "event/fight", "ca:role <concept/involvement-role/perpetrator>", ((10,), {}))
    parts.append(
        "<rel/estimate/guild--men> a ca:Estimate ; ca:subject <actor/guild> ; ca:unit <concept/unit/men> ; ca:max 20000 .\n"
        + said("rel/estimate/guild--men", 11, certainty="Probable", more="ca:hedge <concept/hedge/believed> ;")
        + f"<event/fight> ca:inPlace <place/ford> ; {within} .\n" + said("event/fight", 12)
        + "<place/ford> geo:sfWithin <place/vale> .\n"
    )  # fmt: skip
    return "".join(parts)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The story through the press's own reading and rules, without its gates."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "triples" / "story").mkdir(parents=True)
    (folder / "shapes").mkdir()
    (folder / "triples" / "story" / "story.ttl").write_text(story())
    (folder / "triples" / "story" / "dataset.ttl").write_text(
        f"<{WRITTEN}dataset> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> 'A story'@en ; "
        f'<http://rdfs.org/ns/void#uriSpace> "{WRITTEN}" .'
    )
    settings = Settings(ontology=ONTOLOGY, triples=folder / "triples", shapes=folder / "shapes", base=BASE)
    sources = read_sources(settings)
    reader, plans = open_reader(sources), read_plans(settings.ontology, sources)
    derived = run_rules(plans.rules, reader, sources.base, {*sources.graphs, META})
    engine = InProcess({})
    for quads in (sources.graphs | derived.graphs).values():
        engine.store.extend(ox.Quad(*quad.triple) for quad in quads)
    views = {f"views/{path.name}": sources.rebased(path.read_text()) for path in VIEWS}
    write_release(folder / "releases", {"a": ""}, views, prefixes=sources.prefixes)
    return create_app(Settings(releases=folder / "releases", base=BASE), lambda settings, release: engine)


def text_of(app, path):
    """The words on a page, without markup."""
    return (
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page(app, path))).split())
        .replace(" ,", ",")
        .replace(" :", ":")
    )


def statements(app, path):
    """The list items that are statements: (attributed?, words)."""
    items = re.findall(r'<li class="(statement[^"]*)">(.*?)\n</li>\n', page(app, path) + "\n", re.S)
    made = [(kind, html.unescape(re.sub(r"<[^>]+>", " ", body))) for kind, body in items]
    return [
        ("attributed" in kind, " ".join(body.split()).replace(" ,", ",").replace(" :", ":")) for kind, body in made
    ]


def test_a_relation_is_told_from_both_ends(app):
    assert any("leads The Guild" in words for _, words in statements(app, "/doc/actor/anna"))
    assert any("is led by Anna" in words for _, words in statements(app, "/doc/actor/guild"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("actor/guild", "supported The Crown"), ("actor/crown", "was supported by The Guild"), ("actor/otto", "led The Crown"),
        ("actor/crown", "was led by Otto"), ("rel/support/guild--crown", "The Guild supported The Crown"),
    ],
)  # fmt: skip
def test_what_was_over_or_is_told_as_past_is_not_told_as_if_it_went_on(app, path, words):
    assert words in text_of(app, f"/doc/{path}")


def test_what_goes_on_is_told_as_present(app):
    assert "leads The Guild" in text_of(app, "/doc/actor/anna")


def test_dates_are_words(app):
    assert "since March 2014, still on 19 February 2015" in text_of(app, "/doc/actor/anna")


def test_who_says_so_stands_beside_it_once_with_every_passage(app):
    (words,) = [words for _, words in statements(app, "/doc/actor/anna") if "leads The Guild" in words]
    assert words.count("The Scribe") == 1
    assert "P2" in words
    assert "P3" in words
    assert "https://example.org/chronicle#:~:text=words%20of%202" in page(app, "/doc/actor/anna")


PAGES_OF_THE_ACCUSATION = [
    "/doc/actor/anna", "/doc/actor/crown", "/doc/actor/herald", f"/doc/{ACCUSED}", "/doc/claim/P4-01", "/doc/claim/P5-01",
    "/doc/cite/P4-0-20", "/doc/cite/P5-0-20",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES_OF_THE_ACCUSATION)
def test_an_allegation_about_a_person_is_only_told_as_somebodys(app, path):
    told = [(attributed, words) for attributed, words in statements(app, path) if "asset" in words]
    assert told
    for attributed, words in told:
        assert attributed, words
        assert re.search(
            r"^\w+ (According to The Herald|The Guild, P5 ↗?,? ?denies)", words.replace("Read P5 in the source", "")
        ), words


@pytest.mark.parametrize("path", ["/doc/actor/otto", "/doc/actor/guild", f"/doc/{UNGRADED}", "/doc/cite/P6-0-20"])
def test_what_nobody_graded_is_treated_as_an_allegation(app, path):
    told = [attributed for attributed, words in statements(app, path) if "hostil" in words or "Otto" in words]
    assert told
    assert all(told)


@pytest.mark.parametrize("path", ["/browse/Membership", "/browse/Relation"])
def test_a_list_names_the_speaker_instead_of_the_allegation(app, path):
    row = re.search(rf'<tr><th scope="row"><a href="/doc/{ACCUSED}">.*?</tr>', page(app, path), re.S)
    assert "according to The" in row[0]
    assert "asset" not in row[0]


def test_the_list_says_who_denies_what_somebody_else_says(app):
    row = re.search(rf'<tr><th scope="row"><a href="/doc/{ACCUSED}">.*?</tr>', page(app, "/browse/Membership"), re.S)
    assert "according to The Herald; denied by The Guild" in row[0]
    assert listed(app, "Membership")[ACCUSED]["remark"] == "according to The Herald; denied by The Guild"


def listed(app, name):
    """Local part of the IRI -> the member, of the whole list."""
    found = get(app, f"/browse/{name}?size=*&format=json").get_json()["items"]
    return {one["id"].removeprefix(f"{BASE}id/"): one for one in found}


def test_the_details_of_an_allegation_stand_within_the_sentence_of_whoever_makes_it(app):
    whole = text_of(app, f"/doc/{ACCUSED}")
    (words,) = [words for attributed, words in statements(app, f"/doc/{ACCUSED}") if attributed]
    assert "(under a code name; in The Ford)" in words
    assert whole.count("code name") == 1
    assert whole.count("The Ford") == 1
    assert "code name" not in json.dumps(listed(app, "Membership"))


def test_the_title_of_an_allegation_says_what_it_is(app):
    assert "<h1><bdi>Attributed statement: Anna \u2013 The Crown</bdi></h1>" in page(app, f"/doc/{ACCUSED}")


def test_the_denial_stands_beside_the_accusation(app):
    (words,) = [words for attributed, words in statements(app, "/doc/actor/anna") if attributed]
    assert "According to The Herald accused underspecified, P4" in words
    assert "Denied by The Guild, P5" in words


def test_what_is_denied_or_disputed_begins_with_that_word(app):
    told = [words for _, words in statements(app, "/doc/actor/guild")]
    assert any("denied Denied: has pledged allegiance to The Crown" in words for words in told)
    assert any("disputed Disputed: controls The Ford" in words and "denies" in words for words in told)


def test_an_estimate_is_a_number_with_its_hedge(app):
    (words,) = [words for _, words in statements(app, "/doc/actor/guild") if "20,000" in words]
    assert "is put at up to 20,000 men" in words
    assert "believed probable" in words


def test_an_event_has_its_time_its_place_its_parts_and_who_says_so(app):
    text = text_of(app, "/doc/event/fight")
    assert "When 16 May 2014" in text
    assert "Where The Ford" in text
    assert "was carried out by The Guild" in text
    assert "took place 16 May 2014 The Scribe P12" in text


def test_who_took_part_in_an_event_did_so_at_its_time(app):
    assert any(
        "16 May 2014 carried out fight at the ford" in words for _, words in statements(app, "/doc/actor/guild")
    )


def test_a_place_tells_what_happened_there_in_order(app):
    assert any(
        words.startswith("asserted 16 May 2014 fight at the ford") for _, words in statements(app, "/doc/place/ford")
    )
    assert "Contains The Ford" in text_of(app, "/doc/place/vale")


def test_a_place_tells_what_happened_in_the_places_within_it_and_who_says_so(app):
    words = text_of(app, "/doc/place/vale")
    assert "What happened in places within it" in words
    (told,) = [words for _, words in statements(app, "/doc/place/vale") if "16 May 2014" in words]
    assert "(The Ford)" in told
    assert "Scribe" in told
    assert "P12" in told


def test_a_speaker_tells_what_it_says_but_an_author_does_not_tell_everything(app):
    assert "Statements made" in text_of(app, "/doc/actor/herald")
    assert "Statements made" not in text_of(app, "/doc/actor/scribe")


def test_the_marks_are_explained_where_they_stand(app):
    assert "asserted what the author" in text_of(app, "/doc/actor/guild")
    assert "How surely" in text_of(app, "/")


def test_other_names_have_their_kind_and_passage(app):
    assert "Also G. acronym P1" in text_of(app, "/doc/actor/guild")


def test_a_passage_tells_what_it_carries_and_which_names_it_uses(app):
    assert "What this passage carries" in text_of(app, "/doc/cite/P2-0-20")
    assert "G. is a name of The Guild" in text_of(app, "/doc/cite/P1-0-20")


@pytest.mark.parametrize("kind", ["actor/guild", ACCUSED, "claim/P2-01", "cite/P2-0-20", "event/fight", "place/ford",
                                  "name/actor-guild--g-", "concept/role/leader", "concept/role", "source/chronicle"])  # fmt: skip
def test_everything_has_a_page_and_a_description(app, kind):
    page(app, f"/doc/{kind}")
    response = get(app, f"/doc/{kind}", "application/n-triples")
    assert response.status_code == 200
    assert f"<{BASE}id/{kind}>" in response.get_data(as_text=True)


def test_the_description_carries_relations_claims_passages_and_labels(app):
    told = get(app, "/doc/actor/anna.nt").get_data(as_text=True)
    for local in ("rel/membership/anna--guild> ", "claim/P2-01> ", "cite/P2-0-20> "):
        assert f"<{BASE}id/{local}" in told
    assert f'<{BASE}id/actor/guild> <http://www.w3.org/2000/01/rdf-schema#label> "The Guild"@en' in told


def test_every_term_of_ours_in_a_view_is_in_the_ontology():
    known = {
        quad.subject.value
        for path in ONTOLOGY.rglob("*.ttl") if "examples" not in path.parts
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    }  # fmt: skip
    for view in VIEWS:
        text = view.read_text()
        used = {CA + local for local in re.findall(r"\bca:(\w+)", text)} | {
            iri for line in re.findall(r"^# for:(.*)$", text, re.M) for iri in line.split() if iri.startswith(WRITTEN)
        }
        assert used <= known, f"{view.name}: {used - known}"


def test_every_view_says_what_it_is_for_and_projects_what_is_bound():
    for view in VIEWS:
        text = view.read_text()
        assert text.startswith("# "), view.name
        bound = {"classes.rq": "", "marks.rq": "", "listing.rq": "?class"}.get(view.name, "?this")
        head = re.search(r"^SELECT (?:DISTINCT )?(.*?)\nWHERE", text, re.M | re.S)
        assert head is None or bound in head[1], view.name


def test_the_readme_of_the_views_names_each_of_them():
    readme = (ONTOLOGY / "views" / "README.md").read_text()
    assert not [view.name for view in VIEWS if f"`{view.name}`" not in readme]
    columns = [path.name for path in (ONTOLOGY / "views" / "columns").glob("*.rq")]
    assert columns
    assert not [name for name in columns if f"`columns/{name}`" not in readme]
