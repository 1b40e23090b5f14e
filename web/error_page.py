"""The page that readers see when a request fails."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from werkzeug.exceptions import NotFound
from werkzeug.http import HTTP_STATUS_CODES

from search import EngineUnavailable, IndexMissing, Mistake, RequestInvalid, SnapshotGone
from web.links import Link, page_urls
from web.parameters import PAGE_DEFAULTS, parse, validate, without_blanks, without_mistakes
from web.service import Call
from web.templating import render


class Text(NamedTuple):
    """A title, and the sentences and links below it."""

    title: str
    sentences: tuple[str, ...]
    links: Sequence[Link] = ()


class NothingToShow(NotFound):
    """There is no page with this subject; `text` says so, and leads to others."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self.text = text


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
        ("The address asks for the archive as it was at an earlier time.",),
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
    """The page as HTML, with the query in the search box."""
    text = _text(call, status, error)
    return render(
        call,
        "error.html",
        title=text.title,
        sentences=text.sentences,
        links=text.links,
        query_text=parse(call.query).values.get("q", ""),
        status=status,
        mistakes=mistakes,
        reloads=text is NO_INDEX,
    )


def _text(call: Call, status: int, error: Exception) -> Text:
    if isinstance(error, NothingToShow):
        return error.text
    if isinstance(error, SnapshotGone):
        return TEXTS[HTTPStatus.GONE]._replace(links=[Link("Search the current archive", _current_search(call))])
    if isinstance(error, IndexMissing):
        return NO_INDEX
    if isinstance(error, EngineUnavailable):
        return Text(UNAVAILABLE, (error.public_message,))
    return TEXTS.get(status) or Text(HTTP_STATUS_CODES[status], ())


def _current_search(call: Call) -> str:
    """The URL of the same search in the current index, without invalid parameters."""
    parsed = without_blanks(parse(call.query))
    try:
        request = validate(parsed, PAGE_DEFAULTS)
    except RequestInvalid as invalid:
        request = validate(without_mistakes(parsed, invalid.mistakes), PAGE_DEFAULTS)
    return page_urls(call.root, request).changed(at=None)
