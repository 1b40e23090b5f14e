"""Synonym expansion of queries, and the searches that it gives with the bundled synonyms."""

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
from search.query.synonym_expansion import expand_synonyms
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
    """The query with synonyms as text, a word and its synonyms as <original ~ synonym ~ synonym>."""
    return written(expand_synonyms(parse(query).root, MEANINGS))


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
        case Synonyms(original, synonyms):
            return f"<{' ~ '.join(map(written, (original, *synonyms)))}>"
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
        # nodes other than words
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
def test_words_are_expanded_with_their_synonyms(query: str, expected: str) -> None:
    assert read(query) == expected


def test_an_expanded_word_keeps_its_source_and_form() -> None:
    synonyms = Synonyms(Term("ai"), (Phrase(("artifici", "intellig"), (0, 1)),))
    assert expand_synonyms(parse("A.I.").root, MEANINGS) == Word("A.I.", synonyms, "ai")


def test_a_sequence_of_words_with_synonyms_becomes_one_word() -> None:
    original = And(
        (Word("Artificial", Term("artifici"), "artificial"), Word("Intelligences", Term("intellig"), "intelligences"))
    )
    root = expand_synonyms(parse("Artificial Intelligences").root, MEANINGS)
    assert root == Word("Artificial Intelligences", Synonyms(original, (Term("ai"),)))


@pytest.mark.parametrize("query", ["ai", "artificial intelligence (x OR y) -z", "self-driving"])
def test_query_without_synonyms_is_unchanged(query: str) -> None:
    assert expand_synonyms(parse(query).root, NO_SYNONYMS) == parse(query).root


def test_a_synonym_has_the_text_of_its_entry_as_source() -> None:
    root = expand_synonyms(parse("AI").root, MEANINGS)
    assert isinstance(root, Word)
    assert isinstance(root.child, Synonyms)
    assert [synonym.source for synonym in root.child.synonyms if isinstance(synonym, Phrase)] == [
        "artificial intelligence"
    ]


def test_an_expanded_word_keeps_its_field() -> None:
    root = expand_synonyms(parse("title:ai").root, MEANINGS)
    assert isinstance(root, Word)
    assert root.field == "title"


trees = strategies.trees | strategies.query_texts.map(lambda text: parse(text).root)


@given(trees)
def test_expanding_twice_changes_nothing(root: Node) -> None:
    once = expand_synonyms(root, GENERATED)
    assert expand_synonyms(once, GENERATED) == once


@settings(deadline=None)
@given(strategies.archives(), st.lists(trees, min_size=1, max_size=20))
def test_expanded_query_matches_all_that_the_original_matches(articles: list[Article], roots: list[Node]) -> None:
    archive = Archive(articles, Ranking(synonym=0))
    for root in roots:
        more = expand_synonyms(root, GENERATED)
        for article in articles:
            if archive.matches(root, article):
                assert archive.matches(more, article)


@settings(deadline=None)
@given(strategies.archives(), st.lists(strategies.query_texts, min_size=1, max_size=20))
def test_synonyms_never_lower_the_score_of_an_article_with_the_original_words(
    articles: list[Article], texts: list[str]
) -> None:
    """With a synonym weight of 0 the score stays equal, with two exceptions: an article may match further sides of an
    OR by synonyms, and a word that is in two sequences with synonyms counts in each."""
    weighted, unweighted = Archive(articles), Archive(articles, Ranking(synonym=0))
    for text in texts:
        root = parse(text).root
        more = expand_synonyms(root, GENERATED)
        each_once = len(set(terms(text))) == len({term for term, _ in terms(text)})
        for article in articles:
            if weighted.matches(root, article):
                score = weighted.text_score(root, article)
                same = unweighted.text_score(more, article) == pytest.approx(score)
                assert same or "OR" in text or not each_once
                assert unweighted.text_score(more, article) >= score - 1e-9
                assert weighted.text_score(more, article) >= score - 1e-9


# The bundled synonyms


BUNDLED = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
EQUIVALENTS: list[list[str]] = BUNDLED["same"]
ONE_WAY: dict[str, list[str]] = BUNDLED["also"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine on an archive with an article for every entry of the bundled synonyms."""
    entries = dict.fromkeys((*chain(*EQUIVALENTS), *ONE_WAY, *chain(*ONE_WAY.values())))
    articles = [Article(id=f"{number}", title=f"About {entry}: news") for number, entry in enumerate(entries)]
    with indexed(articles) as index_dir, open_engine(index_dir) as opened:
        yield opened


def titles(engine: Engine, query: str) -> set[str]:
    results = engine.search(SearchRequest(q=query, per_page=100, fields=("id",)))
    return {hit.article.title.removeprefix("About ").removesuffix(": news") for hit in results.hits}


@pytest.mark.parametrize("entries", EQUIVALENTS, ids=lambda entries: entries[0])
def test_each_entry_of_a_same_list_finds_the_others(engine: Engine, entries: list[str]) -> None:
    assert [entry for entry in entries if not titles(engine, entry) >= set(entries)] == []


@pytest.mark.parametrize(("entry", "synonyms"), ONE_WAY.items(), ids=ONE_WAY)
def test_an_also_entry_finds_its_synonyms(engine: Engine, entry: str, synonyms: list[str]) -> None:
    assert titles(engine, entry) >= {entry, *synonyms}


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("autonomous vehicle", "AV"),
        ("robotaxi", "autonomous vehicle"),
        ("Power BI", "business intelligence"),
        ("exposed", "data breach"),
    ],
)
def test_synonyms_of_an_also_entry_do_not_find_it(engine: Engine, query: str, other: str) -> None:
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
        ("multifactor authentication", {"MFA", "2FA", "two-factor authentication"}),
        ("data leaks", {"data breach", "breach", "exposed"}),
        ("logging in", {"sign in", "login"}),
    ],
)
def test_other_forms_and_spellings_of_an_entry_have_its_synonyms(engine: Engine, query: str, texts: set[str]) -> None:
    assert titles(engine, query) >= texts
