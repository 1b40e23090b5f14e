"""An engine whose every text contains markup that runs a script if a page does not escape it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec.structs import replace

from search import (
    Article,
    Bucket,
    ChangedArticle,
    Changes,
    Completion,
    Export,
    Facet,
    FacetResults,
    Hit,
    Interval,
    PrefixQuery,
    RisingTrends,
    SearchRequest,
    SearchResults,
    SignificantWord,
    SimilarArticles,
)
from tests.fake_engine import WHOLE
from tests.web.browser.conftest import DatedEngine

T = TypeVar("T")

MARKUP: Final = (
    "</title></textarea></script><script>window.ran=1</script><img class=ran src=x onerror=window.ran=1>"
    "<svg onload=window.ran=1></svg>]]>\"'` onmouseover=window.ran=1 autofocus onfocus=window.ran=1 x={{7*7}}\\u003cb>"
)
"""Leaves an element, a comment, an attribute in any quotes, a script and CDATA, and then runs a script."""

_KEPT: Final = {"request", "snapshot", "content", "field", "order", "default_order", "interval", "kind", "how"}
"""Attributes whose values are not texts of articles, queries or words."""
_URLS: Final = {"url", "amp_url"}


def poisoned(value: T) -> T:
    """The same value with markup in every text, and at the end of every URL."""
    return cast(T, _poisoned(value))


def _poisoned(value: Any) -> Any:
    if isinstance(value, str):
        return f"{MARKUP}{value}"
    if isinstance(value, tuple):
        return tuple(map(_poisoned, value))
    if isinstance(value, dict):
        return {name: _poisoned(each) for name, each in value.items()}
    if isinstance(value, msgspec.Struct):
        return replace(
            value, **{name: _attribute(value, name) for name in value.__struct_fields__ if name not in _KEPT}
        )
    return value


def _attribute(value: msgspec.Struct, name: str) -> Any:
    own = getattr(value, name)
    return f"{own}?{MARKUP}" if name in _URLS and own else _poisoned(own)


class PoisonedEngine(DatedEngine):
    """A fake engine with markup in its texts.  The query `nothing` has no results."""

    def search(self, request: SearchRequest, count_partial: bool = True) -> SearchResults:
        known = "zeppelin" if request.q == "nothing" else "electrik ferry"
        results = super().search(request.model_copy(update={"q": known}), count_partial)
        prefix = PrefixQuery("electric harb*", "harb") if results.total and request.q == "prefix" else None
        return replace(poisoned(results), request=request, warnings=(MARKUP,), prefix=prefix and poisoned(prefix))

    def facet(self, field: str, request: SearchRequest, *args: Any, **options: Any) -> FacetResults:
        buckets = Facet(field, 1, 0, (Bucket(MARKUP, 45),))
        return replace(super().facet("topic", request, *args, **options), facet=buckets, listed=1, request=request)

    def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:
        export = super().export(request, start, resumable)
        return replace(export, articles=map(poisoned, export.articles))

    def article(self, id: str) -> Article | None:
        return replace(poisoned(WHOLE.article), id=id)

    def article_with_story(self, id: str, at: str | None = None) -> Hit | None:  # noqa: ARG002
        return replace(poisoned(WHOLE), article=self.article(id), score=None)

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        found = self.article_with_story(id)
        return None if found is None else (found,)

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:
        return poisoned(super().similar("_news/1", limit, at)) if id else None

    def significant_words(self, request: SearchRequest, limit: int) -> Sequence[SignificantWord]:
        return list(map(poisoned, super().significant_words(request, limit)))

    def rising(self, interval: Interval, limit: int, at: str | None = None) -> RisingTrends | None:
        found = super().rising(interval, limit, at)
        return found and replace(found, topics=poisoned(found.topics), phrases=poisoned(found.phrases))

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return [replace(each, text=f"{each.text} {MARKUP}") for each in super().complete(text, limit)]

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        found = super().changes(since, until, offset, limit)
        added = poisoned(found.added)
        changed = tuple(ChangedArticle(each, replace(each, title=f"New {each.title}")) for each in added)
        return replace(found, added=added, changed=changed, removed=added)

    def latest_changes(self) -> Iterator[Changes]:
        yield self.changes("20261123T045001Z-0000")
