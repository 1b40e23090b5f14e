"""What a search has to answer, said as plainly as can be: every article is looked at, every time.

No index, no arrays, no cleverness: the engine is held against this, so its one virtue is to be right at sight.  It
shares with the engine how a text becomes terms and how a query becomes a tree with its synonyms, and nothing else.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf, log

from search.analysis import FIELDS
from search.analysis.analyzer import tokens
from search.analysis.form_hash import form_hash
from search.analysis.synonym_file import read_synonyms
from search.analysis.synonym_map import SynonymMap
from search.article import Article
from search.query.nodes import And, Everything, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.parser import parse
from search.query.query_words import (
    adjacent_terms,
    content_words,
    included_words,
    is_scored,
    optional_words,
    plain_term,
    relaxed_query,
    required_nodes,
    synonym_weight,
)
from search.query.synonym_expansion import expanded
from search.request import SearchRequest
from search.results import Bucket, Facet, SearchResults
from search.searcher.index_reader import HOTTEST
from search.searcher.match_boosts import NEAR
from search.searcher.minimum_match import FEW
from search.settings import Ranking

SHIPPED = read_synonyms(None)

Tokens = list[tuple[str, int, str]]
"""Term, position and folded form of every word."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """One page: `scores` beside `articles`, all None unless sorted by relevance to a query."""

    total: int
    more: int
    """articles that lack words"""
    articles: tuple[Article, ...]
    scores: tuple[float | None, ...]
    missing: tuple[tuple[str, ...], ...]
    facets: tuple[Facet, ...]


def answer_of(results: SearchResults) -> Answer:
    """What of an engine's results can be said here too."""
    return Answer(
        total=results.total,
        more=results.relaxed.total if results.relaxed else 0,
        articles=tuple(hit.article for hit in results.hits),
        scores=tuple(hit.score for hit in results.hits),
        missing=tuple(hit.missing for hit in results.hits),
        facets=results.facets,
    )


