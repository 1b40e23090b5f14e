"""The commands that ask the index: query, facets, suggest, article, stats."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import click
import msgspec

from search.article import Article
from search.cli.api import api_answer
from search.cli.options import (
    api_json_option,
    checked_request,
    color_option,
    option_of,
    search_options,
    search_parameters,
    settings_option,
)
from search.cli.output import NOTHING_FOUND, fail, plain
from search.periods import INTERVALS
from search.schema import SCHEMA
from search.settings import Settings

if TYPE_CHECKING:
    from search.engine import Engine
    from search.request import SearchRequest

Form = Literal["json", "ndjson", "csv"]

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
@click.option("--json", "as_json", is_flag=True, help="Print the JSON API's answer.")
@click.option("--ndjson", "as_ndjson", is_flag=True, help="Print each result as a line of JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print each result as a line of CSV.")
@click.option("--all", "everything", is_flag=True, help="Print all full matches, not a page, with --ndjson or --csv.")
@color_option
@settings_option
def query(
    settings: Settings, *, text: tuple[str, ...], facets: tuple[str, ...], everything: bool, as_json: bool,
    as_ndjson: bool, as_csv: bool, **options: Any,
) -> None:  # fmt: skip
    """Search for TEXT; without TEXT, list all articles that pass the filters.

    Put -- before a TEXT that begins with a minus.

    \b
    Examples:
      article-search query electric trucks --topic Vehicles --from 2024-05
      article-search query --facet provider --timeline month -- -trucks
      article-search query electric --all --csv --fields id,title,url

    Exit status 1: nothing found.  0: something is found, even if it is all on pages before --page.
    """
    from search.cli.result_text import SHOWN_FIELDS, show_results
    from search.engines import open_engine

    form = _form({"json": as_json, "ndjson": as_ndjson, "csv": as_csv})
    parameters = search_parameters(text, {**options, "facets": ",".join(facets)})
    request = checked_request({"per_page": _PER_PAGE, "facets": (), **parameters})
    if everything:
        _refuse_options_of_pages(form, parameters)
    with open_engine(settings.index_dir, settings) as engine:
        if everything:
            export = engine.export(request)
            _warn(export.warnings)
            _print_rows(export.articles, "csv" if form == "csv" else "ndjson", request, parameters)
            found = export.total
        elif form in {"json", "ndjson"}:
            found = _print_answer(api_answer(settings, engine, "/search", parameters), lines=form == "ndjson")
        else:
            results = engine.search(request)
            _warn(results.warnings)
            if form == "csv":
                _print_rows((hit.article for hit in results.hits), "csv", request, parameters)
            else:
                show_results(results, request, request.fields if options["fields"] else SHOWN_FIELDS)
            found = results.listed
    if not found:
        raise SystemExit(NOTHING_FOUND)


def _warn(warnings: Iterable[str]) -> None:
    """Print warnings on standard error, where they mix with no output."""
    for warning in warnings:
        click.echo(plain(warning), err=True)


def _form(chosen: Mapping[Form, bool]) -> Form | None:
    """The form to print in; raises `UsageError` if several are chosen."""
    forms = [form for form, is_chosen in chosen.items() if is_chosen]
    if len(forms) > 1:
        raise click.UsageError(f"--{forms[0]} and --{forms[1]} cannot be used together.")
    return forms[0] if forms else None


def _refuse_options_of_pages(form: str | None, parameters: Mapping[str, Any]) -> None:
    """Raises `UsageError` for options that an export cannot follow."""
    from search.request import WITHOUT_EFFECT_ON_EXPORT

    if form not in {"ndjson", "csv"}:
        raise click.UsageError("--all needs --ndjson or --csv.")
    if wrong := [option_of(name) for name in parameters if name in WITHOUT_EFFECT_ON_EXPORT]:
        raise click.UsageError(f"--all prints all full matches; leave out {', '.join(wrong)}.")


def _print_rows(
    articles: Iterable[Article], form: Literal["csv", "ndjson"], request: "SearchRequest", parameters: Mapping[str, Any]
) -> None:
    """Print the articles as rows with the fields that the user wants; raises `UsageError` if a row cannot have one."""
    from search.rows import ROW_FIELDS, encoded_rows

    if "fields" in parameters and (wrong := [name for name in request.fields if name not in ROW_FIELDS]):
        raise click.UsageError(f"--csv and --all print fields of articles only; leave out {', '.join(wrong)}.")
    output = sys.stdout.buffer
    for line in encoded_rows(articles, form, [name for name in request.fields if name in ROW_FIELDS]):
        output.write(line)
    output.flush()


def _print_answer(answer: bytes, lines: bool) -> int:
    """Print the API's answer, or each of its results as a line; returns how many results all pages have."""
    page = msgspec.json.decode(answer, type=_Page)
    for each in page.results if lines else [msgspec.Raw(answer)]:
        click.echo(bytes(each))
    return page.listed


