"""Several searches in one request: reads the JSON body and answers each search."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from flask import Request
from msgspec import Meta
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from search import MAX_MISTAKES, Mistake, RequestInvalid, SearchRequest, SnapshotGone
from web.api import schemas
from web.api.components import REFERENCE
from web.errors import BodyInvalid, Problem, problem
from web.parameters import NAMES, ParsedParameters, validate

MAX_SEARCHES: Final = 20
MAX_BODY_BYTES: Final = 64 * 1024
MEMBER: Final = "searches"

_EITHER: Final = {"oneOf": [{"$ref": REFERENCE.format(name=each)} for each in ("SearchResponse", "Problem")]}


class MultiSearchResponse(msgspec.Struct):
    """The responses to several searches, in the order of the request; all are from one index."""

    index: schemas.Index
    responses: Annotated[
        Sequence[Annotated[Any, Meta(extra_json_schema=_EITHER)]],
        Meta(description="The response to each search, or the problem with it."),
    ]


def read_searches(request: Request) -> list[object]:
    """The searches in the body of a request.  Raises `BodyInvalid` or an error of HTTP."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the searches as JSON, with the header Content-Type: application/json.")
    try:
        body = msgspec.json.decode(_body(request))
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None
    return _searches(body)


def answers(searches: Sequence[object], answer: Callable[[SearchRequest], schemas.SearchResponse]) -> list[Any]:
    """The response to each search, or the problem with it."""
    return [_answer(search, f"/{MEMBER}/{i}", answer) for i, search in enumerate(searches)]


def _body(request: Request) -> bytes:
    too_large = RequestEntityTooLarge(f"The body must have at most {MAX_BODY_BYTES} bytes.")
    request.max_content_length = MAX_BODY_BYTES + 1  # a longer body without Content-Length is cut there
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_large from None
    if len(body) > MAX_BODY_BYTES:
        raise too_large
    return body


def _searches(body: object) -> list[object]:
    if not isinstance(body, dict):
        raise BodyInvalid(
            [Mistake("", f'must be an object such as {{"{MEMBER}": [{{"q": "robot"}}]}}', "not_an_object")]
        )
    mistakes = _unknown(body, {MEMBER})
    searches = body.get(MEMBER)
    if MEMBER not in body:
        mistakes.append(Mistake(MEMBER, "is required", "missing"))
    elif not isinstance(searches, list):
        mistakes.append(Mistake(MEMBER, "must be a list of objects", "not_a_list"))
    elif len(searches) > MAX_SEARCHES:
        mistakes.append(Mistake(MEMBER, f"must have at most {MAX_SEARCHES} searches", "too_many", limit=MAX_SEARCHES))
    if mistakes or not isinstance(searches, list):
        raise BodyInvalid(mistakes)
    return searches


def _answer(
    search: object, pointer: str, answer: Callable[[SearchRequest], schemas.SearchResponse]
) -> schemas.SearchResponse | Problem:
    try:
        return answer(_checked(search))
    except (RequestInvalid, SnapshotGone) as error:
        return problem(error, pointer)


def _checked(search: object) -> SearchRequest:
    """The search with these members.  Raises `RequestInvalid`."""
    if not isinstance(search, dict):
        raise RequestInvalid([Mistake("", "must be an object of parameters", "not_an_object")])
    known = {name: value for name, value in search.items() if name in NAMES}
    return validate(ParsedParameters(known, _unknown(search, NAMES)))


def _unknown(members: Iterable[str], known: Collection[str]) -> list[Mistake]:
    """A mistake for each unknown member; of many, which take long to compare, only for one more than are listed."""
    names = islice((name for name in members if name not in known), MAX_MISTAKES + 1)
    return [Mistake.unknown(name, known) for name in names]
