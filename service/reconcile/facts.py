"""What is known of one thing, as reconciliation needs it: its classes, its description, its values by property."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from service.describe.terms import LABEL, LABELS, best, text
from service.engine import Engine
from service.engine.rows import Row, Term, rows
from service.iris import Base

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_NAMING = (f"{_SKOS}prefLabel", f"{_SKOS}altLabel", f"{_SKOS}hiddenLabel", "http://xmlns.com/foaf/0.1/name")
_DESCRIBING = (
    "http://purl.org/dc/terms/description",
    f"{_SKOS}definition",
    "http://www.w3.org/2000/01/rdf-schema#comment",
)
_VALUES = (
    f"SELECT ?this ?p ?o ?oLabel WHERE {{ ?this ?p ?o OPTIONAL {{ ?o {LABEL} ?oLabel }} }} ORDER BY ?p ?o LIMIT 2000"
)
_PROPERTIES = f"""SELECT ?class ?p (COUNT(*) AS ?n) (SAMPLE(?label) AS ?pLabel) WHERE {{
  ?thing a ?class ; ?p ?o OPTIONAL {{ ?p {LABEL} ?label FILTER(LANG(?label) IN ("", "en")) }}
}} GROUP BY ?class ?p ORDER BY DESC(?n) ?p"""
_KEPT = 5000


@dataclass(frozen=True)
class Property:
    """A property with what it is called."""

    iri: str
    label: str


@dataclass(frozen=True)
class Told:
    """What is said of one thing: each property's values with the label of each."""

    values: dict[str, list[tuple[Term, str]]]

    @property
    def types(self) -> list[str]:
        return [value.value for value, _ in self.values.get(_TYPE, [])]

    @property
    def has_names(self) -> bool:
        """Is it called by more than a label?"""
        return any(name in self.values for name in _NAMING)

    @property
    def label(self) -> str:
        """What it is called; empty when nothing says."""
        chosen = best([value for name in LABELS for value, _ in self.values.get(name, [])])
        return chosen.value if chosen else ""

    @property
    def description(self) -> str:
        """The first text that describes it; empty when none does."""
        found = [value for name in _DESCRIBING for value, _ in self.values.get(name, [])]
        chosen = best(found)
        return chosen.value if chosen else ""


class Facts:
    """Reads facts of one release and keeps the last few thousand. Thread-safe."""

    def __init__(self, engine: Engine, base: Base) -> None:
        self._engine, self.base = engine, base
        self._kept: OrderedDict[str, Told] = OrderedDict()
        self._properties: dict[str, list[Property]] = {}
        self._lock = Lock()

    def of(self, iri: str) -> Told:
        """What is said of this thing; nothing for one that is not there."""
        with self._lock:
            if iri in self._kept:
                self._kept.move_to_end(iri)
                return self._kept[iri]
        told = Told(_values(rows(self._engine, _VALUES, this=iri)))
        if not told.values:
            return told  # what anybody may make up is not kept
        with self._lock:
            self._kept[iri] = told
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return told

    def properties(self, of_class: str) -> list[Property]:
        """The properties that members of a class have, the usual ones first; none of a class that has no members."""
        if of_class in self._properties:
            return self._properties[of_class]
        found = [row for row in rows(self._engine, _PROPERTIES, **{"class": of_class}) if "p" in row]
        told = [Property(text(row, "p"), text(row, "pLabel")) for row in found if text(row, "p") != _TYPE]
        if found:
            self._properties[of_class] = told
        return told


def _values(found: list[Row]) -> dict[str, list[tuple[Term, str]]]:
    """Rows by property and value; of several labels the best."""
    labels: dict[tuple[str, Term], list[Term]] = {}
    for row in found:
        if "p" in row and "o" in row:
            given = labels.setdefault((row["p"].value, row["o"]), [])
            given += [row["oLabel"]] if "oLabel" in row else []
    values: dict[str, list[tuple[Term, str]]] = {}
    for (name, value), known in labels.items():
        chosen = best(known)
        values.setdefault(name, []).append((value, chosen.value if chosen else ""))
    return values
