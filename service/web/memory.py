"""Memory that was needed for a moment goes back to the system. For glibc (mallopt(3)); elsewhere nothing changes.

Its allocator gives each of many threads a heap of its own, and each heap keeps what the largest answer on it once
took: after an hour of load that is three times the memory in use. Threads of Python take turns anyway, so few heaps
are enough.
"""

from __future__ import annotations

import ctypes

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
_HEAPS = 2
# Blocks of this size are mapped apart from the heaps, so that freeing one gives it back at once.
_LARGE_BYTES = 1 << 18


def use_few_heaps() -> None:
    """To be called before threads start: a heap that is there stays."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_ARENA_MAX, _HEAPS)
        library.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
