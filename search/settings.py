"""The settings: defaults, allowed values and help texts, also from environment variables."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, NamedTuple, Self

from search.errors import SettingsError
from search.nearest_name import did_you_mean
from search.setting_kinds import (
    ADDRESS,
    ANY_TEXT,
    COLOUR,
    FILE,
    FOLDER,
    FORWARDED,
    HEADERS,
    HOSTS,
    INDEX_NAME,
    NETWORKS,
    NODES,
    OPTIONAL_TEXT,
    RATE,
    SECRET,
    SWITCH,
    TEXT,
    Kind,
    Rate,
    number,
    one_of,
    whole,
)

PREFIX = "ARTICLE_SEARCH_"

ENGINES = ("embedded", "opensearch")

STARTED_AT = datetime.now(UTC)
"""When this process, or the one from which it was forked, started: the same in all processes of a server."""

MAX_STREAMS = 8
"""Exports that a process streams at a time.  Each holds a thread until its client has read it."""

MAX_WAITING = 120
"""Requests that wait in a process for the response before theirs.  Each holds a thread."""

TOO_MANY_CONNECTIONS = "article_search.too_many_connections"
"""The key of a WSGI environment with which the server asks the application to refuse a request."""


MAX_BUILD_HOURS = 6.0
"""Hours after which a running build counts as stuck."""


def setting(kind: Kind, default: Any, help: str) -> Any:
    """A dataclass field with the type and help text of a setting."""
    return field(default=default, repr=not kind.secret, metadata={"kind": kind, "help": help})


class _Checked:
    """Checks all values on construction.  Raises one `SettingsError` for all invalid values."""

    __slots__ = ()

    def __post_init__(self) -> None:
        wrong = [
            f"{each.name}: {each.metadata['kind'].refusal(getattr(self, each.name))}"
            for each in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
            if "kind" in each.metadata and not each.metadata["kind"].allows(getattr(self, each.name))
        ]
        if wrong:
            raise SettingsError("; ".join(wrong))


WEIGHT = number(0, 100)
FACTOR = number(0, 1)


@dataclass(frozen=True, slots=True)
class Ranking(_Checked):
    """Parameters of BM25F (names and defaults as in Whoosh), field weights, the tie breaker of dis-max, and boosts.

    Each boost multiplies the score by a factor from 1 to 1 + the setting.  With all boosts at 0 the score is BM25F."""

    k1: float = setting(number(0, 10), 1.2, "BM25's k1: how much repeated occurrences of a word add to the score")
    b: float = setting(number(0, 1), 0.75, "BM25's b: how much long texts are penalized")
    title: float = setting(WEIGHT, 3.0, "weight of a match in the title")
    excerpt: float = setting(WEIGHT, 1.0, "weight of a match in the excerpt")
    topics: float = setting(WEIGHT, 1.5, "weight of a match in the topics")
    provider: float = setting(WEIGHT, 1.5, "weight of a match in the provider's name")

    tie_breaker: float = setting(
        number(0, 1), 0.3, "share of a word's scores in other fields that is added to its best field's"
    )
    exact: float = setting(FACTOR, 0.2, "maximum boost for words in exactly the form of the query")
    proximity: float = setting(FACTOR, 0.5, "maximum boost for query words close together")
    recency: float = setting(FACTOR, 0.1, "maximum boost for new articles")
    recency_days: float = setting(number(1, 36_500), 365.0, "days after which the boost for new articles is halved")
    heat: float = setting(FACTOR, 0.05, "maximum boost for popular articles")
    synonym: float = setting(number(0, 1), 0.8, "weight of a synonym match relative to a match of the word itself")


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
        whole(0, 10), 0, "number of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted"
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
        whole(1, 100_000), 1000, "open connections to `serve`; requests on more get status 503"
    )
    max_client_connections: int = setting(
        whole(1, 100_000), 100, "the same for each client address, unless there are trusted proxies"
    )
    stall_seconds: int = setting(
        whole(1, 3600), 30, "seconds after which `serve` ends a connection whose client stops to send or read"
    )
    metrics_for: tuple[IPv4Network | IPv6Network, ...] = setting(
        NETWORKS, (), "clients that may read `/metrics`, such as 127.0.0.1; without it, nobody"
    )
    metrics_file: Path | None = setting(
        FILE, None, "file in which processes count requests for `/metrics`; `serve` has one in memory for its own"
    )
    log_requests: bool = setting(SWITCH, False, "log each request")
    show_images: bool = setting(SWITCH, True, "show pictures, which browsers load from the publishers' sites")
    page_cache_seconds: int = setting(whole(0, 86_400), 60, "how long browsers and proxies may cache a response")
    cache_mb: int = setting(
        whole(0, 1_000_000), 64, "megabytes in which each process caches results and responses; 0 turns the caches off"
    )
    max_build_hours: float = setting(
        number(0, 8_760), MAX_BUILD_HOURS, "hours after which a running build counts as stuck: the next then fails"
    )
    engine: str = setting(
        one_of(*ENGINES), "embedded", "what stores and searches the index: this machine, or a cluster"
    )
    opensearch_url: tuple[str, ...] = setting(NODES, (), "nodes of the OpenSearch cluster")
    opensearch_user: str | None = setting(OPTIONAL_TEXT, None, "user of the cluster")
    opensearch_password: str | None = setting(SECRET, None, "password of that user")
    opensearch_api_key: str | None = setting(SECRET, None, "API key for the cluster, in place of a user")
    opensearch_ca: Path | None = setting(FILE, None, "certificates of the authorities that sign those of the nodes")
    opensearch_index: str = setting(INDEX_NAME, "article-search", "how the names of our indexes in the cluster begin")
    opensearch_shards: int = setting(whole(1, 1000), 1, "shards of each index; another number takes a new index")
    opensearch_replicas: int = setting(whole(0, 5), 1, "copies of each shard on other nodes")
    ranking: Ranking = field(default_factory=Ranking)

    def __post_init__(self) -> None:
        _Checked.__post_init__(self)  # a class with slots has no `super()`
        if self.engine == "opensearch" and not self.opensearch_url:
            raise SettingsError(
                f"The engine opensearch needs the nodes of a cluster. Set {PREFIX}OPENSEARCH_URL, such as "
                "https://search.example.org:9200"
            )

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
                    mistakes.append(f"{name}: {setting.kind.refusal(variables[name])}")
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
