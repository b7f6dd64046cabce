"""The query operation of the SPARQL 1.1 Protocol: three ways to send one, and the graphs it is asked over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from service.conformance import syntax
from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.site import FORM, Site
from service.conformance.syntax import Malformed, Rows
from service.conformance.terms import SH
from service.conformance.wire import Exchange
from service.media import JSON

DIRECT = "application/sparql-query"
_ROWS = "SELECT ?s ?p ?o { BIND(<%s> AS ?s) ?s ?p ?o } ORDER BY ?p ?o LIMIT 7"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_COUNT_IN = "SELECT (COUNT(*) AS ?n) { GRAPH <%s> { ?s ?p ?o } }"
_COUNT_DISTINCT = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
_COUNT_MERGED = (
    "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { VALUES ?g { <%s> <%s> } GRAPH ?g { ?s ?p ?o } } }"
)
_NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
_MOST_EXAMPLES = 200
_NOWHERE = "http://127.0.0.1:1/conformance/no-such-graph"


def rows_of(site: Site) -> str:
    """A query for some rows, always in the same order, that costs next to nothing."""
    return _ROWS % site.thing


def read(reply: Exchange) -> Rows | bool:
    """The rows of a reply, or its yes or no. Raises Failed."""
    try:
        return syntax.read_rows(expect_status(reply, 200).body, reply.type)
    except Malformed as error:
        raise Failed(str(error), reply) from error


def counted(rows: Iterable[dict[str, str]]) -> Counter[tuple[tuple[str, str], ...]]:
    """The rows without their order; blank nodes alike, since their labels are of one document only."""
    return Counter(tuple(sorted((k, "_:" if v.startswith("_:") else v) for k, v in row.items() if v)) for row in rows)


def _expect_as_by_get(site: Site, reply: Exchange) -> None:
    found, wanted = read(reply), site.rows(rows_of(site))
    same = isinstance(found, Rows) and found.names == wanted.names and counted(found.rows) == counted(wanted.rows)
    expect(same, "it differs from the answer by GET", reply)


def _two(site: Site) -> tuple[str, str]:
    """Two named graphs that hold something."""
    filled = [one for one, size in site.graphs.items() if size] or list(site.graphs)
    if len(filled) < 2:
        raise Inapplicable("there are no two named graphs")
    # Of different sizes: who takes one for the other has another count.
    return filled[0], next((one for one in filled[1:] if site.graphs[one] != site.graphs[filled[0]]), filled[1])


@check("queries.get", "A query by GET is answered", "SPARQL 1.1 Protocol", "2.1.1")
def get(site: Site) -> None:
    read(site.query("SELECT * { ?s ?p ?o } LIMIT 1", JSON.media_type))
    found = read(site.query(rows_of(site), JSON.media_type))
    expect(isinstance(found, Rows) and found.rows, "there are no rows")


@check("queries.post-form", "A query by POST of a form has the same answer", "SPARQL 1.1 Protocol", "2.1.2")
def post_form(site: Site) -> None:
    reply = site.post(site.endpoint, FORM, urlencode({"query": rows_of(site)}), JSON.media_type)
    _expect_as_by_get(site, reply)


@check(
    "queries.post-direct", "A query that is the body of a POST has the same answer", "SPARQL 1.1 Protocol", "2.1.3"
)
def post_direct(site: Site) -> None:
    for kind in (DIRECT, f"{DIRECT}; charset=UTF-8"):
        reply = site.post(site.endpoint, kind, rows_of(site), JSON.media_type)
        _expect_as_by_get(site, reply)


@check("queries.head", "HEAD of a query is GET without the rows", "RFC 9110", "9.3.2")
def head(site: Site) -> None:
    path = f"{site.endpoint}?{urlencode({'query': rows_of(site)})}"
    told, got = site.head(path, JSON.media_type), site.get(path, JSON.media_type)
    expect((told.status, told.type) == (got.status, got.type), f"HEAD is {told.status} {told.type}", told)


@check(
    "queries.beyond-ascii",
    "Letters beyond ASCII go through every way of asking unharmed",
    "SPARQL 1.1 Protocol",
    "2.1.3",
)
def beyond_ascii(site: Site) -> None:
    word = "Zürich درنة \U0001f700 'quoted' \\ \t end"
    written = word.replace("\\", "\\\\").replace("\t", "\\t")
    query = f'SELECT ("{written}" AS ?word) {{}}'
    ways = (
        site.query(query, JSON.media_type),
        site.post(site.endpoint, FORM, urlencode({"query": query}), JSON.media_type),
        site.post(site.endpoint, DIRECT, query, JSON.media_type),
    )
    for reply in ways:
        found = read(reply)
        expect(isinstance(found, Rows) and found.rows == [{"word": word}], "the word comes back changed", reply)


@check("queries.default-graph", "default-graph-uri says what the default graph is", "SPARQL 1.1 Protocol", "2.1.4")
def default_graph(site: Site) -> None:
    one, other = _two(site)
    for graph in (one, other):
        wanted = site.number(_COUNT_IN % graph)
        found = site.number(COUNT, **{"default-graph-uri": graph})
        expect(found == wanted, f"{found} where the graph has {wanted}")


@check("queries.several-default-graphs", "Several default-graph-uri are merged", "SPARQL 1.1 Protocol", "2.1.4")
def several_default_graphs(site: Site) -> None:
    one, other = _two(site)
    both = urlencode([("query", _COUNT_DISTINCT), ("default-graph-uri", one), ("default-graph-uri", other)])
    found = read(site.get(f"{site.endpoint}?{both}", JSON.media_type))
    wanted = site.number(_COUNT_MERGED % (one, other))
    number = int(found.rows[0]["n"]) if isinstance(found, Rows) else 0
    expect(number == wanted, f"{number} where the two graphs together have {wanted}")


@check(
    "queries.named-graph",
    "named-graph-uri says which named graphs there are; the default graph is then empty",
    "SPARQL 1.1 Protocol",
    "2.1.4",
)
def named_graph(site: Site) -> None:
    one, _ = _two(site)
    found = site.rows(_NAMED, **{"named-graph-uri": one}).rows
    expect(found == [{"g": one}], f"there are {[row['g'] for row in found]}")
    empty = site.number(COUNT, **{"named-graph-uri": one})
    expect(empty == 0, f"the default graph has {empty} triples")


@check(
    "queries.graphs-of-the-request-win",
    "Graphs of the request win over FROM in the query",
    "SPARQL 1.1 Protocol",
    "2.1.4",
)
def graphs_of_the_request_win(site: Site) -> None:
    one, other = _two(site)
    query = COUNT.replace("{", f"FROM <{other}> {{", 1)
    wanted, found = site.number(_COUNT_IN % one), site.number(query, **{"default-graph-uri": one})
    expect(found == wanted, f"{found} where the graph of the request has {wanted}")


@check("queries.from", "FROM in the query is what it is asked over", "SPARQL 1.1 Query", "13.2.1")
def from_clause(site: Site) -> None:
    one, _ = _two(site)
    wanted, found = site.number(_COUNT_IN % one), site.number(COUNT.replace("{", f"FROM <{one}> {{", 1))
    expect(found == wanted, f"{found} where the graph has {wanted}")


@check(
    "queries.no-such-graph",
    "A graph that is not there is empty or refused, and never fetched",
    "SPARQL 1.1 Protocol",
    "4",
)
def no_such_graph(site: Site) -> None:
    for parameters in ({"default-graph-uri": _NOWHERE}, {"named-graph-uri": _NOWHERE}):
        reply = site.query(COUNT, JSON.media_type, **parameters)
        if expect_status(reply, 200, 400, 403).status == 200:
            found = read(reply)
            expect(isinstance(found, Rows) and found.rows == [{"n": "0"}], "it is not empty", reply)


@check("queries.base", "A relative IRI in a query is resolved, not refused", "SPARQL 1.1 Query", "4.1.1")
def base(site: Site) -> None:
    found = site.rows("SELECT (STR(<conformance/x>) AS ?iri) {}").rows
    expect(found and "://" in found[0]["iri"], f"it is {found}")


@check("queries.prefixes", "Prefixes that the description declares need no PREFIX line", "SHACL", "5.2.1")
def prefixes(site: Site) -> str:
    declared = [site.void.value(node, f"{SH}prefix") for node in site.void.objects(site.dataset, f"{SH}declare")]
    named = [one for one in declared if one]
    if not named:
        raise Inapplicable("the description declares no prefix")
    columns = " ".join(f"(STR({prefix}:x) AS ?p{place})" for place, prefix in enumerate(named))
    found = read(site.post(site.endpoint, DIRECT, f"SELECT {columns} {{}}", JSON.media_type))
    namespaces = {
        site.void.value(n, f"{SH}prefix"): site.void.value(n, f"{SH}namespace")
        for n in site.void.subjects(f"{SH}prefix")
    }
    for place, prefix in enumerate(named):
        told = found.rows[0][f"p{place}"] if isinstance(found, Rows) else ""
        expect(told == f"{namespaces[prefix]}x", f"{prefix}:x is {told}")
    return f"{len(named)} prefixes"


@check(
    "queries.examples",
    "Every example query that the description publishes is answered",
    "SHACL Advanced Features",
    "sh:SPARQLExecutable",
)
def examples(site: Site) -> str:
    found = [
        (form, query)
        for form in ("select", "ask", "construct")
        for one in site.void.subjects(f"{SH}{form}")
        for query in site.void.objects(one, f"{SH}{form}")
    ]
    if not found:
        raise Inapplicable("the description publishes no example")
    tried = found[:_MOST_EXAMPLES]
    for form, query in tried:
        accept = JSON.media_type if form != "construct" else "text/turtle"
        expect_status(site.post(site.endpoint, DIRECT, query, accept), 200)
    return f"{len(tried)} of {len(found)}"


@check("queries.complete", "A longer answer comes whole: as many rows as there are", "RFC 9112", "8")
def complete(site: Site) -> str:
    some = 20_000
    there = min(some, site.number(COUNT))
    found = read(site.query(f"SELECT * {{ ?s ?p ?o }} LIMIT {some}", JSON.media_type))
    number = len(found.rows) if isinstance(found, Rows) else 0
    expect(number == there, f"{number} rows where there are {there}")
    return f"{there:,} rows"


@check(
    "queries.plus-and-space",
    "In a form and in a query string + is a space, %2B a plus",
    "SPARQL 1.1 Protocol",
    "2.1.1",
)
def plus_and_space(site: Site) -> None:
    path = f"{site.endpoint}?query={quote('SELECT (1 ', safe='').replace('%20', '+')}%2B+1+AS+%3Fn)+%7B%7D"
    found = read(site.get(path, JSON.media_type))
    expect(isinstance(found, Rows) and found.rows == [{"n": "2"}], f"it is {found}")
