"""Parser of synonym files.

    same:                                        # each entry of a list finds the others
      - [AI, artificial intelligence]
      - [ML, machine learning]
    also:                                        # the left side finds the right side, not the reverse
      AV: [autonomous vehicle]

Entries are analyzed, so each matches every form and spelling of its words.  An empty file means no synonyms.
"""

from typing import Final

from search.analysis.analyzer import terms
from search.analysis.synonym_map import Spelling, Synonym, SynonymMap, spellings
from search.archive.plain_yaml import LineText, Value, YamlError, load_with_lines
from search.errors import SettingsError

MOST_WORDS: Final = 8
"""A longer entry is a mistake: nobody searches for it."""

_MAX_DEPTH: Final = 4  # one more than needed: the mistake is then reported by this module, not as a YAML error


def synonym_map(content: bytes) -> SynonymMap:
    """The synonym map of a file's content.  Raises `SettingsError` with every mistake, line by line."""
    parser = _Parser()
    parser.read(content)
    if parser.mistakes:
        raise SettingsError("\n".join(f"line {line}: {detail}" for line, detail in sorted(parser.mistakes)))
    return SynonymMap({spelling: tuple(others) for spelling, others in parser.meanings.items()})


class _Parser:
    def __init__(self) -> None:
        self.meanings: dict[Spelling, list[Synonym]] = {}
        self.mistakes: list[tuple[int, str]] = []
        self._lines: dict[Spelling, int] = {}  # line of each entry under `same`

    def read(self, content: bytes) -> None:
        try:
            document = load_with_lines(_decoded(content), _MAX_DEPTH)
        except YamlError as error:
            self._add_mistake(error.line, error.detail)
            return
        document = document or {}
        if not isinstance(document, dict):
            self._add_mistake(_line(document), "the file must begin with `same:` or `also:`")
            return
        sections = dict(document)
        self._same(sections.pop("same", None) or [])
        self._also(sections.pop("also", None) or {})
        for key in sections:
            self._add_mistake(_line(key), f"unknown section {key!r}; use `same` or `also`")

    def _same(self, lists: Value) -> None:
        if not isinstance(lists, list):
            self._add_mistake(_line(lists), "`same:` needs a list of lists, such as `- [AI, artificial intelligence]`")
            return
        line = 1
        for entries in lists:
            line = _line(entries) or line
            if not isinstance(entries, list) or len(entries) < 2:
                self._add_mistake(line, "a list needs at least two entries, such as `- [AI, artificial intelligence]`")
                continue
            group = [synonym for entry in entries for synonym in self._spelled(entry, self._lines)]
            for synonym in group:
                self.meanings[synonym.spelling] = [other for other in group if other is not synonym]

    def _also(self, synonyms: Value) -> None:
        if not isinstance(synonyms, dict):
            self._add_mistake(_line(synonyms), "`also:` needs entries such as `AV: [autonomous vehicle]`")
            return
        keys: dict[Spelling, int] = {}
        for key, entries in synonyms.items():
            left = [synonym.spelling for synonym in self._spelled(key, keys)]
            if not isinstance(entries, list) or not entries:
                self._add_mistake(_line(key), f"{key!r} needs a list of synonyms, such as `AV: [autonomous vehicle]`")
                continue
            known = [*left, *(other.spelling for spelling in left for other in self.meanings.get(spelling, ()))]
            lines = {spelling: self._lines.get(spelling) or keys[spelling] for spelling in known}
            others = [synonym for entry in entries for synonym in self._spelled(entry, lines)]
            for spelling in left:
                self.meanings.setdefault(spelling, []).extend(others)

    def _spelled(self, entry: Value, given: dict[Spelling, int]) -> list[Synonym]:
        """The entry in each of its spellings, [] for a mistake; records the line of each spelling in `given`."""
        line = _line(entry)
        if not isinstance(entry, str):
            self._add_mistake(line, "an entry must be text; put it in quotes if it has special characters")
            return []
        words = terms(entry)
        if not words:
            self._add_mistake(line, f"{entry!r:.60} has no letters or digits; remove it")
            return []
        if words[-1][1] >= MOST_WORDS:
            self._add_mistake(line, f"{entry!r:.60} has more than {MOST_WORDS} words; shorten it")
            return []
        variants = spellings(entry)
        first = min((given[spelling] for spelling in variants if spelling in given), default=None)
        if first is not None:
            self._add_mistake(line, f"{entry!r:.60} duplicates line {first}; remove one")
            return []
        given.update(dict.fromkeys(variants, line or 1))
        return [Synonym(spelling, str(entry)) for spelling in variants]

    def _add_mistake(self, line: int | None, detail: str) -> None:
        self.mistakes.append((line or 1, detail))


def _line(value: Value) -> int | None:
    """The line of the first text in the value, or None."""
    match value:
        case LineText():
            return value.line
        case [first, *_]:
            return _line(first)
        case dict():
            return next(map(_line, value), None)
    return None


def _decoded(content: bytes) -> str:
    try:
        return str(content, "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlError("not utf-8", line, "not UTF-8; save the file as UTF-8") from None
