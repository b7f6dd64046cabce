"""The dumps of the publication in this repository: every format of a scope says the same, to several readers."""

import csv
import io
import re
import subprocess
from dataclasses import replace

import pyoxigraph as ox
import pytest

from service.press import checks
from service.press.build import write_dumps
from service.press.description import describe_files
from service.press.edition import prepare
from service.press.packing import packing
from service.press.plans import read_plans
from service.press.progress import SILENT
from service.press.rules import run_rules
from service.press.sources import META, read_sources
from service.settings import Settings
from tests.live import ROOT
from tests.publications import BASE
from tests.test_dumps import READ

RAPPER = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "trig": "trig", "nq": "nquads"}


def unchecked():
    """The sources with what the rules derive; the gates have tests of their own."""
    settings = Settings(ontology=ROOT / "ontology", triples=ROOT / "triples", shapes=ROOT / "shapes", base=BASE)
    sources = read_sources(settings)
    plain = checks.Checked(
        sources, read_plans(settings.ontology, sources), sources.graphs, checks.open_reader(sources), sources.report
    )
    derived = run_rules(plain.plans.rules, plain.reader, sources.base, {*sources.graphs, META})
    return replace(plain, graphs=sources.graphs | derived.graphs)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """(edition, folder, files) of all dumps."""
    edition, folder = prepare(unchecked()), tmp_path_factory.mktemp("real")
    with packing() as packer:
        press = write_dumps(folder, edition, packer, SILENT)
        press.write(describe_files(edition, packer.packed()))
        return edition, folder, {dump.name: dump for dump in packer.packed()}


def lines(folder, name):
    """The statements of a file as sorted N-Quads. There are no blank nodes, so equal lines are equal graphs."""
    quads = ox.parse(path=str(folder / name), format=READ[name.rpartition(".")[2]])
    return sorted((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


@pytest.mark.parametrize("extension", READ)
def test_every_format_of_every_scope_is_the_same_graph(real, extension):
    edition, folder, _ = real
    for scope in edition.scopes:
        expected = scope.quad_lines if extension in ("trig", "nq") else scope.lines
        assert lines(folder, f"{scope.name}.{extension}") == expected, scope.name


def test_every_class_is_the_same_in_turtle_n_triples_and_csv(real):
    edition, folder, _ = real
    assert len(edition.classes) > 60
    for table in edition.classes:
        assert lines(folder, f"{table.name}.ttl") == lines(folder, f"{table.name}.nt"), table.name
        text = (folder / f"{table.name}.csv").read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1, table.name
        assert [f"<{row[0]}>" for row in rows[1:]] == list(table.members)


@pytest.mark.needs("rapper")
@pytest.mark.parametrize("extension", RAPPER)
def test_rapper_counts_as_many_statements_in_each_file(real, extension):
    _, folder, known = real
    for name in (name for name in known if name.endswith(f".{extension}") and not name.startswith("class-")):
        done = subprocess.run(
            ["rapper", "-c", "-i", RAPPER[extension], str(folder / name)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-500:]
        assert int(re.search(r"returned (\d+) triples", done.stderr)[1]) == known[name].statements, name


def test_columns_are_in_the_order_of_the_shapes(real):
    _, folder, _ = real
    header = (folder / "class-Membership.csv").read_text(encoding="utf-8").partition("\r\n")[0].split(",")
    assert header[:4] == ["iri", "label", "rdf:type", "rdf:type/label"]
    places = [header.index(name) for name in ("ca:subject", "ca:subject/label", "ca:object", "ca:standing")]
    assert places == sorted(places)
