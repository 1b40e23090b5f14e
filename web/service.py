"""What an instance of the web service holds: its settings, the engine it asks, and the answers it has ready."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from flask import current_app, request

from search import Engine, IndexInfo, Settings
from web.response_cache import ResponseCache

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Service:
    """One per application."""

    settings: Settings
    engine: Engine
    look: str  # changes whenever the templates or the static files do
    ready: ResponseCache = field(default_factory=ResponseCache)

    @property
    def base(self) -> str:
        """What links that leave the page start with: the public address, or the path the service is mounted at."""
        return self.settings.public_url or request.root_path

    def asked(self, ask: Callable[[Engine], Answer]) -> tuple[IndexInfo, Answer]:
        """An answer that does not say itself which index it is from, and that index; never one with the other's."""
        while True:
            before, answer = self.engine.info(), ask(self.engine)
            if self.engine.info() == before:
                return before, answer


def service() -> Service:
    """The service of the current application."""
    return cast(Service, current_app.extensions["article-search"])
