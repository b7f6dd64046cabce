"""Trusty URIs for RDF: an artifact code that is the hash of the statements that are named with it (module RA).

https://trustyuri.net/spec/ says how statements are spelled for hashing: in order of graph, subject, property and
object, a line for each term, the code itself replaced by a space. Knows nothing of nanopublications.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import replace

from service.engine.quads import Statement
from service.engine.rows import Term

MODULE = "RA"
CODE = re.compile(rf"{MODULE}[A-Za-z0-9_-]{{43}}")
# Stands where the code will be, as long as it is not known.
UNKNOWN = MODULE + "-" * 43
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def seal(statements: Iterable[Statement]) -> tuple[str, list[Statement]]:
    """(the code, the statements with the code wherever an IRI has UNKNOWN)."""
    told = list(dict.fromkeys(statements))
    code = artifact_code(told, UNKNOWN)
    return code, [_named(one, code) for one in told]


def artifact_code(statements: Iterable[Statement], code: str) -> str:
    """What the code of the statements has to be, if they are named with `code`."""
    spelled = sorted({_spelled(one, code) for one in statements})
    lines = "".join(f"{graph}\n{subject}\n{name}\n{line}\n" for graph, subject, name, (*_, line) in spelled)
    return MODULE + urlsafe_b64encode(hashlib.sha256(lines.encode()).digest()).decode().rstrip("=")


def _spelled(one: Statement, code: str) -> tuple[str, str, str, tuple[int, str, str, str, str]]:
    """What a statement is sorted by; the last is the line of its object. IRIs come before literals."""
    graph, subject, name = (iri.replace(code, " ") for iri in (one.graph, one.subject.value, one.predicate))
    return graph, subject, name, _object(one.object, code)


def _object(term: Term, code: str) -> tuple[int, str, str, str, str]:
    if term.kind != "literal":
        iri = term.value.replace(code, " ")
        return 0, iri, "", "", iri
    text, language = term.value.replace("\\", "\\\\").replace("\n", "\\n"), term.language.lower()
    datatype = "" if language else term.datatype or _STRING
    return 1, term.value, datatype, language, f"@{language} {text}" if language else f"^{datatype} {text}"


def _named(one: Statement, code: str) -> Statement:
    object_ = one.object if one.object.kind == "literal" else _with(one.object, code)
    return Statement(_with(one.subject, code), _put(one.predicate, code), object_, _put(one.graph, code))


def _with(term: Term, code: str) -> Term:
    return replace(term, value=_put(term.value, code))


def _put(iri: str, code: str) -> str:
    return iri.replace(UNKNOWN, code)