@click.command(short_help="Count the values of a facet.")
@click.argument("field", type=click.Choice(list(SCHEMA.facets)), metavar=f"[{'|'.join(SCHEMA.facets)}]")
@search_options
@click.option(
    "--prefix", default="", metavar="TEXT", help="Only values that begin with TEXT, or have a word that does."
)
@click.option("--page", type=int, metavar="N", help="Page of values.  [default: 1]")
@click.option("--facet-size", type=int, metavar="N", help="List at most N values.  [default: 20]")
@api_json_option
@color_option
@settings_option
def facets(
    settings: Settings, *, field: str, text: tuple[str, ...], prefix: str, as_json: bool, **options: Any
) -> None:
    """Count the values of a facet in the search for TEXT; without TEXT, in all articles that pass the filters.

    \b
    Examples:
      article-search facets topic electric trucks --facet-size 50
      article-search facets provider --prefix cour

    Exit status 1: no values.  0: there are values, even if they are all on pages before --page.
    """
    from search.cli.result_text import show_facet
    from search.engines import open_engine

    parameters = search_parameters(text, options)
    request = checked_request({"per_page": 0, **parameters})
    with open_engine(settings.index_dir, settings) as engine:
        results = engine.facet(field, request, prefix=prefix, page=request.page)
        if as_json:
            click.echo(api_answer(settings, engine, f"/facets/{field}", {**parameters, "prefix": prefix or None}))
        else:
            _warn(results.warnings)
            show_facet(results.facet, results.listed - request.page * request.facet_size)
    if not results.listed:
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

    typed = checked_request({"q": " ".join(text)}).q
    with open_engine(settings.index_dir, settings) as engine:
        completions = engine.complete(typed, limit)
        if as_json:
            click.echo(api_answer(settings, engine, "/suggest", {"q": typed, "limit": limit}))
        else:
            show_suggestions(completions)
    if not completions:
        raise SystemExit(NOTHING_FOUND)


@click.command(short_help="Show an article by its ID or URL.")
@click.argument("id", metavar="ID|URL")
@api_json_option
@color_option
@settings_option
def article(settings: Settings, *, id: str, as_json: bool) -> None:
    """Show the article with this ID or URL, and the other articles of its story.

    \b
    Examples:
      article-search article _news/2026-08-03-a-robot-gardener
      article-search article https://robotcourier.example/gardener --json

    Exit status 1: there is no such article.
    """
    from search.cli.result_text import show_article
    from search.engines import open_engine

    with open_engine(settings.index_dir, settings) as engine:
        found = _id_of(engine, id) if "://" in id else id
        hit = engine.article_with_story(found) if found else None
        if hit is None:
            fail(
                f"no article has the ID or URL {id!r}. See the IDs with: article-search query --fields id,title",
                NOTHING_FOUND,
            )
        if as_json:
            click.echo(api_answer(settings, engine, f"/articles/{hit.article.id}", {}))
        else:
            show_article(hit)


def _id_of(engine: "Engine", url: str) -> str | None:
    """The id of the newest article with this URL."""
    from search.request import SearchRequest

    hits = engine.search(SearchRequest(url=[url], per_page=1, facets=())).hits
    return hits[0].article.id if hits else None


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
