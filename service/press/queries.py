"""Query files: the `# name: value` lines at their head, and their evaluation over the graphs of a build.

These queries are the publication's own; a stranger's query never comes here (it belongs in an engine).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    Variable,
)

from service.errors import BadQuery, PressError

_FIELD = re.compile(r"#\s*([a-z]+):\s*(.*)$")
_VARIABLE = re.compile(r"[?$](\w+)")
_POSITION = re.compile(r"at (\d+):(\d+)")

_MOST_WORDS = 160

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class QueryFile:
    """One query. `name` is what findings show, `local` its path within the folder without the extension.

    `banner` is the first comment line, `fields` the named ones.
    """

    name: str
    local: str
    text: str
    banner: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Reader:
    """The graphs of a build, to be asked: by default the union of all of them."""

    store: Store
    prefixes: dict[str, str]

    def select(self, query: str, row: Mapping[str, Term] | None = None) -> list[dict[str, Term]]:
        """The rows of a SELECT; unbound variables are left out. Raises BadQuery."""
        found = self._ask(query, row)
        if not isinstance(found, QuerySolutions):
            raise BadQuery("This must be a SELECT query.")
        names = [variable.value for variable in found.variables]
        return [{n: t for n, t in zip(names, values, strict=True) if t is not None} for values in found]

    def construct(self, query: str, row: Mapping[str, Term] | None = None) -> list[Triple]:
        """The triples of a CONSTRUCT. Raises BadQuery."""
        found = self._ask(query, row)
        if not isinstance(found, QueryTriples):
            raise BadQuery("This must be a CONSTRUCT query.")
        return list(found)

    def _ask(self, query: str, row: Mapping[str, Term] | None) -> object:
        # pyoxigraph refuses to bind a variable the query does not have.
        used = set(_VARIABLE.findall(query))
        bound = {Variable(name): term for name, term in (row or {}).items() if name in used}
        try:
            return self.store.query(
                query, prefixes=self.prefixes, substitutions=bound, use_default_graph_as_union=True
            )
        except SyntaxError as error:
            raise _bad_query(error) from error
        except RuntimeError as error:
            raise BadQuery(f"The query cannot be run: {error}") from error


def _bad_query(error: SyntaxError) -> BadQuery:
    """pyoxigraph's complaint about a query, with the line and column it names."""
    where = _POSITION.search(str(error))
    line, column = (int(where[1]), int(where[2])) if where else (1, 1)
    return BadQuery(f"The query does not parse: {error.msg[:_MOST_WORDS]}", members={"line": line, "column": column})


def value_of(term: object) -> str:
    """The text of an IRI, literal or blank node; a quoted triple in N-Triples; nothing for None."""
    return "" if term is None else str(getattr(term, "value", term))


def read_queries(folder: Path, written_base: str, base: str) -> list[QueryFile]:
    """The *.rq files below a folder by name, rebased; none when there is no folder."""
    return [_read(path, folder, written_base, base) for path in sorted(folder.rglob("*.rq"))]


def _read(path: Path, folder: Path, written_base: str, base: str) -> QueryFile:
    inside = path.relative_to(folder)
    name = f"{folder.resolve().parent.name}/{folder.name}/{inside.as_posix()}"
    try:
        text = path.read_text(encoding="utf-8").replace(written_base, base)
    except UnicodeDecodeError as error:
        raise PressError(f"{name} is not UTF-8. Save it as UTF-8.") from error
    return QueryFile(name, inside.with_suffix("").as_posix(), text, *_header(text))


def _header(text: str) -> tuple[str, dict[str, str]]:
    """(banner, named fields) of the comment lines at the head. A field runs on in lines that begin `#  `."""
    banner, last = "", ""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if match := _FIELD.match(line):
            last = match[1]
            fields[last] = match[2].strip()
        elif last and line.startswith("#  "):
            fields[last] += " " + line[1:].strip()
        elif not banner:
            banner = line.lstrip("# ").strip()
    return banner, fields
