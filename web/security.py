"""Sets security headers on every response, and the hosts and proxies to trust."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from search import FORWARDED, Settings
from web.cors import SHARED, SHARED_HEADERS, Headers
from web.links import API
from web.request_id import HEADER, assign_request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PLAIN_PATH: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)*", re.ASCII)
_DESCRIBED: Final = f"{API}/"
_DESCRIPTION_LINKS: Final = (
    f'<{{base}}{API}/openapi.json>; rel="service-desc"; type="application/json", '
    f'<{{base}}{API}/docs>; rel="service-doc"; type="text/html"'
)
_SCHEMES: Final = frozenset({"http", "https"})


def security_headers(settings: Settings) -> Headers:
    """The headers of every response.  The page may load only its own files, and pictures of articles if shown."""
    images = "'self' https:" if settings.show_images else "'self'"
    policy = (
        f"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src {images}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]


class HeaderMiddleware:
    """Adds the headers and the request id outside Flask, so that cached responses and errors have them too.

    Those of the API link to its description (RFC 8631)."""

    def __init__(self, app: "WSGIApplication", headers: Headers, public_url: str | None) -> None:
        self.app = app
        self.headers = headers
        self.shared_headers = [*headers, *SHARED_HEADERS]
        self._public_url = public_url

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        added = self.shared_headers if path.startswith(SHARED) else self.headers
        links = ""
        if path.startswith(_DESCRIBED):
            base = environ.get("SCRIPT_NAME", "").rstrip("/") if self._public_url is None else self._public_url
            links = _DESCRIPTION_LINKS.format(base=base)
        request_id = (HEADER, assign_request_id(environ))

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]
            own = _with_links(headers, links) if links else headers
            return start_response(status, [*own, *added, request_id], exc_info)

        return self.app(environ, start)


def _with_links(headers: Headers, links: str) -> Headers:
    """The headers with more links in one Link header: Granian sends only the last of several."""
    own = [value for name, value in headers if name == "Link"]
    return [*(pair for pair in headers if pair[0] != "Link"), ("Link", ", ".join([*own, links]))]


class ForwardedValuesMiddleware:
    """Ignores a forwarded prefix that is not a plain path, and a forwarded scheme other than http and https.

    A prefix of //host would lead every link to that host."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        original = environ["werkzeug.proxy_fix.orig"]
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/")
        environ["SCRIPT_NAME"] = prefix if _PLAIN_PATH.fullmatch(prefix) else original["SCRIPT_NAME"] or ""
        if environ["wsgi.url_scheme"] not in _SCHEMES:
            environ["wsgi.url_scheme"] = original["wsgi.url_scheme"]
        return self.app(environ, start_response)


def init_app(app: Flask, settings: Settings) -> None:
    """Set the application's headers, trusted hosts and trusted proxies."""
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts)
    app.wsgi_app = HeaderMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, security_headers(settings), settings.public_url
    )
    if count := settings.trusted_proxies:
        counts = {f"x_{header}": count if header in settings.trusted_headers else 0 for header in FORWARDED}
        app.wsgi_app = ProxyFix(ForwardedValuesMiddleware(app.wsgi_app), **counts)  # type: ignore[method-assign]
