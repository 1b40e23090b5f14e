"""One scalar of front matter, as it was written, → what it means: clean text, a name, a link, a time, a number.

Every function takes the text of the file and gives a plain value; none knows which key the text stood under.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from html import unescape
from html.entities import html5
from urllib.parse import quote

from search.errors import ArticleRejected

NAME_LIMIT = 200  # characters of a topic, provider, type or category; real ones have under 60
LINK_LIMIT = 2_048  # characters of a URL; what browsers and feed readers take for granted

# Text without any of these characters is clean already (but for its ends): no entity, markup, control or format
# character, nothing that NFC composes.  Nine titles of ten, three excerpts of four go no further.
_SUSPECT = re.compile(r"[^ -%'-;=-~À-ÿ–—‘-”•…]|  ")

# Only entities that end as they should: "Q&A", "rock&reggae" and "?a=1&copy=2" hold none.
_ENTITY = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")

# Soft hyphens, zero-width space, word joiner, BOM; embeddings that would turn the page's own text round; control
# characters.  What str.split takes for white space is not here: it parts words.
_INVISIBLE = re.compile("[\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")

# Names of elements are listed, so that "List<String>" and "x <y and z> w" stay as they are.  An element that is cut off
# by the end of the text counts if an attribute shows that it is one.
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
    r"\s*(?:[Zz]|UTC|GMT|([-+]\d\d?)(?::?(\d\d))?)?)?",
    re.ASCII,
)
_WHOLE = re.compile(r"[-+]?[0-9][0-9_]{0,9}")


def clean(text: str) -> str:
    """The words of `text` alone: entities decoded, markup and invisible characters removed, NFC, single spaces.

    Raises `ArticleRejected` for a NUL character, which only an escape can have brought in."""
    if _SUSPECT.search(text) is None:
        return text.strip(" ")
    if "\0" in text:
        raise ArticleRejected("nul", "a text holds an escaped NUL character; remove it")
    if "&" in text:
        text = _decoded(text)
    if "<" in text or "]]>" in text:
        text = _BLOCK.sub(" ", _INLINE.sub("", _HIDDEN.sub(" ", text)))
    text = _INVISIBLE.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _decoded(text: str) -> str:
    """Entities replaced by their characters; twice, since some feeds encode what was encoded already."""
    once = _ENTITY.sub(_character, text)
    return _ENTITY.sub(_character, once) if "&" in once else once


def _character(entity: re.Match[str]) -> str:
    written = entity[0]
    return unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def is_placeholder(text: str) -> bool:
    """Whether clean `text` says nothing: "NA", "Placeholder.", "…"."""
    return text.rstrip(".").casefold() in _PLACEHOLDERS or not any(map(str.isalnum, text))


@lru_cache(maxsize=16_384)
def name(text: str) -> str | None:
    """A topic, provider, type or category: clean text of 1–200 characters, else None.  The same few recur."""
    cleaned = clean(text)
    return cleaned if 0 < len(cleaned) <= NAME_LIMIT else None


@lru_cache(maxsize=16_384)
def domain(text: str) -> str | None:
    """A host name in lower case, or None."""
    lowered = text.strip().lower()
    return lowered if len(lowered) <= NAME_LIMIT and _DOMAIN.fullmatch(lowered) else None


def link(text: str) -> str | None:
    """An absolute http(s) URL with a host, what may not stand in one percent-encoded; None for any other text.

    The query is kept to the letter (`watch?v=` is all that tells one video from another); a user name before the host,
    which makes a link show another host than it leads to, is refused."""
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
    """A time, ISO 8601 or as YAML has it → aware, UTC, whole seconds; a bare date is its midnight, no offset means UTC.

    Raises ValueError for what is no date or never was, such as 30 February; OverflowError beyond the years 1–9999."""
    if len(text) == 20 and text[-1] == "Z" and text[10] == "T":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        raise ValueError("not a date like 2024-05-01 or 2024-05-01T10:00:00Z")
    year, month, day, hour, minute, second, offset_hours, offset_minutes = parts.groups(default="0")
    day_of = date(int(year), int(month), int(day))
    sign = -1 if offset_hours.startswith("-") else 1
    offset = timedelta(hours=int(offset_hours), minutes=sign * int(offset_minutes))
    at = datetime(day_of.year, day_of.month, day_of.day, int(hour), int(minute), int(second), tzinfo=timezone(offset))
    return at.astimezone(UTC)


def whole(text: str) -> int | None:
    """A whole number of at most ten digits that fits 32 bits, or None."""
    if not _WHOLE.fullmatch(text.strip()):
        return None
    number = int(text.replace("_", "")) if "_" in text else int(text)
    return number if -(2**31) <= number < 2**31 else None
