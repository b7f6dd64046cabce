"""In which order the properties of a class come: as its shapes say (sh:group and sh:order), then by name.

Reads SHACL as text terms and checks nothing with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.ntriples import Described, Said, is_iri, value_of

_SH = "<http://www.w3.org/ns/shacl#"
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
_FIRST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"
_REST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
INVERSE, STEP = "^", "/"
LAST = float("inf")

# Order of the group, order within it.
Place = tuple[float, float]


class Columns:
    """The order of properties, by class.

    A column is a property, ^ and a property for what points here, or ^, a property, / and what that says of itself.
    """

    def __init__(self, described: Described) -> None:
        self._described = described
        self._wider = {subject: _values(said, _SUBCLASS) for subject, said in described.items()}
        self._targets: dict[str, list[str]] = {}
        for subject, said in described.items():
            for target in _values(said, f"{_SH}targetClass>"):
                self._targets.setdefault(target, []).append(subject)

    def places(self, class_iri: str) -> dict[str, Place]:
        """Column -> its place, for all that the shapes of a class and of its superclasses speak of."""
        found: dict[str, Place] = {}
        for shape in (s for name in self._upwards(f"<{class_iri}>") for s in self._targets.get(name, ())):
            for column, place in self._properties(shape):
                found[column] = min(place, found.get(column, place))
        return found

    def _upwards(self, name: str) -> list[str]:
        """A class and its superclasses."""
        reached = [name]
        for one in reached:
            reached += [wider for wider in self._wider.get(one, ()) if wider not in reached]
        return reached

    def _properties(self, shape: str) -> Iterator[tuple[str, Place]]:
        for constraint in _values(self._described[shape], f"{_SH}property>"):
            said = self._described.get(constraint, ())
            for path in _values(said, f"{_SH}path>"):
                column = self._column(path)
                if column:
                    yield column, self._place(said)

    def _column(self, path: str) -> str:
        """The column of a path: a property, ^ and a property, or one step on from there; none for any other path."""
        steps = [self._step(node) for node in self._list(path)]
        if len(steps) == 1:
            return steps[0]
        onward = len(steps) == 2 and steps[0].startswith(INVERSE) and is_iri(steps[1])
        return STEP.join(steps) if onward else ""

    def _step(self, node: str) -> str:
        """A property, or ^ and a property; nothing for what is neither."""
        said = list(self._described.get(node, ()))
        inverse = _values(said, f"{_SH}inversePath>")
        if inverse:
            return f"{INVERSE}{inverse[0]}"
        return "" if any(name.startswith((_SH, _FIRST)) for name, _ in said) else node

    def _list(self, node: str) -> list[str]:
        """The members of an RDF list; what is none stands for itself."""
        found: list[str] = []
        while members := _values(self._described.get(node, ()), _FIRST):
            found += members
            node = next(iter(_values(self._described[node], _REST)), "")
        return found or [node]

    def _place(self, said: Iterable[Said]) -> Place:
        groups = [self._described.get(group, ()) for group in _values(said, f"{_SH}group>")]
        return min((_order(group) for group in groups), default=LAST), _order(said)


def _order(said: Iterable[Said]) -> float:
    orders = [value for name, value in said if name == f"{_SH}order>"]
    try:
        return float(value_of(orders[0])) if orders else LAST
    except ValueError:
        return LAST


def _values(said: Iterable[Said], name: str) -> list[str]:
    return [value for known, value in said if known == name and is_iri(value)]
