"""The forms a document can have in JSON-LD, by their profiles (JSON-LD 1.1 appendix C, the media type)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from service.jsonld.tree import framed
from service.jsonld.write import Context, expanded
from service.ntriples import Said

NAMESPACE = "http://www.w3.org/ns/json-ld#"


class Form(Enum):
    """How the same statements are arranged; the value are the profiles that a document in this form keeps to."""

    COMPACTED = ("compacted", "flattened")
    EXPANDED = ("expanded", "flattened")
    FRAMED = ("framed", "compacted")

    @property
    def profile(self) -> str:
        """The profile parameter of the media type."""
        return " ".join(NAMESPACE + name for name in self.value)


def form_for(profiles: Iterable[str]) -> Form | None:
    """The form for the profiles asked for; None when none of them is known, and unknown ones do not count.

    Flattened without a word on compaction is expanded: so a processor flattens when it is given no context.
    """
    asked = {one.removeprefix(NAMESPACE) for one in profiles if one.startswith(NAMESPACE)}
    if "framed" in asked:
        return Form.FRAMED
    if "compacted" in asked:
        return Form.COMPACTED
    return Form.EXPANDED if asked & {"expanded", "flattened"} else None


def write(form: Form, context: Context, described: Mapping[str, Iterable[Said]], root: str) -> bytes:
    """The document in a form; `root` is the subject it is about, in N-Triples."""
    if form is Form.EXPANDED:
        return ("[\n" + ",\n".join(map(_line, expanded(described))) + "\n]\n").encode()
    context = context.beside(described)
    if form is Form.FRAMED:
        return json.dumps(framed(context, described, root), ensure_ascii=False, indent=1).encode()
    return "".join(compacted(context, described)).encode()


def compacted(context: Context, described: Mapping[str, Iterable[Said]]) -> Iterator[str]:
    """The pieces of a compacted document: a node a line."""
    yield f'{{"@context": {_line(context.reference)}, "@graph": ['
    for number, (subject, said) in enumerate(described.items()):
        yield f"{',' if number else ''}\n{_line(context.node(subject, said))}"
    yield "\n]}\n"


def _line(made: object) -> str:
    return json.dumps(made, ensure_ascii=False)
