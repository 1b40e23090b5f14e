"""A snapshot is a Whoosh index: Whoosh's own searcher opens it and, asked exactly, finds and scores the same."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh
from whoosh.index import open_dir
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from search.analysis import FIELDS
from search.article import Article
from search.query.nodes import And, Everything, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from search.snapshot.whoosh_schema import INDEX_NAME
from tests import strategies
from tests.files import indexed
from tests.reference import fields_of, tokens_of

RANKING = Ranking()
BOOSTS = dict(zip(FIELDS, RANKING.boosts, strict=True))


ASKED = 20
NEXT_TO_NOTHING = 1e-15
"""Whoosh takes a constant score of 0 for none given, which is 1."""


@contextmanager
def searching(articles: Iterable[Article]) -> Iterator[tuple[Searcher, Evaluator]]:
    """Whoosh's searcher and our evaluation of one archive of these articles."""
    with indexed(articles) as index_dir:
        snapshot = SnapshotStore(index_dir).open_current()
        index = open_dir(str(snapshot.folder), indexname=INDEX_NAME)
        with index.searcher(weighting=BM25F(B=RANKING.b, K1=RANKING.k1)) as searcher:
            yield searcher, Evaluator(IndexReader(snapshot, RANKING))


def our_answer(evaluation: Evaluator, node: Node) -> dict[str, float]:
    """Every article that matches and its score."""
    documents = evaluation.doc_ids(node)
    ids = [evaluation.reader.article(document).id for document in documents.tolist()]
    return dict(zip(ids, evaluation.scores(node, documents).tolist(), strict=True))


def translated(node: Node) -> whoosh.Query:
    """The same question in Whoosh's words; it would count twice what is asked twice."""
    match node:
        case Everything():
            return whoosh.ConstantScoreQuery(whoosh.Every(), NEXT_TO_NOTHING)
        case Nothing():
            return whoosh.NullQuery
        case Not(child):
            return whoosh.AndNot(translated(Everything()), translated(child))
        case Word(child=child):
            return translated(child)
        case And(children):
            return whoosh.And([translated(child) for child in dict.fromkeys(children)])
        case Or(children):
            return whoosh.Or([translated(child) for child in dict.fromkeys(children)])
        case Synonyms():
            raise ValueError("not sayable")
    return whoosh.Or([in_field(node, field) for field in fields_of(node)])


def in_field(node: Term | Phrase | Prefix, field: str) -> whoosh.Query:
    match node:
        case Term(text):
            return whoosh.Term(field, text, boost=BOOSTS[field])
        case Prefix(text):
            return whoosh.ConstantScoreQuery(whoosh.Prefix(field, text), BOOSTS[field])
        case Phrase(terms):
            return whoosh.Phrase(field, list(terms), boost=BOOSTS[field])


def whoosh_answer(searcher: Searcher, node: Node) -> dict[str, float]:
    """Every article that matches and its score.  `replace=0` and no limit: Whoosh skips no document for another."""
    collector = searcher.collector(limit=None)
    collector.replace = 0
    searcher.search_with_collector(translated(node), collector)
    return {hit["id"]: hit.score for hit in collector.results()}


def sayable(node: Node) -> bool:
    """Whether Whoosh can ask it: its phrases are of words that follow each other, one a position."""
    match node:
        case Phrase(_, offsets):
            return offsets == tuple(range(len(offsets)))
        case Synonyms():  # its weights are for terms only
            return False
        case Word(child=child):
            return sayable(child)
        case And(children) | Or(children):
            return all(sayable(child) for child in children)
        case Not(child):
            return sayable(child)
    return True


each_archive = settings(
    max_examples=max(1, settings().max_examples // 4), deadline=None, suppress_health_check=list(HealthCheck)
)


@each_archive
@given(strategies.archives(), st.data())
def test_whoosh_finds_and_scores_the_same(articles: list[Article], data: st.DataObject) -> None:
    with searching(articles) as (searcher, evaluation):
        for _ in range(ASKED):
            tree = data.draw(strategies.trees.filter(sayable))
            assert whoosh_answer(searcher, tree) == pytest.approx(our_answer(evaluation, tree), rel=1e-9)


@each_archive
@given(strategies.archives())
def test_whoosh_reads_the_terms_of_the_articles(articles: list[Article]) -> None:
    tokens = [tokens_of(article) for article in articles]
    with searching(articles) as (searcher, _):
        reader = searcher.reader()
        for field in FIELDS:
            holding = Counter(term for of_article in tokens for term in {text for text, _, _ in of_article[field]})
            occurring = Counter(text for of_article in tokens for text, _, _ in of_article[field])
            dictionary = [text.decode() for text in reader.lexicon(field)]
            assert dictionary == sorted(holding, key=str.encode)
            assert {text: reader.doc_frequency(field, text) for text in dictionary} == holding
            assert {text: reader.frequency(field, text) for text in dictionary} == occurring
            assert reader.field_length(field) == sum(occurring.values())


@each_archive
@given(strategies.archives())
def test_whoosh_reads_the_articles(articles: list[Article]) -> None:
    by_id = {article.id: article for article in articles}
    with searching(articles) as (searcher, _):
        reader = searcher.reader()
        assert reader.doc_count() == reader.doc_count_all() == len(articles)
        for document, stored in reader.iter_docs():
            article = by_id.pop(stored["id"])
            assert stored == _without_none(
                id=article.id, title=article.title, excerpt=article.excerpt, topics=list(article.topics),
                provider=article.provider and article.provider.name, url=article.url, published_at=article.published_at,
                heat=article.heat, type=article.type,
            )  # fmt: skip
            lengths = {field: reader.doc_field_length(document, field) for field in FIELDS}
            assert lengths == {field: len(tokens) for field, tokens in tokens_of(article).items()}
        assert not by_id


def _without_none(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
