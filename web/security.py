"""Sets security headers on every response, and the hosts and proxies to trust."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from search import Settings
from web.links import API

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]


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
    """Adds the headers outside Flask, so that static files and errors have them too."""

    def __init__(self, app: "WSGIApplication", headers: Headers) -> None:
        self.app = app
        self.headers = headers
        self.cors_headers = [*headers, ("Access-Control-Allow-Origin", "*")]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        read_only = environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        added = self.cors_headers if read_only and environ["PATH_INFO"].startswith(f"{API}/") else self.headers

        def start(status, headers, exc_info=None):  # type: ignore[no-untyped-def]
            return start_response(status, [*headers, *added], exc_info)

        return self.app(environ, start)


def init_app(app: Flask, settings: Settings) -> None:
    """Set the application's headers, trusted hosts and trusted proxies."""
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts)
    app.wsgi_app = HeaderMiddleware(app.wsgi_app, security_headers(settings))  # type: ignore[method-assign]
    if count := settings.trusted_proxies:
        fix = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=count, x_prefix=count)
        app.wsgi_app = fix  # type: ignore[method-assign]
