"""JSON that strangers post: what cannot be read is a mistake of theirs, however it is wrong."""

from __future__ import annotations

import json

from service.errors import BadRequest


def strings(text: str | bytes) -> list[str]:
    """The body as a JSON list of strings, which may have halves of characters. Raises BadRequest."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is no JSON: {error}. Send a list of strings.") from error
    except (ValueError, RecursionError) as error:  # no Unicode, thousands of digits or of brackets
        raise BadRequest("The body is no JSON that can be read. Send a list of strings.") from error
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise BadRequest("The body must be a JSON list of strings. Send one.")
    return given
