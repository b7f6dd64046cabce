"""Dumps hold the same statements in every format and packing, byte for byte the same each time."""

import csv
import gzip
import hashlib
import io
import json

import pyoxigraph as ox
import pytest
import rdflib
import zstandard

from service.iris import Base
from service.jsonld.write import Context
from service.media import CSV, FOLLOWTHEMONEY, NQUADS, TRIG
from service.press.build import write_dumps
from service.press.checks import check
from service.press.description import describe_files
from service.press.dumps import CLASS_FORMATS, RDF_FORMATS, Press, dump_names, formats_of
from service.press.edition import prepare
from service.press.packing import packing
from service.press.pretty import Names
from service.press.progress import SILENT
from service.press.scopes import ALL, Kind, content_hash, graph_scopes, scopes
from tests.publications import BASE, WRITTEN, copy_mini, root_of, write

READ = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
LINK = f"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{WRITTEN}id/station/alder-halt> skos:exactMatch <http://example.com/station/7> .
"""
EXPORT = f"""PREFIX ftm: <https://schema.followthemoney.tech/#>
PREFIX mini: <{WRITTEN}ontology#>
CONSTRUCT {{ ?station a ftm:Address ; ftm:Thing:name ?name }}
WHERE {{ ?station a mini:Station ; rdfs:label ?label BIND(STR(?label) AS ?name) }}
"""


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    mini = copy_mini(tmp_path_factory.mktemp("dumps"))
    write(mini, "triples/links/stations.ttl", LINK)
    write(mini, "ontology/exports/followthemoney/stations.rq", EXPORT)
    return prepare(check(mini))


@pytest.fixture(scope="module")
def written(edition, tmp_path_factory):
    """(folder, name -> what is known of the file) of a whole set of dumps with its description."""
    folder = tmp_path_factory.mktemp("written")
    with packing() as packer:
        press = write_dumps(folder, edition, packer, SILENT)
        press.write(describe_files(edition, packer.packed()))
        return folder, {dump.name: dump for dump in packer.packed()}


@pytest.fixture(scope="module")
def folder(written):
    return written[0]


def canonical(quads):
    """The canonical N-Quads of some quads (RDFC-1.0), for comparing graphs."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


def read(folder, name):
    return list(ox.parse(path=str(folder / name), format=READ[name.rpartition(".")[2]]))


def rows(folder, name):
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"), newline="")))


def test_the_formats_of_graphs_are_all_rdf_formats():
    assert {format.extension for format in RDF_FORMATS} == set(READ)
    assert formats_of(Kind.GRAPH) == RDF_FORMATS
    assert formats_of(Kind.CLASS) == CLASS_FORMATS


def test_the_scopes_are_the_whole_each_graph_and_the_links(edition):
    assert [s.name for s in edition.scopes] == [
        "all", "graph-derived", "graph-links", "graph-meta", "graph-mini", "graph-schema", "graph-shapes", "links",
    ]  # fmt: skip


def test_each_class_with_things_is_a_scope_and_graph_meta_does_not_count(edition):
    names = [table.name for table in edition.classes]
    assert names == [
        "class-Claim", "class-Link", "class-Station", "class-oa-FragmentSelector", "class-oa-SpecificResource",
        "class-oa-TextPositionSelector", "class-owl-Class", "class-owl-ObjectProperty", "class-owl-Ontology",
        "class-sh-NodeShape",
    ]  # fmt: skip


def test_a_class_has_all_its_things_also_those_in_graph_meta(tmp_path):
    settings = copy_mini(tmp_path)
    with (root_of(settings) / "triples/mini/dataset.ttl").open("a") as record:
        record.write("<https://example.org/mini/dataset> a <https://example.org/mini/ontology#Station> .\n")
    (stations,) = [table for table in prepare(check(settings)).classes if table.name == "class-Station"]
    assert "<http://localhost:8000/dataset>" in stations.members


