"""What means the same, as it is written down; whoever runs the service may write a file of their own.

    same:                                        # each of a list finds the others
      - [AI, artificial intelligence]
      - [ML, machine learning]
    also:                                        # what stands on the left finds what stands on the right, not back
      AV: [autonomous vehicle]

Entries are compared as the analyzer reads them, so one stands for every form and spelling of its words.  An empty file
means that nothing has a synonym.
"""

from typing import Final

from search.analysis.analyzer import terms
from search.analysis.synonym_map import Spelling, Synonym, SynonymMap, spellings
from search.archive.plain_yaml import LineText, Value, YamlError, load_with_lines
from search.errors import SettingsError

MOST_WORDS: Final = 8
"""An entry of more is a mistake: nobody types that."""

_DEEPEST: Final = 4  # one more than is right, so that what is wrong can be told in terms of synonyms


def synonym_map(content: bytes) -> SynonymMap:
    """What the content of such a file says.  Raises `SettingsError` that tells all that is wrong, line by line."""
    reading = _Reading()
    reading.read(content)
    if reading.mistakes:
        raise SettingsError("\n".join(f"line {line}: {what}" for line, what in sorted(reading.mistakes)))
    return SynonymMap({spelling: tuple(others) for spelling, others in reading.meanings.items()})


class _Reading:
    """What was read so far, and what was wrong with it, each with its line."""

    def __init__(self) -> None:
        self.meanings: dict[Spelling, list[Synonym]] = {}
        self.mistakes: list[tuple[int, str]] = []
        self._lines: dict[Spelling, int] = {}  # of the entries under `same`

    def read(self, content: bytes) -> None:
        try:
            said = load_with_lines(_decoded(content), _DEEPEST)
        except YamlError as refused:
            self._wrong(refused.line, refused.detail)
            return
        said = said or {}
        if not isinstance(said, dict):
            self._wrong(_line(said), "synonyms stand under `same:` or `also:`; begin with one of them")
            return
        sections = dict(said)
        self._same(sections.pop("same", None) or [])
        self._also(sections.pop("also", None) or {})
        for key in sections:
            self._wrong(_line(key), f"{key!r} is neither `same` nor `also`; synonyms stand under those")

    def _same(self, lists: Value) -> None:
        if not isinstance(lists, list):
            self._wrong(
                _line(lists), "under `same:` stand lists, each in a line like `- [AI, artificial intelligence]`"
            )
            return
        line = 1
        for entries in lists:
            line = _line(entries) or line
            if not isinstance(entries, list) or len(entries) < 2:
                self._wrong(line, "a list under `same:` has two entries or more, as `- [AI, artificial intelligence]`")
                continue
            group = [synonym for entry in entries for synonym in self._spelled(entry, self._lines)]
            for synonym in group:
                self.meanings[synonym.spelling] = [other for other in group if other is not synonym]

    def _also(self, found_by: Value) -> None:
        if not isinstance(found_by, dict):
            self._wrong(_line(found_by), "under `also:` stand lines like `AV: [autonomous vehicle]`")
            return
        keys: dict[Spelling, int] = {}
        for key, entries in found_by.items():
            typed = [synonym.spelling for synonym in self._spelled(key, keys)]
            if not isinstance(entries, list) or not entries:
                self._wrong(_line(key), f"after {key!r} goes what it finds, as in `AV: [autonomous vehicle]`")
                continue
            known = [*typed, *(other.spelling for spelling in typed for other in self.meanings.get(spelling, ()))]
            lines = {spelling: self._lines.get(spelling) or keys[spelling] for spelling in known}
            others = [synonym for entry in entries for synonym in self._spelled(entry, lines)]
            for spelling in typed:
                self.meanings.setdefault(spelling, []).extend(others)

    def _spelled(self, entry: Value, given: dict[Spelling, int]) -> list[Synonym]:
        """An entry in each of its spellings, none if something is wrong with it; adds them to those that were given."""
        line = _line(entry)
        if not isinstance(entry, str):
            self._wrong(line, "an entry that is no text; write words, in quotes where they have signs")
            return []
        places = terms(entry)
        if not places:
            self._wrong(line, f"{entry!r:.60} has no letter or digit to search for; remove it")
            return []
        if places[-1][1] >= MOST_WORDS:
            self._wrong(line, f"{entry!r:.60} has more than {MOST_WORDS} words; shorten it")
            return []
        spelled = spellings(entry)
        first = min((given[spelling] for spelling in spelled if spelling in given), default=None)
        if first is not None:
            self._wrong(line, f"{entry!r:.60} was given before, in line {first}; keep one")
            return []
        given.update(dict.fromkeys(spelled, line or 1))
        return [Synonym(spelling, str(entry)) for spelling in spelled]

    def _wrong(self, line: int | None, what: str) -> None:
        self.mistakes.append((line or 1, what))


def _line(value: Value) -> int | None:
    """The line in which the value begins, as far as there is a text in it."""
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
        raise YamlError("not utf-8", line, "this is not UTF-8; save the file as UTF-8") from None
