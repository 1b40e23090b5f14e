"""Query syntax: the tree and the warnings of each query text."""

from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import parser
from search.query.lexer import MAX_DEPTH
from search.query.nodes import And, Node, Not, Nothing, Or, Phrase, Prefix, Term, Word
from search.query.parser import MAX_WORDS, parse
from search.request import MAX_QUERY_CHARACTERS

# All of the parser's syntax and parts of it: generated queries then use much of it.
PIECES = [
    " ", " ", "a", "tesla", "robots", "GPT-4", "self-driving", "人工", "AND", "OR", "NOT", " AND ", " OR ", "-",
    "--", "(", ")", "((", "))", '"', "“", "”", "„", "«", "»", "title:", "excerpt:", "topic:", "provider:", "foo:", "*",
    "~9", "[", "]", "{", "}", "^2", " TO ", "https://www.x.co/a", "&", "|", "!", "'", ".", "/", ",", "\\", "\n",
    " NOT ", "\u200b", "😀", "401(k)",
]  # fmt: skip
QUERIES = st.one_of(
    st.text(max_size=MAX_QUERY_CHARACTERS),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
)


def read(query: str) -> str:
    """The parsed query as text: and (a & b), or (a | b), not !a, phrase "a b", prefix a*, in a field title:a."""
    return written(parse(query).root)


def written(node: Node) -> str:
    match node:
        case Term(text, field) | Prefix(text, field):
            return scoped(field, text + "*" * isinstance(node, Prefix))
        case Phrase(terms, offsets, field):
            assert offsets == tuple(range(len(terms)))
            return scoped(field, f'"{" ".join(terms)}"')
        case Word(child=child):
            return written(child)
        case And(children):
            return f"({' & '.join(map(written, children))})"
        case Or(children):
            return f"({' | '.join(map(written, children))})"
        case Not(child):
            return "!" + written(child)
        case _:
            return type(node).__name__


