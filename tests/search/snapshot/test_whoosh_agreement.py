"""Whoosh's searcher finds the same documents in a snapshot as our evaluator, with the same scores."""

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

from search.article import Article
from search.query.nodes import And, Everything, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import required_children
from search.schema import TEXT_FIELDS
from search.searcher.evaluator import Evaluator
from search.searcher.index_reader import IndexReader
from search.settings import Ranking
from search.snapshot.store import SnapshotStore
from search.snapshot.whoosh_codec import INDEX_NAME
from tests import strategies
from tests.files import indexed
from tests.reference import fields_of, tokens_of

RANKING = Ranking(tie_breaker=1)  # Whoosh adds the scores of all fields
BOOSTS = {field: getattr(RANKING, field) for field in TEXT_FIELDS}


QUERIES = 20
ALMOST_ZERO = 1e-15
"""Whoosh reads a constant score of 0 as the default, 1."""


@contextmanager
def searching(articles: Iterable[Article]) -> Iterator[tuple[Searcher, Evaluator]]:
    """Whoosh's searcher and our evaluator over one archive of these articles."""
    with indexed(articles) as index_dir:
        snapshot = SnapshotStore(index_dir).open_current()
        index = open_dir(str(snapshot.folder), indexname=INDEX_NAME)
        with index.searcher(weighting=BM25F(B=RANKING.b, K1=RANKING.k1)) as searcher:
            yield searcher, Evaluator(IndexReader(snapshot, RANKING))


def our_scores(evaluator: Evaluator, node: Node) -> dict[str, float]:
    """The score of every matching article, by id."""
    documents = evaluator.doc_ids(node)
    ids = [evaluator.reader.article(document).id for document in documents.tolist()]
    return dict(zip(ids, evaluator.scores(node, documents).tolist(), strict=True))


def whoosh_query(node: Node) -> whoosh.Query:
    """The same query for Whoosh.  Repeated clauses are dropped, because Whoosh would score them twice."""
    match node:
        case Everything():
            return whoosh.ConstantScoreQuery(whoosh.Every(), ALMOST_ZERO)
        case Nothing():
            return whoosh.NullQuery
        case Not(child):
            return whoosh.AndNot(whoosh_query(Everything()), whoosh_query(child))
        case Word(child=child):
            return whoosh_query(child)
        case And(children):
            required = required_children(tuple(dict.fromkeys(children)))
            function_words = [whoosh_query(child) for child in dict.fromkeys(children) if child not in required]
            query = whoosh.And([whoosh_query(child) for child in required])
            return whoosh.AndMaybe(query, whoosh.Or(function_words)) if function_words else query
        case Or(children):
            return whoosh.Or([whoosh_query(child) for child in dict.fromkeys(children)])
        case Synonyms():
            raise ValueError("Whoosh has no such query")
    return whoosh.Or([in_field(node, field) for field in fields_of(node)])


def in_field(node: Term | Phrase | Prefix, field: str) -> whoosh.Query:
    match node:
        case Term(text):
            return whoosh.Term(field, text, boost=BOOSTS[field])
        case Prefix(text):
            return whoosh.ConstantScoreQuery(whoosh.Prefix(field, text), BOOSTS[field])
        case Phrase(terms):
            return whoosh.Phrase(field, list(terms), boost=BOOSTS[field])


def whoosh_scores(searcher: Searcher, node: Node) -> dict[str, float]:
    """The score of every matching article, by id.  With `replace=0` and no limit Whoosh skips no document."""
    collector = searcher.collector(limit=None)
    collector.replace = 0
    searcher.search_with_collector(whoosh_query(node), collector)
    return {hit["id"]: hit.score for hit in collector.results()}


def leaves_and_synonyms(node: Node) -> Iterator[Node]:
    match node:
        case Word(child=child) | Not(child):
            yield from leaves_and_synonyms(child)
        case And(children) | Or(children):
            for child in children:
                yield from leaves_and_synonyms(child)
        case _:
            yield node


def whoosh_can_express(node: Node) -> bool:
    """Whether Whoosh has such a query: its phrases are of adjacent words, and it boosts terms only."""
    return not any(
        isinstance(leaf, Synonyms) or (isinstance(leaf, Phrase) and leaf.offsets != tuple(range(len(leaf.offsets))))
        for leaf in leaves_and_synonyms(node)
    )


def whoosh_can_score(node: Node) -> bool:
    """Whoosh gives every match of a prefix the same score."""
    return not any(isinstance(leaf, Prefix) for leaf in leaves_and_synonyms(node))


each_archive = settings(
    max_examples=max(1, settings().max_examples // 4), deadline=None, suppress_health_check=list(HealthCheck)
)


@each_archive
@given(strategies.archives(), st.data())
def test_whoosh_finds_and_scores_the_same(articles: list[Article], data: st.DataObject) -> None:
    with searching(articles) as (searcher, evaluator):
        for _ in range(QUERIES):
            tree = data.draw(strategies.trees.filter(whoosh_can_express))
            theirs, ours = whoosh_scores(searcher, tree), our_scores(evaluator, tree)
            assert theirs.keys() == ours.keys()
            if whoosh_can_score(tree):
                assert theirs == pytest.approx(ours, rel=1e-9)


@each_archive
@given(strategies.archives())
def test_whoosh_reads_the_terms_of_the_articles(articles: list[Article]) -> None:
    tokens = [tokens_of(article) for article in articles]
    with searching(articles) as (searcher, _):
        reader = searcher.reader()
        for field in TEXT_FIELDS:
            doc_frequencies = Counter(
                term for of_article in tokens for term in {text for text, _, _ in of_article[field]}
            )
            frequencies = Counter(text for of_article in tokens for text, _, _ in of_article[field])
            dictionary = [text.decode() for text in reader.lexicon(field)]
            assert dictionary == sorted(doc_frequencies, key=str.encode)
            assert {text: reader.doc_frequency(field, text) for text in dictionary} == doc_frequencies
            assert {text: reader.frequency(field, text) for text in dictionary} == frequencies
            assert reader.field_length(field) == sum(frequencies.values())


@each_archive
@given(strategies.archives())
def test_whoosh_reads_the_articles(articles: list[Article]) -> None:
    by_id = {article.id: article for article in articles}
    with searching(articles) as (searcher, _):
        reader = searcher.reader()
        assert reader.doc_count() == reader.doc_count_all() == len(articles)
        for document, stored in reader.iter_docs():
            article = by_id.pop(stored["id"])
            assert stored == _without_missing(
                id=article.id, title=article.title, excerpt=article.excerpt, topics=list(article.topics),
                provider=article.provider and article.provider.name, type=article.type, url=article.url,
                amp_url=article.amp_url, published_at=article.published_at, image=article.image,
                category=article.category, heat=article.heat, quality=article.quality, related=article.related,
            )  # fmt: skip
            lengths = {field: reader.doc_field_length(document, field) for field in TEXT_FIELDS}
            assert lengths == {field: len(tokens) for field, tokens in tokens_of(article).items()}
        assert not by_id


def _without_missing(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in (None, (), [])}