def test_every_file_of_every_scope_is_there_and_no_other(edition, written):
    folder, known = written
    expected = {name for scope in edition.scopes for name, _, _ in dump_names(scope.name, RDF_FORMATS)}
    expected |= {name for table in edition.classes for name, _, _ in dump_names(table.name, CLASS_FORMATS)}
    expected |= {name for name, _, _ in dump_names(ALL, [FOLLOWTHEMONEY])}
    expected |= {name for name, _, _ in dump_names("dataset", RDF_FORMATS)}
    assert expected == set(known) == {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
def test_a_graph_format_of_each_scope_holds_its_triples(edition, folder, extension):
    for scope in edition.scopes:
        quads = read(folder, f"{scope.name}.{extension}")
        assert canonical(quads) == scope.lines
        assert len(quads) == len(scope.lines)


@pytest.mark.parametrize("extension", ["trig", "nq"])
def test_a_quad_format_of_each_scope_holds_its_graphs(edition, folder, extension):
    for scope in edition.scopes:
        quads = read(folder, f"{scope.name}.{extension}")
        assert canonical(quads) == scope.quad_lines
        assert len(quads) == len(scope.quad_lines)


@pytest.mark.parametrize(("extension", "syntax"), [("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_another_library_reads_the_same_triples(folder, extension, syntax, monkeypatch):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    reference = set(rdflib.Graph().parse(folder / "all.nt", format="nt"))
    assert set(rdflib.Graph().parse(folder / f"all.{extension}", format=syntax)) == reference


def test_the_files_of_a_class_say_the_same_and_what_the_whole_says_of_its_things(edition, folder):
    whole = {quad.triple for quad in read(folder, "all.nt")}
    for table in edition.classes:
        triples = {quad.triple for quad in read(folder, f"{table.name}.nt")}
        assert {quad.triple for quad in read(folder, f"{table.name}.ttl")} == triples
        subjects = {f"<{triple.subject.value}>" for triple in triples}
        assert subjects == {*table.members, *table.parts}
        assert triples == {triple for triple in whole if f"<{triple.subject.value}>" in subjects}
        assert [row["iri"] for row in rows(folder, f"{table.name}.csv")] == [m[1:-1] for m in table.members]


def test_a_thing_brings_its_fragments_along(folder):
    subjects = {quad.subject.value for quad in read(folder, "class-oa-SpecificResource.ttl")}
    assert f"{BASE}id/cite/P3-33-66#position" in subjects


def test_entities_are_json_lines(folder):
    found = [json.loads(line) for line in (folder / "all.ftm.json").read_text().splitlines()]
    assert found[0] == {"id": "station.alder-halt", "schema": "Address", "properties": {"name": ["Alder Halt"]}}
    assert len(found) == 3


def test_packed_files_hold_the_same_bytes_and_no_time(folder):
    for plain in [path for path in folder.iterdir() if path.suffix not in (".gz", ".zst")]:
        packed = plain.with_name(f"{plain.name}.gz").read_bytes()
        assert gzip.decompress(packed) == plain.read_bytes()
        assert packed[3:8] == bytes(5), "no name flag, no time"
        dense = plain.with_name(f"{plain.name}.zst").read_bytes()
        assert zstandard.ZstdDecompressor().decompress(dense) == plain.read_bytes()


def test_a_file_is_described_by_size_hash_and_count(edition, written):
    folder, known = written
    for name, dump in known.items():
        body = (folder / name).read_bytes()
        assert (dump.size, dump.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert (known["all.nq"].statements, known["all.nq"].encoding) == (len(edition.scopes[0].quad_lines), "")
    assert (known["all.ttl"].statements, known["all.ttl.zst"].encoding) == (len(edition.scopes[0].lines), "zstd")
    assert (known["class-Station.csv"].statements, known["class-Station.csv"].media_type) == (3, CSV.media_type)
    assert (known["all.ftm.json.gz"].statements, known["all.ftm.json.gz"].encoding) == (3, "gzip")


def test_written_again_every_byte_is_the_same(edition, written, tmp_path):
    with packing() as packer:
        press = write_dumps(tmp_path, edition, packer, SILENT)
        press.write(describe_files(edition, packer.packed()))
        assert {dump.name: dump for dump in packer.packed()} == written[1]


def test_the_order_of_the_sources_does_not_change_a_byte(edition):
    graphs = {
        scope.name.removeprefix("graph-"): list(
            reversed(list(ox.parse(b"".join(scope.lines), ox.RdfFormat.N_TRIPLES)))
        )
        for scope in reversed(edition.scopes)
        if scope.kind is Kind.GRAPH
    }
    for scope, again in zip(edition.scopes, scopes(graph_scopes(graphs, Base(BASE)), Base(BASE)), strict=True):
        assert [scope.lines, scope.quad_lines] == [again.lines, again.quad_lines]


def test_the_hash_of_the_content_is_that_of_the_dump_all_nq(edition, folder):
    assert content_hash(edition.scopes[0]) == hashlib.sha256((folder / "all.nq").read_bytes()).hexdigest()


def press_of(graphs, folder, packer):
    found = scopes(graph_scopes(graphs, Base(BASE)), Base(BASE))
    return found, Press(
        folder, packer, found[0], Names({}, BASE), "", Context({"@context": {"id": "@id", "type": "@type"}})
    )


def test_lexical_forms_and_odd_characters_survive(tmp_path):
    thing, has = ox.NamedNode("http://a/é"), ox.NamedNode("http://a/p")
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    literals = [ox.Literal("1.50", datatype=decimal), ox.Literal('a\n"\\\u2028é'), ox.Literal("x", language="en-GB")]
    with packing() as packer:
        (whole, _), press = press_of(
            {"odd": [ox.Quad(thing, has, literal) for literal in literals]}, tmp_path, packer
        )
        press.write(whole)
    for extension in READ:
        found = ox.parse(path=str(tmp_path / f"all.{extension}"), format=READ[extension])
        assert {q.object for q in found} == set(literals), extension


def test_a_triple_in_two_graphs_is_one_triple_of_the_union():
    quad = ox.Quad(ox.NamedNode("http://a/s"), ox.NamedNode("http://a/p"), ox.Literal("o"))
    whole, *_ = scopes(graph_scopes({"one": [quad, quad], "two": [quad]}, Base(BASE)), Base(BASE))
    assert (len(whole.lines), len(whole.quad_lines)) == (1, 2)


def test_two_graphs_that_say_as_much_of_a_thing_do_not_share_its_block(tmp_path):
    thing, has = ox.NamedNode("http://a/s"), ox.NamedNode("http://a/p")
    graphs = {name: [ox.Quad(thing, has, ox.Literal(name))] for name in ("one", "two")}
    with packing() as packer:
        found, press = press_of(graphs, tmp_path, packer)
        for scope in found:
            press.write(scope)
    for scope in found:
        assert canonical(read(tmp_path, f"{scope.name}.ttl")) == scope.lines
    assert canonical(read(tmp_path, "all.trig")) == found[0].quad_lines


def test_the_description_adds_size_and_checksum_of_every_file_that_it_names(edition, written):
    folder, known = written
    described = set(read(folder, "dataset.ttl"))
    assert {q.triple for q in read(folder, "graph-meta.ttl")} < {q.triple for q in described}
    store = ox.Store()
    store.bulk_extend(ox.Quad(*quad.triple) for quad in described)
    found = store.query(
        """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?name ?size ?sum ?stays WHERE { ?of dcat:distribution ?d . ?d dct:title ?name ; dcat:byteSize ?size ;
          dct:hasVersion ?stays ; spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum ] }"""
    )
    told = {row["name"].value: (int(row["size"].value), row["sum"].value, row["stays"].value) for row in found}
    packed_tables = {n for n, d in known.items() if n.startswith("class-") and d.encoding}
    of_itself = {name for name in known if name.startswith("dataset.")}
    assert told == {
        name: (dump.size, dump.sha256, f"{BASE}release/{edition.id}/dumps/{name}")
        for name, dump in known.items()
        if name not in packed_tables | of_itself
    }


def test_the_description_is_in_no_hash_and_in_no_graph(edition, folder):
    assert f"{edition.id}" not in (folder / "all.nq").read_text()
    assert {q.graph_name.value for q in read(folder, "dataset.nq")} == {f"{BASE}graph/meta"}
    assert TRIG in RDF_FORMATS
    assert NQUADS in RDF_FORMATS
