"""The dataset of a query: the release and nothing else, FROM, the protocol's graphs."""

import pytest

from tests.contract.asking import cells
from tests.contract.publication import NUMBERS, graph, graphs, statements

COUNT = "SELECT (COUNT(*) AS ?x) { ?s ?p ?o }"
IN_GRAPHS = "SELECT (COUNT(*) AS ?x) { GRAPH ?g { ?s ?p ?o } }"
SIZES = {name: len(found) for name, found in graphs().items()}
ALL = sum(SIZES.values())
PEOPLE, LINKS, NONE = graph("people"), graph("links"), graph("none")
BOTH = SIZES["people"] + SIZES["links"] - 1

CASES = [
    pytest.param(COUNT, {}, statements(), id="union by default"),
    pytest.param(IN_GRAPHS, {}, ALL, id="every named graph"),
    pytest.param(COUNT.replace("{", f"FROM <{PEOPLE}> {{"), {}, SIZES["people"], id="FROM"),
    pytest.param(COUNT.replace("{", f"FROM <{NONE}> {{"), {}, 0, id="FROM nowhere"),
    pytest.param(IN_GRAPHS.replace("{", f"FROM NAMED <{LINKS}> {{", 1), {}, SIZES["links"], id="FROM NAMED"),
    pytest.param(COUNT.replace("{", f"FROM NAMED <{LINKS}> {{"), {}, 0, id="FROM NAMED leaves no default graph"),
    pytest.param(IN_GRAPHS.replace("{", f"FROM <{LINKS}> {{", 1), {}, 0, id="FROM leaves no named graph"),
    pytest.param(COUNT.replace("{", f"FROM <{PEOPLE}> {{"), {"default_graphs": (LINKS,)}, SIZES["links"], id="protocol before FROM"),
    pytest.param(COUNT, {"default_graphs": (PEOPLE,)}, SIZES["people"], id="default graph of the protocol"),
    pytest.param(IN_GRAPHS, {"default_graphs": (PEOPLE,)}, 0, id="default graph is not named"),
    pytest.param(COUNT, {"named_graphs": (PEOPLE,)}, 0, id="named graph is not default"),
    pytest.param(IN_GRAPHS, {"named_graphs": (PEOPLE,)}, SIZES["people"], id="named graph of the protocol"),
    pytest.param(COUNT, {"default_graphs": (NONE,)}, 0, id="unknown graph of the protocol"),
    pytest.param(f"SELECT (COUNT(*) AS ?x) {{ GRAPH <{graph('numbers')}> {{ ?s ?p ?o }} }}", {}, NUMBERS, id="one graph by name"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "request_", "count"), CASES)
def test_the_dataset_is_the_one_asked_for(engine, query, request_, count):
    assert cells(engine, query, **request_) == [str(count)]


def test_no_graph_but_those_of_the_release_is_seen(engine):
    assert cells(engine, "SELECT DISTINCT (STR(?g) AS ?x) { GRAPH ?g { ?s ?p ?o } }") == sorted(map(graph, SIZES))


@pytest.mark.parametrize("names", [(PEOPLE, LINKS)], ids=["two graphs"])
def test_graphs_side_by_side_hold_what_each_holds(engine, names):
    found = int(cells(engine, COUNT, default_graphs=names)[0])
    # The merge has BOTH; engines that evaluate graph by graph give the statement that stands in two of them twice.
    assert found in (BOTH, BOTH + 1)
