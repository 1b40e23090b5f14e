"""The id of a request, by which it is found in logs: the client's or proxy's, or a new one."""

import re
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADER: Final = "X-Request-ID"

_KEY: Final = "article_search.request_id"
_is_sane: Final = re.compile(r"[A-Za-z0-9._-]{1,128}").fullmatch


def assign_request_id(environ: "WSGIEnvironment") -> str:
    """The id in the request's header if that is a short plain word, else a random one."""
    given: str = environ.get("HTTP_X_REQUEST_ID", "")
    environ[_KEY] = id = given if _is_sane(given) else token_hex(8)
    return id


def current_request_id() -> str:
    """The id of the current request."""
    return str(request.environ.get(_KEY, "unknown"))
