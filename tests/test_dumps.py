"""Dumps hold the same statements in every format, byte for byte the same each time."""

import gzip
import hashlib

import pyoxigraph as ox
import pytest

from service.iris import Base
from service.press.checks import check
from service.press.dumps import DUMP_FORMATS, content_hash, dump_names, scopes, write_dumps
from service.press.edition import prepare
from tests.publications import BASE, copy_mini

READ = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    return prepare(check(copy_mini(tmp_path_factory.mktemp("dumps"))))


@pytest.fixture(scope="module")
def folder(edition, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    for scope in edition.scopes:
        write_dumps(folder, scope, edition.checked.sources.prefixes)
    return folder


def test_the_formats_are_those_of_the_one_table():
    assert {f.extension for f in DUMP_FORMATS} == set(READ)


def test_the_scopes_are_the_whole_and_each_graph(edition):
    assert [s.name for s in edition.scopes] == [
        "all", "graph-derived", "graph-meta", "graph-mini", "graph-schema", "graph-shapes",
    ]  # fmt: skip


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
@pytest.mark.parametrize("place", [0, 3], ids=["all", "mini"])
def test_a_graph_format_holds_the_triples(edition, folder, extension, place):
    scope = edition.scopes[place]
    quads = list(ox.parse(path=str(folder / f"{scope.name}.{extension}"), format=READ[extension]))
    assert {q.triple for q in quads} == set(scope.triples)
    assert len(quads) == len(scope.triples)


@pytest.mark.parametrize("extension", ["trig", "nq"])
@pytest.mark.parametrize("place", [0, 3], ids=["all", "mini"])
def test_a_quad_format_holds_the_graphs(edition, folder, extension, place):
    scope = edition.scopes[place]
    quads = list(ox.parse(path=str(folder / f"{scope.name}.{extension}"), format=READ[extension]))
    assert set(quads) == set(scope.quads)
    assert len(quads) == len(scope.quads)


def test_gzip_holds_the_same_bytes_and_no_time(folder):
    packed = (folder / "all.ttl.gz").read_bytes()
    assert gzip.decompress(packed) == (folder / "all.ttl").read_bytes()
    assert packed[3:8] == bytes(5), "no name flag, no time"


def test_a_dump_is_described_by_size_hash_and_count(edition, folder):
    described = {d.name: d for d in write_dumps(folder, edition.scopes[0], {})}
    assert list(described) == [name for name, _, _ in dump_names("all")]
    dump = described["all.nq"]
    assert dump.size == (folder / "all.nq").stat().st_size
    assert dump.sha256 == hashlib.sha256((folder / "all.nq").read_bytes()).hexdigest()
    assert (dump.statements, dump.encoding) == (len(edition.scopes[0].quads), "")
    assert described["all.nq.gz"].encoding == "gzip"


def test_the_order_of_the_sources_does_not_change_a_byte(edition, tmp_path):
    graphs = {s.name.removeprefix("graph-"): list(reversed(s.quads)) for s in reversed(edition.scopes[1:])}
    for scope, again in zip(edition.scopes, scopes(graphs, Base(BASE)), strict=True):
        assert [scope.lines, scope.quad_lines, scope.quads] == [again.lines, again.quad_lines, again.quads]


def test_the_hash_of_the_content_is_that_of_the_dump_all_nq(edition, folder):
    assert content_hash(edition.scopes[0]) == hashlib.sha256((folder / "all.nq").read_bytes()).hexdigest()


def test_the_lines_are_those_of_rdfc_1_0(edition):
    dataset = ox.Dataset(edition.scopes[0].quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    canonical = sorted(ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))
    assert canonical == edition.scopes[0].quad_lines


def test_lexical_forms_and_odd_characters_survive(tmp_path):
    thing, has = ox.NamedNode("http://a/é"), ox.NamedNode("http://a/p")
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    literals = [ox.Literal("1.50", datatype=decimal), ox.Literal('a\n"\\\u2028é'), ox.Literal("x", language="en-GB")]
    graph = [ox.Quad(thing, has, literal) for literal in literals]
    (whole, _) = scopes({"odd": graph}, Base(BASE))
    write_dumps(tmp_path, whole, {})
    for extension in READ:
        found = ox.parse(path=str(tmp_path / f"all.{extension}"), format=READ[extension])
        assert {q.object for q in found} == set(literals), extension


def test_a_triple_in_two_graphs_is_one_triple_of_the_union():
    quad = ox.Quad(ox.NamedNode("http://a/s"), ox.NamedNode("http://a/p"), ox.Literal("o"))
    whole, *_ = scopes({"one": [quad, quad], "two": [quad]}, Base(BASE))
    assert (len(whole.triples), len(whole.quads)) == (1, 2)
