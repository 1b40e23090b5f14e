"""The commands that ask the index: query, facets, suggest, article, stats."""

from typing import Any, Final

import click
import msgspec

from search.cli.api import api_answer
from search.cli.options import api_json_option, color_option, search_options, search_parameters, settings_option
from search.cli.output import NOTHING_FOUND, fail, plain
from search.periods import INTERVALS
from search.schema import SCHEMA
from search.settings import Settings

MOST_SUGGESTIONS: Final = 50

_PER_PAGE: Final = 10
"""A page of text; in JSON the API's default is in force."""


class _Page(msgspec.Struct):
    """What `query` reads of the API's answer to a search."""

    results: list[msgspec.Raw]
    listed: int


@click.command(short_help="Search for TEXT.")
@search_options
@click.option(
    "--sort", type=click.Choice(["relevance", *SCHEMA.sorts]), help="[default: relevance; newest without TEXT]"
)
@click.option("--collapse", type=click.Choice(["none", "story"]), help="story: show each story once.  [default: none]")
@click.option("--explain", is_flag=True, help="Explain the rank of each result.")
@click.option("--page", type=int, help="[default: 1]")
@click.option("--per-page", type=int, help="[default: 10; in JSON 20]")
@click.option("--fields", metavar="NAMES", help="Members of each result, separated by commas, such as title,url.")
@click.option("--facet", "facets", multiple=True, metavar="NAME", help="Count the values of this facet.")
@click.option("--facet-size", type=int, metavar="N", help="List at most N values of a facet.  [default: 20]")
@click.option("--timeline", type=click.Choice(["auto", *INTERVALS]), help="Count the articles of each period.")
@api_json_option
@click.option("--ndjson", is_flag=True, help="Print each result as a line of JSON.")
@color_option
@settings_option
def query(
    settings: Settings, *, text: tuple[str, ...], facets: tuple[str, ...], as_json: bool, ndjson: bool, **options: Any
) -> None:
    """Search for TEXT; without TEXT, list all articles that pass the filters.

    Put -- before a TEXT that begins with a minus.

    \b
    Examples:
      article-search query electric trucks --topic Vehicles --from 2024-05
      article-search query --facet provider --timeline month -- -trucks
      article-search query electric --json

    Exit status 1: nothing found.
    """
    from search.cli.result_text import SHOWN_FIELDS, show_results
    from search.engines import open_engine
    from search.request import SearchRequest

    parameters = search_parameters(text, {**options, "facets": ",".join(facets)})
    request = SearchRequest.checked({"per_page": _PER_PAGE, "facets": (), **parameters})
    with open_engine(settings.index_dir, settings) as engine:
        if as_json or ndjson:
            answer = api_answer(settings, engine, "/search", parameters)
            page = msgspec.json.decode(answer, type=_Page)
            for line in page.results if ndjson else [msgspec.Raw(answer)]:
                click.echo(bytes(line))
            listed = page.listed
        else:
            results = engine.search(request)
            for warning in results.warnings:
                click.echo(plain(warning), err=True)
            show_results(results, request, request.fields if options["fields"] else SHOWN_FIELDS)
            listed = results.listed
    if not listed:
        raise SystemExit(NOTHING_FOUND)


@click.command(short_help="Count the values of a facet.")
@click.argument("field", type=click.Choice(list(SCHEMA.facets)), metavar=f"[{'|'.join(SCHEMA.facets)}]")
@search_options
@click.option("--facet-size", type=int, metavar="N", help="List at most N values.  [default: 20]")
@api_json_option
@color_option
@settings_option
def facets(settings: Settings, *, field: str, text: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Count the values of a facet in the search for TEXT; without TEXT, in all articles that pass the filters.

    \b
    Example:
      article-search facets topic electric trucks --facet-size 50

    Exit status 1: no values.
    """
    from search.cli.result_text import show_facet
    from search.engines import open_engine
    from search.request import SearchRequest

    parameters = search_parameters(text, options)
    request = SearchRequest.checked(parameters)
    with open_engine(settings.index_dir, settings) as engine:
        facet = engine.facet(field, request).facet
        if as_json:
            click.echo(api_answer(settings, engine, f"/facets/{field}", parameters))
        else:
            show_facet(facet)
    if not facet.values:
        raise SystemExit(NOTHING_FOUND)


@click.command(short_help="Complete a text, as the search box does.")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, MOST_SUGGESTIONS), default=10, show_default=True, metavar="N", help="At most."
)
@api_json_option
@color_option
@settings_option
def suggest(settings: Settings, *, text: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Complete the last word of TEXT, as the search box does.

    \b
    Example:
      article-search suggest electric tru

    Exit status 1: no completions.
    """
    from search.cli.result_text import show_suggestions
    from search.engines import open_engine
    from search.request import SearchRequest

    typed = SearchRequest.checked({"q": " ".join(text)}).q
    with open_engine(settings.index_dir, settings) as engine:
        completions = engine.complete(typed, limit)
        if as_json:
            click.echo(api_answer(settings, engine, "/suggest", {"q": typed, "limit": limit}))
        else:
            show_suggestions(completions)
    if not completions:
        raise SystemExit(NOTHING_FOUND)


@click.command(short_help="Show an article by its ID or URL.")
@click.argument("id")
@api_json_option
@color_option
@settings_option
def article(settings: Settings, *, id: str, as_json: bool) -> None:
    """Show the article with this ID, and the other articles of its story.

    \b
    Example:
      article-search article _news/2026-08-03-a-robot-gardener

    Exit status 1: there is no such article.
    """
    from search.cli.result_text import show_article
    from search.engines import open_engine

    with open_engine(settings.index_dir, settings) as engine:
        hit = engine.article_with_story(id)
        if hit is None:
            fail(
                f"no article has the ID {id!r}. See the IDs with: article-search query --fields id,title", NOTHING_FOUND
            )
        if as_json:
            click.echo(api_answer(settings, engine, f"/articles/{id}", {}))
        else:
            show_article(hit)


@click.command(short_help="Show figures about the index.")
@api_json_option
@settings_option
def stats(settings: Settings, *, as_json: bool) -> None:
    """Show how many articles, topics and providers the index has, and the dates of its articles.

    \b
    Example:
      article-search stats
    """
    from search.cli.result_text import show_statistics
    from search.engines import open_engine

    with open_engine(settings.index_dir, settings) as engine:
        if as_json:
            click.echo(api_answer(settings, engine, "/stats", {}))
        else:
            show_statistics(engine.statistics())


COMMANDS: Final = (query, facets, suggest, article, stats)
