"""A hostile publication: the repository's own ontology and a part of its data, with an attack in every text and name.

Fixture strategy: nothing here knows which field is shown where. `poison` copies the real publication, a few things of
each class with all they refer to, and rewrites what anybody can write: texts begin with one of HEADS (what a spreadsheet
takes for a formula) and end with TAIL (everything else at once), names in IRIs end with one of SLUGS, and one thing
points at every one of TARGETS. So a field that a view begins to show tomorrow is poisoned without a word here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path

import pyoxigraph as ox

from service.settings import Settings
from tests import gates

WORD = "canary"
HEADS = ("=cmd|' /C calc'!A0 ", "+1 ", "-1 ", "@SUM(1) ", "\t=1 ", "\r=1 ", "")
TAIL = (
    f"\"'><svg onload={WORD}()><img src=x onerror={WORD}()></title></textarea></style></script><script>{WORD}()</script>"
    f"]]>--><!--<![CDATA[ x' onmouseover='{WORD}()' &lt;b&gt;&#106; {{{{7*7}}}}${{7*7}}#{{7*7}}{{% raw %}}<%= 7*7 %> "
    "\u202ereversed\u2066isolated \u200b\u200d\ufeff\u00ad na" + "\u0301" * 60 + " \u0627\u0644\u0639\u0631\u0628 \u2028\u2029\x85 "
    f"\r\nX-Canary: yes\r\n\r\nHTTP/1.1 200 OK\r\n,\t;|\"\"\\ \\u0022 <urn:{WORD}:s> <urn:{WORD}:p> \"o\" . }} ; DROP ALL # %s %n $(id) `id` "
    "[31m\x7f\x9b31m\U0010fffd"
)  # fmt: skip
SLUGS = (
    f"'onmouseover='{WORD}()",
    "\u062d\u0641\u062a\u0631",
    "n" * 800,
    "a;b=c&d=e,f+g",
    "@x:y!z",
    "~(a)*$",
    "javascript:alert(1)",
    "",
)
TARGETS = (
    f"javascript:{WORD}()", f"JaVaScRiPt:{WORD}()", f"data:text/html,%3Cscript%3E{WORD}()%3C/script%3E", f"vbscript:{WORD}()",
    "file:///etc/passwd", f"http://example.org/'onmouseover='{WORD}()", "http://example.org/" + "long/" * 2000,
    "http://example.org/\u0645\u0635\u0631?\u202e#\u00fc", "https://user:secret@example.org:99999/", "urn:x:%0D%0AX-Canary:yes",
    "http://example.org/%0d%0aX-Canary:%20yes", "mailto:a@example.org?subject=%0d%0aBcc:x",
)  # fmt: skip
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{WORD}()"><script>{WORD}()</script><title>x</title></svg>'
HUGE = "huge " * 200_000
_XSD, _RDF = "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TEXTS = (_XSD + "string", _RDF + "langString")
# What a program reads and no page shows as it is: without it nothing would be built.
_KEPT = ("http://rdfs.org/ns/void#uriSpace", "http://www.w3.org/ns/shacl#")
_ABOUT = ox.NamedNode(gates.BASE + "ontology#about")
_TYPE = ox.NamedNode(_RDF + "type")
_RECORD = gates.BASE + "dataset"
_RENAMED = re.compile(rf"{re.escape(gates.BASE)}id/(?:actor|place|event|source|rel/\w+|claim|name)/[^#]+$")


def poison(folder: Path, **changes: object) -> Settings:
    """Write the publication below `folder`; the settings that build it."""
    root = gates.ROOT
    for name in ("views", "rules", "exports"):
        shutil.copytree(root / "ontology" / name, folder / "ontology" / name)
    for path in gates.ontology_files():
        write(folder / path.relative_to(root), poisoned(ox.parse(path=path, format=ox.RdfFormat.TURTLE)))
    (folder / "ontology/diagram.svg").write_text(DRAWING, encoding="utf-8")
    files: dict[str, list[ox.Triple]] = {}
    for one in (*poisoned(sample(gates.load(sorted((root / "triples").rglob("*.ttl"))))), *planted()):
        files.setdefault(_file(one.subject.value), []).append(one)
    for name, said in files.items():
        write(folder / "triples" / name, said)
    _write_gates(folder)
    folders = {name: folder / name for name in ("ontology", "triples", "shapes")}
    return Settings(**{**folders, "releases": folder / "releases", **changes})


def _file(iri: str) -> str:
    """The file that speaks of a thing: links and their records lie apart, as in the real publication."""
    if iri == _RECORD:
        return "hostile/dataset.ttl"
    local = iri.removeprefix(gates.BASE)
    if local.startswith(("id/linkset/", "id/dataset/", "graph/links")):
        return "links/dataset.ttl"
    return "links/links.ttl" if local.startswith("id/link/") else "hostile/data.ttl"


def sample(store: ox.Store) -> list[ox.Triple]:
    """All that is said of the first two things of each class, and of what they refer to."""
    classes = sorted({quad.object.value for quad in store.quads_for_pattern(None, _TYPE, None)})
    seeds = [
        subject
        for name in classes
        for subject in sorted({q.subject.value for q in store.quads_for_pattern(None, _TYPE, ox.NamedNode(name))})[:2]
    ]
    found: dict[str, list[ox.Triple]] = {}
    queue = [_RECORD, *seeds]
    while queue:
        iri = queue.pop()
        if iri not in found:
            found[iri] = [quad.triple for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None)]
            queue += [triple.object.value for triple in found[iri] if isinstance(triple.object, ox.NamedNode)]
            queue += [quad.subject.value for quad in store.quads_for_pattern(None, _ABOUT, ox.NamedNode(iri))]
    return [triple for said in found.values() for triple in said]


def poisoned(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[ox.Triple]:
    """The triples with every text and every name in an IRI rewritten."""
    heads = cycle(HEADS)
    for one in triples:
        value = one.object
        kept = one.predicate.value.startswith(_KEPT)
        if isinstance(value, ox.NamedNode):
            value = renamed(value)
        elif value.datatype.value in _TEXTS and not kept:
            value = ox.Literal(next(heads) + value.value + TAIL, language=value.language)
        yield ox.Triple(renamed(one.subject), one.predicate, value)


def renamed(term: ox.NamedNode) -> ox.NamedNode:
    """A thing of ours, with an attack at the end of its name: always the same for the same thing."""
    whole, hash_, fragment = term.value.partition("#")
    if not _RENAMED.match(whole):
        return term
    return ox.NamedNode(whole + SLUGS[sum(whole.encode()) % len(SLUGS)] + hash_ + fragment)


def planted() -> Iterator[ox.Triple]:
    """Things beside the poisoned ones: every target, odd classes, datatypes, languages, and a megabyte in one value."""
    things = {name: ox.NamedNode(f"{gates.BASE}id/actor/{name}") for name in ("targets", "huge")}
    label, see = (ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#" + n) for n in ("label", "seeAlso"))
    same = ox.NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
    group = ox.NamedNode(gates.BASE + "ontology#Group")
    for name, thing in things.items():
        yield ox.Triple(thing, _TYPE, group)
        yield ox.Triple(thing, label, ox.Literal(name + TAIL, language="en"))
    for target in TARGETS:
        for predicate in (see, same, _TYPE, ox.NamedNode(target.replace("#", "") + "#p")):
            yield ox.Triple(things["targets"], predicate, ox.NamedNode(target))
        yield ox.Triple(things["targets"], see, ox.Literal("of a type" + TAIL, datatype=ox.NamedNode(target)))
    for tag in ("ar", "he-x-canary", "de-1996", "x-" + "-".join(["canary"] * 3)):
        yield ox.Triple(things["targets"], label, ox.Literal("in a language" + TAIL, language=tag))
    yield ox.Triple(
        things["huge"], ox.NamedNode("http://purl.org/dc/terms/description"), ox.Literal(HUGE, language="en")
    )
    yield ox.Triple(things["huge"], label, ox.Literal(HUGE, language="en"))


def write(path: Path, triples: Iterable[ox.Triple]) -> None:
    """A file as the press reads it: each subject once, at column 0; nothing but ASCII."""
    said: dict[str, list[str]] = {}
    for triple in triples:
        said.setdefault(str(triple.subject), []).append(f"{triple.predicate} {_spelled(triple.object)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = (f"{subject}\n  " + " ;\n  ".join(sorted(set(facts))) + " .\n" for subject, facts in said.items())
    path.write_text("\n".join(blocks), encoding="utf-8")


def _spelled(term: ox.NamedNode | ox.Literal) -> str:
    if isinstance(term, ox.NamedNode):
        return str(term)
    plain = (ch if " " <= ch <= "~" and ch not in '"\\\\' else f"\\U{ord(ch):08x}" for ch in term.value)
    text = "".join(plain)
    return f'"{text}"@{term.language}' if term.language else f'"{text}"^^{term.datatype}'


def _write_gates(folder: Path) -> None:
    """Shapes that order the pages as the real ones do but refuse nothing, a hygiene query, and a poisoned question."""
    (folder / "shapes/hygiene").mkdir(parents=True)
    for path in gates.SHAPES:
        text = path.read_text(encoding="utf-8")
        (folder / "shapes" / path.name).write_text(
            re.sub(r"sh:severity sh:\w+", "sh:severity sh:Info", text), "utf-8"
        )
    (folder / "shapes/hygiene/nothing.rq").write_text(
        "# Nothing is wrong.\n# severity: violation\nSELECT ?subject ?message WHERE { FILTER(false) }\n", "utf-8"
    )
    asked = " ".join(re.sub("[\x00-\x1f\x7f\x85\u2028\u2029]", " ", TAIL).split())
    for number, head in enumerate(HEADS):
        text = f"# question: {head.strip()}{asked}\n# topic: {asked.replace(',', ' ')}\n# note: {asked}\n"
        path = folder / f"ontology/questions/{number}.rq"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{text}SELECT * WHERE {{ ?s ?p ?o }} LIMIT {number}\n", "utf-8")
