"""Sets security headers on every response."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask

from search import Settings
from web.cors import SHARED, SHARED_HEADERS, Headers
from web.links import API
from web.request_id import HEADER, assign_request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_DESCRIBED: Final = f"{API}/"
_DESCRIPTION_LINKS: Final = (
    f'<{{base}}{API}/openapi.json>; rel="service-desc"; type="application/json", '
    f'<{{base}}{API}/docs>; rel="service-doc"; type="text/html"'
)


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


def init_app(app: Flask, settings: Settings) -> None:
    """Set the headers of the application's responses."""
    app.wsgi_app = HeaderMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, security_headers(settings), settings.public_url
    )
