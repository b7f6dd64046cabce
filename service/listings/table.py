"""The members of a class with the values of its columns, as they are held in memory. Asks nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from service.describe.terms import LABEL, Bounds, Thing
from service.listings.columns import NUMBERS, Column, Type

IN_SCHEME = "<http://www.w3.org/2004/02/skos/core#inScheme>"
_FEW = 12
NAMES = "(" + LABEL[1:-1] + "".join(
    f"|<http://www.w3.org/2004/02/skos/core#{name}>" for name in ("altLabel", "hiddenLabel")
) + ")"  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One value of a cell. `key` is its name in URLs; `words` tell a number; `mark` says how surely.

    A time has its bounds in `when`, a place its longitude and latitude (degrees, WGS 84) in `point`, a number that is
    not exact its bounds in `least` and `most` (empty: none). `note` and, of a thing, `when` say in which way and at
    what time it is a value; `statement` is the IRI of what says all this, `according` tells whose word it is and
    where.
    """

    key: str
    thing: Thing
    words: str = ""
    mark: str = ""
    when: Bounds = Bounds()
    point: tuple[float, float] | None = None
    least: str = ""
    most: str = ""
    note: str = ""
    statement: str = ""
    according: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it can be compared with numbers. A column of numbers may hold words: that there is no figure."""
        return self.thing.datatype in NUMBERS

    @property
    def is_qualified(self) -> bool:
        """Whether it is a value only in some way or for some time."""
        return bool(self.note or self.statement or (self.when and self.thing.iri))

    @property
    def label(self) -> str:
        return self.words or self.thing.text or self.thing.iri


@dataclass(frozen=True)
class Member:
    """One line of a list: a thing, a remark, and the values by column. `names` is what a text is looked for in.

    What is `attributed` is only ever somebody's words.
    """

    thing: Thing
    kind: Thing | None
    detail: Thing | None
    cells: dict[str, tuple[Value, ...]]
    names: str = ""
    attributed: bool = False

    def values(self, column: str) -> tuple[Value, ...]:
        return self.cells.get(column, ())


@dataclass(frozen=True)
class Table:
    """A class: its columns that have values, and its members in the order of the publication.

    `named`: the data have names for members; else they are called by what they join or where they stand.
    """

    class_iri: str
    is_scheme: bool
    columns: tuple[Column, ...]
    members: tuple[Member, ...]
    known: dict[str, dict[str, Value]]
    named: bool = True

    def column(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name == name), None)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of the table: those a view shows, else the first few."""
        return tuple(column for column in self.told if not column.end)

    @property
    def told(self) -> tuple[Column, ...]:
        """The same with the ends that the name of a member says: what a text is looked for in."""
        wanted = [one for one in self.columns if one.shown or one.end]
        plain = [one for one in self.columns if one.type not in (Type.TEXT, Type.POINT)]
        return tuple(wanted or plain[:4])

    @cached_property
    def telling(self) -> frozenset[str]:
        """The columns that tell members apart: what all share is no choice, nor what each has for itself."""
        return frozenset(c.name for c in self.columns if c.type is not Type.TEXT and self._tells(c))

    def _tells(self, column: Column) -> bool:
        if column.type is not Type.CHOICE:
            return len(self.members) > 1
        counts = Counter(key for m in self.members for key in {value.key for value in m.values(column.name)})
        return len(counts) > 1 and (len(counts) <= _FEW or max(counts.values()) > 1)


def member_pattern(is_scheme: bool) -> str:
    """How a thing is a member of ?class."""
    return f"?thing {IN_SCHEME if is_scheme else 'a'} ?class ."


def as_number(text: str) -> float:
    """A number of any datatype as one to compare; 0 for what cannot be read."""
    try:
        return float(text)
    except ValueError:
        return 0.0
