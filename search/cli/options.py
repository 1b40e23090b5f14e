"""The options that several commands share."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from search.errors import RequestInvalid
from search.schema import SCHEMA
from search.settings import ENGINES, PREFIX, Settings

if TYPE_CHECKING:
    from search.request import SearchRequest

Command = Callable[..., None]

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def _remember(context: click.Context, option: click.Parameter, text: str | None) -> None:
    """Keeps the value of a setting for `_settings`, which is called after this."""
    if text:
        context.meta[f"{PREFIX}{option.human_readable_name.upper()}"] = text


def _settings(context: click.Context, _option: click.Parameter, index_dir: Path | None) -> Settings:
    given = {name: text for name, text in context.meta.items() if name.startswith(PREFIX)}
    settings = Settings.from_environment({**os.environ, **given})
    return replace(settings, index_dir=index_dir) if index_dir else settings


def _set_color(context: click.Context, _option: click.Parameter, wanted: bool | None) -> None:
    """Without the option, click uses colours on a terminal, unless the environment forbids them."""
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    context.color = False if wanted is None and plain else wanted


def settings_option(command: Command) -> Command:
    """Adds the options of settings: --index-dir, --engine, --opensearch-url.  The command gets `settings`."""
    for option in (
        click.option(
            "--opensearch-url", metavar="URL", expose_value=False, is_eager=True, callback=_remember,
            help="Nodes of the OpenSearch cluster, separated by commas.",
        ),
        click.option(
            "--engine", type=click.Choice(ENGINES), expose_value=False, is_eager=True, callback=_remember,
            help="Where the index is: on this machine or in a cluster.  [default: embedded]",
        ),
        click.option(
            "--index-dir", "settings", callback=_settings, type=click.Path(path_type=Path, file_okay=False),
            help="Folder of the index.  [default: index_data]",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

api_json_option = click.option("--json", "as_json", is_flag=True, help="Print the JSON API's answer.")

color_option = click.option(
    "--color/--no-color",
    default=None,
    expose_value=False,
    callback=_set_color,
    help="Use colours, or none.  [default: on a terminal, unless NO_COLOR is set or TERM is dumb]",
)


def filter_options(command: Command) -> Command:
    """Adds the options of every facet: --topic, --not-topic, --topic-op …"""
    for facet in reversed(SCHEMA.facets.values()):
        name, values = facet.name, facet.plural.lower()
        if facet.multiple:
            command = click.option(
                f"--{name}-op", type=click.Choice(["any", "all"]), help=f"all: require every --{name} given."
            )(command)
        command = click.option(f"--not-{name}", multiple=True, help=f"Exclude these {values}.")(command)
        command = click.option(f"--{name}", multiple=True, help=f"Only articles with any of these {values}.")(command)
    return command


def lookup_options(command: Command) -> Command:
    """Adds the options that name single articles: --id, --url."""
    for name in reversed(SCHEMA.lookups):
        command = click.option(
            f"--{name}", multiple=True, help=f"Only the articles with any of these {name.upper()}s."
        )(command)
    return command


def search_options(command: Command) -> Command:
    """Adds TEXT and the options that decide which articles a search finds."""
    for decorator in (
        click.option("--at", metavar="NAME", help="Search this snapshot instead of the current one."),
        click.option(
            "--typo/--no-typo", help="If no article has every word, complete the last word or correct the spelling."
        ),
        click.option("--match", type=click.Choice(["most", "all"]), help="most: add partial matches.  [default: all]"),
        click.option("--to", metavar="DATE", help="Published on or before this date."),
        click.option("--from", "from_", metavar="DATE", help="Published on or after this date."),
        lookup_options,
        filter_options,
        click.argument("text", nargs=-1),
    ):
        command = decorator(command)
    return command


def search_parameters(text: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a search by the names that the API gives them, without those that were not given."""
    named = {"from" if name == "from_" else name: value for name, value in options.items()}
    named["q"] = " ".join(text)
    return {name: value for name, value in named.items() if value is not False and value not in (None, (), "")}


def checked_request(parameters: dict[str, Any], options: Mapping[str, str] = _NONE) -> "SearchRequest":
    """The search with these parameters.  Raises `UsageError` with every mistake, by the names of the options.

    `options`: the options of parameters that the command names otherwise."""
    from search.request import SearchRequest

    try:
        return SearchRequest.checked(parameters)
    except RequestInvalid as invalid:
        raise click.UsageError(named_by_options(invalid, options)) from invalid


def named_by_options(invalid: RequestInvalid, options: Mapping[str, str] = _NONE) -> str:
    """Every mistake on a line, by the name of its option; `options` has those that are named otherwise."""
    found = ((options.get(mistake.parameter) or option_of(mistake.parameter), mistake) for mistake in invalid.mistakes)
    return "\n".join(f"{option}: {mistake.detail}" for option, mistake in found)


def option_of(parameter: str) -> str:
    """The option or argument for a parameter of the API."""
    return {"q": "TEXT", "facets": "--facet"}.get(parameter, f"--{parameter.replace('_', '-')}")
