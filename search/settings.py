"""The settings: defaults, allowed values and help texts, also from environment variables."""

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from search.errors import SettingsError
from search.nearest_name import did_you_mean

PREFIX = "ARTICLE_SEARCH_"

STARTED_AT = datetime.now(UTC)
"""When this process, or the one from which it was forked, started: the same in all processes of a server."""

FORWARDED = ("for", "proto")
"""The `X-Forwarded-*` headers that can be trusted.  Host and prefix come from the public URL."""

MAX_STREAMS = 8
"""Exports that a process streams at a time.  Each holds a thread until its client has read it."""

MAX_WAITING = 120
"""Requests that wait in a process for the response before theirs.  Each holds a thread."""

TOO_MANY_CONNECTIONS = "article_search.too_many_connections"
"""The key of a WSGI environment with which the server asks the application to refuse a request."""


MAX_BUILD_HOURS = 6.0
"""Hours after which a running build counts as stuck."""


class Kind(NamedTuple):
    """The type of a setting: its description, its parser and its check."""

    description: str
    read: Callable[[str], Any]  # raises ValueError for invalid text
    allows: Callable[[Any], bool]


def _number(least: float, most: float) -> Kind:
    return Kind(
        f"a number from {least:g} to {most:g}",
        float,
        lambda value: isinstance(value, int | float) and math.isfinite(value) and least <= value <= most,
    )


def _whole(least: int, most: int) -> Kind:
    return Kind(
        f"a whole number from {least:,} to {most:,}",
        int,
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
    )


def _yes_or_no(text: str) -> bool:
    values = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if text.lower() not in values:
        raise ValueError(text)
    return values[text.lower()]


class Rate(NamedTuple):
    """At most so many requests in so many seconds."""

    requests: int
    seconds: int


_PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def _rate(text: str) -> Rate:
    requests, _, period = text.partition("/")
    if period.strip().lower() not in _PERIODS:
        raise ValueError(text)
    return Rate(int(requests), _PERIODS[period.strip().lower()])


def _is_rate(value: object) -> bool:
    return value is None or (isinstance(value, Rate) and 0 < value.requests <= 10**9 and value.seconds > 0)


def _list(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, _list(text)))


def _are_networks(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, IPv4Network | IPv6Network) for each in value)


def _is_colour(value: object) -> bool:
    return value is None or (isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value) is not None)


_PLAIN_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)*", re.ASCII)


def _is_site_address(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, str) or value.endswith("/"):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port != 0
        and not (parts.query or parts.fragment)
        and _PLAIN_PATH.fullmatch(parts.path) is not None
    )


def _are_forwarded_headers(value: object) -> bool:
    return isinstance(value, tuple) and set(value) <= set(FORWARDED)


def _are_hosts(value: object) -> bool:
    host = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
    return isinstance(value, tuple) and all(isinstance(name, str) and host.fullmatch(name) for name in value)


TEXT = Kind("text", str, lambda value: isinstance(value, str) and value.strip() != "")
ANY_TEXT = Kind("text", str, lambda value: isinstance(value, str))
COLOUR = Kind("a colour such as #0b5394", str.lower, _is_colour)
FOLDER = Kind("a folder", Path, lambda value: isinstance(value, Path))
FILE = Kind("a file", Path, lambda value: value is None or isinstance(value, Path))
SWITCH = Kind("yes or no", _yes_or_no, lambda value: isinstance(value, bool))
ADDRESS = Kind("an http(s) address", lambda text: text.rstrip("/"), _is_site_address)
RATE = Kind("requests per second, minute, hour or day, such as 60/minute", _rate, _is_rate)
NETWORKS = Kind("IP addresses or networks such as 10.0.0.0/8, separated by commas", _networks, _are_networks)
HOSTS = Kind("host names, separated by commas", _list, _are_hosts)
HEADERS = Kind(f"some of {', '.join(FORWARDED)}, separated by commas", _list, _are_forwarded_headers)


def setting(kind: Kind, default: Any, help: str) -> Any:
    """A dataclass field with the type and help text of a setting."""
    return field(default=default, metadata={"kind": kind, "help": help})


class _Checked:
    """Checks all values on construction.  Raises one `SettingsError` for all invalid values."""

    __slots__ = ()

    def __post_init__(self) -> None:
        wrong = [
            f"{each.name}: must be {each.metadata['kind'].description}, not {getattr(self, each.name)!r}"
            for each in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
            if "kind" in each.metadata and not each.metadata["kind"].allows(getattr(self, each.name))
        ]
        if wrong:
            raise SettingsError("; ".join(wrong))


WEIGHT = _number(0, 100)
FACTOR = _number(0, 1)


@dataclass(frozen=True, slots=True)
class Ranking(_Checked):
    """Parameters of BM25F (names and defaults as in Whoosh), field weights, the tie breaker of dis-max, and boosts.

    Each boost multiplies the score by a factor from 1 to 1 + the setting.  With all boosts at 0 the score is BM25F."""

    k1: float = setting(_number(0, 10), 1.2, "BM25's k1: how much repeated occurrences of a word add to the score")
    b: float = setting(_number(0, 1), 0.75, "BM25's b: how much long texts are penalized")
    title: float = setting(WEIGHT, 3.0, "weight of a match in the title")
    excerpt: float = setting(WEIGHT, 1.0, "weight of a match in the excerpt")
    topics: float = setting(WEIGHT, 1.5, "weight of a match in the topics")
    provider: float = setting(WEIGHT, 1.5, "weight of a match in the provider's name")

    tie_breaker: float = setting(
        _number(0, 1), 0.3, "share of a word's scores in other fields that is added to its best field's"
    )
    exact: float = setting(FACTOR, 0.2, "maximum boost for words in exactly the form of the query")
    proximity: float = setting(FACTOR, 0.5, "maximum boost for query words close together")
    recency: float = setting(FACTOR, 0.1, "maximum boost for new articles")
    recency_days: float = setting(_number(1, 36_500), 365.0, "days after which the boost for new articles is halved")
    heat: float = setting(FACTOR, 0.05, "maximum boost for popular articles")
    synonym: float = setting(_number(0, 1), 0.8, "weight of a synonym match relative to a match of the word itself")


