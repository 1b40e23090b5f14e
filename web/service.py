"""The application's shared objects, and what one request asks them for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, after_this_request, current_app, request
from werkzeug.exceptions import BadRequest

from search import Engine, IndexInfo, Settings
from web.response_cache import ResponseCache

Result = TypeVar("Result")


@dataclass(frozen=True)
class Service:
    """The objects that all requests to one application share."""

    settings: Settings
    engine: Engine
    asset_version: str  # a hash of the templates, the static files and the settings that pages show
    response_cache: ResponseCache = field(default_factory=ResponseCache)

    def call_engine(self, call: Callable[[Engine], Result], at: str | None = None) -> tuple[IndexInfo, Result]:
        """The result of a call and the index it is from; calls again if the index changes during the call.

        `at` is the snapshot that the call names, if any."""
        while True:
            before, result = self.engine.info(at), call(self.engine)
            if self.engine.info(at) == before:
                return before, result


class Call(NamedTuple):
    """What a GET request asks for: a path below the one that the service is mounted at, with a query string."""

    service: Service
    mount: str
    path: str
    query: bytes

    @property
    def base_url(self) -> str:
        """The start of links in the API's responses: the public URL, or the path that the service is mounted at."""
        return self.service.settings.public_url or self.mount

    @property
    def root(self) -> str:
        """The start of links on the page: the public URL's path, or the path that the service is mounted at."""
        public_url = self.service.settings.public_url
        return self.mount if public_url is None else urlsplit(public_url).path


def service_of(app: Flask) -> Service:
    """The service of an application."""
    return cast(Service, app.extensions["article-search"])


def service() -> Service:
    """The service of the current application."""
    return service_of(current_app)


def absolute_base_url() -> str:
    """The public URL, or the service's address in the request, which `Vary` then names.

    Raises `BadRequest` if the host of the request is missing or malformed."""
    settings = service().settings
    if settings.public_url:
        return settings.public_url
    headers = ["Host"]
    if settings.trusted_proxies and "proto" in settings.trusted_headers:
        headers.append("X-Forwarded-Proto")

    @after_this_request
    def vary(response: Response) -> Response:
        response.vary.update(headers)
        return response

    if not request.host:  # Werkzeug makes a malformed host empty
        raise BadRequest
    return request.url_root.rstrip("/")


def current_call() -> Call:
    """What the current request asks for."""
    return Call(service(), request.root_path, request.path, request.query_string)