class Archive:
    """The articles, newest first (undated last), equal dates by id; every other sort keeps this order among equals."""

    def __init__(
        self, articles: Iterable[Article], ranking: Ranking | None = None, synonym_map: SynonymMap = SHIPPED
    ) -> None:
        by_id = sorted(articles, key=lambda article: article.id)
        self.newest = sorted(by_id, key=lambda article: article.published_at or LONG_AGO, reverse=True)
        self.ranking = ranking or Ranking()
        self.synonym_map = synonym_map
        self.tokens = {article.id: tokens_of(article) for article in self.newest}
        everywhere = {field: [tokens[field] for tokens in self.tokens.values()] for field in FIELDS}
        self.average_length = {field: sum(map(len, all_)) / max(1, len(all_)) for field, all_ in everywhere.items()}
        self.articles_with = {
            field: Counter(text for tokens in all_ for text in {text for text, _, _ in tokens})
            for field, all_ in everywhere.items()
        }

    def search(self, request: SearchRequest) -> Answer:
        return self.answer(parse(request.q).root, request)

    def answer(self, query: Node, request: SearchRequest) -> Answer:
        query = expanded(query, self.synonym_map)
        lacking = self.lacking(query, request)
        found = [
            article
            for article in self.newest
            if article.id in lacking and in_time(article, request) and not excluded(article, request)
        ]
        hits = [article for article in found if all(passes(article, request, facet) for facet in FACET_VALUES)]
        scored = request.order == "relevance" and is_scored(query)
        loose = relaxed_query(query)
        score = {a.id: self.score(loose if any(lacking[a.id]) else query, a, query) if scored else 0.0 for a in hits}
        listed = sorted(ordered(hits, request, score), key=lambda article: lacking[article.id])
        page = listed[request.offset : request.offset + request.per_page]
        strict = [article for article in hits if not any(lacking[article.id])]
        return Answer(
            total=len(strict),
            more=len(hits) - len(strict),
            articles=tuple(page),
            scores=tuple(score[article.id] if scored else None for article in page),
            missing=tuple(self.missing(query, article) if any(lacking[article.id]) else () for article in page),
            facets=tuple(count_facet(found, request, facet) for facet in request.facets),
        )

    # -- with a word lacking -------------------------------------------------------------------------------------------

    def lacking(self, query: Node, request: SearchRequest) -> dict[str, tuple[int, int]]:
        """For every article that is listed, filters aside, how many content words of the query it lacks, and how many
        words in all."""
        strict = {article.id: (0, 0) for article in self.newest if self.matches(query, article)}
        if request.match == "all" or len(strict) >= FEW or not optional_words(query):
            return strict
        said = {word.source for word in content_words(optional_words(query))}
        missing = {a.id: self.missing(query, a) for a in self.newest if self.matches_loosely(query, a)}
        loose = {id: (len(said & set(words)), len(words)) for id, words in missing.items()}
        for most in range(len(optional_words(query)) + 1):
            enough = {id: lacking for id, lacking in loose.items() if lacking[0] <= most}
            if len(enough) >= FEW:
                return enough
        return loose

    def matches_loosely(self, query: Node, article: Article) -> bool:
        """Whether it has all that must be there, and something of what may."""
        required = required_nodes(query)
        if any(not isinstance(child, Not | Everything) for child in required):
            return all(self.matches(child, article) for child in required)
        telling_words = content_words(optional_words(query))
        return all(self.matches(child, article) for child in required) and any(
            self.matches(word, article) for word in telling_words
        )

    def missing(self, query: Node, article: Article) -> tuple[str, ...]:
        return tuple(word.source for word in optional_words(query) if not self.matches(word, article))

    # -- which articles ------------------------------------------------------------------------------------------------

    def matches(self, node: Node, article: Article) -> bool:
        match node:
            case Everything():
                return True
            case Nothing():
                return False
            case Not(child):
                return not self.matches(child, article)
            case Word(child=child):
                return self.matches(child, article)
            case Synonyms(original, synonyms):
                return any(self.matches(child, article) for child in (original, *synonyms))
            case And(children):
                return all(self.matches(child, article) for child in children)
            case Or(children):
                return any(self.matches(child, article) for child in children)
        return any(occurs(node, self.tokens[article.id][field]) for field in fields_of(node))

    # -- how well ------------------------------------------------------------------------------------------------------

    def score(self, node: Node, article: Article, typed: Node) -> float:
        """BM25F, times what raises an article whatever the query, times how close it is to the query as typed."""
        prior = (1 + self.ranking.recency * self.recency(article)) * (1 + self.ranking.heat * popularity(article))
        score = self.text_score(node, article) * prior
        if any(word.form is not None for word in included_words(typed)):
            score *= 1 + self.ranking.exact * self.exact(typed, article)
        if adjacent_terms(typed):
            score *= 1 + self.ranking.proximity * self.near(typed, article)
        return score

    def recency(self, article: Article) -> float:
        newest = self.newest[0].published_at
        if article.published_at is None or newest is None:
            return 0.0
        days = (newest.timestamp() - article.published_at.timestamp()) / 86_400
        return self.ranking.recency_days / (self.ranking.recency_days + days)

    def exact(self, typed: Node, article: Article) -> float:
        """The share of the query's plain words that stand in the article as typed."""
        plain = [word for word in included_words(typed) if word.form is not None]
        return sum(self.has_as_typed(word, article) for word in plain) / len(plain)

    def has_as_typed(self, word: Word, article: Article) -> bool:
        term = plain_term(word)
        return term is not None and any(
            text == term.text and form_hash(form) == form_hash(word.form or "")
            for field in (FIELDS if word.field is None else (word.field,))
            for text, _, form in self.tokens[article.id][field]
        )

    def near(self, typed: Node, article: Article) -> float:
        """The mean over the neighbouring words of the query: 1 where they stand in a row, 1/2 where near each other."""
        pairs = adjacent_terms(typed)
        return added(self.nearness(first.text, second.text, article) for first, second in pairs) / len(pairs)

    def nearness(self, first: str, second: str, article: Article) -> float:
        steps = [
            there - here
            for tokens in self.tokens[article.id].values()
            for text, here, _ in tokens
            for other, there, _ in tokens
            if (text, other) == (first, second)
        ]
        if 1 in steps:
            return 1.0
        return 0.5 if any(0 < abs(step) <= NEAR for step in steps) else 0.0

    def text_score(self, node: Node, article: Article) -> float:
        """BM25F by Whoosh's definitions, summed in the order of the query and, within a word, of the fields."""
        if not self.matches(node, article):
            return 0.0
        match node:
            case Everything() | Nothing() | Not():
                return 0.0
            case Word(child=child):
                return self.text_score(child, article)
            case Synonyms(original, synonyms):
                synonym_scores = (
                    self.ranking.synonym * synonym_weight(original, synonym) * self.text_score(synonym, article)
                    for synonym in synonyms
                )
                return max(self.text_score(original, article), *synonym_scores)
            case And(children) | Or(children):
                return added(self.text_score(child, article) for child in dict.fromkeys(children))
        return added(
            self.boost(field) * self.leaf_score(node, field, article)
            for field in fields_of(node)
            if occurs(node, self.tokens[article.id][field])
        )

    def leaf_score(self, node: Term | Phrase | Prefix, field: str, article: Article) -> float:
        match node:
            case Term(text):
                return self.bm25(text, field, article)
            case Phrase(texts):
                return added(self.bm25(text, field, article) for text in texts)
            case Prefix():
                return 1.0

    def bm25(self, text: str, field: str, article: Article) -> float:
        k1, b = self.ranking.k1, self.ranking.b
        tokens = self.tokens[article.id][field]
        frequency, length, average_length = count(text, tokens), len(tokens), self.average_length[field]
        idf = log(len(self.newest) / (self.articles_with[field][text] + 1)) + 1
        return idf * ((frequency * (k1 + 1)) / (frequency + k1 * ((1 - b) + b * length / average_length)))

    def boost(self, field: str) -> float:
        return self.ranking.boosts[FIELDS.index(field)]


