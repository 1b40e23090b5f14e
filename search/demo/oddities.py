"""Irregularities of real archives, for one synthetic article in a hundred.  No file becomes unreadable.

Each function changes the front matter, key → YAML value, in place.
"""

from collections.abc import Callable

FrontMatter = dict[str, str]


def _unrated(keys: FrontMatter) -> None:
    for key in ("quality", "heat", "published"):
        del keys[key]


def _cold(keys: FrontMatter) -> None:
    keys["heat"] = " -1"


def _without_provider(keys: FrontMatter) -> None:
    del keys["provider"]


def _without_topics(keys: FrontMatter) -> None:
    del keys["topics"]


def _topic_as_string(keys: FrontMatter) -> None:
    keys["topics"] = " Robotics"


def _undated(keys: FrontMatter) -> None:
    del keys["publishedDateTime"]


def _video(keys: FrontMatter) -> None:
    number = keys["originalUrl"].rpartition("-")[2].rstrip('/"')
    keys["originalUrl"] = f' "https://video.example/watch?v={number}"'
    keys["type"] = " video"
    del keys["webUrl"]


def _placeholder(keys: FrontMatter) -> None:
    keys["excerpt"] = ' "NA"'


def _entities(keys: FrontMatter) -> None:
    keys["excerpt"] = keys["excerpt"].replace(". ", ".&nbsp; ").replace(", ", " &amp; ")


def _quoted_title(keys: FrontMatter) -> None:
    first, _, rest = keys["title"].lstrip(' "').partition(" ")
    keys["title"] = rf' "\"{first}\" {rest}'


ODDITIES: tuple[Callable[[FrontMatter], None], ...] = (
    _unrated,
    _cold,
    _without_provider,
    _without_topics,
    _topic_as_string,
    _undated,
    _video,
    _placeholder,
    _entities,
    _quoted_title,
)