def scoped(field: str | None, text: str) -> str:
    return f"{field}:{text}" if field else text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # words
        ("", "Everything"),
        (" \n", "Everything"),
        ("Tesla", "tesla"),
        ("Tesla's robots", "(tesla & robot)"),
        ("to be", "(to & be)"),
        ("tesla - the future!", "(tesla & the & futur)"),
        ("and or not", "(and & or & not)"),
        ('13" tv', "(13 & tv)"),
        ("401(k)", "(401 & k)"),
        ("10:30", "(10 & 30)"),
        ("AT&T R&D C++ .NET o1", "(at&t & r&d & c++ & .net & o1)"),
        ("#ai @openai", "(ai & openai)"),
        # words of several parts
        ("self-driving", '("self drive" | selfdriv)'),
        ("selfdriving", "selfdriv"),
        ("GPT-4", '("gpt 4" | gpt4)'),
        ("GPT4", '("gpt 4" | gpt4)'),
        ("electrek.co", '("electrek co" | electrekco)'),
        ("state-of-the-art", '"state of the art"'),
        ("I/O 24/7", '("i o" & "24 7")'),
        ("GPT-4/GPT-5", '(("gpt 4" | gpt4) & ("gpt 5" | gpt5))'),
        ("2021-06-21", '"2021 06 21"'),
        ("https://www.electrek.co/tesla?a=b", '(("electrek co" | electrekco) & tesla & a & b)'),
        ("www.electrek.co", '("electrek co" | electrekco)'),
        ("www. www", "(www & www)"),
        ("l'hôpital", "(hopit | lhopit)"),
        ("l'auto-école", '("auto ecol" | autoecol)'),
        ("she'll", "she"),
        ("100.000", "(100.000 | 100000)"),
        ("16GB", '("16 gb" | 16gb)'),
        ("65W", '(65w | "65 w")'),
        ('צה"ל', "צהל"),
        # words with a space
        ("100 000", "((100 & 000) | 100000)"),
        ("1 000 000 cars", "(((1 & 000) | 1000000) & car)"),
        ("J. R. R. Tolkien", "(((j & r) | jrr) & tolkien)"),
        ("65 w", "((65 & w) | 65w)"),
        ("-100 000 x", "(!((100 & 000) | 100000) & x)"),
        ("100 000 OR x", "(((100 & 000) | 100000) | x)"),
        ("2024 100 30x 12 a", '(2024 & 100 & (30x | "30 x") & 12 & a)'),
        ("人工智能", '"人 工 智 能"'),
        ("人", "人"),
        ("-GPT-4", '(Everything & !("gpt 4" | gpt4))'),
        # phrases
        ('"self driving" cars', '("self drive" & car)'),
        ('"self-driving cars"', '"self drive car"'),
        ('"Tesla"', "tesla"),
        ("“curly quotes”", '"cur quot"'),
        ("„unten oben“", '"unten oben"'),
        ("«à gauche» »x y«", '("a gauch" & "x y")'),
        ('"a b"c', '("a b" & c)'),
        ('"" a', "a"),
        ('"to be or NOT (to) be"', '"to be or not to be"'),
        # not
        ("-tesla", "(Everything & !tesla)"),
        ("tesla -robot NOT waymo", "(tesla & !robot & !waymo)"),
        ("-robot tesla", "(!robot & tesla)"),
        ('-"a b" x', '(!"a b" & x)'),
        ("-(a b) x", "(!(a & b) & x)"),
        ("NOT(a b)", "(Everything & !(a & b))"),
        ("-a -b", "(Everything & !a & !b)"),
        ("-(-a)", "(Everything & !(Everything & !a))"),
        ("a-b", '("a b" | ab)'),
        ("-AND", "(Everything & !and)"),
        # and, or
        ("a AND b", "(a & b)"),
        ("a OR b", "(a | b)"),
        ("a b OR c d", "(a & (b | c) & d)"),
        ("a AND b OR c", "((a & b) | c)"),
        ("a OR b AND c", "(a | (b & c))"),
        ("a OR b OR c", "(a | b | c)"),
        ("a AND NOT b", "(a & !b)"),
        ("a OR NOT b", "(a | (Everything & !b))"),
        ("a OR -b", "(a | (Everything & !b))"),
        ("a OR !!!", "a"),
        ("GPT-4 OR b", '(("gpt 4" | gpt4) | b)'),
        # headlines in capitals
        ("AI OR ML", "(ai | ml)"),
        ("IBM NOT AI", "(ibm & !ai)"),
        ("TESLA AND WAYMO OR ZOOX", "((tesla & waymo) | zoox)"),
        ("Tesla AND Waymo NOT AI", "(tesla & waymo & !ai)"),
        ("(IBM OR AMD) AND (AI OR ML)", "((ibm | amd) & (ai | ml))"),
        # groups
        ("(a OR b) c", "((a | b) & c)"),
        ("(a)(b)", "(a & b)"),
        ("a (b (c d))", "(a & b & c & d)"),
        ("a OR (b c)", "(a | (b & c))"),
        ("(401(k) plan)", "(401 & k & plan)"),
        # scopes
        ("title:robots", "title:robot"),
        ("Topic:ai", "topics:ai"),
        ('title:"a b" excerpt:x', '(title:"a b" & excerpt:x)'),
        ("provider:(x OR y) z", "((provider:x | provider:y) & z)"),
        ("title:(a topic:b)", "(title:a & topics:b)"),
        ("-title:x a", "(!title:x & a)"),
        ("title:GPT-4", '(title:"gpt 4" | title:gpt4)'),
        ("title:OR", "title:or"),
        # prefixes
        ("robo*", "robo*"),
        ("ro*", "ro*"),
        ("robotic*", "(robotic* | robot)"),
        ("title:robotic*", "(title:robotic* | title:robot)"),
        ("Café*", "cafe*"),
        ("gpt-4*", '("gpt 4" | gpt4*)'),
        ("l'hôp*", "(hop* | lhop*)"),
        ("16gb*", '("16 gb" | 16gb*)'),
        ("20*", "20*"),
        ("人工*", '"人 工"'),
        ("-robo*", "(Everything & !robo*)"),
    ],
)  # fmt: skip
def test_query_is_parsed_to_tree(query: str, expected: str) -> None:
    assert read(query) == expected
    assert parse(query).warnings == ()


@pytest.mark.parametrize(
    ("query", "expected", "warning"),
    [
        ("!!!", "Nothing", "no letter or digit"),
        ("()", "Nothing", "no letter or digit"),
        ('-"?"', "Nothing", "no letter or digit"),
        ("\u200b", "Nothing", "no letter or digit"),
        ('"a b', "(a & b)", "quotation mark"),
        ('a"', "a", 'a"'),
        ("(a b", "(a & b)", "parenthesis"),
        ("a) b", "(a & b)", "parenthesis"),
        ("title:(a b", "(title:a & b)", "parenthesis"),
        ("NOT NOT a", "(not & not & a)", "nothing to join"),
        ("AND", "and", "nothing to join"),
        ("a OR", "(a & or)", "nothing to join"),
        ("(a AND) b", "(a & and & b)", "nothing to join"),
        ("a OR OR b", "(a & or & or & b)", "nothing to join"),
        ("NOT -a", "(not & !a)", "nothing to join"),
        ("*a*", "a", "*a*"),
        ("a*b", "(a & b)", "a*b"),
        ("r*", "r", "two letters"),
        ("robots**", "robot", "robots**"),
        ("a,b*", "(a & b)", "a,b*"),
        ('"machine lear*"', '"machin lear"', "quotation marks"),
        ("a~9", "(a & 9)", "a~9"),
        ("~9", "9", "~9"),
        ("a^2", "(a & 2)", "a^2"),
        ("[a TO b]", "(a & to & b)", "[a"),
        ("--a", "a", "--a"),
        ("foo:bar", "(foo & bar)", "foo:"),
        ("title: bar", "(titl & bar)", "title:"),
        ("title:topic:x", "(title:topic & title:x)", "topic:"),
        ("title:-x", "title:x", "-x"),
        ("TESLA DOES NOT RECALL CARS", "(tesla & doe & not & recal & car)", "in capitals"),
        ("DOGS AND CATS FIGHT OR PLAY", "(dog & and & cat & fight & or & play)", "in capitals"),
        ("IBM (NYSE) WILL NOT BUY AMD", "(ibm & nyse & will & not & buy & amd)", "in capitals"),
        ("СБЕР NOT ЯНДЕКС И ВТБ", "(сбер & not & яндекс & и & втб)", "in capitals"),
    ],
)
def test_misplaced_syntax_is_read_as_words_with_a_warning(query: str, expected: str, warning: str) -> None:
    parsed = parse(query)
    assert written(parsed.root) == expected
    assert any(warning in each for each in parsed.warnings)


