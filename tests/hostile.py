"""Queries and requests meant to do harm. The tests send them to a pool and to the real service; bench to a peer."""

from __future__ import annotations

_PAIRS = "?a ?b ?c . ?d ?e ?f"
_TRIPLES = f"{_PAIRS} . ?g ?h ?i"
_SOME = "<http://example.org/p>"

QUERIES: dict[str, str] = {
    "cartesian COUNT": f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} }}",
    "cartesian COUNT DISTINCT": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_TRIPLES} }}",
    "cartesian MIN over strings": f"SELECT (MIN(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {_TRIPLES} }}",
    "cartesian SUM of lengths": f"SELECT (SUM(STRLEN(STR(?a)) * STRLEN(STR(?d))) AS ?n) {{ {_TRIPLES} }}",
    "ORDER BY bomb": f"SELECT * {{ {_TRIPLES} }} ORDER BY ?c ?f ?i",
    "ORDER BY RAND": f"SELECT * {{ {_TRIPLES} }} ORDER BY RAND() LIMIT 1",
    "ORDER BY with OFFSET": f"SELECT * {{ {_TRIPLES} }} ORDER BY ?a OFFSET 100000000 LIMIT 1",
    "OFFSET without order": f"SELECT * {{ {_TRIPLES} }} OFFSET 10000000000 LIMIT 1",
    "DISTINCT bomb": f"SELECT DISTINCT ?a ?d ?g {{ {_TRIPLES} }}",
    "DISTINCT of built strings": f"SELECT DISTINCT (CONCAT(STR(?a), STR(?c), STR(?d), STR(?f)) AS ?x) {{ {_PAIRS} }}",
    "GROUP_CONCAT bomb": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {_TRIPLES} }}",
    "GROUP_CONCAT with a long separator": f'SELECT (GROUP_CONCAT(?a; SEPARATOR="{"x" * 5000}") AS ?x) {{ {_PAIRS} }}',
    "GROUP BY everything": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {_TRIPLES} }} GROUP BY ?a ?d ?g",
    "SAMPLE per pair": f"SELECT ?a ?d (SAMPLE(?f) AS ?s) {{ {_PAIRS} . ?g ?h ?f }} GROUP BY ?a ?d",
    "path, any step, any length": "SELECT (COUNT(*) AS ?n) { ?a (<:p>|!<:p>)* ?b . ?b (<:p>|!<:p>)* ?c }",
    "path, inverse and forward": "SELECT (COUNT(*) AS ?n) { ?a ((<:p>|!<:p>)|^(<:p>|!<:p>))+ ?b . ?b (<:p>|!<:p>)+ ?c . ?d ?e ?f }",
    "path, nested stars": "SELECT (COUNT(*) AS ?n) { ?a (((<:p>|!<:p>)*)*)* ?b . ?c ((<:p>|!<:p>)+)* ?d . ?e ?f ?g }",
    "path of 800 steps": f"SELECT * {{ ?s {'/'.join([_SOME] * 800)} ?o }}",
    "path of 2000 alternatives": f"SELECT * {{ ?s ({'|'.join([_SOME] * 2000)})* ?o . ?a ?b ?c . ?d ?e ?f }}",
    "regex with nested quantifiers": f'SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), "^(([a-z])+.)+[A-Z]([a-z])+$")) }}',
    "regex that is huge when compiled": 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "((a{1,100}){1,100}){1,100}")) }',
    "REPLACE that grows": 'SELECT (REPLACE(REPLACE(REPLACE(STR(?a), "", "xxxxxxxxxx"), "", "yyyyyyyyyy"), "", "zzzzzzzzzz") AS ?x) { ?a ?b ?c . ?d ?e ?f }',
    "nested groups": "SELECT * WHERE " + "{" * 25000 + "}" * 25000,
    "nested EXISTS": "SELECT * { " + "FILTER EXISTS {" * 3500 + "}" * 3500 + " }",
    "nested parentheses": "SELECT ((" + "(" * 25000 + "1" + ")" * 25000 + ") AS ?x) {}",
    "nested lists": "SELECT * { ?s ?p " + "(" * 400 + ")" * 400 + " }",
    "nested subqueries": "SELECT * { " + "{ SELECT * { " * 800 + "?s ?p ?o" + " } }" * 800 + " }",
    "nested blank nodes": "SELECT * { ?s ?p " + "[ <:p> " * 900 + "1" + " ]" * 900 + " }",
    "nested IF": "SELECT (" + "IF(true, " * 3000 + "1" + ", 2)" * 3000 + " AS ?x) {}",
    "nested MINUS": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p ?o " * 800 + "}" * 800 + " }",
    "200 OPTIONAL": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 200 + "}",
    "OPTIONAL chain of products": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c "
    + "".join(f"OPTIONAL {{ ?x{i} ?y{i} ?z{i} }} " for i in range(8))
    + "}",
    "300 UNION": "SELECT (COUNT(*) AS ?n) { " + " UNION ".join(["{ ?a ?b ?c . ?d ?e ?f }"] * 300) + " }",
    "huge VALUES": "SELECT (COUNT(*) AS ?n) { VALUES ?x { "
    + "1 " * 12000
    + "} VALUES ?y { "
    + "2 " * 12000
    + "} ?a ?b ?c }",
    "VALUES product": "SELECT (COUNT(*) AS ?n) { "
    + "".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 9 0 }} " for i in range(14))
    + "}",
    "BIND that doubles": "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?v0) "
    + "".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1}) " for i in range(40))
    + "}",
    "3000 BIND": "SELECT * { " + "".join(f"BIND({i} AS ?v{i}) " for i in range(2900)) + "}",
    "1000 triple patterns": "SELECT (COUNT(*) AS ?n) { "
    + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(1000))
    + "}",
    "star of joins": "SELECT (COUNT(*) AS ?n) { " + "".join(f"?s ?p{i} ?o{i} . " for i in range(12)) + "}",
    "CONSTRUCT product": f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?c . ?g ?b ?f }} WHERE {{ {_TRIPLES} }}",
    "DESCRIBE of everything": "DESCRIBE * { ?s ?p ?o . ?a ?b ?c }",
    "SELECT product": f"SELECT * {{ {_TRIPLES} }}",
    "GRAPH product": "SELECT (COUNT(*) AS ?n) { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }",
    "EXISTS per pair": f"SELECT (COUNT(*) AS ?n) {{ {_PAIRS} FILTER NOT EXISTS {{ ?a ?x ?d . ?y ?z ?a }} }}",
    "64 kB of spaces": "ASK {" + " " * 63000 + "}",
    "64 kB of open strings": "SELECT * { ?s ?p " + '"""\\' * 12000 + " }",
    "64 kB of dotted words": "SELECT * { " + "a." * 30000 + " }",
}

