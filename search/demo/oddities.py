"""Irregularities of real archives, for one synthetic article in a hundred.  No file becomes unreadable.

Each function changes the front matter, key → YAML value, in place.
"""

from collections.abc import Callable

FrontMatter = dict[str, str]
Oddity = Callable[[FrontMatter], None]


def _without(*removed: str) -> Oddity:
    def remove(keys: FrontMatter) -> None:
        for key in removed:
            del keys[key]

    return remove


def _with(key: str, value: str) -> Oddity:
    def replace(keys: FrontMatter) -> None:
        keys[key] = value

    return replace


def _video(keys: FrontMatter) -> None:
    number = keys["originalUrl"].rpartition("-")[2].rstrip('/"')
    keys["originalUrl"] = f' "https://video.example/watch?v={number}"'
    keys["type"] = " video"
    del keys["webUrl"]


def _entities(keys: FrontMatter) -> None:
    keys["excerpt"] = keys["excerpt"].replace(". ", ".&nbsp; ").replace(", ", " &amp; ")


def _quoted_title(keys: FrontMatter) -> None:
    first, _, rest = keys["title"].lstrip(' "').partition(" ")
    keys["title"] = rf' "\"{first}\" {rest}'


ODDITIES: tuple[Oddity, ...] = (
    _without("quality", "heat", "published"),
    _with("heat", " -1"),
    _without("provider"),
    _without("topics"),
    _with("topics", " Robotics"),
    _without("publishedDateTime"),
    _video,
    _with("excerpt", ' "NA"'),
    _entities,
    _quoted_title,
)
