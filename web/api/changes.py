"""The changes between two snapshots: parameters, JSON and links."""

from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from msgspec import Meta
from msgspec.structs import asdict

from search import Article, ChangedArticle, Changes, Mistake, RequestInvalid
from web import parameters
from web.api import schemas, serializers
from web.api.citation import Citation, cited
from web.links import API, page_count

MAX_LISTED = 1000
DEFAULT_LISTED = 100
_EXAMPLE = "such as 20260131T093000Z-3f2a, which every answer has as index.snapshot"

StoredArticle = msgspec.defstruct(
    "StoredArticle",
    [(field.name, field.type) for field in msgspec.structs.fields(Article)],
    namespace={"__doc__": "An article with all its fields."},
)


class FieldChange(msgspec.Struct):
    """The value of a field before and after."""

    old: Any
    new: Any


class ChangedFields(msgspec.Struct):
    """An article that changed, as it is now."""

    id: str
    title: str
    url: str | None
    fields: Annotated[dict[str, FieldChange], Meta(description="The fields that changed, by name.")]


class ChangeLinks(msgspec.Struct):
    """URLs of this page, the next and the previous one, and of the changes after `until`."""

    self: str
    next: str | None
    prev: str | None
    later: str


class ChangesResponse(msgspec.Struct):
    """What changed between two snapshots: one page of the added articles, then of the changed, then of the removed.

    Each list is in the order of the ids.  An article that changed and changed back is not listed.  Page links name
    `until`, so that the pages of a list fit together even if the index is updated meanwhile."""

    since: str
    until: Annotated[str, Meta(description="The snapshot that the changes lead to. Ask for those since it next.")]
    oldest: Annotated[str, Meta(description="The first snapshot since which changes are kept.")]
    index: schemas.Index
    total: Annotated[int, Meta(description="How many articles all pages list.")]
    added_total: int
    changed_total: int
    removed_total: int
    page: int
    limit: int
    pages: int
    added: list[StoredArticle]  # type: ignore[valid-type]
    changed: list[ChangedFields]
    removed: list[schemas.StoryArticle]  # type: ignore[valid-type]
    links: ChangeLinks
    citation: Citation


class ChangesRequest(NamedTuple):
    """The changes to list."""

    since: str
    until: str | None
    page: int
    limit: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit

    def url(self, base_url: str, **changed: Any) -> str:
        """The URL of these changes, or of others, without what is the default."""
        defaults = {"until": None, "page": 1, "limit": DEFAULT_LISTED}
        named = {name: value for name, value in (self._asdict() | changed).items() if value != defaults.get(name)}
        return f"{base_url}{API}/changes?{urlencode(named)}"


def changes_request(query: bytes) -> ChangesRequest:
    """The changes that a query string asks for; raises `RequestInvalid` with every mistake."""
    parsed = parameters.parse(query, names=ChangesRequest._fields)
    values = parsed.values
    if not values.get("since"):
        parsed.mistakes.append(Mistake("since", f"is required: the name of a snapshot, {_EXAMPLE}", "missing"))
    limit = parameters.limit_of(parsed, MAX_LISTED, DEFAULT_LISTED)
    paged = {name: values[name] for name in ("page",) if name in values}
    page = parameters.validate(parameters.ParsedParameters({"per_page": "0", **paged}, parsed.mistakes)).page
    if parsed.mistakes:
        raise RequestInvalid(parsed.mistakes)
    until = values.get("until")
    return ChangesRequest(str(values["since"]), str(until) if until else None, page, limit)


def changes_response(changes: Changes, request: ChangesRequest, base_url: str) -> ChangesResponse:
    """One page of the changes."""
    pages = page_count(changes.total, request.limit)
    pinned = request._replace(until=changes.until)

    def to_page(number: int) -> str | None:
        return pinned.url(base_url, page=number) if 1 <= number <= pages else None

    return ChangesResponse(
        since=changes.since,
        until=changes.until,
        oldest=changes.oldest,
        index=serializers.index(changes.index),
        total=changes.total,
        added_total=changes.added_total,
        changed_total=changes.changed_total,
        removed_total=changes.removed_total,
        page=request.page,
        limit=request.limit,
        pages=pages,
        added=[StoredArticle(**asdict(article)) for article in changes.added],
        changed=[_changed_fields(article) for article in changes.changed],
        removed=[msgspec.convert(article, schemas.StoryArticle, from_attributes=True) for article in changes.removed],
        links=ChangeLinks(
            self=request.url(base_url),
            next=to_page(request.page + 1),
            prev=to_page(min(request.page - 1, pages)),
            later=ChangesRequest(changes.until, None, 1, request.limit).url(base_url),
        ),
        citation=cited(
            f"changes since snapshot {changes.since}",
            changes.total,
            changes.until,
            changes.published_at or changes.index.built_at,
            pinned.url(base_url),
        ),
    )


def _changed_fields(article: ChangedArticle) -> ChangedFields:
    fields = {name: FieldChange(old, new) for name, (old, new) in article.fields.items()}
    return ChangedFields(article.new.id, article.new.title, article.new.url, fields)
