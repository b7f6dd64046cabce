"""Who a client is, and how much one may have running at a time. More are told to come back, not queued."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from service.errors import TooManyRequests
from service.kept import kept

# A household or a server has this much of an IPv6 address to itself (RFC 6177).
_IPV6_SITE = 64
# A proxy writes an address in no more characters than this, with a comma and a space.
_ADDRESS_CHARACTERS = 100


def client_of(address: str, forwarded_for: str, proxies: int) -> str:
    """Who asks: the address that connected, or the one that the outermost of our own proxies saw.

    Each proxy appends to X-Forwarded-For whom it saw, so what stands further left was written by a stranger.
    """
    told = forwarded_for[-_ADDRESS_CHARACTERS * proxies :] if proxies else ""
    return _client(address, told, proxies)


@kept(1024)
def _client(address: str, forwarded_for: str, proxies: int) -> str:
    forwarded = [seen.strip() for seen in forwarded_for.split(",") if seen.strip()]
    seen = forwarded[-proxies:][0] if proxies and forwarded else address
    try:
        found = ip_address(seen)
    except ValueError:
        return seen
    whole = isinstance(found, IPv6Address) and found.ipv4_mapped is None
    return str(int(found) >> (128 - _IPV6_SITE)) if whole else str(found)


class Turnstile:
    """Counts what each client has running: `what` says what is counted, in words for people.

    Thread-safe; forgets a client that has nothing running.
    """

    def __init__(self, most: int, what: str = "queries") -> None:
        self._most, self._what = most, what
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def passing(self, client: str) -> Iterator[None]:
        """Count one of `client` while it runs. Raises TooManyRequests when it has too many already."""
        self.enter(client)
        try:
            yield
        finally:
            self.leave(client)

    def enter(self, client: str) -> None:
        """Count one more of `client`, until it leaves. Raises TooManyRequests."""
        with self._lock:
            if self._running[client] >= self._most:
                raise TooManyRequests(
                    f"You have {self._most} {self._what} running, the most a client may have. Wait for one to end.",
                    members={"limit": f"{self._what} of a client"}, headers={"Retry-After": "1"},
                )  # fmt: skip
            self._running[client] += 1

    def leave(self, client: str) -> None:
        """One of `client` has ended."""
        with self._lock:
            self._running[client] -= 1
            if self._running[client] <= 0:
                del self._running[client]
