"""A cache for functions that are asked with what strangers write: what is long is answered and not kept.

`functools.lru_cache` bounds the number of what it keeps. Whoever may choose how long each key is, and with it
what comes of it, would choose how much memory it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
MOST_CHARACTERS = 500


def kept(most: int, characters: int = MOST_CHARACTERS) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorator: keep the last `most` results of arguments that have no more than so many characters together.

    Text counts, on its own or in tuples. A call that names an argument is not kept. `cache_info` is `lru_cache`'s.
    """

    def keeping(function: Callable[P, T]) -> Callable[P, T]:
        cached = lru_cache(maxsize=most)(function)

        def ask(*given: P.args, **named: P.kwargs) -> T:
            if named or _characters(given) > characters:
                return function(*given, **named)
            return cached(*given)

        update_wrapper(ask, function)
        vars(ask)["cache_info"] = cached.cache_info
        return ask

    return keeping


def _characters(given: tuple[object, ...]) -> int:
    total = 0
    for one in given:
        kind = one.__class__
        if kind is str:
            total += len(one)  # type: ignore[arg-type]
        elif kind is tuple:
            total += _characters(one)  # type: ignore[arg-type]
    return total
