"""`/linksets`: the links to each other dataset as files, with counts that agree with what is in them."""

import csv
import io
import json
import re

import pytest
import rdflib
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, VOID

from service.links.schemes import Scheme
from tests.engines import get, harbour, page
from tests.linked import BASE, libya

NAMES = ("dbpedia", "geonames", "militias", "web-pages", "wikidata", "wikipedia")
FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "csv": "text/csv",
    "sssom.tsv": "text/tab-separated-values",
}
RECORD = """<id/linkset/registers> a <http://rdfs.org/ns/void#Linkset> ; dct:title "Links to registers"@en ;
  <http://rdfs.org/ns/void#linkPredicate> skos:exactMatch ; <http://rdfs.org/ns/void#objectsTarget> <id/dataset/register> .
<id/dataset/register> <http://rdfs.org/ns/void#uriSpace> "http://register.example/" .
<id/ship/alma> skos:exactMatch <http://register.example/1> , <http://elsewhere.example/1> .
<id/ship/bore> skos:closeMatch <http://register.example/2> ."""


@pytest.fixture(scope="module")
def app():
    return libya()


def body(app, path, accept="*/*"):
    response = get(app, path, accept)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def sssom(app, name):
    """(metadata lines, rows) of a linkset in SSSOM."""
    lines = body(app, f"/linksets/{name}.sssom.tsv").splitlines()
    head = [line[1:] for line in lines if line.startswith("#")]
    return head, list(csv.DictReader(lines[len(head) :], dialect="excel-tab"))


def test_the_list_has_every_linkset_with_its_count(app):
    text = page(app, "/linksets")
    for name in NAMES:
        assert f'href="/linksets/{name}"' in text
        assert f'href="/linksets/{name}.sssom.tsv"' in text


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_the_list_is_a_description_in_void(app, accept):
    graph = rdflib.Graph().parse(data=body(app, "/linksets", accept), format=accept)
    sets = set(graph.subjects(RDF.type, VOID.Linkset))
    assert sets == {rdflib.URIRef(f"{BASE}id/linkset/{name}") for name in NAMES}
    for one in sets:
        assert int(graph.value(one, VOID.triples)) > 5
        assert graph.value(one, DCTERMS.title)
        assert {SKOS.exactMatch, SKOS.closeMatch, FOAF.isPrimaryTopicOf} & set(graph.objects(one, VOID.linkPredicate))
        for file in graph.objects(one, VOID.dataDump):
            assert body(app, "/" + str(file).removeprefix(BASE))


@pytest.mark.parametrize("name", NAMES)
def test_all_formats_hold_the_same_links_and_as_many_as_the_release_says(app, name):
    triples = {f: rdflib.Graph().parse(data=body(app, f"/linksets/{name}.{f}"), format=f) for f in ("nt", "ttl")}
    links = set(triples["nt"])
    table = list(csv.DictReader(io.StringIO(body(app, f"/linksets/{name}.csv"))))
    _, rows = sssom(app, name)
    query = f"SELECT ?n {{ <{BASE}id/linkset/{name}> <{VOID.triples}> ?n }}"
    (told,) = app.extensions["engine"].store.query(query)
    assert set(triples["ttl"]) == links
    assert {tuple(map(rdflib.URIRef, (row["thing"], row["relation"], row["target"]))) for row in table} == links
    assert len(rows) == len(table)
    assert int(told["n"].value) == len(links)


@pytest.mark.parametrize("name", NAMES)
def test_sssom_has_the_required_metadata_and_columns(app, name):
    head, rows = sssom(app, name)
    fields = dict(line.split(": ", 1) for line in head if re.match(r"\w+: ", line))
    assert json.loads(fields["mapping_set_id"]) == f"{BASE}linksets/{name}"
    assert json.loads(fields["license"]).startswith("https://creativecommons.org/")
    assert json.loads(fields["mapping_set_version"])
    required = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
    assert all(row[column] for row in rows for column in required)
    assert {row["mapping_justification"] for row in rows} == {"semapv:ManualMappingCuration"}


def expanded(head, rows):
    """(subject, predicate, object) of each row of SSSOM, as its curie_map says."""
    lines = (line.split(": ", 1) for line in head if line.startswith("  ") and ": " in line)
    prefixes = {key.strip(): json.loads(iri) for key, iri in lines}
    found = []
    for row in rows:
        short = (row[column].partition(":") for column in ("subject_id", "predicate_id", "object_id"))
        found.append(tuple(prefixes[prefix] + local for prefix, _, local in short))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_short_iri_in_sssom_expands_to_what_the_other_files_say(app, name):
    head, rows = sssom(app, name)
    table = list(csv.DictReader(io.StringIO(body(app, f"/linksets/{name}.csv"))))
    assert all(row[column].isascii() for row in rows for column in row if column.endswith("_id"))
    assert expanded(head, rows) == [(row["thing"], row["relation"], row["target"]) for row in table]
    assert "curie_map:" in head


