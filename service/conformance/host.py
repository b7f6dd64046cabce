"""A host as a run talks to it: asks each thing once, reads what comes, never goes to another host.

Where the service says that its IRIs begin with another base than the URL it was reached at, they are asked for at
the URL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from service.conformance import syntax
from service.conformance.checks import Failed, expect, expect_status
from service.conformance.elements import Element, read_elements
from service.conformance.syntax import Graph, Malformed
from service.conformance.wire import Client, Exchange

_SAFE = "/:?#[]@!$&'()*+,;=-._~%"
_MOST_MOVES = 5


class Host:
    """One service at a URL. What is asked twice in the same words is sent once, unless `fresh` is said."""

    def __init__(self, url: str, client: Client) -> None:
        self.url, self.client = url if url.endswith("/") else f"{url}/", client
        self._kept: dict[tuple[object, ...], Exchange] = {}

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Exchange:
        """The reply. Raises Failed when its framing is broken."""
        target = quote(urlsplit(self.url).path.rstrip("/") + path, safe=_SAFE)
        exchange = self.client.ask(method, target, headers or {}, body)
        expect(not exchange.fault, exchange.fault, exchange)
        return exchange

    def get(self, path: str, accept: str = "", *, fresh: bool = False, **more: str) -> Exchange:
        """GET. Other headers by name with underscores: if_none_match."""
        headers = ({"Accept": accept} if accept else {}) | _named(more)
        key = (path, *sorted(headers.items()))
        if fresh or key not in self._kept:
            self._kept[key] = self.ask("GET", path, headers)
        else:
            self.client.log.append(self._kept[key])
        return self._kept[key]

    def head(self, path: str, accept: str = "", **more: str) -> Exchange:
        return self.ask("HEAD", path, ({"Accept": accept} if accept else {}) | _named(more))

    def post(self, path: str, content_type: str, body: bytes | str, accept: str = "") -> Exchange:
        headers = {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        return self.ask("POST", path, headers, body.encode() if isinstance(body, str) else body)

    def follow(self, path: str, accept: str = "") -> Exchange:
        """GET, led on by redirects on this host. Raises Failed when one leads elsewhere or they do not end."""
        for _ in range(_MOST_MOVES):
            exchange = self.get(path, accept)
            if exchange.status not in (301, 302, 303, 307, 308):
                return exchange
            path = self.led(exchange)
        raise Failed(f"{_MOST_MOVES} redirects and no end")

    def led(self, exchange: Exchange) -> str:
        """The path a redirect leads to. Raises Failed."""
        expect(exchange.header("Location"), "a redirect without Location", exchange)
        path = self.path(exchange.header("Location"), exchange)
        expect(path, f"it leads to another host: {exchange.header('Location')}", exchange)
        return path

    def path(self, reference: str, seen: Exchange | None = None) -> str:
        """The path, below our URL, of a reference found in a reply; empty when it leads to another host."""
        base = urljoin(self.url, seen.target) if seen else self.url
        for start in (self.url, self.base_known):
            absolute = urljoin(base, reference).partition("#")[0]
            if start and absolute.startswith(start):
                return "/" + absolute[len(start) :]
        return ""

    @property
    def base_known(self) -> str:
        """The published base if it was found out already; asks nothing."""
        return str(self.__dict__.get("base", ""))

    def graph(self, exchange: Exchange) -> Graph:
        """The statements of a reply. Raises Failed."""
        where = urljoin(self.base_known or self.url, self.path(exchange.target).lstrip("/") or ".")
        try:
            return syntax.read_graph(exchange.body, exchange.type, where, self._context)
        except Malformed as error:
            raise Failed(str(error), exchange) from error

    def _context(self, url: str) -> bytes:
        path = self.path(url)
        expect(path, f"a JSON-LD context on another host: {url}")
        return expect_status(self.follow(path, "application/ld+json"), 200).body

    def elements(self, exchange: Exchange) -> list[Element]:
        """The XML of a reply. Raises Failed."""
        try:
            return read_elements(exchange.body)
        except Malformed as error:
            raise Failed(str(error), exchange) from error

    def links(self, exchange: Exchange) -> list[syntax.Link]:
        """The links of a reply's headers. Raises Failed."""
        try:
            return syntax.read_links(exchange.header("Link"))
        except Malformed as error:
            raise Failed(str(error), exchange) from error

    def json(self, exchange: Exchange) -> Any:
        """The JSON of a reply. Raises Failed."""
        try:
            return json.loads(exchange.body)
        except (ValueError, RecursionError) as error:
            raise Failed(f"it is no JSON: {error}", exchange) from error


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
