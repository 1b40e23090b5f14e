"""Hand-made search results, and an engine that returns them, for tests of what is displayed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Self

from msgspec.structs import replace

from search import (
    Article,
    Bucket,
    Changes,
    Completion,
    Correction,
    Explanation,
    Export,
    Facet,
    FacetResults,
    Factor,
    Fragment,
    Hit,
    Image,
    IndexInfo,
    Interval,
    Occurrence,
    PrefixQuery,
    Provider,
    Related,
    Relaxed,
    RisingTrends,
    RisingValue,
    SearchRequest,
    SearchResults,
    SignificantWord,
    SimilarArticles,
    Statistics,
    WordMatch,
)

BUILT_AT = datetime(2026, 11, 24, 4, 50, 1, tzinfo=UTC)
CHECKED_AT = datetime(2026, 11, 24, 5, tzinfo=UTC)
INFO = IndexInfo("20261124T045001Z-a9d3", BUILT_AT, 4, "content", BUILT_AT)
PUBLISHERS = ("The Wheel", "The Quay", "Robot Courier", "Le Café Numérique", "Harbour Tech Review", "The Wheel")


def article(number: int, title: str = "Electric ferry takes its first passengers across the harbour") -> Article:
    """An article of one story by each publisher; number 5 is by the first publisher again, a day later."""
    provider = Provider(PUBLISHERS[number], f"{number}.example")
    return Article(
        id=f"_news/{number}",
        title=title,
        excerpt="It hums, it turns on the spot, and by the time the gulls have noticed it is gone again.",
        topics=("Energy", "AI in Autos"),
        provider=provider,
        url=f"https://{number}.example/ferry",
        image=Image(f"https://{number}.example/ferry.jpg", 1200, 675) if number == 0 else None,
        published_at=datetime(2026, 5, 2 + number // 5, 8, tzinfo=UTC),
        related=(
            Related(title="The ferry, seen from the quay", url="https://1.example/ferry", provider=provider),
            Related(title="What a ferry costs", url="https://other.example/cost"),
        ),
    )


EXPLANATION = Explanation(
    10.0,
    (
        WordMatch(
            "ferries",
            "exact",
            "ferries",
            (Occurrence("title", 4.0, "form", "ferry"), Occurrence("excerpt", 1.0, "exact", "ferries")),
        ),
        WordMatch("artificial intelligence", "synonym", "AI", (Occurrence("topics", 3.0, "synonym", "AI"),)),
        WordMatch("harb", "prefix", "harb", (Occurrence("title", 2.0, "prefix", "harb"),)),
    ),
    (
        Factor("proximity", 1.12, "the words stand close together"),
        Factor("recency", 1.08, "published 6 months ago"),
        Factor("heat", 1.05, "heat 115, top 8%", moved=False),
    ),
)
FACETS = (
    Facet("topic", 2, 0, (Bucket("Energy", 45), Bucket("AI in Autos", 3))),
    Facet("provider", 1, 0, (Bucket("The Wheel", 45),)),
)
TITLE = (
    Fragment("Electric ", hit=False),
    Fragment("ferry", hit=True),
    Fragment(" takes its first passengers across the harbour", hit=False),
)
WHOLE = Hit(
    article(0),
    12.1,
    {"title": TITLE, "excerpt": ()},
    also=tuple(map(article, range(1, 6))),
    related_ids=("_news/1", None),
    explanation=EXPLANATION,
)
LACKING = Hit(
    article(1, "A ferry without a funnel"),
    3.2,
    missing=("yesterday", "harb*"),
    related_ids=("_news/0", None),
)
LONG = "donaudampfschifffahrtsgesellschaft" * 4
ENDLESS = Hit(
    article(1, LONG),
    missing=(LONG,),
    also=(Article(id="also", title="Also", provider=Provider(LONG)), *map(article, range(3))),
    explanation=Explanation(1.0, (WordMatch(LONG, "exact", LONG, ()),), (Factor("recency", 2.0, LONG),)),
)
ELECTRIC = (("electrik", "electric"),)

RESULTS_BY_QUERY = {
    "ferries yesterday harb*": SearchResults(3, (WHOLE, LACKING), FACETS, INFO, relaxed=Relaxed(42, 2), stories=40),
    "ferries yesterday": SearchResults(0, (LACKING,), FACETS, INFO, relaxed=Relaxed(42, 1)),
    "electrik ferry": SearchResults(
        45,
        (WHOLE,),
        FACETS,
        INFO,
        correction=Correction("electric ferry", applied=True, words=ELECTRIC),
        stories=40,
    ),
    "electrik yesterday": SearchResults(
        0,
        (LACKING,),
        FACETS,
        INFO,
        correction=Correction("electric yesterday", applied=True, words=ELECTRIC),
        relaxed=Relaxed(1, 3),
    ),
    "fery": SearchResults(
        1, (WHOLE,), FACETS, INFO, correction=Correction("ferry", applied=False, words=(("fery", "ferry"),))
    ),
    LONG: SearchResults(
        0,
        (ENDLESS,),
        FACETS,
        INFO,
        relaxed=Relaxed(1, 1),
        correction=Correction(LONG, applied=True, words=((LONG, LONG),)),
    ),
    "electric harb": SearchResults(
        45, (WHOLE,), FACETS, INFO, prefix=PrefixQuery("electric harb*", "harb"), stories=40
    ),
    "electrik harb": SearchResults(
        1,
        (WHOLE,),
        FACETS,
        INFO,
        correction=Correction("electric harb", applied=True, words=ELECTRIC),
        prefix=PrefixQuery("electric harb*", "harb"),
    ),
    "yesterday": SearchResults(3, (LACKING,), FACETS, INFO),
    "zeppelin": SearchResults(0, (), FACETS, INFO),
}
"""The results of each query."""


class FakeEngine:
    """An `Engine` that returns `RESULTS_BY_QUERY`, no hits for other queries, and records its requests."""

    def __init__(self) -> None:
        self.asked: list[SearchRequest] = []

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        self.asked.append(request)
        results = RESULTS_BY_QUERY.get(request.q, RESULTS_BY_QUERY["zeppelin"])
        return replace(results, order=request.order, default_order=request.default_order, request=request)

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
    ) -> FacetResults:
        results = self.search(request, count_partial)
        facet = next(facet for facet in results.facets if facet.field == field)
        listed = [each for each in facet.values if containing in each.value and each.value.startswith(prefix)]
        start = (page - 1) * request.facet_size
        return FacetResults(
            replace(facet, values=tuple(listed[start : start + request.facet_size])),
            INFO,
            len(listed),
            results.relaxed,
            results.correction,
            order=results.order,
            default_order=results.default_order,
            prefix=results.prefix,
            total=results.total,
            request=request,
            warnings=results.warnings,
        )

    def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:  # noqa: ARG002
        results = self.search(request)
        return Export(results.index, results.total, iter([hit.article for hit in results.hits][start:]), request)

    def article(self, id: str) -> Article | None:
        number = id.removeprefix("_news/")
        return article(int(number)) if number.isdigit() else None

    def article_with_story(self, id: str, at: str | None = None) -> Hit | None:  # noqa: ARG002
        stored = self.article(id)
        if stored is None:
            return None
        return replace(WHOLE, article=stored, score=None, also=tuple(map(article, range(1, 6))))

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        found = self.article_with_story(id)
        return None if found is None else (replace(found, also=()), *map(Hit, found.also))

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:  # noqa: ARG002
        return SimilarArticles(("ferry", "harbour"), (LACKING,)[:limit]) if self.article(id) else None

    def significant_words(self, request: SearchRequest, limit: int) -> Sequence[SignificantWord]:
        self.asked.append(request)
        return [SignificantWord("harbour", 3, 4, 12.5), SignificantWord("<quay>", 2, 2, 11.0)][:limit]

    def rising(self, interval: Interval, limit: int, at: str | None = None) -> RisingTrends | None:  # noqa: ARG002
        topics, phrases = (RisingValue("Energy", 9, 45, 4.2),), (RisingValue("electric ferry", 0, 45, None),)
        return RisingTrends(interval, date(2026, 10, 1), 60, 50, topics[:limit], phrases[:limit])

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        return [Completion(f"{text}tric ferry", 45, "phrase"), Completion(f"{text}tric ferries", 1, "title")][:limit]

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        end = None if limit is None else offset + limit
        added = tuple(map(article, range(4)))
        until = until or INFO.snapshot
        return Changes(INFO, since, until, since, INFO.built_at, len(added), 0, 0, added[offset:end], (), ())

    def latest_changes(self) -> Iterator[Changes]:
        yield self.changes("20261123T045001Z-0000")

    def rewritten_at(self, ids: Collection[str], snapshot: str) -> Mapping[str, datetime]:  # noqa: ARG002
        return {}

    def info(self, at: str | None = None) -> IndexInfo:  # noqa: ARG002
        return INFO

    def statistics(self) -> Statistics:
        return Statistics(INFO, 1, 2, 1, 0, BUILT_AT, BUILT_AT, CHECKED_AT)

    def close(self) -> None:
        """There is nothing to release."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
