"""Reads YAML files that list searches: expectations, and saved searches.

    # searches.yaml
    - name: Recalls                # keys of the kind of file
      q: tesla recall              # parameters of a search, as in the API
      topic: [AI in Autos]

Every mistake is reported with its line.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from search.archive.plain_yaml import LineText, Value, YamlError, load_with_lines
from search.errors import FileUnusable, RequestInvalid, SearchFileInvalid
from search.nearest_name import nearest_name
from search.request import FILTERS, PARAMETERS, SearchRequest
from search.small_file import read_small_file

DISPLAY: Final = frozenset({"page", "per_page", "facets", "facet_size", "timeline", "explain", "fields", "at"})
"""The parameters that change how results are shown, not which ones there are in the current index."""

_NAMES: Final = frozenset(PARAMETERS.values())
_MAX_DEPTH: Final = 4  # one more than needed: the mistake is then reported by this module, not as a YAML error
_EXAMPLE: Final = "a list of searches, such as `- q: electric trucks`"

T = TypeVar("T")
Parameters = dict[str, str | list[str]]


class Entry:
    """One search of a file.

    `parameters`: those of the search, as written.  `request`: None if they have mistakes.  `values`: the values of the
    other keys, which the methods read.  A method that finds a mistake notes it and returns None."""

    def __init__(
        self, mapping: Mapping[str, Value], line: int, keys: Collection[str], refused: Collection[str]
    ) -> None:
        self.line = line
        self.values: dict[str, Value] = {}
        self.parameters: Parameters = {}
        self.mistakes: list[tuple[int, str]] = []
        self._lines = {str(key): line_of(key) or line for key in mapping}
        for key, value in mapping.items():
            self._add(str(key), value, keys, refused)
        self.request = self._request()
        """the search; None if it has mistakes"""

    def _add(self, key: str, value: Value, keys: Collection[str], refused: Collection[str]) -> None:
        if key in keys:
            self.values[key] = value
        elif key in refused and key in _NAMES:
            self.mistake(key, "has no effect here; remove it")
        elif key not in _NAMES:
            known = [*keys, *sorted(_NAMES - set(refused))]
            nearest = nearest_name(key, known)
            advice = f"did you mean “{nearest}”?" if nearest else f"use one of {', '.join(known)}"
            self.mistake(key, f"is not a known key; {advice}")
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            self.parameters[key] = [str(each) for each in value]
        elif isinstance(value, str):
            self.parameters[key] = [str(value)] if key in FILTERS else str(value)
        else:
            self.mistake(key, "must be a text or a list of texts")

    def _request(self) -> SearchRequest | None:
        try:
            return SearchRequest.checked(self.parameters)
        except RequestInvalid as invalid:
            for each in invalid.mistakes:
                self.mistake(each.parameter, each.detail)
            return None

    def mistake(self, key: str, detail: str, line: int | None = None) -> None:
        """Note a mistake in the value of a key; `detail` follows its name."""
        self.mistakes.append((line or self._lines.get(key, self.line), f"“{key}” {detail}"))

    def text(self, key: str) -> str | None:
        """The text of a key; None if there is none."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None:
            self.mistake(key, "must be a text")
        return None

    def number(self, key: str, least: int, most: int) -> int | None:
        """The whole number of a key; None if there is none."""
        return None if key not in self.values else self.number_in(key, self.values[key], least, most)

    def number_in(self, key: str, value: Value, least: int, most: int) -> int | None:
        """The whole number in a value that belongs to a key."""
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(most)):
            number = int(value)
            if least <= number <= most:
                return number
        self.mistake(key, f"must be a whole number from {least:,} to {most:,}", line_of(value))
        return None

    def name(self) -> str | None:
        """The name, on one line; None if there is none."""
        name = self.text("name")
        return name and " ".join(name.split())

    @property
    def label(self) -> str:
        """The name of the entry, or else the search in words."""
        name = self.values.get("name")
        if isinstance(name, str) and name.strip():
            return " ".join(name.split())
        parts = [f"“{self.parameters['q']}”"] if self.parameters.get("q") else []
        for parameter, value in self.parameters.items():
            if parameter != "q":
                parts.append(f"{parameter}={', '.join(value) if isinstance(value, list) else value}")
        return " ".join(parts) or "all articles"


def read_searches(
    path: Path, build: Callable[[Entry], T], keys: Sequence[str], refused: Collection[str] = DISPLAY
) -> list[T]:
    """What `build` makes of each search in a file.

    `keys` are the keys that are no parameters of a search, `refused` the parameters that have no effect.  Raises
    `FileUnusable` if the file cannot be read, `SearchFileInvalid` with its name and every mistake, line by line."""
    mistakes: list[tuple[int, str]] = []
    built: list[T] = []
    for entry in _entries(path, keys, refused, mistakes):
        built.append(build(entry))
        mistakes += entry.mistakes
    if mistakes:
        lines = "".join(f"\n  line {line}: {detail}" for line, detail in sorted(mistakes))
        raise SearchFileInvalid(f"{path} cannot be used:{lines}")
    return built


def line_of(value: Value) -> int | None:
    """The line of the first text in a value; None if it has none."""
    match value:
        case LineText():
            return value.line
        case [first, *_]:
            return line_of(first)
        case dict():
            return next(map(line_of, value), None)
    return None


def _entries(
    path: Path, keys: Sequence[str], refused: Collection[str], mistakes: list[tuple[int, str]]
) -> Iterator[Entry]:
    """The entries of the file; adds the mistakes in its outer structure."""
    try:
        document = load_with_lines(_content(path), _MAX_DEPTH)
    except YamlError as error:
        mistakes.append((error.line or 1, error.detail))
        return
    if not isinstance(document, list) or not document:
        mistakes.append((line_of(document) or 1, f"the file must be {_EXAMPLE}"))
        return
    line = 1
    for item in document:
        line = line_of(item) or line
        if isinstance(item, dict) and item:
            yield Entry(item, line, keys, refused)
        else:
            mistakes.append((line, f"each item must have keys, in {_EXAMPLE}"))


def _content(path: Path) -> str:
    try:
        content = read_small_file(path)
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}") from None
    try:
        return str(content, "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlError("not utf-8", line, "not UTF-8; save the file as UTF-8") from None
