"""What is answered reads back as the same values, also where the library's writers are not careful."""

import csv
import io
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import media
from service.engine import exact
from service.engine.convert import Conversion, Sink
from service.engine.pool import Pool
from service.errors import NotAcceptable
from service.media import Kind
from service.protocol import QueryRequest
from service.settings import Settings
from tests.stores import make_release, numbers

SELECT = """SELECT ?iri ?text { VALUES (?iri ?text) {
  (<http://example.org/Tobruk,_Libya> "one, \\"two\\"\\r\\nthree\\r") (<http://example.org/x> "=1+1") (UNDEF 1.5) } }"""
ROWS = [
    ["iri", "text"],
    ["http://example.org/Tobruk,_Libya", 'one, "two"\r\nthree\r'],
    ["http://example.org/x", "=1+1"],
    ["", "1.5"],
]
CONSTRUCT = 'CONSTRUCT { <x:s> <x:p> ?text } WHERE { VALUES ?text { "a\\rb\\r\\n" } }'


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    pool = Pool(Settings(workers=1, slow_workers=1), make_release(tmp_path_factory.mktemp("releases"), numbers(3)))
    yield pool
    pool.close()


def answer(pool, query, format):
    kinds = dict.fromkeys(format.kinds & {Kind.SOLUTIONS, Kind.GRAPH}, format)
    return pool.answer(QueryRequest(query), kinds).whole()


def rows(body):
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def remote(body, media_type, format):
    sink = Sink(1 << 20)
    kind = Kind.GRAPH if Kind.GRAPH in format.kinds else Kind.SOLUTIONS
    try:
        Conversion(kind, format, {}).run(io.BytesIO(body), media_type, sink)
    except NotAcceptable:
        sink.discard()
        raise
    return sink.answer(kind, format, 0).whole()


def test_csv_keeps_an_address_with_a_comma_in_its_cell(pool):
    assert rows(answer(pool, SELECT, media.CSV)) == ROWS


def test_csv_from_a_remote_engine_does_too(pool):
    told = answer(pool, SELECT, media.JSON)
    assert rows(remote(told, media.JSON.media_type, media.CSV)) == ROWS


def test_a_carriage_return_goes_through_xml(pool):
    told = answer(pool, SELECT, media.XML)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [one.text for one in ET.fromstring(told).iter(f"{space}literal")] == [row[1] for row in ROWS[1:]]
    (read,) = ox.parse(answer(pool, CONSTRUCT, media.RDFXML), format=ox.RdfFormat.RDF_XML)
    assert read.object.value == "a\rb\r\n"


@pytest.mark.parametrize("character", ["\\u0000", "\\u0001", "\\u001b", "\\ufffe", "\\uffff"])
def test_what_no_xml_can_carry_is_refused_with_the_way_out_and_other_formats_carry_it(pool, character):
    select = f'SELECT ("a{character}b" AS ?text) {{}}'
    construct = f'CONSTRUCT {{ <x:s> <x:p> "a{character}b" }} {{}}'
    for query, format in ((select, media.XML), (construct, media.RDFXML)):
        with pytest.raises(NotAcceptable, match=r"no XML can carry. Ask for another format"):
            answer(pool, query, format)
    value = character.encode().decode("unicode_escape")
    assert rows(answer(pool, select, media.CSV))[1] == [f"a{value}b"]
    (read,) = ox.parse(answer(pool, construct, media.TURTLE), format=ox.RdfFormat.TURTLE)
    assert read.object.value == f"a{value}b"
    with pytest.raises(NotAcceptable):
        remote(answer(pool, select, media.JSON), media.JSON.media_type, media.XML)
    with pytest.raises(NotAcceptable):
        remote(answer(pool, construct, media.NTRIPLES), media.NTRIPLES.media_type, media.RDFXML)


def test_a_property_that_is_no_xml_name_is_refused_in_rdf_xml(pool):
    with pytest.raises(NotAcceptable, match="ends with no name"):
        answer(pool, "CONSTRUCT { <x:s> <http://example.org/1> 2 } {}", media.RDFXML)


class Pieces(io.RawIOBase):
    """Hands what it gets to the next, cut anywhere."""

    def __init__(self, to, cuts):
        self.to, self.cuts = to, cuts

    def write(self, data):
        for start, end in zip([0, *self.cuts], [*self.cuts, len(data)], strict=True):
            self.to.write(bytes(data)[start:end])
        return len(data)


TEXTS = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), min_size=1, max_size=4)


@given(TEXTS, st.lists(st.integers(0, 60), max_size=4).map(sorted))
def test_any_rows_come_back_however_they_are_cut(found, cuts):
    variables = [ox.Variable("a"), ox.Variable("b")]
    values = " ".join(f"({ox.Literal(a)} {ox.Literal(b)})" for a, b in found)
    query = f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}"
    told, counted = io.BytesIO(), io.BytesIO()
    ox.Store().query(query).serialize(Pieces(exact.FromTsv(told), cuts), format=ox.QueryResultsFormat.TSV)
    assert rows(told.getvalue())[1:] == [list(one) for one in found]
    commas = exact.Commas(counted, len(variables))
    ox.Store().query(query).serialize(Pieces(commas, cuts), format=ox.QueryResultsFormat.CSV)
    assert commas.exact
    assert rows(counted.getvalue())[1:] == [list(one) for one in found]


@given(st.text(max_size=8), st.lists(st.integers(0, 30), max_size=3).map(sorted))
def test_a_text_goes_through_xml_or_is_refused_however_it_is_cut(text, cuts):
    got = io.BytesIO()
    body = f"<a>{text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</a>".encode()
    try:
        Pieces(exact.Xml(got), cuts).write(body)
    except exact.NotInXml:
        with pytest.raises(ET.ParseError):
            ET.fromstring(body)
    else:
        assert (ET.fromstring(got.getvalue()).text or "") == text
