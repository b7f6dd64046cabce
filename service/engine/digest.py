"""HTTP Digest authentication (RFC 7616), which Virtuoso asks of writers. Speaks qop=auth, MD5 and SHA-256."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from urllib.request import parse_http_list, parse_keqv_list

from service.errors import PressError

_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


def authorization(challenge: str, user: str, password: str, method: str, path: str, cnonce: str = "") -> str:
    """The Authorization header for one request, for the WWW-Authenticate header of a refusal. Raises PressError."""
    scheme, _, rest = challenge.partition(" ")
    asked = parse_keqv_list(parse_http_list(rest))
    algorithm = asked.get("algorithm", "MD5")
    if (
        scheme.lower() != "digest"
        or algorithm not in _HASHES
        or "auth" not in re.split(r"[\s,]+", asked.get("qop", ""))
    ):
        raise PressError(f"The store wants a login of a kind we do not speak: {challenge[:80]}")
    digest, cnonce = _HASHES[algorithm], cnonce or secrets.token_hex(8)
    secret = digest(f"{user}:{asked.get('realm', '')}:{password}".encode())
    told = digest(f"{method}:{path}".encode())
    response = digest(f"{secret}:{asked['nonce']}:00000001:{cnonce}:auth:{told}".encode())
    said = {
        "username": user, "realm": asked.get("realm", ""), "nonce": asked["nonce"], "uri": path,
        "response": response, "cnonce": cnonce, **({"opaque": asked["opaque"]} if "opaque" in asked else {}),
    }  # fmt: skip
    quoted = ", ".join(f'{name}="{value}"' for name, value in said.items())
    return f"Digest {quoted}, algorithm={algorithm}, qop=auth, nc=00000001"
