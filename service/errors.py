"""The one family of errors. Each class knows its HTTP status and title; the detail says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ServiceError(Exception):
    """Something a caller can act on. `detail` is one or two sentences for the reader.

    `members` are extra fields of the problem document (RFC 9457 section 3.2) and must be JSON values;
    `headers` are HTTP headers the answer must carry.
    """

    status = 500
    title = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})


class BadRequest(ServiceError):
    status = 400
    title = "Bad request"


class BadQuery(BadRequest):
    """The query does not parse; members carry line and column when the parser gave them."""

    title = "The query does not parse"


class Forbidden(ServiceError):
    status = 403
    title = "Forbidden"


class NotFound(ServiceError):
    status = 404
    title = "Not found"


class MethodNotAllowed(ServiceError):
    status = 405
    title = "Method not allowed"


class NotAcceptable(ServiceError):
    status = 406
    title = "Not acceptable"


class RequestTimeout(ServiceError):
    status = 408
    title = "Request timeout"


class Gone(ServiceError):
    status = 410
    title = "Gone"


class PreconditionFailed(ServiceError):
    """What If-Match or If-Unmodified-Since names is not what is there."""

    status = 412
    title = "Precondition failed"


class TooLarge(ServiceError):
    status = 413
    title = "Content too large"


class UriTooLong(ServiceError):
    status = 414
    title = "URI too long"


class UnsupportedMediaType(ServiceError):
    status = 415
    title = "Unsupported media type"


class RangeNotSatisfiable(ServiceError):
    """No byte of the range asked for is in the file; Content-Range says how long it is."""

    status = 416
    title = "Range not satisfiable"


class TooManyRequests(ServiceError):
    status = 429
    title = "Too many requests"


class EngineFailed(ServiceError):
    """The engine behind us answered with nonsense or not at all."""

    status = 502
    title = "The query engine failed"


class Unavailable(ServiceError):
    status = 503
    title = "Service unavailable"


class QueryStopped(Unavailable):
    """A query met one of the announced limits and was stopped; the member `limit` names which."""

    title = "The query was stopped"


class EngineTimeout(ServiceError):
    status = 504
    title = "The query engine did not answer in time"


class PressError(ServiceError):
    """A check, build or publication cannot go on; shown on the command line, which then exits 1."""

    title = "The press stopped"
