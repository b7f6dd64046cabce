"""The same query for programs: one table of languages, each a text that runs as it stands. Knows no request.

Every text is run against a live service by tests/test_clients_of_a_query.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from service import media
from service.engine.words import FORMS, tokens
from service.media import Format, Kind

_KINDS = {"ASK": Kind.BOOLEAN, "CONSTRUCT": Kind.GRAPH, "DESCRIBE": Kind.GRAPH}


@dataclass(frozen=True)
class Client:
    """A query in a language of programs: what to call it, what its file ends with, the text."""

    label: str
    extension: str
    text: str


def kind_of(query: str) -> Kind:
    """What the query answers, by its first word; rows when it has none that says so."""
    forms = (token.text.upper() for token in tokens(query) if token.is_word(*FORMS))
    return _KINDS.get(next(forms, ""), Kind.SOLUTIONS)


def clients(query: str, endpoint: str) -> list[Client]:
    """The query for each language, asked at this endpoint. The query is put in as data, whatever it contains."""
    kind, text = kind_of(query), query.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return [Client(label, extension, write(text, endpoint, kind)) for label, extension, write in _LANGUAGES]


def _curl(query: str, endpoint: str, kind: Kind) -> str:
    accept = _format(kind, media.CSV).media_type
    end = _unused(query, "QUERY")
    return (
        f"curl --fail-with-body --header 'Accept: {accept}' --data-urlencode query@- '{endpoint}' <<'{end}'\n"
        f"{query}\n{end}\n"
    )


def _python(query: str, endpoint: str, kind: Kind) -> str:
    name = "TURTLE" if kind is Kind.GRAPH else "JSON"
    return (
        f"from SPARQLWrapper import {name}, POST, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({json.dumps(endpoint)})\n"
        f"endpoint.setMethod(POST)\nendpoint.setReturnFormat({name})\n"
        f"endpoint.setQuery({_python_text(query)})\nanswer = endpoint.query().convert()\n{_PYTHON_SHOWS[kind]}\n"
    )


_PYTHON_SHOWS = {
    Kind.SOLUTIONS: 'for row in answer["results"]["bindings"]:\n'
    '    print({name: cell["value"] for name, cell in row.items()})',
    Kind.BOOLEAN: 'print(answer["boolean"])',
    Kind.GRAPH: "print(answer.decode())",
}


def _r(query: str, endpoint: str, kind: Kind) -> str:
    """Base R: no package has to be installed."""
    format = _format(kind, media.CSV)
    shows = "print(read.csv(address))" if kind is Kind.SOLUTIONS else "writeLines(readLines(address))"
    return (
        f"query <- {_r_text(query)}\n"
        f'address <- paste0("{endpoint}?format={format.extension}&query=", '
        f"URLencode(enc2utf8(query), reserved = TRUE))\n{shows}\n"
    )


def _javascript(query: str, endpoint: str, kind: Kind) -> str:
    accept = _format(kind, media.JSON).media_type
    return (
        f"const query = {_javascript_text(query)};\n"
        f"const answer = await fetch({json.dumps(endpoint)}, {{\n"
        '  method: "POST",\n'
        f'  headers: {{ Accept: "{accept}", "Content-Type": "application/sparql-query" }},\n'
        "  body: query,\n});\n"
        "if (!answer.ok) throw new Error(await answer.text());\n"
        f"{_JAVASCRIPT_SHOWS[kind]}\n"
    )


_JAVASCRIPT_SHOWS = {
    Kind.SOLUTIONS: "for (const row of (await answer.json()).results.bindings)\n"
    "  console.log(Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell.value])));",
    Kind.BOOLEAN: "console.log((await answer.json()).boolean);",
    Kind.GRAPH: "console.log(await answer.text());",
}
_LANGUAGES: tuple[tuple[str, str, Callable[[str, str, Kind], str]], ...] = (
    ("curl", "sh", _curl),
    ("Python", "py", _python),
    ("R", "R", _r),
    ("JavaScript", "mjs", _javascript),
)


def _format(kind: Kind, of_rows: Format) -> Format:
    return media.TURTLE if kind is Kind.GRAPH else of_rows


def _unused(query: str, word: str) -> str:
    """A line that is none of the query's."""
    lines = set(query.split("\n"))
    while word in lines:
        word += "_"
    return word


def _python_text(query: str) -> str:
    """A raw string that spans lines where it can hold the query; else one with escapes."""
    for quotes in ('"""', "'''"):
        if quotes not in query:
            return f"r{quotes}\n{query}\n{quotes}"
    return repr(query)


def _r_text(query: str) -> str:
    """A raw string (R 4.0) with more dashes than follow any bracket in the query."""
    longest = max((len(found) for found in re.findall(r"\)(-*)\"", query)), default=-1)
    dashes = "-" * (longest + 1)
    return f'r"{dashes}(\n{query}\n){dashes}"'


def _javascript_text(query: str) -> str:
    if "`" in query or "${" in query:
        return json.dumps(query)
    return f"String.raw`\n{query}\n`"
