"""What a reader types to a query: `parse` reads anything and refuses nothing.

    tesla robots              both words, anywhere in the searched fields
    "self driving"            the words in a row, in one field; any kind of double quotes
    -tesla   NOT tesla        not these; before a phrase or a group too
    tesla OR waymo            either; OR joins its two neighbours: a b OR c is a (b OR c)
    tesla AND waymo           both; binds closer than OR: a AND b OR c is (a AND b) OR c
    (…)                       a group, up to 20 deep
    title:robot               in one field: title, excerpt, topic or provider; before a phrase or a group too
    robo*                     words that begin so, from two letters on

AND, OR and NOT are operators in capitals only.  Everything else is words.  What could have been meant otherwise is said
in the warnings.
"""

import re

from search.analysis.analyzer import Token, tokens
from search.analysis.stemming import stem
from search.analysis.tokenizer import LONGEST_TERM
from search.query import leaf_nodes
from search.query.lexer import QUOTES, SCOPES, Kind, Lexeme, lexemes
from search.query.nodes import And, Everything, Node, Not, Nothing, ParsedQuery, Term, Word, all_of, any_of, positive

MOST_TERMS = 32
"""A query's words beyond this many are dropped."""

_PLAIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*").fullmatch
_OPERATORS = frozenset(("AND", "OR", "NOT"))
_ODD = re.compile(rf".*[~^\[\]{{}}]|-+\w|.*(?<!\d)[{QUOTES}]").match
_SCOPED = re.compile(r"([^\W\d]\w*):(?=\w|$)").match
_URL = re.compile(r"(?:\w+://(?:www\.)?|www\.(?=\w))(.*)", re.IGNORECASE).match


def parse(text: str) -> ParsedQuery:
    """The query that the text means: everything if it is blank, nothing if it has no letter or digit otherwise."""
    return _parse_plain(text) or _parse(text)


def _parse_plain(text: str) -> ParsedQuery | None:
    """The same as `_parse` for letters and spaces, as most queries are, in a fifth of the time."""
    if not _PLAIN(text):
        return None
    typed = text.split(" ")
    if len(typed) > MOST_TERMS or not _OPERATORS.isdisjoint(typed):
        return None
    words = tuple([Word(word, Term(stem(form)), form) for word in typed for form in (word.lower()[:LONGEST_TERM],)])
    return ParsedQuery(words[0] if len(words) == 1 else And(words))


def _parse(text: str) -> ParsedQuery:
    if not text or text.isspace():
        return ParsedQuery(Everything())
    warnings: list[str] = []
    root = _Parser(lexemes(text, warnings), warnings).query()
    if root is None:
        warnings.append("There is no letter or digit to search for.")
    return ParsedQuery(root or Nothing(), tuple(dict.fromkeys(warnings)))


class _Parser:
    """Recursive descent over lexemes that are known to be balanced and in place.  A method gives None for what holds no
    word to search for."""

    def __init__(self, found: list[Lexeme], warnings: list[str]) -> None:
        self._lexemes = found[::-1]
        self._warnings = warnings
        self._room = MOST_TERMS

    def query(self, field: str | None = None) -> Node | None:
        """Everything up to the end or the closing parenthesis."""
        parts = []
        while self._lexemes and not self._take(Kind.CLOSE):
            parts.append(self._either(field))
        return positive(all_of(parts))

    def _either(self, field: str | None) -> Node | None:
        parts = [self._both(field)]
        while self._take(Kind.OR):
            parts.append(self._both(field))
        return any_of(parts)

    def _both(self, field: str | None) -> Node | None:
        parts = [self._negated(field)]
        while self._take(Kind.AND):
            parts.append(self._negated(field))
        return all_of(parts)

    def _negated(self, field: str | None) -> Node | None:
        if self._take(Kind.NOT) or self._take(Kind.MINUS):
            node = self._operand(field)
            return Not(node) if node else None
        return self._operand(field)

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
        if url := _URL(text):
            text = url[1].replace("/", " ")
        found = self._tokens(text)
        if text.endswith("*") and text.count("*") == 1 and (node := leaf_nodes.prefix(text, found, field)):
            return node
        self._warn_of(text)
        return leaf_nodes.word(text, found, field)

    def _tokens(self, text: str) -> list[Token]:
        """The tokens of a word or phrase, as far as there is room for them."""
        found = tokens(text)
        wanted = found[-1].position + 1 if found else 0
        if wanted > self._room:
            self._warnings.append(f"Only the first {MOST_TERMS} words were searched for.")
            found = [token for token in found if token.position < self._room]
        self._room -= min(wanted, self._room)
        return found

    def _warn_of(self, text: str) -> None:
        """Say so where a word holds what elsewhere is syntax."""
        if "*" in text:
            self._warnings.append(f"“{text}” was read as words: * goes at the end of one, after two letters or more.")
        elif _ODD(text):
            self._warnings.append(f"“{text}” was read as words: its signs have no meaning here.")
        elif scope := _SCOPED(text):
            fields = "; ".join(f"{name}:word" for name in SCOPES)
            self._warnings.append(f"“{scope[1]}:” was read as a word. To search in one field: {fields}.")

    def _take(self, kind: Kind) -> Lexeme | None:
        """The next lexeme if it is of this kind."""
        return self._lexemes.pop() if self._lexemes and self._lexemes[-1].kind is kind else None