def tokens_of(article: Article) -> dict[str, Tokens]:
    return {
        "title": read(article.title),
        "excerpt": read(article.excerpt),
        "topics": one_after_another(article.topics),
        "provider": read(article.provider.name) if article.provider else [],
    }


def read(text: str, start: int = 0) -> Tokens:
    """A word that is joined to one of its own parts counts once in its place, as the part."""
    found = {(token.term, token.position): token.form for token in reversed(tokens(text))}
    return [(term, start + position, form) for (term, position), form in reversed(found.items())]


def one_after_another(topics: Sequence[str]) -> Tokens:
    """A position stays free between two topics, so that no phrase runs from one into the next."""
    found: Tokens = []
    for topic in topics:
        found += read(topic, found[-1][1] + 2 if found else 0)
    return found


def fields_of(node: Term | Phrase | Prefix) -> Sequence[str]:
    return FIELDS if node.field is None else (node.field,)


def occurs(node: Term | Phrase | Prefix, tokens: Tokens) -> bool:
    match node:
        case Term(text):
            return count(text, tokens) > 0
        case Prefix(text):
            return any(other.startswith(text) for other, _, _ in tokens)
        case Phrase(texts, offsets):
            pattern = list(zip(texts, offsets, strict=True))
            standing = {(text, position) for text, position, _ in tokens}
            return any(all((text, start + offset) in standing for text, offset in pattern) for _, start, _ in tokens)


def added(scores: Iterable[float]) -> float:
    """The sum, rounded after each step; `sum` itself corrects for rounding from Python 3.12 on."""
    total = 0.0
    for score in scores:
        total += score
    return total


def count(text: str, tokens: Tokens) -> int:
    return sum(text == other for other, _, _ in tokens)


# -- filters -----------------------------------------------------------------------------------------------------------


FACET_VALUES: dict[str, Callable[[Article], set[str]]] = {
    "topic": lambda article: set(article.topics),
    "provider": lambda article: {article.provider.name} if article.provider else set(),
    "type": lambda article: {article.type},
    "year": lambda article: {str(article.published_at.year)} if article.published_at else set(),
}


def excluded(article: Article, request: SearchRequest) -> bool:
    return any(set(values) & FACET_VALUES[facet](article) for facet, values in request.excluded.items())


def passes(article: Article, request: SearchRequest, facet: str) -> bool:
    """Whether the article passes the facet's own filter."""
    wanted = set(getattr(request, facet))
    if facet == "topic" and request.topic_op == "all":
        return wanted <= FACET_VALUES[facet](article)
    return not wanted or bool(wanted & FACET_VALUES[facet](article))


def in_time(article: Article, request: SearchRequest) -> bool:
    published = article.published_at
    return (request.since is None or (published is not None and published >= request.since)) and (
        request.until is None or (published is not None and published < request.until)
    )


def popularity(article: Article) -> float:
    return min(max(article.heat or 0, 0), HOTTEST) / HOTTEST


# -- order -------------------------------------------------------------------------------------------------------------


def ordered(newest: list[Article], request: SearchRequest, score: dict[str, float]) -> list[Article]:
    match request.order:
        case "relevance":
            return sorted(newest, key=lambda article: score[article.id], reverse=True)
        case "heat":
            return sorted(newest, key=lambda article: -inf if article.heat is None else article.heat, reverse=True)
        case "oldest":
            dated = [article for article in newest if article.published_at]
            return sorted(dated, key=lambda article: article.published_at or LONG_AGO) + newest[len(dated) :]
        case _:
            return newest


# -- facets ------------------------------------------------------------------------------------------------------------


def count_facet(found: list[Article], request: SearchRequest, facet: str) -> Facet:
    """Counts ignore the facet's own filter, unless every selected value is required."""
    ignored = "" if facet == "topic" and request.topic_op == "all" else facet
    counted = [a for a in found if all(passes(a, request, other) for other in FACET_VALUES if other != ignored)]
    return count_values(facet, counted, FACET_VALUES[facet], getattr(request, facet), request.facet_size)


def count_values(
    field: str, counted: list[Article], values_of: Callable[[Article], set[str]], selected: Sequence[str], size: int
) -> Facet:
    """The selected values, even at 0, then others while `size` has room; either the commonest first, equals by name."""
    counts = Counter(value for article in counted for value in values_of(article))
    ranked = sorted(counts.keys() | set(selected), key=lambda value: (-counts[value], value))
    chosen = [value for value in ranked if value in selected]
    others = [value for value in ranked if value not in selected]
    return Facet(
        field=field,
        total_values=len(counts),
        missing=sum(not values_of(article) for article in counted),
        values=tuple(
            Bucket(value, counts[value], value in selected) for value in chosen + others[: max(0, size - len(chosen))]
        ),
    )
