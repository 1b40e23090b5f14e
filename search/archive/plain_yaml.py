"""Reads YAML under its failsafe schema: texts, lists and mappings only.

Every scalar stays text: `no`, `1.10`, `2024-05-01`.  Aliases, merge keys, duplicate keys and tags for objects are
refused, so a file can neither run code nor expand.
"""

import json
import re
from typing import Any, Final, TypeAlias

import yaml

from search.errors import ArticleSearchError

Value: TypeAlias = "str | list[Value] | Mapping | None"
Mapping: TypeAlias = "dict[str, Value]"


class YamlError(ArticleSearchError):
    """The text cannot be read.  `reason` is a short stable code; `line` counts from 1 and is None if unknown."""

    def __init__(self, reason: str, line: int | None, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.line = line
        self.detail = detail


class CutText(str):
    """A text without quotes that ends where ` #` begins a comment.  It is "" if the comment is all there is."""

    __slots__ = ()


class LineText(str):
    """A text with its line number, counted from 1."""

    __slots__ = ("line",)
    line: int


def load(text: str, deepest: int) -> Value:
    """The value of a YAML document with at most `deepest` levels of lists and mappings.  Raises `YamlError`."""
    text = _readable(text)
    return (_CommentLoader if "#" in text and (" #" in text or "\t#" in text) else _Loader)(text).load(deepest)


def load_with_lines(text: str, deepest: int) -> Value:
    """Like `load`, but every text and key is a `LineText`, and nothing is null: an empty value is ""."""
    return _LinedLoader(_readable(text)).load(deepest)


_COMMENT: Final = re.compile(r"[ \t]+#")

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})

# YAML 1.1 ends a line at each of these; YAML 1.2 and the writers of articles do not.
_NO_LINE_ENDS: Final = ("\x85", "\u2028", "\u2029")

_SURROGATES: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_ESCAPE: Final = re.compile(rf"({_SURROGATES.pattern})|\\.", re.DOTALL)
_MASK: Final = r"\x20" * 3  # as long as two escapes


def _readable(text: str) -> str:
    """The text without what libyaml reads otherwise than YAML 1.2 and JSON."""
    if not text.isascii():
        for char in _NO_LINE_ENDS:  # `str.translate` takes as long as a fifth of the reading
            text = text.replace(char, " ")
    return _with_characters(text) if "\\" in text and _SURROGATES.search(text) else text


def _with_characters(text: str) -> str:
    r"""The text with JSON's surrogate pairs in double quotes, such as `\ud83d\ude80`, replaced by their characters."""
    pieces, end = [], 0
    event: Any
    try:
        for event in yaml.parse(_SURROGATES.sub(lambda _: _MASK, text), yaml.CSafeLoader):
            if getattr(event, "style", None) == '"':
                begin, after = event.start_mark.index, event.end_mark.index
                pieces += [text[end:begin], _ESCAPE.sub(_character, text[begin:after])]
                end = after
    except yaml.YAMLError:
        return text  # parsing it again reports the error
    return "".join([*pieces, text[end:]])


def _character(escape: re.Match[str]) -> str:
    return str(json.loads(f'"{escape[1]}"')) if escape[1] else escape[0]


class _Loader(yaml.CSafeLoader):
    """Builds values directly from the parser's events.

    PyYAML composes nodes first.  That recurses in C without a limit (100,000 brackets crash the process), follows
    aliases, and takes more than twice as long."""

    def load(self, deepest: int) -> Value:
        self._deepest = deepest
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise YamlError("yaml", line, f"{error.problem}{self._advice(str(error.problem))}") from None
        except yaml.YAMLError:
            raise YamlError("yaml", None, "a control character, which YAML does not allow; remove it") from None

    def _document(self) -> Value:
        self.get_event()  # the stream starts
        if isinstance(self.get_event(), yaml.StreamEndEvent):
            return None
        value = self._value(self.get_event(), self._deepest)
        self.get_event()  # the document ends
        if not isinstance(event := self.get_event(), yaml.StreamEndEvent):
            raise _refused("yaml", event, "a second YAML document begins")
        return value

    def _advice(self, problem: str) -> str:
        return "; put the value in quotes" if problem.startswith(_UNQUOTED) else ""

    def _value(self, event: Any, depth: int) -> Value:
        kind = type(event)
        if event.anchor is not None:
            raise _refused("alias", event, "an anchor (&) or alias (*); write the value itself, a text in quotes")
        if kind is yaml.ScalarEvent:
            if event.tag is not None:
                _check_tag(event, _TEXT_TAGS)
            return self._scalar(event)
        if not depth:
            raise _refused("too deep", event, f"more than {self._deepest} lists or mappings inside one another")
        if event.tag is not None:
            _check_tag(event, _COLLECTION_TAGS)
        return self._mapping(depth - 1) if kind is yaml.MappingStartEvent else self._list(depth - 1)

    def _list(self, depth: int) -> list[Value]:
        values = []
        while type(event := self.get_event()) is not yaml.SequenceEndEvent:
            values.append(self._value(event, depth))
        return values

    def _mapping(self, depth: int) -> Mapping:
        values: Mapping = {}
        while type(event := self.get_event()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                raise _refused("yaml", event, "a key that is not text")
            key = self._text(event)
            if key in values:
                raise _refused("duplicate key", event, "a key that occurs twice; keep one")
            if key == "<<" and event.implicit[0]:
                raise _refused("merge key", event, "a merge key (<<); write the keys themselves")
            values[key] = self._value(self.get_event(), depth)
        return values

    def _scalar(self, event: Any) -> str | None:
        return None if event.value in _NULLS and event.implicit[0] else event.value

    def _text(self, event: Any) -> str:
        return event.value  # type: ignore[no-any-return]


class _CommentLoader(_Loader):
    """Marks the texts that a comment cuts.  It takes longer, so it reads only what may have comments."""

    def __init__(self, text: str) -> None:
        self._source = text
        super().__init__(text)

    def _advice(self, problem: str) -> str:
        return super()._advice("did not find expected key" if problem.startswith(_OPEN_LIST) else problem)

    def _scalar(self, event: Any) -> str | None:
        text = super()._scalar(event)
        if (text or not event.value) and event.implicit[0] and _COMMENT.match(self._source, event.end_mark.index):
            return CutText(event.value)
        return text


class _LinedLoader(_Loader):
    def _scalar(self, event: Any) -> LineText:
        return self._text(event)

    def _text(self, event: Any) -> LineText:
        text = LineText(event.value)
        text.line = event.start_mark.line + 1
        return text


_UNQUOTED = (
    "mapping values are not allowed", "mapping keys are not allowed", "block sequence entries are not allowed",
    "found character that cannot start any token", "did not find expected key", "did not find expected comment",
    "did not find expected node content", "did not find expected alphabetic or numeric character",
)  # fmt: skip
"""How libyaml's messages begin if a text has signs of YAML: `AI: The future`, `@home`, `*stars*`, `"Quoted" text`."""

_OPEN_LIST = "did not find expected ',' or"
"""How the message begins if a list is not closed, perhaps because of a comment: `[C #, AI]`."""

_TEXT_TAGS = frozenset({"!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp"))})
_COLLECTION_TAGS = frozenset({"!", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})


def _check_tag(event: Any, allowed: frozenset[str]) -> None:
    if event.tag not in allowed:
        what = "a YAML tag (!) other than those of plain texts, lists and mappings; remove it or put the text in quotes"
        raise _refused("tag", event, what)


def _refused(reason: str, event: Any, what: str) -> YamlError:
    return YamlError(reason, event.start_mark.line + 1, what)