SERVICES: dict[str, str] = {
    "plain": "SELECT * {{ SERVICE <{url}> {{ ?a ?b ?c }} }}",
    "SILENT": "SELECT * {{ SERVICE SILENT <{url}> {{ ?a ?b ?c }} }}",
    "lower case with a comment": "SELECT * {{ service#x\n<{url}> {{ ?a ?b ?c }} }}",
    "prefixed name": "PREFIX e: <{url}> SELECT * {{ SERVICE e: {{ ?a ?b ?c }} }}",
    "relative IRI": "BASE <{url}> SELECT * {{ SERVICE <> {{ ?a ?b ?c }} }}",
    "inside EXISTS": "SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?a ?b ?c }} }} }}",
    "inside a subquery": "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?a ?b ?c }} }} }} }}",
    "variable endpoint": "SELECT * {{ BIND(<{url}> AS ?e) SERVICE ?e {{ ?a ?b ?c }} }}",
    "escaped": "SELECT * {{ SERV\\u0049CE <{url}> {{ ?a ?b ?c }} }}",
    "behind a string that looks open": 'SELECT * {{ BIND("\'" AS ?x) SERVICE <{url}> {{ ?a ?b ?c }} BIND("\'" AS ?y) }}',
    "behind an operator that looks like an IRI": "SELECT * {{ FILTER(1<2) SERVICE <{url}> {{ ?a ?b ?c }} FILTER(2>1) }}",
    "FROM": "SELECT * FROM <{url}> {{ ?a ?b ?c }}",
    "FROM NAMED": "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?a ?b ?c }} }}",
    "LOAD": "LOAD <{url}>",
}