ODD_TARGETS = (
    "http://register.example/coup_d'état", "http://register.example/100%25_é", "http://register.example/a/b:c?d=e&f",
    "http://register.example/ns1/x", "urn:isbn:1", "tag:example.org,2020:x", "http://register.example/",
    "http://other.example/register.example/x", "http://xn--register.example/#é", "http://register.example/café",
)  # fmt: skip


def test_sssom_says_any_iri_as_it_is_and_never_a_label_it_does_not_know(tmp_path):
    odd = " , ".join(f"<{iri}>" for iri in ODD_TARGETS)
    plain = harbour(
        tmp_path, RECORD.replace('"http://register.example/"', '""') + f"\n<id/ship/cora> skos:exactMatch {odd} ."
    )
    head, rows = sssom(plain, "registers")
    links = {tuple(map(str, triple)) for triple in rdflib.Graph().parse(data=body(plain, "/linksets/registers.nt"))}
    assert set(expanded(head, rows)) == links
    assert {target for _, _, target in links} >= set(ODD_TARGETS)
    assert all(row["object_id"].isascii() for row in rows)
    assert all("object_label" not in row for row in rows)


@pytest.mark.filterwarnings("ignore")
def test_sssom_is_read_by_its_own_library(app):
    parsers = pytest.importorskip("sssom.parsers", reason="sssom is not installed")
    for name in NAMES:
        stream = io.StringIO(body(app, f"/linksets/{name}.sssom.tsv"))
        assert len(parsers.parse_sssom_table(stream).df) == len(sssom(app, name)[1])


def test_a_linkset_is_negotiated_or_fixed_by_its_extension(app):
    for extension, media_type in FORMATS.items():
        fixed = get(app, f"/linksets/wikidata.{extension}")
        assert fixed.content_type.startswith(media_type)
        asked = get(app, "/linksets/wikidata", media_type)
        assert asked.headers["Content-Location"] == f"/linksets/wikidata.{extension}"
        assert asked.headers["ETag"] == fixed.headers["ETag"]
    assert "Links to Wikidata" in page(app, "/linksets/wikidata")


def test_a_linkset_names_its_licence_and_what_it_describes(app):
    links = get(app, "/linksets/wikidata.nt").headers.getlist("Link")
    assert f'<{BASE}id/linkset/wikidata>; rel="describes"' in links
    assert any('rel="license"' in link for link in links)


def test_the_linkset_and_its_target_dereference(app):
    for path in ("/id/linkset/wikidata", "/id/dataset/wikidata"):
        response = app.test_client().get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert response.status_code == 200
        assert f"{BASE}{path[1:]}" in response.get_data(as_text=True)


def test_an_unknown_linkset_is_404_with_the_names(app):
    response = get(app, "/linksets/nothing.ttl", "application/json")
    assert response.status_code == 404
    assert "wikidata" in response.json["detail"]


def test_without_views_void_says_which_links_belong_to_a_set(tmp_path):
    plain = harbour(tmp_path, RECORD)
    graph = rdflib.Graph().parse(data=body(plain, "/linksets/registers.nt"), format="nt")
    assert [str(o) for o in graph.objects()] == ["http://register.example/1"]


def test_without_linksets_the_list_says_so(tmp_path):
    assert "describes none" in page(harbour(tmp_path), "/linksets")


@pytest.mark.parametrize(
    ("uri", "identifier"),
    [
        ("https://reg.example/7", "7"), ("http://www.reg.example/7/", "7"), ("https://reg.example/p/7-alma.html", "7"),
        ("https://reg.example/x", ""), ("https://reg.example/7/8", ""), ("https://regXexample/7", ""),
    ],
)  # fmt: skip
def test_an_address_is_read_by_the_templates_of_its_scheme(uri, identifier):
    scheme = Scheme(
        "x:s", "reg", "Register", "^[0-9]+$", ("https://reg.example/{id}",), ("https://reg.example/p/{id}-*",)
    )
    assert scheme.identifier_in(uri) == identifier


def test_a_pattern_that_is_no_regular_expression_holds_nobody_up():
    assert Scheme("x:s", "reg", "Register", "(", (), ()).has("7")


def test_names_beyond_ascii_are_served_like_any_other(tmp_path):
    record = RECORD.replace("linkset/registers", "linkset/Ämter")
    odd = harbour(tmp_path, record)
    response = get(odd, "/linksets/%C3%84mter", "text/turtle")
    assert response.status_code == 200
    assert response.headers["Content-Location"] == "/linksets/%C3%84mter.ttl"
    assert "/linksets/%C3%84mter" in page(odd, "/linksets")