@dataclass(frozen=True, slots=True)
class Settings(_Checked):
    """The settings of one instance of the service.  Raises `SettingsError` for invalid values."""

    index_dir: Path = setting(FOLDER, Path("index_data"), "folder of the index")
    synonyms: Path | None = setting(FILE, None, "file of synonyms; without it, the shipped file")
    site_name: str = setting(TEXT, "Article search", "name of the site on the page and in feeds")
    accent_colour: str | None = setting(
        COLOUR, None, "colour of buttons and marks, such as #0b5394; darker or lighter if it would be hard to read"
    )
    introduction: str = setting(ANY_TEXT, "", "text on the home page, above the newest articles")
    public_url: str | None = setting(
        ADDRESS, None, "public address of the service; its path starts every link of the page"
    )
    trusted_hosts: tuple[str, ...] = setting(
        HOSTS, (), "accepted `Host` headers (`.example.org` includes subdomains); without it, any"
    )
    trusted_proxies: int = setting(
        _whole(0, 10), 0, "number of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted"
    )
    trusted_headers: tuple[str, ...] = setting(
        HEADERS, FORWARDED, "`X-Forwarded-*` headers that these proxies set; the others are ignored"
    )
    rate_limit: Rate | None = setting(
        RATE, None, "how many requests a client address may send; more get status 429; without it, any number"
    )
    rate_limit_file: Path | None = setting(
        FILE, None, "file in which processes count requests together; `serve` has one in memory for its own"
    )
    max_connections: int = setting(
        _whole(1, 100_000), 1000, "open connections to `serve`; requests on more get status 503"
    )
    max_client_connections: int = setting(
        _whole(1, 100_000), 100, "the same for each client address, unless there are trusted proxies"
    )
    stall_seconds: int = setting(
        _whole(1, 3600), 30, "seconds after which `serve` ends a connection whose client stops to send or read"
    )
    metrics_for: tuple[IPv4Network | IPv6Network, ...] = setting(
        NETWORKS, (), "clients that may read `/metrics`, such as 127.0.0.1; without it, nobody"
    )
    metrics_file: Path | None = setting(
        FILE, None, "file in which processes count requests for `/metrics`; `serve` has one in memory for its own"
    )
    log_requests: bool = setting(SWITCH, False, "log each request")
    show_images: bool = setting(SWITCH, True, "show pictures, which browsers load from the publishers' sites")
    page_cache_seconds: int = setting(_whole(0, 86_400), 60, "how long browsers and proxies may cache a response")
    cache_mb: int = setting(
        _whole(0, 1_000_000), 64, "megabytes in which each process caches results and responses; 0 turns the caches off"
    )
    max_build_hours: float = setting(
        _number(0, 8_760), MAX_BUILD_HOURS, "hours after which a running build counts as stuck: the next then fails"
    )
    ranking: Ranking = field(default_factory=Ranking)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings of the `ARTICLE_SEARCH_…` variables; an empty variable counts as unset.

        Raises `SettingsError` with every invalid value and every unknown variable.
        """
        variables = {name: text for name, text in environ.items() if name.startswith(PREFIX) and text.strip()}
        known = {setting.variable: setting for setting in SETTINGS}
        mistakes = [_unknown(name, known) for name in variables if name not in known]
        values: dict[str, Any] = {}
        for name, setting in known.items():
            if name in variables:
                try:
                    values[setting.name] = setting.read(variables[name].strip())
                except ValueError:
                    mistakes.append(f"{name}: must be {setting.kind.description}, not {variables[name]!r}")
        if mistakes:
            raise SettingsError("\n".join(mistakes))
        ranking = {
            name.removeprefix("ranking_"): values.pop(name) for name in list(values) if name.startswith("ranking_")
        }
        return cls(**values, ranking=Ranking(**ranking))


class Setting(NamedTuple):
    """A setting by its environment variable."""

    name: str
    kind: Kind
    default: Any
    help: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    def read(self, text: str) -> Any:
        """The value of the text.  Raises ValueError if it is invalid."""
        value = self.kind.read(text)
        if not self.kind.allows(value):
            raise ValueError(text)
        return value


def _settings_of(group: type[_Checked], prefix: str = "") -> Iterator[Setting]:
    each: Field[Any]
    for each in fields(group):  # type: ignore[arg-type]
        if each.default is not MISSING:
            yield Setting(prefix + each.name, each.metadata["kind"], each.default, each.metadata["help"])


SETTINGS: tuple[Setting, ...] = (*_settings_of(Settings), *_settings_of(Ranking, "ranking_"))


def _unknown(name: str, known: Mapping[str, Setting]) -> str:
    by_name = {variable.removeprefix(PREFIX): variable for variable in known}  # all are alike with the prefix
    nearest = next((by_name[each] for each in difflib.get_close_matches(name.removeprefix(PREFIX), by_name, n=1)), None)
    return f"{name}: unknown setting{did_you_mean(nearest)}"
