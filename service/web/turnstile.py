"""Who a client is, and how many queries one may have running at a time. More are told to come back, not queued."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from service.errors import TooManyRequests

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# A household or a server has this much of an IPv6 address to itself (RFC 6177).
_IPV6_SITE = 64


def client_of(environ: WSGIEnvironment, proxies: int) -> str:
    """Who asks: the address that connected, or the one that the outermost of our own proxies saw.

    Each proxy appends to X-Forwarded-For whom it saw, so what stands further left was written by a stranger.
    """
    forwarded = [seen.strip() for seen in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if seen.strip()]
    seen = forwarded[-proxies:][0] if proxies and forwarded else environ.get("REMOTE_ADDR", "")
    try:
        address = ip_address(seen)
    except ValueError:
        return str(seen)
    whole = isinstance(address, IPv6Address) and address.ipv4_mapped is None
    return str(int(address) >> (128 - _IPV6_SITE)) if whole else str(address)


class Turnstile:
    """Counts what each client has running. Thread-safe; forgets a client that has nothing running."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def passing(self, client: str) -> Iterator[None]:
        """Count one query of `client` while it runs. Raises TooManyRequests when it has too many already."""
        with self._lock:
            if self._running[client] >= self._most:
                raise TooManyRequests(
                    f"You have {self._most} queries running, the most a client may have. Wait for one to end.",
                    members={"limit": "queries of a client"}, headers={"Retry-After": "1"},
                )  # fmt: skip
            self._running[client] += 1
        try:
            yield
        finally:
            self._leave(client)

    def _leave(self, client: str) -> None:
        with self._lock:
            self._running[client] -= 1
            if self._running[client] <= 0:
                del self._running[client]