@pytest.mark.parametrize("query", ["a~1 b a~1", "(a (b", "a OR OR b AND"])
def test_each_warning_is_given_once(query: str) -> None:
    assert len(set(parse(query).warnings)) == len(parse(query).warnings) == 1


@pytest.mark.parametrize(
    "query", [" ".join(["word"] * 33), "人" * 33, '"' + "a " * 40 + '"', "a-" * 40, "x OR " * 40 + "x"]
)
def test_words_beyond_the_limit_are_dropped_with_a_warning(query: str) -> None:
    parsed = parse(query)
    assert leaves(parsed.root) == MAX_WORDS
    assert [warning for warning in parsed.warnings if str(MAX_WORDS) in warning]


def leaves(node: Node) -> int:
    """The number of words searched for; the spellings of a compound count once."""
    match node:
        case And(children) | Or(children):
            return sum(map(leaves, children))
        case Phrase(terms):
            return len(terms)
        case Not(child) | Word(child=child):
            return leaves(child)
        case _:
            return 1


def test_parentheses_nest_up_to_the_limit() -> None:
    assert read("-(" * MAX_DEPTH + "a b" + ")" * MAX_DEPTH).count("!") == MAX_DEPTH
    assert parse("-(" * MAX_DEPTH + "a b" + ")" * MAX_DEPTH).warnings == ()


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 240, 100_000])
def test_deeper_parentheses_are_ignored_with_a_warning(depth: int) -> None:
    parsed = parse("(" * depth + "a b" + ")" * depth)
    assert written(parsed.root) == "(a & b)"
    assert parsed.warnings == (f"Parentheses more than {MAX_DEPTH} deep were ignored.",)


@pytest.mark.parametrize(
    "query",
    ["(" * 100_000, ")" * 100_000, "-(" * 50_000, '"' * 99_999, "NOT " * 50_000, "title:" * 50_000, "a-" * 50_000],
)
def test_very_long_queries_are_parsed(query: str) -> None:
    assert parse(query).warnings


def depth(node: object) -> int:
    if isinstance(node, tuple):
        return max(map(depth, node), default=0)
    return 1 + max((depth(getattr(node, f.name)) for f in fields(node)), default=0) if is_dataclass(node) else 0


@given(QUERIES)
def test_any_text_is_parsed_to_a_well_formed_tree(query: str) -> None:
    parsed = parse(query)
    assert depth(parsed.root) <= 5 * (MAX_DEPTH + 1)
    assert all(map(is_well_formed, nodes(parsed.root)))
    assert (parsed.root == Nothing()) <= bool(parsed.warnings)


def nodes(node: Node) -> list[Node]:
    match node:
        case And(children) | Or(children):
            return [node, *(below for child in children for below in nodes(child))]
        case Not(child) | Word(child=child):
            return [node, *nodes(child)]
        case _:
            return [node]


def is_well_formed(node: Node) -> bool:
    """Whether every `Not` is in an `And` with other nodes, and every `And`, `Or` and `Phrase` has several parts."""
    match node:
        case And(children):
            return len(children) > 1 and not all(isinstance(child, Not) for child in children)
        case Or(children):
            return len(children) > 1 and not any(isinstance(child, Not) for child in children)
        case Phrase(terms, offsets):
            return len(terms) > 1 and offsets == tuple(range(len(terms)))
        case _:
            return True


@given(
    st.text(alphabet="aZ ANDORTis", max_size=80)
    | st.lists(st.sampled_from(["AND", "or", "Tesla", "robots"])).map(" ".join)
)
def test_quick_parser_of_plain_words_agrees_with_the_full_parser(query: str) -> None:
    quick = parser._parse_plain_words(query)
    full = parser._parse_any(query)
    assert quick is None or (quick, sources(quick.root)) == (full, sources(full.root))


def sources(root: Node) -> list[str]:
    """The sources of the words; equality of nodes ignores these."""
    return [node.source for node in nodes(root) if isinstance(node, Word)]


def test_plain_words_are_read_by_the_quick_parser() -> None:
    assert parser._parse_plain_words("Tesla robots at work") is not None
