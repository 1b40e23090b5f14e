"""Refuses requests whose host or origin is malformed, before the SDK looks for it among the allowed ones.

The SDK compares the start of a host: it takes `localhost:80.example.com` for a port of `localhost`."""

import re
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HEADERS: Final = frozenset({b"host", b"origin"})
_is_well_formed: Final = re.compile(
    rb"(?:https?://)?(?:[\w.~-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE
).fullmatch


class HostCheck:
    """The application, for requests with a well-formed host and origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        values = [value for name, value in scope.get("headers", ()) if name in _HEADERS]
        app = self._app if all(map(_is_well_formed, values)) else _REFUSAL
        await app(scope, receive, send)


_REFUSAL: Final = PlainTextResponse("Invalid Host or Origin header", 421)
