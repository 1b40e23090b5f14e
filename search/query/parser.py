"""Parses query text.  `parse` accepts any text and never raises an error.

    tesla robots              both words, in any field
    "self driving"            a phrase, in one field; any kind of double quotes
    -tesla   NOT tesla        excludes a word, a phrase or a group
    tesla OR waymo            either; OR joins its two neighbours: a b OR c is a (b OR c)
    tesla AND waymo           both; binds more tightly than OR: a AND b OR c is (a AND b) OR c
    (…)                       a group, nested up to 20 deep
    title:robot               in one field: title, excerpt, topic or provider; also before a phrase or a group
    robo*                     words with a prefix of at least two letters

AND, OR and NOT are operators in capitals only, but words in a headline that is all in capitals.  Everything else is
read as words, with a warning if it looks like syntax.
"""

import re

from search.analysis.analyzer import Token, terms, tokens
from search.analysis.stemming import stem
from search.analysis.tokenizer import LONGEST_TERM
from search.query import leaf_nodes
from search.query.lexer import QUOTES, SCOPES, Kind, Lexeme, lexemes
from search.query.nodes import And, Everything, Node, Not, Nothing, ParsedQuery, Term, Word, all_of, any_of, positive

MAX_WORDS = 32
"""Further words of a query are dropped."""

_PLAIN_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*").fullmatch
_OPERATORS = frozenset(("AND", "OR", "NOT"))
_LOOKS_LIKE_SYNTAX = re.compile(rf".*[~^\[\]{{}}]|-+\w|.*(?<!\d)[{QUOTES}](?!(?<=[א-ת].)[א-ת])").match
_LOOKS_SCOPED = re.compile(r"([^\W\d]\w*):(?=\w|$)").match
_URL = re.compile(r"(?:\w+://(?:www\.)?|www\.(?=\w))(.*)", re.IGNORECASE).match


def parse(text: str) -> ParsedQuery:
    """The parsed query: `Everything` for a blank text, `Nothing` for other text without a letter or digit."""
    return _parse_plain_words(text) or _parse_any(text)


def _parse_plain_words(text: str) -> ParsedQuery | None:
    """Parses letters and spaces, as most queries are, as `_parse_any` does but in a fifth of the time."""
    if not _PLAIN_WORDS(text):
        return None
    words = text.split(" ")
    if len(words) > MAX_WORDS or not _OPERATORS.isdisjoint(words):
        return None
    nodes = tuple([Word(word, Term(stem(form)), form) for word in words for form in (word.lower()[:LONGEST_TERM],)])
    return ParsedQuery(nodes[0] if len(nodes) == 1 else And(nodes))


def _parse_any(text: str) -> ParsedQuery:
    if not text or text.isspace():
        return ParsedQuery(Everything())
    warnings: list[str] = []
    root = _Parser(lexemes(text, warnings), warnings).query()
    if root is None:
        warnings.append("There is no letter or digit to search for.")
    return ParsedQuery(root or Nothing(), tuple(dict.fromkeys(warnings)))


class _Parser:
    """A recursive descent parser.  Its methods return None if there is no word to search for."""

    def __init__(self, lexemes: list[Lexeme], warnings: list[str]) -> None:
        self._lexemes = lexemes[::-1]
        self._warnings = warnings
        self._words_left = MAX_WORDS

    def query(self, field: str | None = None) -> Node | None:
        """Parses up to the closing parenthesis or the end."""
        parts = []
        while self._lexemes and not self._take(Kind.CLOSE):
            parts.append(self._or(field))
        node = all_of(parts)
        return positive(node) if node else None

    def _or(self, field: str | None) -> Node | None:
        parts = [self._and(field)]
        while self._take(Kind.OR):
            parts.append(self._and(field))
        return any_of(parts)

    def _and(self, field: str | None) -> Node | None:
        parts = [self._not(field)]
        while self._take(Kind.AND):
            parts.append(self._not(field))
        return all_of(parts)

    def _not(self, field: str | None) -> Node | None:
        excluded = self._take(Kind.NOT) or self._take(Kind.MINUS)
        node = self._operand(field)
        return Not(node) if node and excluded else node

    def _operand(self, field: str | None) -> Node | None:
        if scope := self._take(Kind.SCOPE):
            field = scope.text
        if self._take(Kind.OPEN):
            return self.query(field)
        if quoted := self._take(Kind.PHRASE):
            return self._phrase(quoted.text, field)
        if word := self._take(Kind.WORD):
            return self._word(word.text, field)
        return None

    def _phrase(self, text: str, field: str | None) -> Node | None:
        if "*" in text:
            self._warnings.append("* means nothing within quotation marks.")
        return leaf_nodes.phrase(text, self._tokens(text), field)

    def _word(self, text: str, field: str | None) -> Node | None:
        if len(parts := text.split()) > 1:
            return leaf_nodes.spaced_word(text, self._tokens(text), terms("".join(parts)), field)
        if url := _URL(text):
            text = url[1].replace("/", " ")
        tokens = self._tokens(text)
        if text.endswith("*") and text.count("*") == 1 and (node := leaf_nodes.prefix(text, tokens, field)):
            return node
        self._warn_of_syntax(text)
        return leaf_nodes.word(text, tokens, field)

    def _tokens(self, text: str) -> list[Token]:
        """The tokens of a word or phrase, without those beyond `MAX_WORDS` of the query."""
        analyzed = tokens(text)
        count = analyzed[-1].position + 1 if analyzed else 0
        if count > self._words_left:
            self._warnings.append(f"Only the first {MAX_WORDS} words were searched for.")
            analyzed = [token for token in analyzed if token.position < self._words_left]
        self._words_left -= min(count, self._words_left)
        return analyzed

    def _warn_of_syntax(self, text: str) -> None:
        """Adds a warning if a word looks like query syntax."""
        if "*" in text:
            self._warnings.append(f"“{text}” was read as words: * goes at the end of one, after two letters or more.")
        elif _LOOKS_LIKE_SYNTAX(text):
            self._warnings.append(f"“{text}” was read as words: its signs have no meaning here.")
        elif scope := _LOOKS_SCOPED(text):
            fields = "; ".join(f"{name}:word" for name in SCOPES)
            self._warnings.append(f"“{scope[1]}:” was read as a word. To search in one field: {fields}.")

    def _take(self, kind: Kind) -> Lexeme | None:
        """Consumes and returns the next lexeme if it has this kind."""
        return self._lexemes.pop() if self._lexemes and self._lexemes[-1].kind is kind else None
