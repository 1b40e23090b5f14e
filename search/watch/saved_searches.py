"""Reads the saved searches that `article-search watch` runs.

# searches.yaml
- name: Recalls
  q: tesla recall
- name: Robots
  topic: AI in Robotics
  notify:                      # text, json or a webhook; text if there is none
    webhook: https://hooks.example.org/articles
    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
"""

import hashlib
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from search.request import SearchRequest
from search.watch.search_file import DISPLAY, Entry, Parameters, line_of, read_searches
from search.watch.webhook import SECRET_BYTES, Webhook, decoded_secret, is_webhook_url

KEYS: Final = ("name", "notify")
Printed = Literal["text", "json"]

_REFUSED: Final = DISPLAY | {"match", "collapse"}
"""Partial matches are not reported, and each article of a story is."""

_ORDER: Final = frozenset({"sort"})
_TARGET: Final = "must be text, json, or `{webhook: https://…, secret: whsec_…}`"
_SECRET: Final = (
    f"must be whsec_ and base64 of {SECRET_BYTES[0]} to {SECRET_BYTES[-1]} random bytes. "
    'Make one with: echo "whsec_$(openssl rand -base64 32)"'
)


class SavedSearch(NamedTuple):
    """A search whose new matches are reported, newest first unless it is sorted otherwise.

    `fingerprint` changes if it may match other articles."""

    name: str
    request: SearchRequest
    fingerprint: str
    target: Printed | Webhook


def read_saved_searches(path: Path) -> list[SavedSearch]:
    """The saved searches in a file.  Raises as `read_searches`."""
    names: set[str] = set()
    return [each for each in read_searches(path, lambda entry: _saved(entry, names), KEYS, _REFUSED) if each]


def _saved(entry: Entry, names: set[str]) -> SavedSearch | None:
    name = entry.name()
    if name is None:
        if "name" not in entry.values:
            entry.mistakes.append((entry.line, "the search needs a “name”, by which its reports are told apart"))
    elif name in names:
        entry.mistake("name", f"is that of another search: {name}")
    else:
        names.add(name)
    target = _target(entry)
    if name is None or target is None or entry.request is None:
        return None
    request = entry.request.model_copy(update={"sort": entry.request.sort or "newest"})
    return SavedSearch(name, request, fingerprint(entry.parameters), target)


def fingerprint(parameters: Parameters) -> str:
    """A hash of the parameters as they are written, because `from: 7d` means another day tomorrow."""
    values = sorted((name, sorted(_list(value))) for name, value in parameters.items() if name not in _ORDER)
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=12).hexdigest()


def _list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _target(entry: Entry) -> Printed | Webhook | None:
    notify = entry.values.get("notify", "text")
    if not isinstance(notify, dict):
        for printed in get_args(Printed):
            if notify == printed:
                return printed  # type: ignore[no-any-return]
        entry.mistake("notify", _TARGET)
        return None
    for key in sorted(notify.keys() - {"webhook", "secret"}):
        entry.mistake("notify", f"cannot have “{key}”; it {_TARGET}", line_of(key))
    url, secret = notify.get("webhook"), notify.get("secret")
    if not isinstance(url, str) or not is_webhook_url(url):
        entry.mistake("webhook", "must be an absolute http(s) URL without a user name", line_of(url) or line_of(notify))
        url = None
    decoded = decoded_secret(secret) if isinstance(secret, str) else None
    if decoded is None:
        entry.mistake("secret", _SECRET, line_of(secret) or line_of(notify))
    return Webhook(str(url), decoded) if url and decoded else None
