"""Every setting, with its default and what it is for.  Passed in by whoever starts the program; nothing below reads the
environment."""

import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from search.errors import SettingsError

PREFIX = "ARTICLE_SEARCH_"


class Kind(NamedTuple):
    """What values a setting takes: in words, how to read one from text, and which are allowed."""

    words: str
    read: Callable[[str], Any]  # raises ValueError where the text is none
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
    words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


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
        parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and not (parts.query or parts.fragment)
    )


def _is_file(value: object) -> bool:
    return value is None or isinstance(value, Path)


def _are_hosts(value: object) -> bool:
    host = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
    return isinstance(value, tuple) and all(isinstance(name, str) and host.fullmatch(name) for name in value)


TEXT = Kind("text", str, lambda value: isinstance(value, str) and value.strip() != "")
FOLDER = Kind("a folder", Path, lambda value: isinstance(value, Path))
FILE = Kind("a file", Path, _is_file)
SWITCH = Kind("yes or no", _yes_or_no, lambda value: isinstance(value, bool))
ADDRESS = Kind("an http(s) address", lambda text: text.rstrip("/"), _is_site_address)
HOSTS = Kind(
    "host names, separated by commas", lambda text: tuple(name.strip() for name in text.split(",")), _are_hosts
)


def setting(kind: Kind, default: Any, help: str) -> Any:
    """A dataclass field that is a setting."""
    return field(default=default, metadata={"kind": kind, "help": help})


class _Checked:
    """Refuses values that cannot be used, all of them at once, however the settings were made."""

    __slots__ = ()

    def __post_init__(self) -> None:
        wrong = [
            f"{each.name}: must be {each.metadata['kind'].words}, not {getattr(self, each.name)!r}"
            for each in fields(self)  # type: ignore[arg-type]  # every heir is a dataclass
            if "kind" in each.metadata and not each.metadata["kind"].allows(getattr(self, each.name))
        ]
        if wrong:
            raise SettingsError("; ".join(wrong))


WEIGHT = _number(0, 100)
FACTOR = _number(0, 1)


@dataclass(frozen=True, slots=True)
class Ranking(_Checked):
    """BM25F's free parameters (Whoosh's names and defaults), the weight of a match in each field, and what else raises
    an article, each by a factor from 1 to 1 + the setting; with those at 0 the score is BM25F alone."""

    k1: float = setting(_number(0, 10), 1.2, "how slowly further occurrences of a word stop counting (BM25's K1)")
    b: float = setting(_number(0, 1), 0.75, "how much long texts are held back (BM25's B)")
    title: float = setting(WEIGHT, 3.0, "weight of a match in the title")
    excerpt: float = setting(WEIGHT, 1.0, "weight of a match in the excerpt")
    topics: float = setting(WEIGHT, 1.5, "weight of a match in the topics")
    provider: float = setting(WEIGHT, 1.5, "weight of a match in the provider's name")

    exact: float = setting(FACTOR, 0.2, "how much higher an article comes whose words are as typed, not in other forms")
    proximity: float = setting(FACTOR, 0.5, "how much higher an article comes in which the words stand side by side")
    recency: float = setting(FACTOR, 0.1, "how much higher the newest article comes than the oldest")
    recency_days: float = setting(_number(1, 36_500), 365.0, "after how many days that is only half as much")
    heat: float = setting(FACTOR, 0.05, "how much higher the most popular article comes")
    synonym: float = setting(_number(0, 1), 0.8, "what a match of a synonym is worth beside one of the word itself")

    @property
    def boosts(self) -> tuple[float, float, float, float]:
        """The fields' weights in the order of `search.analysis.FIELDS`."""
        return self.title, self.excerpt, self.topics, self.provider


@dataclass(frozen=True, slots=True)
class Settings(_Checked):
    """How an instance of the service is set up.  Raises `SettingsError` for values that cannot be used."""

    index_dir: Path = setting(FOLDER, Path("index_data"), "where the index is kept")
    synonyms: Path | None = setting(
        FILE, None, "which words mean the same, as the README tells under Synonyms; none: the file that comes along"
    )
    site_name: str = setting(TEXT, "Article search", "what the page and the feeds call themselves")
    public_url: str | None = setting(
        ADDRESS, None, "where readers reach the service; absolute links in feeds and the API start with it"
    )
    trusted_hosts: tuple[str, ...] = setting(
        HOSTS, (), "the only Host headers answered (`.example.org` covers subdomains); none: any"
    )
    trusted_proxies: int = setting(
        _whole(0, 10), 0, "how many proxies stand in front, whose `X-Forwarded-*` headers are believed"
    )
    show_images: bool = setting(SWITCH, True, "show the articles' pictures, which come from their publishers' sites")
    page_cache_seconds: int = setting(_whole(0, 86_400), 60, "how long browsers and proxies may keep an answer")
    cached_results: int = setting(_whole(0, 1_000_000), 1000, "how many answers each process keeps; 0 keeps none")
    ranking: Ranking = field(default_factory=Ranking)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """What the `ARTICLE_SEARCH_…` variables say, defaults elsewhere; an empty variable counts as unset.

        Raises `SettingsError` with every bad value and every variable that no setting has.
        """
        given = {name: text for name, text in environ.items() if name.startswith(PREFIX) and text.strip()}
        known = {row.variable: row for row in SETTINGS}
        mistakes = [_unknown(name, known) for name in given if name not in known]
        values: dict[str, Any] = {}
        for name, row in known.items():
            if name in given:
                try:
                    values[row.name] = row.read(given[name].strip())
                except ValueError:
                    mistakes.append(f"{name}: must be {row.kind.words}, not {given[name]!r}")
        if mistakes:
            raise SettingsError("\n".join(mistakes))
        ranking = {
            name.removeprefix("ranking_"): values.pop(name) for name in list(values) if name.startswith("ranking_")
        }
        return cls(**values, ranking=Ranking(**ranking))


class Setting(NamedTuple):
    """One row of the table of settings."""

    name: str
    kind: Kind
    default: Any
    help: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    def read(self, text: str) -> Any:
        """The value that the text stands for; raises ValueError where it stands for none."""
        value = self.kind.read(text)
        if not self.kind.allows(value):
            raise ValueError(text)
        return value


def _table(of: type[_Checked], prefix: str = "") -> Iterator[Setting]:
    each: Field[Any]
    for each in fields(of):  # type: ignore[arg-type]
        if each.default is not MISSING:
            yield Setting(prefix + each.name, each.metadata["kind"], each.default, each.metadata["help"])


SETTINGS: tuple[Setting, ...] = (*_table(Settings), *_table(Ranking, "ranking_"))


def _unknown(name: str, known: Mapping[str, Setting]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"{name}: there is no such setting" + (f"; is {close[0]} meant?" if close else "")
