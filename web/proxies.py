"""Reads the client's address and scheme from the headers of trusted reverse proxies."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from search import FORWARDED, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SCHEMES: Final = frozenset({"http", "https"})


def init_app(app: Flask, settings: Settings) -> None:
    """Trust the proxies of the settings.  They do not set the host or the path of links: the public URL does."""
    if count := settings.trusted_proxies:
        counts = {f"x_{header}": count if header in settings.trusted_headers else 0 for header in FORWARDED}
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            ForwardedValuesMiddleware(app.wsgi_app), **counts, x_host=0, x_port=0, x_prefix=0
        )


class ForwardedValuesMiddleware:
    """Ignores a forwarded address that is not an IP address, and a forwarded scheme other than http and https."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        original = environ["werkzeug.proxy_fix.orig"]
        if environ["wsgi.url_scheme"] not in _SCHEMES:
            environ["wsgi.url_scheme"] = original["wsgi.url_scheme"]
        if not _is_address(environ.get("REMOTE_ADDR")):
            environ["REMOTE_ADDR"] = original["REMOTE_ADDR"]
        return self.app(environ, start_response)


def _is_address(text: str | None) -> bool:
    try:
        return bool(ip_address(text or ""))
    except ValueError:
        return False
