"""The id of a request, by which it is found in logs: the client's or proxy's, or a new one.

The id of its trace, which a `traceparent` header (W3C Trace Context) has, is logged too."""

import re
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from flask import request

from search import request_fields

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADER: Final = "X-Request-ID"

_KEY: Final = "article_search.request_id"
_is_sane: Final = re.compile(r"[A-Za-z0-9._-]{1,128}").fullmatch
_trace: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}").match


def assign_request_id(environ: "WSGIEnvironment") -> str:
    """The id in the request's header if that is a short plain word, else a random one."""
    given: str = environ.get("HTTP_X_REQUEST_ID", "")
    environ[_KEY] = id = given if _is_sane(given) else token_hex(8)
    request_fields.set(request_id_of(environ))
    return id


def request_id_of(environ: "WSGIEnvironment") -> dict[str, str]:
    """What identifies a request in logs."""
    fields = {"request_id": environ.get(_KEY, "unknown")}
    if "HTTP_TRACEPARENT" in environ and (trace := _trace(environ["HTTP_TRACEPARENT"])):
        fields["trace_id"] = trace[1]
    return fields


def current_request_id() -> str:
    """The id of the current request."""
    return str(request.environ.get(_KEY, "unknown"))
