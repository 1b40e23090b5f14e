"""The JSON API's answers, as commands print them with --json.

The API is named by its import string, because `search` must not import `web`.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from search.engine import Engine
    from search.settings import Settings

API: Final = "web.local"


def api_answer(settings: "Settings", engine: "Engine", path: str, parameters: Mapping[str, Any]) -> bytes:
    """The API's answer to a GET of this path below `/api/v1`, as JSON.

    Parameters that are None, False or empty are left out."""
    pairs = [pair for name, value in parameters.items() for pair in _pairs(name, value)]
    body: bytes = import_module(API).api_answer(settings, engine, path, pairs)
    return body


def _pairs(name: str, value: Any) -> Iterable[tuple[str, str]]:
    """A pair for each value of a list."""
    if isinstance(value, tuple):
        return [(name, str(each)) for each in value]
    if value is None or value is False:
        return []
    return [(name, str(int(value) if isinstance(value, bool) else value))]
