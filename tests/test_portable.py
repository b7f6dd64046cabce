"""A query is written so that every engine reads the same; tested without an engine."""

import pytest

from service.engine.accents import spell
from service.engine.bind import bind_all
from service.engine.portable import Dataset, Translator
from service.engine.virtuoso import last_limit
from service.errors import BadQuery, BadRequest, Forbidden
from service.media import Kind
from service.protocol import QueryRequest, literal

TRANSLATOR = Translator("http://h.example/sparql", {"ex": "http://e.example/", "rdf": "http://r.example#"})


def portable(query, **request):
    return TRANSLATOR.portable(QueryRequest(query, **request))


WRITTEN = [
    pytest.param("SELECT * { ?s ex:p ?o }", "PREFIX ex: <http://e.example/> SELECT * { ?s ex:p ?o }", id="a default prefix is said"),
    pytest.param("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }", id="no prefix is said that is not used"),
    pytest.param("PREFIX ex: <u:> SELECT * { ?s ex:p ?o }", "PREFIX ex: <u:> SELECT * { ?s ex:p ?o }", id="a declared prefix stays"),
    pytest.param("SELECT * { ?s ?p 'ex:p' }", "SELECT * { ?s ?p 'ex:p' }", id="a prefix in a string is none"),
    pytest.param("SELECT * { ?s ?p <a> }", "BASE <http://h.example/sparql> SELECT * { ?s ?p <a> }", id="the base is said"),
    pytest.param("BASE <http://b/> SELECT * { ?s ?p <a> }", "BASE <http://b/> SELECT * { ?s ?p <a> }", id="a declared base stays"),
    pytest.param("SELECT * #c\n{ ?s ?p ?o }#c", "SELECT *  \n{ ?s ?p ?o } ", id="comments go, lines stay"),
    pytest.param("SELECT * { ?s ?p '\\u0022 \\u00e9 \\\\u0041 \\u005C' }", "SELECT * { ?s ?p '\\\" é \\\\u0041 \\\\' }", id="escapes in a string"),
    pytest.param("SELECT * { ?s ?p <http://x/\\u00e9> }", "SELECT * { ?s ?p <http://x/é> }", id="escapes in an IRI"),
    pytest.param("SELECT * FROM <u:a> FROM NAMED <u:b> { ?s ?p ?o }", "SELECT *      { ?s ?p ?o }", id="FROM goes"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "written"), WRITTEN)
def test_a_query_is_written_in_the_one_dialect(query, written):
    assert portable(query).text == written


@pytest.mark.parametrize(
    ("query", "dataset"),
    [("SELECT * { ?s ?p ?o }", None), ("SELECT * FROM <u:a> { ?s ?p ?o }", Dataset(("u:a",), ())),
     ("PREFIX a: <u:> SELECT * FROM a:x FROM NAMED a:y FROM NAMED ex:z { ?s ?p ?o }", Dataset(("u:x",), ("u:y", "http://e.example/z"))),
     ("BASE <http://b/c/> ASK FROM <../d> {}", Dataset(("http://b/d",), ())), ("ASK FROM <d> {}", Dataset(("http://h.example/d",), ())),
     ("SELECT ?from { ?s ex:from 'FROM' }", None)],
)  # fmt: skip
def test_from_becomes_the_dataset(query, dataset):
    assert portable(query).dataset == dataset


def test_the_protocol_goes_before_from():
    asked = portable("SELECT * FROM <u:a> { ?s ?p ?o }", named_graphs=("u:b",))
    assert asked.dataset == Dataset((), ("u:b",))


@pytest.mark.parametrize(
    ("query", "kind"),
    [("select * {}", Kind.SOLUTIONS), ("ASK {}", Kind.BOOLEAN), ("PREFIX ask: <u:> CONSTRUCT WHERE { ?s ask:p ?o }", Kind.GRAPH),
     ("# SELECT\nBASE <u:> DESCRIBE <u:x>", Kind.GRAPH)],
)  # fmt: skip
def test_the_kind_of_result_is_known_before_it_is_asked_for(query, kind):
    assert portable(query).kind is kind


@pytest.mark.parametrize(
    ("query", "place"),
    [("SELECT *\n{ ?s x:p ?o }", (2, 6)), ("SELECT * { LOAD }", (1, 12)), ("SELECT * { ?s ?p '\\uD800' }", (1, 18)),
     ("SELECT *\n\n{ ?s ?p 'x }", (3, 9)), ("SELECT * { ?s ?p <u:\\u003E> }", (1, 18)), ("SELECT * { SERV\\u0049CE <u:x> {} }", (1, 12))],
)  # fmt: skip
def test_what_is_not_in_the_dialect_is_refused_where_it_stands(query, place):
    with pytest.raises(BadQuery) as refused:
        portable(query)
    assert (refused.value.members["line"], refused.value.members["column"]) == place


