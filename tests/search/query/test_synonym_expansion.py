"""Synonyms at query time: which words of a query have any, and what they find."""

from collections.abc import Iterator
from itertools import chain

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import terms
from search.analysis.synonym_file import SHIPPED
from search.analysis.synonym_map import NO_SYNONYMS
from search.analysis.synonym_parser import synonym_map
from search.article import Article
from search.engine import Engine
from search.engines import open_engine
from search.query.nodes import And, Node, Not, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.parser import parse
from search.query.synonym_expansion import expanded
from search.request import SearchRequest
from search.settings import Ranking
from tests import strategies
from tests.files import indexed
from tests.reference import Archive

MEANINGS = synonym_map(
    b"""
    same:
      - [AI, artificial intelligence]
      - [self-driving car, driverless car]
      - [low-code, citizen development]
      - [power apps, powerapps]
      - [power apps portals, power pages]
      - [R&D, research and development]
    also:
      robotaxi: [driverless car]
      pages: [leaves]
    """
)
GENERATED = synonym_map(strategies.SYNONYMS.encode())


def read(query: str) -> str:
    """The query written out, a word and its synonyms as <typed ~ other ~ other>."""
    return written(expanded(parse(query).root, MEANINGS))


def written(node: Node) -> str:
    match node:
        case Term(text, field):
            return f"{field}:{text}" if field else text
        case Phrase(terms, _, field):
            return f'{field}:"{" ".join(terms)}"' if field else f'"{" ".join(terms)}"'
        case Prefix(text):
            return f"{text}*"
        case Word(child=child):
            return written(child)
        case Synonyms(typed, others):
            return f"<{' ~ '.join(map(written, (typed, *others)))}>"
        case And(children):
            return f"({' & '.join(map(written, children))})"
        case Or(children):
            return f"({' | '.join(map(written, children))})"
        case Not(child):
            return "!" + written(child)
        case _:
            return type(node).__name__


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # one word
        ("AI", '<ai ~ "artifici intellig">'),
        ("A.I.", '<ai ~ "artifici intellig">'),
        ("cars", "car"),
        ("robotaxis", '<robotaxi ~ "driverless car">'),
        ("r&d", '<r&d ~ "research and develop">'),
        # several in a row
        ("artificial intelligence", "<(artifici & intellig) ~ ai>"),
        ("Artificial Intelligence startups", "(<(artifici & intellig) ~ ai> & startup)"),
        ("new artificial intelligence", "(new & <(artifici & intellig) ~ ai>)"),
        ("artificial AND intelligence", "<(artifici & intellig) ~ ai>"),
        ("intelligence artificial", "(intellig & artifici)"),
        ("artificial and intelligence", "(artifici & and & intellig)"),
        ("research and development", "<(research & and & develop) ~ r&d>"),
        ("ai ai", '(<ai ~ "artifici intellig"> & <ai ~ "artifici intellig">)'),
        # compounds
        ("self-driving cars", '<(("self drive" | selfdriv) & car) ~ "driverless car">'),
        ("selfdriving cars", '<(selfdriv & car) ~ "self drive car" ~ "driverless car">'),
        ("self driving car", '<(self & drive & car) ~ "selfdriv car" ~ "driverless car">'),
        ("self-driving-car", '<("self drive car" | selfdrivingcar) ~ "selfdriv car" ~ "driverless car">'),
        ("driverless car", '<(driverless & car) ~ "self drive car" ~ "selfdriv car">'),
        ("low-code", '<("low code" | lowcod) ~ "citizen develop">'),
        ("low code", '<(low & code) ~ lowcod ~ "citizen develop">'),
        ("lowcode", '<lowcod ~ "low code" ~ "citizen develop">'),
        ("AI-powered", '("ai power" | aipow)'),
        # the longest, from the left, none twice
        ("power apps", "<(power & app) ~ powerapp>"),
        ("power apps portals", '<(power & app & portal) ~ "power page">'),
        ("power apps pages", "(<(power & app) ~ powerapp> & <page ~ leav>)"),
        ("power pages", '<(power & page) ~ "power app portal">'),
        ("pages", "<page ~ leav>"),
        ("leaves", "leav"),
        # what is not just words
        ('"AI"', "ai"),
        ('"artificial intelligence"', '"artifici intellig"'),
        ('artificial "intelligence"', "(artifici & intellig)"),
        ("artificial* intelligence", "((artificial* | artifici) & intellig)"),
        ("a.i.*", "ai*"),
        ("-ai", "(Everything & !ai)"),
        ("tesla NOT ai", "(tesla & !ai)"),
        ("tesla -(ai OR x)", "(tesla & !(ai | x))"),
        ("-(-ai)", "(Everything & !(Everything & !ai))"),
        ("artificial -x intelligence", "(artifici & !x & intellig)"),
        ("", "Everything"),
        ("!", "Nothing"),
        # groups and fields
        ("ai OR x", '(<ai ~ "artifici intellig"> | x)'),
        ("(artificial intelligence) OR x", "(<(artifici & intellig) ~ ai> | x)"),
        ("artificial intelligence OR x", "(artifici & (intellig | x))"),
        ("x (y OR ai)", '(x & (y | <ai ~ "artifici intellig">))'),
        ("title:ai", '<title:ai ~ title:"artifici intellig">'),
        ("title:(artificial intelligence)", "<(title:artifici & title:intellig) ~ title:ai>"),
        ("title:artificial intelligence", "(title:artifici & intellig)"),
        ("topic:ai title:ai", '(<topics:ai ~ topics:"artifici intellig"> & <title:ai ~ title:"artifici intellig">)'),
    ],
)  # fmt: skip
def test_words_are_found_by_their_synonyms(query: str, expected: str) -> None:
    assert read(query) == expected


