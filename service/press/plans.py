"""The queries a publication brings, and what the catalog says of them: questions to try, rules and views at work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from service.iris import Base
from service.press.queries import QueryFile, read_queries
from service.press.records import whole_iri
from service.press.sources import Sources
from service.press.vocabulary import PROV, RDF, RDFS, SCHEMA_ORG, SH, english, say, types

QUESTIONS, RULES, VIEWS, EXPORTS = "questions", "rules", "views", "exports"
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_FORM = re.compile(r"\b(select|ask|construct)\b", re.IGNORECASE)
_PROLOGUE = re.compile(r"(?i)\b(?:prefix\s+\S*|base)\s*<[^>]*>")


@dataclass(frozen=True)
class Plans:
    """Questions people may ask, rules that derive triples, views that pages are made of, exports to other models."""

    questions: tuple[QueryFile, ...] = ()
    rules: tuple[QueryFile, ...] = ()
    views: tuple[QueryFile, ...] = ()
    exports: tuple[QueryFile, ...] = ()

    def export(self, model: str) -> tuple[QueryFile, ...]:
        """The queries that export to a model: those in the folder of its name."""
        return tuple(query for query in self.exports if query.local.startswith(f"{model}/"))


def read_plans(ontology: Path, sources: Sources) -> Plans:
    """The folders of queries below ontology/, rebased."""

    def read(kind: str) -> tuple[QueryFile, ...]:
        return tuple(read_queries(ontology / kind, sources.written_base, sources.base.iri))

    return Plans(read(QUESTIONS), read(RULES), read(VIEWS), read(EXPORTS))


def describe_questions(questions: Iterable[QueryFile], base: Base) -> Iterator[Triple]:
    """Each question as query editors look for examples: sh:SPARQLExecutable with rdfs:comment."""
    for query in questions:
        node, form = NamedNode(base.thing(f"question/{query.local}")), _form(query.text)
        yield from types(node, SH("SPARQLExecutable"), SH(f"SPARQL{form.capitalize()}Executable"))
        yield from say(node, RDFS("label"), english(query.local.replace("-", " ")))
        yield from say(node, RDFS("comment"), english(query.fields.get("question") or query.banner))
        yield from say(node, SH(form), query.text)
        topics = [topic.strip() for topic in query.fields.get("topic", "").split(",")]
        yield from say(node, SCHEMA_ORG("keywords"), *(topic for topic in topics if topic))
        yield from say(node, SCHEMA_ORG("target"), NamedNode(f"{base.iri}sparql"))


def _form(query: str) -> str:
    """select, ask or construct; a query of another form counts as select, and does not parse as one."""
    found = _FORM.search(_PROLOGUE.sub("", _COMMENT.sub("", query)))
    return found[1].lower() if found else "select"


def describe_build(
    plans: Plans, edited: Iterable[NamedNode], derived: Iterable[NamedNode], base: Base
) -> Iterator[Triple]:
    """How the derived graphs came to be: the build used the edited graphs and these plans (PROV-O)."""
    build, press = (NamedNode(f"{whole_iri(base)}#{name}") for name in ("build", "press"))
    sources = list(edited)
    yield from types(build, PROV("Activity"))
    yield from say(build, RDFS("label"), english("build of this release"))
    yield from say(build, PROV("used"), *sources)
    yield from say(build, PROV("wasAssociatedWith"), press)
    yield from types(press, PROV("SoftwareAgent"))
    yield from say(press, RDFS("label"), english("press that built this release"))
    for graph in derived:
        yield from say(graph, PROV("wasGeneratedBy"), build)
        yield from say(graph, PROV("wasDerivedFrom"), *sources)
    for kind, queries in (("rule", plans.rules), ("view", plans.views), ("export", plans.exports)):
        for query in queries:
            yield from _describe_plan(NamedNode(base.thing(f"{kind}/{query.local}")), kind, query, build)


def _describe_plan(node: NamedNode, kind: str, query: QueryFile, build: NamedNode) -> Iterator[Triple]:
    """A rule or view with its text, so that a release says all that went into it, and its id changes with it."""
    yield from types(node, PROV("Entity"), PROV("Plan"))
    yield from say(node, RDFS("label"), english(f"{kind} {query.local}"))
    if query.banner:
        yield from say(node, RDFS("comment"), english(query.banner))
    yield from say(node, RDF("value"), query.text)
    yield from say(build, PROV("used"), node)
