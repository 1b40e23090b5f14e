"""Headers of every answer, and whose word about the request is believed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from search import Settings
from web.links import API

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]


def policy(settings: Settings) -> str:
    """The content security policy: nothing but our own files, and the articles' pictures where they are shown."""
    images = "'self' https:" if settings.show_images else "'self'"
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src {images}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def headers(settings: Settings) -> Headers:
    """What every answer says, whatever it is."""
    return [
        ("Content-Security-Policy", policy(settings)),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]


class AddHeaders:
    """Adds the headers outside Flask, so that no answer, a static file's or an error's, goes without."""

    def __init__(self, app: "WSGIApplication", always: Headers) -> None:
        self.app = app
        self.always = always
        self.open = [*always, ("Access-Control-Allow-Origin", "*")]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        read_only = environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        more = self.open if read_only and environ["PATH_INFO"].startswith(f"{API}/") else self.always

        def start(status, given, exc_info=None):  # type: ignore[no-untyped-def]
            return start_response(status, [*given, *more], exc_info)

        return self.app(environ, start)


def init_app(app: Flask, settings: Settings) -> None:
    """Set the application's headers, hosts and proxies."""
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts)
    app.wsgi_app = AddHeaders(app.wsgi_app, headers(settings))  # type: ignore[method-assign]
    if count := settings.trusted_proxies:
        fix = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=count, x_prefix=count)
        app.wsgi_app = fix  # type: ignore[method-assign]
