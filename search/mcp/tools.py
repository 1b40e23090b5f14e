"""The tools.  Language models read the docstrings and the descriptions of the parameters."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from search.descriptions import query_in_force
from search.engine import Engine
from search.errors import ArticleSearchError, EngineUnavailable, RequestInvalid, SnapshotGone
from search.mcp.answers import (
    ArticleAnswer,
    Found,
    Index,
    Period,
    SearchAnswer,
    Source,
    TimelineAnswer,
    Value,
    ValuesAnswer,
    fitting,
    size,
)
from search.mcp.cursor import MAX_START, Cursor
from search.mcp.parameters import (
    Containing,
    Continue,
    From,
    Limit,
    MaxCharacters,
    MostValues,
    Providers,
    Query,
    To,
    Topics,
)
from search.periods import INTERVALS
from search.quantities import quantity
from search.request import SearchRequest
from search.results import Bucket, Correction, Hit, TimelineBucket
from search.schema import Sort

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_NAMES: Final = {
    "q": "query",
    "topic": "topics",
    "provider": "providers",
    "from": "published_from",
    "to": "published_to",
}
"""The names that the parameters of a search have here."""


def _tool_errors(
    tool: Callable[Concatenate["Tools", Parameters], Result],
) -> Callable[Concatenate["Tools", Parameters], Result]:
    """The tool with our errors as errors that the model reads."""

    @wraps(tool)
    def with_errors(tools: "Tools", /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return tool(tools, *args, **kwargs)
        except RequestInvalid as invalid:
            named = (f"{_NAMES.get(each.parameter, each.parameter)}: {each.detail}" for each in invalid.mistakes)
            raise ToolError("; ".join(named)) from invalid
        except EngineUnavailable as error:
            raise ToolError(str(error) if tools.local else error.public_message) from error
        except ArticleSearchError as error:
            raise ToolError(str(error)) from error

    return with_errors


class Tools:
    """The tools on one engine.

    `local`: they are for a user of this machine, so that errors may name its folders and commands."""

    def __init__(self, engine: Engine, local: bool) -> None:
        self._engine = engine
        self.local = local

    def by_title(self) -> dict[str, Callable[..., Any]]:
        """Every tool, by a title for people."""
        return {
            "Search articles": self.search_articles,
            "Get an article": self.get_article,
            "List topics": self.list_topics,
            "List providers": self.list_providers,
            "Count articles over time": self.count_over_time,
        }

    @_tool_errors
    def search_articles(  # noqa: PLR0913, PLR0917  # one for each parameter of the tool
        self,
        query: Query = "",
        topics: Topics = (),
        providers: Providers = (),
        published_from: From = None,
        published_to: To = None,
        sort: Annotated[
            Sort | None, Field(description="Default: relevance with a query, else newest. heat: most popular first.")
        ] = None,
        match: Annotated[
            Literal["all", "most"],
            Field(description="most: if few articles have every word, also the best ones that lack some (`missing`)."),
        ] = "all",
        cursor: Continue = "",
        limit: Limit = 10,
        max_characters: MaxCharacters = 10_000,
    ) -> SearchAnswer:
        """Search the archive's news articles: titles, excerpts, topics and publishers.

        Returns one article of each story, with its source: id, URL, publisher and date.  If no article has every word,
        a misspelled query is corrected."""
        request = SearchRequest.checked(
            _filters(query, topics, providers, published_from, published_to)
            | {"sort": sort, "match": match, "collapse": "story", "facets": (), "per_page": limit}
        )
        snapshot, start = Cursor.read(cursor) if cursor.strip() else Cursor(self._engine.info().snapshot, 0)
        request = request.model_copy(update={"at": snapshot})  # also the first: the order of the current index changes
        try:
            results = self._engine.search(request.model_copy(update={"page": start // limit + 1}))
            hits = results.hits[start % limit :]
            if start % limit:  # the rest is on the following page
                following = self._engine.search(request.model_copy(update={"page": start // limit + 2}))
                hits += following.hits[: start % limit]
        except SnapshotGone as gone:
            raise ToolError("The index of this cursor is not kept any more. Search again without a cursor.") from gone

        def answer(shown: Sequence[Hit]) -> SearchAnswer:
            next = Cursor(snapshot, end := start + len(shown))
            return SearchAnswer(
                total=results.total,
                stories=results.listed,
                articles=[Found.in_hit(hit) for hit in shown],
                next_cursor=str(next) if end < min(results.listed, MAX_START) else None,
                note=_range(start, next, results.listed),
                searched_for=query_in_force(request.q, results),
                warnings=[*results.warnings, *_offers(results.correction)],
                index=Index.of(results.index),
            )

        return fitting(answer, hits, max_characters, least=1)

    @_tool_errors
    def get_article(
        self,
        id: Annotated[str, Field(description="The id of a result of search_articles.")],
        max_characters: MaxCharacters = 10_000,
    ) -> ArticleAnswer:
        """Get all that the archive knows of an article: excerpt, topics, source, other coverage of the same story.

        The archive has excerpts, not full texts.  The full text is at the article's URL."""
        hit = self._engine.article_with_story(id)
        if hit is None:
            raise ToolError(f"No article has the id {id!r}. Use the id of a result of search_articles.")
        article = hit.article
        sources = [(Source.of(each, each.id), True) for each in hit.also]
        sources += [(Source.of(each, known), False) for each, known in hit.coverage]

        def answer(shown: Sequence[tuple[Source, bool]], excerpt: str = article.excerpt) -> ArticleAnswer:
            left_out = [quantity(len(sources) - len(shown), "other article")] if len(shown) < len(sources) else []
            if excerpt != article.excerpt:
                left_out.append("the end of the excerpt")
            return ArticleAnswer(
                **Source.of(article, article.id).model_dump(),
                excerpt=excerpt,
                topics=list(article.topics),
                provider_domain=article.provider.domain if article.provider else None,
                type=article.type,
                category=article.category,
                heat=article.heat,
                quality=article.quality,
                same_story=[source for source, same in shown if same],
                related=[source for source, same in shown if not same],
                note=f"Left out: {' and '.join(left_out)}. Raise max_characters." if left_out else "Complete.",
            )

        whole = fitting(answer, sources, max_characters)
        if size(whole) <= max_characters:
            return whole
        return fitting(lambda letters: answer((), f"{''.join(letters)}…"), article.excerpt, max_characters)

    @_tool_errors
    def list_topics(
        self,
        query: Query = "",
        containing: Containing = "",
        limit: MostValues = 100,
        max_characters: MaxCharacters = 10_000,
    ) -> ValuesAnswer:
        """List the topics of the archive, or of the articles that a query finds, with their numbers of articles."""
        return self._values("topic", query, containing, limit, max_characters)

    @_tool_errors
    def list_providers(
        self,
        query: Query = "",
        containing: Containing = "",
        limit: MostValues = 100,
        max_characters: MaxCharacters = 10_000,
    ) -> ValuesAnswer:
        """List the publishers of the archive, or of the articles that a query finds, with their numbers of articles."""
        return self._values("provider", query, containing, limit, max_characters)

    @_tool_errors
    def count_over_time(
        self,
        query: Query = "",
        topics: Topics = (),
        providers: Providers = (),
        published_from: From = None,
        published_to: To = None,
        interval: Annotated[
            Literal["auto", "day", "week", "month", "year"],
            Field(description="auto: what fits the dates. A coarser one is used if the answer would be too long."),
        ] = "auto",
        max_characters: MaxCharacters = 10_000,
    ) -> TimelineAnswer:
        """Count the articles of a search by day, week, month or year of publication."""
        parameters = _filters(query, topics, providers, published_from, published_to)
        request = SearchRequest.checked(parameters | {"per_page": 0, "facets": (), "timeline": interval})
        answer, left_out = self._timeline(request, max_characters)
        for coarser in INTERVALS[INTERVALS.index(answer.interval) + 1 :]:
            if left_out:
                answer, left_out = self._timeline(request.model_copy(update={"timeline": coarser}), max_characters)
        return answer

    def _timeline(self, request: SearchRequest, max_characters: int) -> tuple[TimelineAnswer, int]:
        """The answer to a request with a timeline, and how many of the first periods it leaves out."""
        results = self._engine.search(request)
        timeline = results.timeline
        assert timeline is not None  # noqa: S101  # requested

        def answer(newest_first: Sequence[TimelineBucket]) -> TimelineAnswer:
            left_out = len(timeline.buckets) - len(newest_first)
            return TimelineAnswer(
                total=results.total,
                undated=timeline.undated,
                interval=timeline.interval,
                periods=[Period.counted(bucket) for bucket in reversed(newest_first)],
                note=f"{quantity(left_out, 'earlier period')} left out. Set published_to." if left_out else "Complete.",
                searched_for=query_in_force(request.q, results),
                warnings=[*results.warnings, *_offers(results.correction)],
                index=Index.of(results.index),
            )

        found = fitting(answer, timeline.buckets[::-1], max_characters)
        return found, len(timeline.buckets) - len(found.periods)

    def _values(self, field: str, query: str, containing: str, limit: int, max_characters: int) -> ValuesAnswer:
        request = SearchRequest.checked({"q": query, "typo": True, "facet_size": limit})
        results = self._engine.facet(field, request, containing)

        def answer(shown: Sequence[Bucket]) -> ValuesAnswer:
            left_out = results.facet.total_values - len(shown)
            more = f"{left_out:,} more: narrow with `containing` or `query`, or raise `limit` and `max_characters`."
            return ValuesAnswer(
                total_values=results.facet.total_values,
                values=[Value.of(bucket) for bucket in shown],
                note=more if left_out else "Complete.",
                searched_for=query_in_force(request.q, results),
                warnings=[*results.warnings, *_offers(results.correction)],
                index=Index.of(results.index),
            )

        return fitting(answer, results.facet.values, max_characters)


def _filters(
    query: str, topics: Sequence[str], providers: Sequence[str], published_from: str | None, published_to: str | None
) -> dict[str, Any]:
    """These parameters by the names of a search, and the spelling corrected."""
    named = {"q": query, "topic": topics, "provider": providers, "from": published_from, "to": published_to}
    return {name: value for name, value in named.items() if value is not None} | {"typo": True}


def _offers(correction: Correction | None) -> list[str]:
    return [f"Did you mean {correction.q}?"] if correction and not correction.applied else []


def _range(start: int, next: Cursor, listed: int) -> str:
    """Which of the results an answer has, and how to get others."""
    if not listed:
        return "Nothing found. Use fewer words or filters, or match=most."
    if start >= listed:
        return f"There are only {listed:,} results."
    shown = f"Results {start + 1:,} to {next.start:,} of {listed:,}."
    if next.start >= listed:
        return shown
    return (
        f"{shown} For more, use cursor={next}." if next.start < MAX_START else f"{shown} Narrow the search for others."
    )