@pytest.mark.parametrize(
    "query", ["INSERT DATA { <u:a> <u:b> 1 }", "ASK { SERVICE <u:x> {} }", "PREFIX a: <u:> DROP ALL"]
)
def test_updates_and_services_are_forbidden(query):
    with pytest.raises(Forbidden):
        portable(query)


XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
NO_CALLS = [
    "SELECT * { ?s ex:p (1 2) }", "SELECT * { ?s ex:p ( ex:a (1 2) ) ; ex:q (3) , (4) }", "SELECT * { ex:s (ex:p|^ex:q)/ex:r ?o }",
    "SELECT * { <u:s> (ex:p) ?o . <u:t> <u:p> (1) }", "SELECT * { ?s ^ex:p (1) ; !ex:p (2) ; ex:q/ex:p (3) ; ex:q*/ex:p (4) }",
    "SELECT * { ?s a ex:C . ex:t ex:p (1) }", "SELECT * { [] ex:p (1) . [ ex:p (2) ] ex:q (3) }",
    "SELECT * { ?s ?p ?o FILTER(?o IN (ex:a, ex:b)) ex:a ex:p (1) }", "SELECT * { VALUES (?x ?y) { (ex:a ex:b) (<u:c> 1) } ex:a ex:p (1) }",
    "SELECT * { VALUES ?x { ex:a <u:b> } BIND(ex:a AS ?b) }", "CONSTRUCT { ?s ex:p (1 2) } WHERE { GRAPH ex:g { ?s ex:p (1 2) } }",
    "SELECT * { { SELECT ?s { ?s ex:p (1) } GROUP BY ?s } ?s ex:p (1) }", "SELECT * { FILTER EXISTS { ?s ex:p (1) } }",
    "SELECT * { FILTER(?x > 1 && NOT EXISTS { ex:a (ex:p) ?o }) }", "ASK { 'a'@en ex:p (1) . 2 ex:q (1) }", "DESCRIBE ex:a <u:b>",
    XSD + "SELECT (xsd:integer(?s) AS ?n) { FILTER xsd:boolean(?o) } GROUP BY xsd:date(?d) ORDER BY xsd:integer (?n)",
    "PREFIX x: <http://www.w3.org/2001/> SELECT (x:XMLSchema\\#integer(?s) AS ?n) {}",
    "SELECT * { FILTER(<http://www.w3.org/2001/XMLSchema#int>(?x) = 1) }", "SELECT * { ?s <http://e.example/a(b)> <http://e.example/?q=sql:x> }",
    "SELECT (<http://www.opengis.net/def/function/geosparql/distance>(?a, ?b) AS ?d) {}", "SELECT * { ?s ex:sql ?java . ?s <http://e.example/bif:a> ex:bif }",
]  # fmt: skip


@pytest.mark.parametrize("query", NO_CALLS)
def test_a_list_or_a_path_after_a_name_is_no_call_and_standards_have_some(query):
    assert portable(query).text.endswith(query)


F = "<http://e.example/f>"
CALLS = [
    f"SELECT ({F}('http://10.0.0.1/') AS ?a) {{}}", f"SELECT (1+{F} (1) AS ?a) {{}}", f"SELECT (SUM({F}(?x)) AS ?a) {{}}",
    "SELECT (ex:f(DISTINCT ?x) AS ?a) {}", "SELECT * { FILTER ex:f(?x) }", "SELECT * { FILTER(!ex:f()) }", "SELECT * { BIND(ex:f#c\n(?x) AS ?y) }",
    "SELECT * {} GROUP BY ex:f(?x)", "SELECT * {} HAVING ex:f(?x)", "SELECT * {} ORDER BY ex:f(?x)", "SELECT * {} ORDER BY DESC(ex:f(?x))",
    "SELECT * { { SELECT (ex:f(?x) AS ?y) {} } }", "SELECT * { { SELECT ?x {} GROUP BY ex:f(?x) } }", "SELECT * { ?s ex:p (1) FILTER(?x IN (ex:f(1))) }",
    "SELECT * { OPTIONAL { ?s ?p ?o FILTER(BOUND(?o) || ex:f(?o)) } }", "SELECT * { FILTER EXISTS { ?s ?p ?o FILTER(ex:f(?o)) } }",
    "PREFIX xsd: <http://e.example/> SELECT (xsd:integer(?x) AS ?y) {}", "BASE <http://e.example/> SELECT (<f>(1) AS ?x) {}",
    "PREFIX FILTERex: <u:> SELECT * { ?s ?p ?o FILTERex:f(1) }", "SELECT * { ?s ?p ?o FILTER(?a<(2>1) && ex:f(1)) }",
    "SELECT * { ?s ?p `ex:f(1)` }", "SELECT ex:f(1) AS ?x {}", "SELECT * { FILTER(TRIPLE(ex:f(1), ex:p, 1) = 1) }",
]  # fmt: skip
OF_ENGINES = [
    "SELECT (<bif:http_get>('http://10.0.0.1/') AS ?a) {}", "PREFIX sql: <sql:> SELECT (sql:f(1) AS ?a) {}", "SELECT (<java:java.lang.System>(1) AS ?a) {}",
    "SELECT * { ?s <bif:contains> 'x' }", "SELECT * { ?s <java:org.example.Runs> ?o }", "PREFIX x: <JAVA:org.example.> SELECT * { ?s x:Runs ?o }",
    "SELECT * { ?s <\\u0062if:contains> 'x' }", "SELECT * { ?s <%62if:contains> 'x' }", "BASE <sql:a> SELECT * { ?s <b> ?o }",
    "SELECT * { ?s ?p '1'^^<sql:t> }", "SELECT * { ?s ?p ?o FILTER(?a<?b&&bif:http_get(?u)>1) }", "PREFIX j: <java> SELECT * { ?s <java:x> ?o }",
    "SELECT * { ?s \\u0062if:contains 'x' }", "CONSTRUCT { ?s <bif:x> 1 } WHERE {}", "DESCRIBE <sql:x>",
]  # fmt: skip


