"""The application's shared objects: settings, engine and response cache."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, request

from search import Engine, IndexInfo, Settings
from web.response_cache import ResponseCache

Result = TypeVar("Result")


@dataclass(frozen=True)
class Service:
    """The objects that all requests to one application share."""

    settings: Settings
    engine: Engine
    asset_version: str  # a hash of the templates and static files
    response_cache: ResponseCache = field(default_factory=ResponseCache)

    @property
    def base_url(self) -> str:
        """The start of links in the API's responses: the public URL, or the path that the service is mounted at."""
        return self.settings.public_url or request.root_path

    @property
    def root(self) -> str:
        """The start of links on the page: the public URL's path, or the path that the service is mounted at."""
        public_url = self.settings.public_url
        return request.root_path if public_url is None else urlsplit(public_url).path

    def call_engine(self, call: Callable[[Engine], Result]) -> tuple[IndexInfo, Result]:
        """The result of a call and the index it is from; calls again if the index changes during the call."""
        while True:
            before, result = self.engine.info(), call(self.engine)
            if self.engine.info() == before:
                return before, result


def service() -> Service:
    """The service of the current application."""
    return cast(Service, current_app.extensions["article-search"])
