"""The catalog describes a publication from its data, for machines that have never seen it."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import media
from service.iris import Base
from service.ntriples import by_subject
from service.press.catalog import describe
from service.press.checks import check
from service.press.counts import Counts, Tally, count
from service.press.description import describe_files
from service.press.edition import prepare
from service.press.queries import Reader, value_of
from service.press.records import main_record, read_records
from service.press.scopes import graph_scopes
from service.press.sources import read_sources
from service.press.statistics import Measured, settle
from service.releases import Dump
from tests.publications import BASE, RAILWAY, copy_mini, edit, root_of, write

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "void": "http://rdfs.org/ns/void#",
    "mini": f"{BASE}ontology#",
    "base": BASE,
}


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


def described(checked):
    """The statements of the catalog."""
    graphs = {name: scope.subjects for name, scope in graph_scopes(checked.graphs, checked.sources.base).items()}
    return describe(checked.sources, graphs, checked.plans)


@pytest.fixture
def ask(mini):
    """Ask the catalog alone: rows of plain strings, in the order of the SELECT."""
    checked = check(mini)
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in described(checked))
    reader = Reader(store, PREFIXES)

    def rows(query):
        names = re.findall(r"\?(\w+)", query.partition("{")[0])
        return [tuple(value_of(row[name]) for name in names) for row in reader.select(query)]

    return rows


def test_the_whole_speaks_in_the_words_of_its_record(ask):
    assert ask("SELECT ?t ?l { base:dataset a dcat:Dataset , void:Dataset ; dct:title ?t ; dct:license ?l }") == [
        ("The Marsh Light Railway", "https://creativecommons.org/publicdomain/zero/1.0/")
    ]
    assert ask("SELECT ?d { base:dataset dct:issued ?d }") == [("2024-05-01",)]


def test_the_whole_says_where_to_ask_and_what_its_iris_begin_with(ask):
    assert ask("SELECT ?e ?s { base:dataset void:sparqlEndpoint ?e ; void:uriSpace ?s }") == [(f"{BASE}sparql", BASE)]
    services = ask(
        "SELECT ?e ?c { ?s a dcat:DataService ; dcat:endpointURL ?e ; dcat:servesDataset base:dataset ; dct:conformsTo ?c"
        " . ?all a dcat:Catalog ; dcat:dataset base:dataset ; dcat:service ?s }"
    )
    assert {url.removeprefix(BASE) for url, _ in services} == {"sparql", "graph-store", "fragments"}
    assert all("w3.org/TR/" in protocol or "linkeddatafragments.org" in protocol for _, protocol in services)


def test_what_has_files_is_a_dataset_with_a_title(mini):
    edition = prepare(check(mini))
    dumps = [Dump(name, "text/turtle", "", 1, "ab", 1) for name in ("all.ttl", "graph-meta.ttl", "class-Station.ttl")]
    store = ox.Store()
    store.bulk_load(b"".join(describe_files(edition, dumps).lines), ox.RdfFormat.N_TRIPLES)
    reader = Reader(store, PREFIXES)
    assert len(reader.select("SELECT DISTINCT ?s { ?s dcat:distribution ?file }")) == 7
    untyped = "?s dcat:distribution ?file FILTER NOT EXISTS { ?s a dcat:Dataset , void:Dataset ; dct:title ?title }"
    assert reader.select(f"SELECT DISTINCT ?s {{ {untyped} }}") == []
    titles = reader.select("SELECT ?s (COUNT(?title) AS ?n) { ?s a dcat:Dataset ; dct:title ?title } GROUP BY ?s")
    assert {value_of(row["n"]) for row in titles} == {"1"}


def test_the_description_has_what_other_graphs_say_of_a_linkset(mini):
    linkset = "<https://example.org/mini/id/linkset/gazetteer>"
    for name, said in (("triples/mini/dataset.ttl", "a void:Linkset"), (RAILWAY, "void:triples 4")):
        with (root_of(mini) / name).open("a") as file:
            file.write(f"PREFIX void: <http://rdfs.org/ns/void#>\n{linkset} {said} .\n")
    lines = describe_files(prepare(check(mini)), []).lines
    about = [line.decode() for line in lines if line.startswith(f"<{BASE}id/linkset/gazetteer>".encode())]
    assert [line.split()[1].rpartition("#")[2] for line in about] == ["triples>", "type>"]


def test_the_period_of_the_record_is_told_in_schema_org_as_iso_8601(mini):
    period = ' dcat:startDate "1901-01-01"^^xsd:date ; dcat:endDate "1903-12-31"^^xsd:date .'
    with (root_of(mini) / "triples/mini/dataset.ttl").open("a") as record:
        record.write(f"<https://example.org/mini/graph/mini> dct:temporal <{BASE}years> .\n<{BASE}years> {period}\n")
    told = [
        q.object.value for q in described(check(mini)) if q.predicate.value == f"{PREFIXES['schema']}temporalCoverage"
    ]
    assert told == ["1901-01-01/1903-12-31"]


def test_every_graph_is_a_part_with_its_counts(ask, mini):
    parts = {iri for (iri,) in ask("SELECT ?g { base:dataset void:subset ?g }")}
    assert parts == {f"{BASE}graph/{name}" for name in ("derived", "meta", "mini", "schema", "shapes")}
    number = len(read_sources(mini).graphs["mini"])
    assert ask(f"SELECT ?n {{ <{BASE}graph/mini> void:triples ?n }}") == [(str(number),)]


_STATISTICS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?class) AS ?n) { ?s a ?class }",
    "entities": f"""SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o
                    FILTER(STRSTARTS(STR(?s), "{BASE}id/") && !CONTAINS(STR(?s), "#")) }}""",
}


def stored(edition, scope):
    """A store whose default graph is a scope of the edition."""
    store = ox.Store()
    lines = next(one.lines for one in edition.scopes if one.name == scope)
    store.bulk_load(b"".join(lines), ox.RdfFormat.N_TRIPLES)
    return Reader(store, PREFIXES)


@pytest.mark.parametrize(
    ("scope", "about"), [("all", "dataset"), ("graph-meta", "graph/meta"), ("graph-mini", "graph/mini")]
)
def test_counts_are_those_of_the_dumps_which_hold_the_counts_too(mini, scope, about):
    edition = prepare(check(mini))
    held, told = stored(edition, scope), stored(edition, "all")

    def numbers(reader, query):
        return [tuple(value_of(term) for term in row.values()) for row in reader.select(query)]

    for name, query in _STATISTICS.items():
        assert numbers(told, f"SELECT ?n {{ <{BASE}{about}> void:{name} ?n }}") == numbers(held, query), name
    for kind, counted, query in (
        ("class", "entities", "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { ?s a ?of } GROUP BY ?of"),
        ("property", "triples", "SELECT ?of (COUNT(*) AS ?n) { ?s ?of ?o } GROUP BY ?of"),
    ):
        parts = f"SELECT ?of ?n {{ <{BASE}{about}> void:{kind}Partition [ void:{kind} ?of ; void:{counted} ?n ] }}"
        assert sorted(numbers(told, parts)) == sorted(numbers(held, query)), kind


def test_partitions_within_partitions_count_the_catalog_too(mini):
    reader = stored(prepare(check(mini)), "all")
    told = """SELECT ?class ?p ?n { base:dataset void:classPartition [ void:class ?class ;
              void:propertyPartition [ void:property ?p ; void:triples ?n ] ] }"""
    found = "SELECT ?class ?p (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o } GROUP BY ?class ?p"
    rows = [sorted(tuple(map(str, row.values())) for row in reader.select(query)) for query in (told, found)]
    assert rows[0] == rows[1]


def test_the_endpoint_and_the_dataset_are_as_large_as_each_other(mini):
    reader = stored(prepare(check(mini)), "all")
    query = f"SELECT ?n ?m {{ base:dataset void:triples ?n ; <{SD}defaultGraph>/void:triples ?m }}"
    ((row),) = reader.select(query)
    assert row["n"] == row["m"]


def test_a_number_of_objects_that_nothing_can_be_true_of_is_not_told():
    """The number is an object too: told, it makes itself one less or one more."""
    one = ox.NamedNode("http://x/one")

    def measure(triples):
        told = {triple.object.value for triple in triples}
        number = 8 if told == {"7"} else 7
        counts = Counts(len(list(triples)), 1, 1, number, {}, {}, {})
        return Measured(counts, counts)

    def tell(found):
        return [] if found.whole.objects is None else [ox.Triple(one, one, ox.Literal(str(found.whole.objects)))]

    assert settle(tell, measure) == []


_FEW = st.sampled_from([ox.NamedNode(f"{BASE}id/{name}") for name in "abc"])
_SOME = st.lists(
    st.builds(
        ox.Triple,
        _FEW,
        st.sampled_from([ox.NamedNode(PREFIXES["rdf"] + "type"), *map(ox.NamedNode, ("http://x/p", "http://x/q"))]),
        _FEW,
    )
)


@given(_SOME, _SOME)
def test_another_graph_is_counted_in_without_counting_all_again(first, second):
    def of(triples):
        return by_subject(ox.serialize(set(triples), format=ox.RdfFormat.N_TRIPLES).splitlines(keepends=True))

    base = Base(BASE)
    assert Tally(of(first), base).beside(of(second)) == count(of([*first, *second]), base)


@pytest.mark.parametrize(
    ("statistic", "number"),
    [("triples", "12"), ("entities", "2"), ("distinctSubjects", "4"), ("distinctObjects", "9"), ("classes", "2")],
)
def test_statistics_are_those_of_void(statistic, number):
    a, b, c, d = (ox.NamedNode(f"{BASE}id/{name}") for name in ("a", "b", "a#part", "d"))
    is_a, knows, has = (ox.NamedNode(n) for n in (PREFIXES["rdf"] + "type", "http://x/knows", "http://x/has"))
    one, two, outside = ox.NamedNode("http://x/One"), ox.NamedNode("http://x/Two"), ox.NamedNode("http://x/o")
    triples = [
        *(ox.Triple(s, is_a, o) for s, o in [(a, one), (b, one), (b, two)]),
        *(ox.Triple(s, knows, o) for s, o in [(a, b), (a, d), (b, a), (b, d)]),
        *(ox.Triple(s, has, ox.Literal(n)) for s, n in [(a, "1"), (a, "2"), (c, "1"), (outside, "3")]),
        ox.Triple(outside, knows, c),
    ]
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).splitlines(keepends=True)
    counts = count(by_subject(lines), Base(BASE))
    told = {
        "triples": counts.triples,
        "entities": counts.entities,
        "distinctSubjects": counts.subjects,
        "distinctObjects": counts.objects,
        "classes": len(counts.classes),
    }
    assert str(told[statistic]) == number
    assert counts.classes == {one: 2, two: 1}
    assert counts.properties == {knows: 5, has: 4, is_a: 3}
    assert counts.class_properties[one, knows] == 4
    assert counts.class_properties[two, knows] == 2


def test_partitions_say_how_many_things_of_a_class_and_which_properties_they_have(ask):
    query = """SELECT ?n { base:dataset void:classPartition ?c . ?c void:class mini:Station ; void:entities ?n }"""
    assert ask(query) == [("3",)]
    query = """SELECT ?n { base:dataset void:classPartition [ void:class mini:Station ; void:propertyPartition ?p ] .
               ?p void:property mini:opened ; void:triples ?n }"""
    assert ask(query) == [("2",)]
    query = """SELECT ?n { base:dataset void:propertyPartition [ void:property mini:nextTo ; void:triples ?n ] }"""
    assert ask(query) == [("4",)]


def test_distributions_name_each_dump_with_its_media_type(ask):
    query = """SELECT ?url ?type ?packed { base:dataset dcat:distribution ?d .
               ?d dcat:downloadURL ?url ; dcat:mediaType ?type ; dcat:compressFormat ?packed ; dct:title "all.nq.gz" }"""
    iana = "https://www.iana.org/assignments/media-types/application/"
    assert ask(query) == [(f"{BASE}dumps/all.nq.gz", f"{iana}n-quads", f"{iana}gzip")]
    assert len(ask("SELECT ?d { base:dataset void:dataDump ?d }")) == 18
    assert len(ask(f"SELECT ?d {{ <{BASE}graph/meta> void:dataDump ?d }}")) == 18


def test_prefixes_are_declared_as_query_editors_look_for_them(ask):
    rows = ask("SELECT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix")
    assert dict(rows)["mini"] == f"{BASE}ontology#"
    assert [prefix for prefix, _ in rows] == sorted(dict(rows))


def test_questions_are_examples_as_query_editors_look_for_them(ask):
    rows = ask(
        "SELECT ?q ?c ?s { ?q a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ; rdfs:comment ?c ; sh:select ?s }"
    )
    ((iri, comment, text),) = rows
    assert iri == f"{BASE}id/question/which-stations-opened-before-1904"
    assert comment == "Which stations opened before 1904?"
    assert f"PREFIX mini: <{BASE}ontology#>" in text
    assert {k for (k,) in ask("SELECT ?k { ?q schema:keywords ?k }")} == {"stations", "dates"}


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        pytest.param(
            "PREFIX select: <http://a/>\n# ask nothing\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "construct"
        ),
        pytest.param("ASK { ?s ?p ?o }", "ask"),
    ],
)
def test_the_form_of_a_question_is_told(mini, query, kind):
    write(mini, "ontology/questions/another.rq", f"# question: Another?\n{query}")
    checked = check(mini)
    triples = described(checked)
    assert any(q.predicate.value == f"{PREFIXES['sh']}{kind}" for q in triples)


def test_derived_graphs_say_what_they_were_made_from(ask):
    made_from = {iri for (iri,) in ask(f"SELECT ?g {{ <{BASE}graph/derived> prov:wasDerivedFrom ?g }}")}
    assert made_from == {f"{BASE}graph/{name}" for name in ("mini", "schema", "shapes")}
    rule = f"{BASE}id/rule/10-neighbours"
    assert ask(f"SELECT ?b {{ ?b prov:used <{rule}> . <{BASE}graph/derived> prov:wasGeneratedBy ?b }}")


def test_no_blank_node_and_no_time_is_in_the_catalog(mini):
    checked = check(mini)
    triples = described(checked)
    assert not any(isinstance(term, ox.BlankNode) for triple in triples for term in triple)
    assert triples == described(checked)
    assert not any("dateTime" in str(triple) for triple in triples)


def test_a_record_about_the_whole_is_not_copied(mini):
    edit(mini, "triples/mini/dataset.ttl", "mini/graph/mini>", "mini/dataset>")
    checked = check(mini)
    triples = described(checked)
    assert not [q for q in triples if q.predicate.value == f"{PREFIXES['dct']}license"]
    assert main_record(checked.sources).title == "The Marsh Light Railway"


def test_records_of_several_datasets_are_parts_and_links_come_last(mini):
    record = (root_of(mini) / "triples/mini/dataset.ttl").read_text()
    write(
        mini,
        "triples/links/dataset.ttl",
        record.replace("graph/mini", "graph/links").replace("The Marsh", "Links of"),
    )
    write(mini, "triples/zebra/dataset.ttl", record.replace("graph/mini", "graph/zebra"))
    checked = check(mini)
    assert [r.name for r in read_records(checked.sources)] == ["mini", "zebra", "links"]
    triples = described(checked)
    parts = [q.object.value for q in triples if q.predicate.value == f"{PREFIXES['dct']}hasPart"]
    assert parts == [f"{BASE}graph/zebra", f"{BASE}graph/links"]


def test_the_id_follows_from_data_base_and_views_and_from_nothing_else(mini, tmp_path):
    first = prepare(check(mini)).id
    assert prepare(check(copy_mini(tmp_path / "again"))).id == first
    assert prepare(check(copy_mini(tmp_path / "elsewhere", base="http://example.com/"))).id != first
    edit(mini, RAILWAY, "\n\n", "\n# a comment\n\n")
    assert prepare(check(mini)).id == first
    write(mini, "ontology/views/names.rq", "SELECT ?name { ?this rdfs:label ?name }")
    assert prepare(check(mini)).id != first


SD = "http://www.w3.org/ns/sparql-service-description#"


def test_the_endpoint_describes_every_format_and_graph_it_has(ask):
    formats = ask(f"SELECT ?f {{ <{BASE}sparql> a <{SD}Service> ; <{SD}resultFormat> ?f }}")
    assert {row[0].rpartition("/")[2] for row in formats} == {
        f.registered for f in media.FORMATS if f is not media.HTML
    }
    graphs = ask(
        f"SELECT ?g {{ <{BASE}dataset> <{SD}namedGraph>/<{SD}name> ?g . ?g a <http://rdfs.org/ns/void#Dataset> }}"
    )
    assert (f"{BASE}graph/mini",) in {tuple(row) for row in graphs}


def test_the_dataset_is_told_in_schema_org_too(ask):
    (row,) = ask(
        "SELECT ?name ?license ?url ?maker { base:dataset a schema:Dataset ; schema:name ?name ; schema:license ?license ;"
        " schema:url ?url ; schema:creator ?maker }"
    )
    assert row[0] == "The Marsh Light Railway"
    assert row[1].startswith("https://creativecommons.org/")
    assert row[2:] == (f"{BASE}dataset", f"{BASE}id/agent/clerk")
    files = dict(
        ask(
            "SELECT ?url ?type { base:dataset schema:distribution [ a schema:DataDownload ; schema:contentUrl ?url ; schema:encodingFormat ?type ] }"
        )
    )
    assert files[f"{BASE}dumps/all.jsonld"] == "application/ld+json"
    assert files[f"{BASE}dumps/all.ttl.gz"] == "application/gzip"


def test_void_says_where_to_look_a_uri_up_and_gives_examples(ask):
    assert ask("SELECT ?o { base:dataset void:uriLookupEndpoint ?o }") == [(f"{BASE}links?uri=",)]
    examples = [one for (one,) in ask("SELECT ?o { base:dataset void:exampleResource ?o }")]
    assert f"{BASE}id/station/alder-halt" in examples
    assert f"{BASE}id/claim/P3-01" in examples


NOTHING = """# A rule whose day has not come.
# into: graph/snapshot-2099-01-01
CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }
"""


def test_a_graph_that_got_no_statement_is_no_graph(mini):
    """No store has an empty graph, so nobody could find it at the endpoint: it is not announced and has no files."""
    write(mini, "ontology/rules/99-nothing.rq", NOTHING)
    write(mini, "triples/links/none.ttl", "# No link was found yet.\n")
    checked = check(mini)
    assert not checked.graphs["snapshot-2099-01-01"]
    edition = prepare(checked)
    store = ox.Store()
    store.bulk_load(b"".join(edition.scopes[0].quad_lines), format=ox.RdfFormat.N_QUADS)
    there = {graph.value for graph in store.named_graphs()}
    for query in ("SELECT ?g { [] sd:name ?g }", "SELECT ?g { base:dataset void:subset ?g }"):
        prefixes = {**PREFIXES, "sd": "http://www.w3.org/ns/sparql-service-description#"}
        rows = store.query(query, prefixes=prefixes, use_default_graph_as_union=True)
        assert {row["g"].value for row in rows} == there
    assert {scope.about for scope in edition.scopes[1:]} == there
    assert f"{BASE}graph/mini" in there
