"""How the press tells what it is doing. Knows no terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Told of each step; shows it as a bar, a line, or not at all."""

    def step(self, what: str) -> None:
        """A step of unknown length begins, e.g. step('shapes')."""
        ...

    def each(self, what: str, items: Iterable[T]) -> Iterable[T]:
        """The items, one by one, as a step that is done when they are used up."""
        ...


class Silent:
    """Says nothing."""

    def step(self, what: str) -> None:
        """Nothing to show."""

    def each(self, what: str, items: Iterable[T]) -> Iterable[T]:
        """The items as they are."""
        return items


SILENT = Silent()