@pytest.mark.parametrize("query", CALLS + OF_ENGINES)
def test_what_only_some_engines_run_is_refused(query):
    with pytest.raises(BadQuery) as refused:
        portable(query)
    assert refused.value.members["line"]


BOUND = [
    pytest.param("SELECT ?x { ?this ex:p ?x }", "SELECT ?x { <u:i> ex:p ?x }", id="not projected"),
    pytest.param("SELECT ?this { ?this ex:p ?x }", "SELECT ?this { <u:i> ex:p ?x  BIND(<u:i> AS ?this) }", id="projected"),
    pytest.param("SELECT ?this { SELECT ?this { ?this ex:p 1 } }",
                 "SELECT ?this { { SELECT ?this { <u:i> ex:p 1  BIND(<u:i> AS ?this) } } VALUES ?this { <u:i> } }", id="only a subquery"),
    pytest.param("ASK { ?this ex:p 'a ?this' }", "ASK { <u:i> ex:p 'a ?this' }", id="not in a string"),
    pytest.param("ASK { $this ex:p ?thisOne }", "ASK { <u:i> ex:p ?thisOne }", id="the other spelling of variables"),
    pytest.param("DESCRIBE ?this", "DESCRIBE <u:i>", id="DESCRIBE"),
    pytest.param("SELECT ?this { ?a ex:p ?b", "SELECT ?this { ?a ex:p ?b", id="what does not parse stays"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "bound"), BOUND)
def test_a_variable_is_bound_in_the_text(query, bound):
    assert bind_all(query, {"this": "u:i"}) == bound


def test_a_value_is_never_taken_for_syntax_or_for_another_value():
    asked = portable("ASK { ?s ?p ?a , ?b }", bindings={"a": literal('<urn:bound:b> " } #'), "b": "u:b"})
    assert asked.text == 'ASK { ?s ?p "<urn:bound:b> \\" } #" , <u:b> }'


@pytest.mark.parametrize(
    "value", ["bif:contains", "SQL:x", "x", "a> <b", '"open', '"a" . ?s ?p "b"', '"a"^^<b c>', ""]
)
def test_what_is_no_term_is_refused(value):
    with pytest.raises(BadRequest):
        portable("ASK { ?s ?p ?a }", bindings={"a": value})


@pytest.mark.parametrize(
    ("query", "limit"),
    [("SELECT * { ?s ?p ?o } LIMIT 5", 5), ("SELECT * { ?s ?p ?o } limit 7 OFFSET 3", 7), ("SELECT * { { SELECT * {} LIMIT 5 } }", None),
     ("SELECT * { ?s ?p 'LIMIT 5' }", None)],
)  # fmt: skip
def test_the_limit_is_that_of_the_query_itself(query, limit):
    assert last_limit(query) == limit


@pytest.mark.parametrize(
    ("query", "spelt"),
    [("ASK { ?s ?p 'é' FILTER(?p = 'é') }", "ASK { ?s ?p 'é' FILTER(?p = STR('é'@en)) }"),
     ("SELECT ('é' AS ?x) { ?s ?p ('é') VALUES (?x) { ('é') } }", "SELECT (STR('é'@en) AS ?x) { ?s ?p ('é') VALUES (?x) { ('é') } }"),
     ("ASK { FILTER(?a IN ('é', 'e', 'é'@fr, 'é'^^<u:t>)) }", "ASK { FILTER(?a IN (STR('é'@en), 'e', 'é'@fr, 'é'^^<u:t>)) }"),
     ("SELECT (GROUP_CONCAT(?x; SEPARATOR='é') AS ?y) {}", "SELECT (GROUP_CONCAT(?x; SEPARATOR='é') AS ?y) {}"),
     ("ASK { FILTER(EXISTS { ?s ?p 'é' }) }", "ASK { FILTER(EXISTS { ?s ?p 'é' }) }")],
)  # fmt: skip
def test_constants_are_spelt_for_virtuoso_where_a_function_may_stand(query, spelt):
    assert spell(query) == spelt
