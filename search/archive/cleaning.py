"""Converts scalars of front matter to values: clean text, names, links, times, numbers.

Every function takes the text in the file.  None depends on the key.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from html import unescape
from html.entities import html5
from urllib.parse import quote

from search.errors import ArticleRejected
from search.text import tidy

NAME_LIMIT = 200  # characters of a topic, provider, type or category; real ones have under 60
LINK_LIMIT = 2_048  # characters of a URL; what browsers and feed readers take for granted

# Text without these characters is clean, except for spaces at its ends: it has no entity, markup, control or format
# character, and nothing that NFC composes.  That is so for 9 of 10 titles and 3 of 4 excerpts.
_SUSPECT = re.compile(r"[^ -%'-;=-~À-ÿ–—‘-”•…]|  ")

# Named entities need their semicolon: "Q&A", "rock&reggae" and "?a=1&copy=2" have no entity.
_ENTITY = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")

# Only known elements are removed, so "List<String>" and "x <y and z> w" stay.  An element that is cut off by the end of
# the text is removed if it has an attribute.
_ELEMENT = r"</?(?:{})(?:(?:\s[^<>]*)?/?>|\s+[\w:-]+\s*=[^<>]*\Z)"
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)(?:\s[^<>]*)?>.*?(?:</\1\s*>|\Z)|<!\[CDATA\[|\]\]>", re.DOTALL | re.IGNORECASE
)
_INLINE = re.compile(
    _ELEMENT.format(
        "a|abbr|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
    ),
    re.I,
)
_BLOCK = re.compile(
    _ELEMENT.format(
        "address|article|aside|audio|blockquote|body|br|button|canvas|caption|center|dd|details|div|dl|dt|embed|fieldset|figcaption"
        "|figure|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|label|legend|li|link|main|meta|nav|noscript|object|ol"
        "|option|p|param|picture|pre|script|section|select|source|style|summary|svg|table|tbody|td|template|textarea|tfoot|th"
        "|thead|title|tr|track|ul|video"
    ),
    re.I,
)

_PLACEHOLDERS = frozenset({"na", "n/a", "n.a", "none", "null", "placeholder", "english", "tbd"})

_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_LOOSE_LINK = re.compile(r"(https?)://((?:\w[\w.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?)([/?#].*)?", re.I)
_DOMAIN = re.compile(r"\w[\w.-]*")

_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt]|\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d*)?)?"
    r"\s*(?:[Zz]|UTC|GMT|([-+]\d\d?)(?::?(\d\d))?(?:\s+(?:[A-Z]{2,5}|[-+]\d{2,4})(?:\s+m=\S+)?)?)?)?",
    re.ASCII,
)
_WHOLE = re.compile(r"[-+]?[0-9][0-9_]{0,9}")


def clean(text: str) -> str:
    """`text` with entities decoded, markup and invisible characters removed, in NFC, with single spaces.

    Raises `ArticleRejected` for a NUL character, which can only come from an escape."""
    if _SUSPECT.search(text) is None:
        return text.strip(" ")
    if "\0" in text:
        raise ArticleRejected("nul", "a text has an escaped NUL character; remove it")
    if "&" in text:
        text = _decoded(text)
    if "<" in text or "]]>" in text:
        text = _BLOCK.sub(" ", _INLINE.sub("", _HIDDEN.sub(" ", text)))
    return tidy(text)


def _decoded(text: str) -> str:
    """Entities replaced by their characters; twice, because some feeds encode twice."""
    once = _ENTITY.sub(_character, text)
    return _ENTITY.sub(_character, once) if "&" in once else once


def _character(entity: re.Match[str]) -> str:
    text = entity[0]
    return unescape(text) if text[1] == "#" else html5.get(text[1:], text)


def is_placeholder(text: str) -> bool:
    """Whether clean `text` is a placeholder: "NA", "Placeholder.", "…"."""
    return text.rstrip(".").casefold() in _PLACEHOLDERS or not any(map(str.isalnum, text))


@lru_cache(maxsize=16_384)
def name(text: str) -> str | None:
    """A topic, provider, type or category: clean text of 1–200 characters, else None.  Cached: the same few recur."""
    cleaned = clean(text)
    return cleaned if 0 < len(cleaned) <= NAME_LIMIT else None


@lru_cache(maxsize=16_384)
def domain(text: str) -> str | None:
    """A host name in lower case; None for other text."""
    lowered = text.strip().lower()
    return lowered if len(lowered) <= NAME_LIMIT and _DOMAIN.fullmatch(lowered) else None


def link(text: str) -> str | None:
    """An absolute http(s) URL with a host, entities decoded and invalid characters percent-encoded; else None.

    The query is kept: `watch?v=` may be the only difference between two URLs.  A user name is refused: it makes a link
    seem to lead to another host."""
    if "&" in text:
        text = _decoded(text)
    if len(text) > LINK_LIMIT:
        return None
    if _LINK.fullmatch(text):
        return text
    text = text.strip()
    parts = _LOOSE_LINK.fullmatch(text)
    if parts is None or not text.isprintable():
        return None
    scheme, host, rest = parts.groups(default="")
    return f"{scheme.lower()}://{host}{quote(rest, safe='%/:=&?~#+!$,;@()*[]' + chr(39))}"


def moment(text: str) -> datetime:
    """A time in the format of ISO 8601, YAML or Go, as aware UTC in whole seconds; a bare date is midnight UTC.

    Hour 24 and second 60, a leap second, are the start of the next day and minute.

    Raises ValueError if it is not a date, such as 30 February; OverflowError outside the years 1–9999."""
    if len(text) == 20 and text[-1] == "Z" and text[10] == "T":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        raise ValueError("not a date like 2024-05-01 or 2024-05-01T10:00:00Z")
    year, month, day, hour, minute, second, offset_hours, offset_minutes = parts.groups(default="0")
    sign = -1 if offset_hours.startswith("-") else 1
    offset = timedelta(hours=int(offset_hours), minutes=sign * int(offset_minutes))
    numbers = [int(year), int(month), int(day), int(hour), int(minute), int(second)]
    extra = timedelta()
    if numbers[3:] == [24, 0, 0]:
        numbers[3], extra = 0, timedelta(days=1)
    elif numbers[5] == 60:
        numbers[5], extra = 59, timedelta(seconds=1)
    return (datetime(*numbers, tzinfo=timezone(offset)) + extra).astimezone(UTC)  # type: ignore[arg-type,misc]


def whole(text: str) -> int | None:
    """A whole number of at most ten digits that fits 32 bits; None for other text."""
    if not _WHOLE.fullmatch(text.strip()):
        return None
    number = int(text.replace("_", "")) if "_" in text else int(text)
    return number if -(2**31) <= number < 2**31 else None
