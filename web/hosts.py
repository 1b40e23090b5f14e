"""Refuses requests for other hosts than those of the settings, and requests without exactly one host."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import host_is_trusted

from search import Settings
from web.health import PROBES
from web.refusals import Refusals

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_is_host: Final = re.compile(r"(?:[\w.~-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE).fullmatch


def init_app(app: Flask, settings: Settings, refusals: Refusals) -> None:
    """Refuse requests to the application."""
    app.wsgi_app = HostMiddleware(app.wsgi_app, refusals, settings.trusted_hosts)  # type: ignore[method-assign]


class HostMiddleware:
    """Lets requests through whose host is well formed and trusted.

    Health probes may name any host, such as the IP address of the machine.  HTTP/1.0 requests need no host."""

    def __init__(self, app: "WSGIApplication", refusals: Refusals, trusted: tuple[str, ...]) -> None:
        self._app = app
        self._refusals = refusals
        self._trusted = trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if mistake := self._mistake(environ):
            return self._refusals.respond(environ, start_response, BadRequest(mistake))
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