def test_one_word_stays_what_was_typed() -> None:
    synonyms = Synonyms(Term("ai"), (Phrase(("artifici", "intellig"), (0, 1)),))
    assert expanded(parse("A.I.").root, MEANINGS) == Word("A.I.", synonyms, "ai")


def test_several_words_become_one() -> None:
    typed = And(
        (Word("Artificial", Term("artifici"), "artificial"), Word("Intelligences", Term("intellig"), "intelligences"))
    )
    root = expanded(parse("Artificial Intelligences").root, MEANINGS)
    assert root == Word("Artificial Intelligences", Synonyms(typed, (Term("ai"),)))


@pytest.mark.parametrize("query", ["ai", "artificial intelligence (x OR y) -z", "self-driving"])
def test_without_synonyms_a_query_stays_what_it_was(query: str) -> None:
    assert expanded(parse(query).root, NO_SYNONYMS) == parse(query).root


def test_a_synonym_knows_what_it_was_written_as() -> None:
    root = expanded(parse("AI").root, MEANINGS)
    assert isinstance(root, Word)
    assert isinstance(root.child, Synonyms)
    assert [other.typed for other in root.child.others if isinstance(other, Phrase)] == ["artificial intelligence"]


def test_the_field_stays() -> None:
    root = expanded(parse("title:ai").root, MEANINGS)
    assert isinstance(root, Word)
    assert root.field == "title"


trees = strategies.trees | strategies.query_texts.map(lambda text: parse(text).root)


@given(trees)
def test_what_is_expanded_is_not_expanded_again(root: Node) -> None:
    once = expanded(root, GENERATED)
    assert expanded(once, GENERATED) == once


@settings(deadline=None)
@given(strategies.archives(), st.lists(trees, min_size=1, max_size=20))
def test_synonyms_find_more_and_lose_nothing(articles: list[Article], roots: list[Node]) -> None:
    archive = Archive(articles, Ranking(synonym=0))
    for root in roots:
        more = expanded(root, GENERATED)
        for article in articles:
            if archive.matches(root, article):
                assert archive.matches(more, article)


@settings(deadline=None)
@given(strategies.archives(), st.lists(strategies.query_texts, min_size=1, max_size=20))
def test_an_article_with_the_words_as_typed_never_scores_less(articles: list[Article], texts: list[str]) -> None:
    """And just the same where synonyms are worth nothing, unless there is an OR: what one side of it finds may now have
    the words of the other, too; or a word stands in two rows that have synonyms, and counts in each."""
    typed, worth_nothing = Archive(articles), Archive(articles, Ranking(synonym=0))
    for text in texts:
        root = parse(text).root
        more = expanded(root, GENERATED)
        each_once = len(set(terms(text))) == len({term for term, _ in terms(text)})
        for article in articles:
            if typed.matches(root, article):
                score = typed.text_score(root, article)
                same = worth_nothing.text_score(more, article) == pytest.approx(score)
                assert same or "OR" in text or not each_once
                assert worth_nothing.text_score(more, article) >= score - 1e-9
                assert typed.text_score(more, article) >= score - 1e-9


# The file that comes along, at work


SAID = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
LISTS: list[list[str]] = SAID["same"]
FOUND_BY: dict[str, list[str]] = SAID["also"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Over an archive with an article for every entry of the file."""
    entries = dict.fromkeys((*chain(*LISTS), *FOUND_BY, *chain(*FOUND_BY.values())))
    articles = [Article(id=f"{number}", title=f"About {entry}: news") for number, entry in enumerate(entries)]
    with indexed(articles) as index_dir, open_engine(index_dir) as opened:
        yield opened


def titles(engine: Engine, query: str) -> set[str]:
    found = engine.search(SearchRequest(q=query, per_page=100, fields=()))
    return {hit.article.title.removeprefix("About ").removesuffix(": news") for hit in found.hits}


@pytest.mark.parametrize("entries", LISTS, ids=lambda entries: entries[0])
def test_each_of_a_list_finds_the_others(engine: Engine, entries: list[str]) -> None:
    assert [entry for entry in entries if not titles(engine, entry) >= set(entries)] == []


@pytest.mark.parametrize(("entry", "others"), FOUND_BY.items(), ids=FOUND_BY)
def test_what_stands_on_the_left_finds_what_stands_on_the_right(engine: Engine, entry: str, others: list[str]) -> None:
    assert titles(engine, entry) >= {entry, *others}


@pytest.mark.parametrize(
    ("query", "other"),
    [("autonomous vehicle", "AV"), ("robotaxi", "autonomous vehicle"), ("Power BI", "business intelligence")],
)
def test_what_stands_on_the_right_does_not_find_what_stands_on_the_left(engine: Engine, query: str, other: str) -> None:
    assert other not in titles(engine, query)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("self driving cars", {"driverless car", "autonomous vehicle"}),
        ("robo taxi", {"robo-taxi", "driverless taxi"}),
        ("genai", {"generative AI"}),
        ("LLMs", {"large language model"}),
        ("PWAs", {"progressive web app"}),
        ("common data service", {"Dataverse"}),
        ("artificial intelligence news", {"AI"}),
    ],
)
def test_other_forms_and_spellings_have_the_same_synonyms(engine: Engine, query: str, texts: set[str]) -> None:
    assert titles(engine, query) >= texts
