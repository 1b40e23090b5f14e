"""Refuses requests for other hosts than those of the settings, and requests without exactly one host."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import host_is_trusted

from search import Settings
from web.health import PROBES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_is_host: Final = re.compile(r"(?:[\w.~-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE).fullmatch
_REFUSED: Final = "article_search.refused_host"


def init_app(app: Flask, settings: Settings, refuse: "WSGIApplication") -> None:
    """Refuse requests to the application; `refuse` makes the error response, without cached responses."""
    app.wsgi_app = HostMiddleware(app.wsgi_app, refuse, settings.trusted_hosts)  # type: ignore[method-assign]
    app.before_request(_refuse)


class HostMiddleware:
    """Lets requests through whose host is well formed and trusted.

    Health probes may name any host, such as the IP address of the machine.  HTTP/1.0 requests need no host."""

    def __init__(self, app: "WSGIApplication", refuse: "WSGIApplication", trusted: tuple[str, ...]) -> None:
        self._app = app
        self._refuse = refuse
        self._trusted = trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if mistake := self._mistake(environ):
            environ[_REFUSED] = mistake
            return self._refuse(environ, start_response)
        return self._app(environ, start_response)

    def _mistake(self, environ: "WSGIEnvironment") -> str | None:
        host: str = environ.get("HTTP_HOST", "")
        if not host and environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
            return "The request has no Host header."
        if host and not _is_host(host):  # a server joins several Host headers by commas
            return "The request must have one Host header, with the name of one host."
        if self._trusted and environ["PATH_INFO"] not in PROBES and not host_is_trusted(host, self._trusted):
            return "The host of the request is not one of this service."
        return None


def _refuse() -> None:
    if _REFUSED in request.environ:
        raise BadRequest(request.environ[_REFUSED])
