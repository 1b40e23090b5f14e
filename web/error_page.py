"""The page that readers see when a request fails."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from werkzeug.http import HTTP_STATUS_CODES

from search import EngineUnavailable, IndexMissing, Mistake
from web.service import Call
from web.templating import render


class Text(NamedTuple):
    """A title, and the sentences below it."""

    title: str
    sentences: tuple[str, ...]


TEXTS: dict[int, Text] = {
    HTTPStatus.BAD_REQUEST: Text(
        "This address cannot be read", ("Check that the address is complete, or search for the article.",)
    ),
    HTTPStatus.NOT_FOUND: Text(
        "Page not found",
        (
            "If you typed the address, check that it is correct. If you followed a link, the article may no longer be "
            "in the archive.",
            "You can search for it.",
        ),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Text("This page cannot be changed", ("Articles can only be searched and read.",)),
    HTTPStatus.GONE: Text(
        "These results are no longer kept",
        ("The address asks for the archive as it was at an earlier time.", "You can search the current archive."),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Text(
        "There is a problem with this address", ("Correct these parameters, or start a new search:",)
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Text("Too many requests", ("Wait a moment, then reload this page.",)),
    HTTPStatus.SERVICE_UNAVAILABLE: Text("The search is very busy", ("Wait a few seconds, then reload this page.",)),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text("Sorry, there is a problem with the search", ("Try again later.",)),
}

UNAVAILABLE = "Sorry, the search is not available"

NO_INDEX = Text("The archive is not ready yet", ("The first index is being built.",))


def render_error_page(call: Call, status: int, error: Exception, mistakes: Sequence[Mistake]) -> str:
    """The page as HTML, with the search box."""
    text = _text(status, error)
    return render(
        call,
        "error.html",
        title=text.title,
        sentences=text.sentences,
        status=status,
        mistakes=mistakes,
        reloads=text is NO_INDEX,
    )


def _text(status: int, error: Exception) -> Text:
    if isinstance(error, IndexMissing):
        return NO_INDEX
    if isinstance(error, EngineUnavailable):
        return Text(UNAVAILABLE, (error.public_message,))
    return TEXTS.get(status) or Text(HTTP_STATUS_CODES[status], ())
