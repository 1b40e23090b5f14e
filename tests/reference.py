"""A reference implementation of search, which reads every article for every query.

The engine must give the same results.  The reference has no index and no arrays, which keeps it plainly correct.  It
shares only the analyzer, the parser and the rewriting of queries with the engine.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import inf, log
from urllib.parse import urlsplit

from search.analysis.analyzer import tokens
from search.analysis.form_hash import form_hash
from search.analysis.function_words import FUNCTION_WORDS
from search.analysis.synonym_file import read_synonyms
from search.analysis.synonym_map import SynonymMap
from search.article import Article
from search.boost_limits import MAX_DISTANCE, MAX_HEAT
from search.periods import fitting_interval, listable_interval, period_end, period_starts
from search.query.last_word import last_word_as_prefix
from search.query.nodes import And, Everything, Leaf, Node, Not, Nothing, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.parser import parse
from search.query.query_words import (
    adjacent_terms,
    included_words,
    is_scored,
    literal_phrase,
    optional_words,
    plain_term,
    relaxed_query,
    required_children,
    required_nodes,
    without_function_words,
)
from search.query.slugs import slug_words
from search.query.synonym_expansion import expand_synonyms
from search.request import SearchRequest, Sort
from search.results import Bucket, Facet, PrefixQuery, SearchResults, Timeline, TimelineBucket
from search.schema import TEXT_FIELDS
from search.searcher.compact_matches import SHORT_FIELDS
from search.searcher.highlight_terms import leaves
from search.searcher.minimum_match import FIRST_PAGE, MAX_FULL_MATCHES, MISSING_FACTOR
from search.searcher.more_like_this import MAX_QUERY_TERMS, MIN_SHARED_TERMS
from search.settings import Ranking

SHIPPED = read_synonyms(None)

Tokens = list[tuple[str, int, str]]
"""Term, position and folded form of every word."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ReferenceResults:
    """One page; `scores` are those of `articles`, None unless sorted by relevance."""

    total: int
    partial_matches: int
    articles: tuple[Article, ...]
    scores: tuple[float | None, ...]
    missing: tuple[tuple[str, ...], ...]
    facets: tuple[Facet, ...]
    timeline: Timeline | None
    prefix: PrefixQuery | None = None


def comparable(results: SearchResults) -> ReferenceResults:
    """The part of an engine's results that the reference computes."""
    return ReferenceResults(
        total=results.total,
        partial_matches=results.relaxed.total if results.relaxed else 0,
        articles=tuple(hit.article for hit in results.hits),
        scores=tuple(hit.score for hit in results.hits),
        missing=tuple(hit.missing for hit in results.hits),
        facets=results.facets,
        timeline=results.timeline,
        prefix=results.prefix,
    )


@dataclass(frozen=True)
class Ranked:
    """The matches of a query before filters, in the order of relevance; some of them are partial."""

    listed: list[Article]
    full: list[Article]
    partial: list[Article]
    scores: dict[str, float]


class Archive:
    """The articles, newest first, undated last, ties by id.  Every other sort keeps this order for ties."""

    def __init__(
        self,
        articles: Iterable[Article],
        ranking: Ranking | None = None,
        synonym_map: SynonymMap = SHIPPED,
        today: date | None = None,
    ) -> None:
        self.midnight = datetime.combine(today or datetime.now(UTC).date(), time.min, UTC)
        by_id = sorted(articles, key=lambda article: article.id)
        self.newest = sorted(by_id, key=lambda article: article.published_at or LONG_AGO, reverse=True)
        self.ranking = ranking or Ranking()
        self.synonym_map = synonym_map
        self.tokens = {article.id: tokens_of(article) for article in self.newest}
        by_field = {field: [tokens[field] for tokens in self.tokens.values()] for field in TEXT_FIELDS}
        self.average_length = {field: sum(map(len, all_)) / max(1, len(all_)) for field, all_ in by_field.items()}
        self.doc_frequencies = {
            field: Counter(text for tokens in all_ for text in {text for text, _, _ in tokens})
            for field, all_ in by_field.items()
        }
        self.prefix_idf = cache(self._prefix_idf)  # each counts in every article, for every article that matches

    def search(self, request: SearchRequest, count_partial: bool = False) -> ReferenceResults:
        q = request.q
        if (words := slug_words(q)) and not self.has_match(q):
            q = words
        last = last_word_as_prefix(q)
        if (
            request.typo
            and last
            and self.has_word(last.beginnings)
            and not self.has_match(q)
            and self.has_match(last.q)
        ):
            return replace(
                self.search_tree(parse(last.q).root, request, count_partial), prefix=PrefixQuery(last.q, last.word)
            )
        return self.search_tree(parse(q).root, request, count_partial)

    def has_word(self, beginnings: tuple[str, ...]) -> bool:
        """Whether any article has a word that begins so."""
        forms = (form for by_field in self.tokens.values() for tokens in by_field.values() for _, _, form in tokens)
        return any(form.startswith(beginnings) for form in forms)

    def has_match(self, q: str) -> bool:
        """Whether any article has every word of the query."""
        query = self.rewritten(parse(q).root)
        return any(self.matches(query, article) for article in self.newest)

    def rewritten(self, query: Node) -> Node:
        return expand_synonyms(query, self.synonym_map)

    def search_tree(self, query: Node, request: SearchRequest, count_partial: bool = False) -> ReferenceResults:
        query = self.rewritten(query)
        order = "newest" if request.order == "relevance" and not is_scored(query) else request.order
        scored = order == "relevance"
        ranked = self.ranked(query, request, scored)
        counted = ranked.full or (ranked.partial if count_partial else [])
        hits = [article for article in ranked.listed if passes_filters(article, request)]
        listed = hits if scored else self.ordered([a for a in self.newest if a in hits], order)
        page = listed[request.offset : request.offset + request.per_page]
        partial = [article for article in hits if article in ranked.partial]
        return ReferenceResults(
            total=len(hits) - len(partial),
            partial_matches=len(partial),
            articles=tuple(page),
            scores=tuple(ranked.scores[article.id] if scored else None for article in page),
            missing=tuple(self.missing(query, article) for article in page),
            facets=tuple(
                count_facet([a for a in counted if is_candidate(a, request)], request, facet)
                for facet in request.facets
            ),
            timeline=self.timeline([a for a in counted if passes_filters(a, request)], request),
        )

    # -- timeline ------------------------------------------------------------------------------------------------------

    def timeline(self, counted: list[Article], request: SearchRequest) -> Timeline | None:
        """Every period in turn, from that of the first article, or of `from`, to that of the last, or of `to`."""
        if request.timeline == "none":
            return None
        rightly_dated = [a for a in self.newest if a.published_at and not self.is_ahead(a)]
        shown = [published_on(a) for a in rightly_dated if a in counted]
        archive = [published_on(article) for article in rightly_dated]
        first = last = self.midnight.date()
        has_days = bool(shown) or bool(archive and request.since and request.until)
        if has_days:
            first = max(request.since.date(), min(archive)) if request.since else min(shown)
            last = min(last_day(request), max(archive)) if request.until else max(shown)
        if first > last:
            first = last = self.midnight.date()
            has_days = False
        if request.timeline == "auto":
            interval = fitting_interval(first, last)
        else:
            interval = listable_interval(first, last, request.timeline)
        starts = period_starts(first, last, interval) if has_days else []
        buckets = tuple(self.bucket(start, period_end(start, interval), counted, request) for start in starts)
        return Timeline(interval, buckets, len(counted) - sum(bucket.count for bucket in buckets))

    def bucket(self, first: date, last: date, counted: list[Article], request: SearchRequest) -> TimelineBucket:
        within = [a for a in self.newest if a.published_at and first <= published_on(a) <= last and in_time(a, request)]
        begin = datetime.combine(first, time.min, UTC)
        end = datetime.combine(last, time.min, UTC) + timedelta(days=1)
        return TimelineBucket(
            first,
            count=sum(article in counted for article in within),
            total=len(within),
            partial=last >= self.midnight.date()
            or (request.since is not None and request.since > begin)
            or (request.until is not None and request.until < end),
        )

    # -- relevance -----------------------------------------------------------------------------------------------------

    def ranked(self, query: Node, request: SearchRequest, scored: bool) -> "Ranked":
        """The matches before filters: all full matches, and the partial matches that are on the first page."""
        full = [article for article in self.newest if self.matches(query, article)]
        near = self.nearest(query) if request.match == "most" and scored and len(full) <= MAX_FULL_MATCHES else []
        relaxed, content = relaxed_query(query), without_function_words(query)
        competing = {
            a.id: self.score(relaxed, a, content) * MISSING_FACTOR ** len(self.missing(query, a)) for a in full + near
        }
        scores = {article.id: self.score(query, article, query) for article in full}

        def by_score(articles: list[Article], scores: dict[str, float]) -> list[Article]:
            newest_first = [article for article in self.newest if article in articles]
            return sorted(newest_first, key=lambda article: scores[article.id], reverse=True)

        best = max((competing[article.id] for article in near), default=-inf)
        phrase = literal_phrase(query) if scored else None
        literal = [article for article in full if phrase is not None and self.matches(phrase, article)]
        rest = [article for article in full if article not in literal]
        leads = [a for a in rest if not near or competing[a.id] >= best or self.is_compact(query, a)]
        others = [article for article in rest if article not in leads] + near
        order = by_score(literal, competing) + by_score(leads, competing) + by_score(others, competing)
        partial = [article for article in order[:FIRST_PAGE] if article in near]
        if not partial:
            return Ranked(by_score(literal, scores) + by_score(rest, scores), full, [], scores)
        listed = [article for article in order if article in full or article in partial]
        return Ranked(listed, full, partial, competing)

    def nearest(self, query: Node) -> list[Article]:
        """The articles that lack some words, but no more than any other article that does."""
        words, required = optional_words(query), required_nodes(query)
        near = [a for a in self.newest if words and all(self.matches(child, a) for child in required)]
        most = len(words) - (not any(not isinstance(child, Not | Everything) for child in required))
        missing = {article.id: len(self.missing(query, article)) for article in near}
        fewest = min((number for number in missing.values() if 0 < number <= most), default=-1)
        return [article for article in near if missing[article.id] == fewest]

    def missing(self, query: Node, article: Article) -> tuple[str, ...]:
        return tuple(word.source for word in optional_words(query) if not self.matches(word, article))

    def is_compact(self, query: Node, article: Article) -> bool:
        """Whether all words are in title, topics and provider, or close together in the excerpt."""
        words = [list(leaves(word)) for word in optional_words(query)]
        if all(any(self.occurs_in(leaf, field, article) for leaf in each for field in SHORT_FIELDS) for each in words):
            return True
        if not all(any(self.occurs_in(leaf, "excerpt", article) for leaf in each) for each in words):
            return False
        placed = [each for each in words if not any(isinstance(leaf, Prefix) for leaf in each)]
        firsts = [{leaf.terms[0] if isinstance(leaf, Phrase) else leaf.text for leaf in each} for each in placed]
        tokens = self.tokens[article.id]["excerpt"]
        return len(placed) < 2 or any(
            all(
                any(text in first and start <= at <= start + MAX_DISTANCE * (len(placed) - 1) for text, at, _ in tokens)
                for first in firsts
            )
            for _, start, _ in tokens
        )

    def occurs_in(self, leaf: Leaf, field: str, article: Article) -> bool:
        return field in fields_of(leaf) and occurs(leaf, self.tokens[article.id][field])

    # -- matching ------------------------------------------------------------------------------------------------------

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
                return all(self.matches(child, article) for child in required_children(children))
            case Or(children):
                return any(self.matches(child, article) for child in children)
        return any(occurs(node, self.tokens[article.id][field]) for field in fields_of(node))

    # -- order ---------------------------------------------------------------------------------------------------------

    def ordered(self, newest: list[Article], order: Sort) -> list[Article]:
        match order:
            case "heat":
                return sorted(newest, key=lambda article: -inf if article.heat is None else article.heat, reverse=True)
            case "oldest":
                dated = [article for article in newest if article.published_at]
                return sorted(dated, key=lambda article: article.published_at or LONG_AGO) + newest[len(dated) :]
            case _:
                return sorted(newest, key=lambda article: (article.published_at is None, self.is_ahead(article)))

    # -- scores --------------------------------------------------------------------------------------------------------

    def score(self, node: Node, article: Article, original: Node) -> float:
        """BM25F, times the boosts for recency and heat, times those for exact forms and proximity."""
        prior = (1 + self.ranking.recency * self.recency(article)) * (1 + self.ranking.heat * popularity(article))
        score = self.text_score(node, article) * prior
        if any(word.form is not None for word in included_words(original)):
            score *= 1 + self.ranking.exact * self.exact(original, article)
        if adjacent_terms(original):
            score *= 1 + self.ranking.proximity * self.proximity(original, article)
        return score

    def similar(
        self, article: Article, limit: int, own: Iterable[object], story_of: Callable[[Article], object]
    ) -> tuple[tuple[str, ...], list[tuple[Article, float]]]:
        """The article's most interesting words, and the articles with the highest scores for them, one of a story.

        `own` are the stories to leave out."""
        words = self.significant_words(article)
        weights = {field: self.boost(field) for field in TEXT_FIELDS} | {"provider": 0.0}
        scores = {}
        for other in self.newest:
            found = [
                self.best_field_score(Term(term), other, weights) for term in words if self.matches(Term(term), other)
            ]
            shared = sum(score > 0 for score in found)
            scores[other.id] = added(found) if shared >= min(MIN_SHARED_TERMS, len(words)) else 0.0
        best_first = sorted(self.newest, key=lambda other: scores[other.id], reverse=True)
        stories = set(own)
        similar = []
        for other in best_first:
            if scores[other.id] and story_of(other) not in stories:
                stories.add(story_of(other))
                similar.append((other, scores[other.id]))
        return tuple(words.values()), similar[:limit]

    def significant_words(self, article: Article) -> dict[str, str]:
        """The terms with the highest tf·idf, each with its first occurrence as written."""
        texts = {"title": (article.title,), "excerpt": (article.excerpt,), "topics": article.topics}
        occurrences = [
            (token.term, text[token.start : token.end], self.boost(field))
            for field, each in texts.items()
            for text in each
            for token in tokens(text)
            if token.form not in FUNCTION_WORDS
        ]
        values = {}
        for term in {term for term, _, _ in occurrences}:
            having = sum(self.matches(Term(term), other) for other in self.newest)
            idf = log(len(self.newest) / having) if having > 1 else 0.0
            values[term] = added(weight for other, _, weight in occurrences if other == term) * idf
        interesting = sorted((term for term in values if values[term]), key=lambda term: (-values[term], term))
        return {
            term: next(text for other, text, _ in occurrences if other == term)
            for term in interesting[:MAX_QUERY_TERMS]
        }

    def recency(self, article: Article) -> float:
        if article.published_at is None or self.is_ahead(article):
            return 0.0
        days = max(0, self.midnight.timestamp() - article.published_at.timestamp()) / 86_400
        return self.ranking.recency_days / (self.ranking.recency_days + days)

    def is_ahead(self, article: Article) -> bool:
        """Whether the article is dated later than tomorrow."""
        return article.published_at is not None and article.published_at >= self.midnight + timedelta(days=2)

    def exact(self, original: Node, article: Article) -> float:
        """The share of the query's plain words whose exact form the article has."""
        plain = [word for word in included_words(original) if word.form is not None]
        return sum(self.has_exact_form(word, article) for word in plain) / len(plain)

    def has_exact_form(self, word: Word, article: Article) -> bool:
        term = plain_term(word)
        return term is not None and any(
            text == term.text and form_hash(form) == form_hash(word.form or "")
            for field in (TEXT_FIELDS if word.field is None else (word.field,))
            for text, _, form in self.tokens[article.id][field]
        )

    def proximity(self, original: Node, article: Article) -> float:
        """The mean over the adjacent terms of the query: 1 if adjacent in the article, 1/2 if near each other."""
        pairs = adjacent_terms(original)
        return added(self.pair_proximity(first.text, second.text, article) for first, second in pairs) / len(pairs)

    def pair_proximity(self, first: str, second: str, article: Article) -> float:
        distances = [
            second_position - first_position
            for tokens in self.tokens[article.id].values()
            for text, first_position, _ in tokens
            for other, second_position, _ in tokens
            if (text, other) == (first, second)
        ]
        if 1 in distances:
            return 1.0
        return 0.5 if any(0 < abs(distance) <= MAX_DISTANCE for distance in distances) else 0.0

    def text_score(self, node: Node, article: Article) -> float:
        """BM25F by Whoosh's formulas, summed in the order of the query."""
        if not self.matches(node, article):
            return 0.0
        match node:
            case Everything() | Nothing() | Not():
                return 0.0
            case Word(child=child):
                return self.text_score(child, article)
            case Synonyms(original, synonyms):
                return max(
                    self.text_score(original, article),
                    *(
                        self.best_field_score(synonym, article, self.synonym_weights(original, synonym))
                        for synonym in synonyms
                    ),
                )
            case And(children) | Or(children):
                return added(self.text_score(child, article) for child in dict.fromkeys(children))
        return self.best_field_score(node, article, {field: self.boost(field) for field in TEXT_FIELDS})

    def best_field_score(self, leaf: Leaf, article: Article, weights: Mapping[str, float]) -> float:
        """The score of the leaf's best field, and a share of the scores of its other fields, added in their order."""
        scores = [
            weights[field] * self.leaf_score(leaf, field, article)
            for field in fields_of(leaf)
            if occurs(leaf, self.tokens[article.id][field])
        ]
        best = max(scores, default=0.0)
        return best + self.ranking.tie_breaker * (added(scores) - best)

    def synonym_weights(self, original: Node, synonym: Leaf) -> dict[str, float]:
        """The idf of a synonym counts at most as much as that of the original."""
        return {
            field: self.ranking.synonym
            * self.boost(field)
            * min(1.0, self.idf_sum(original, field) / self.idf_sum(synonym, field))
            for field in TEXT_FIELDS
        }

    def idf_sum(self, node: Node, field: str) -> float:
        match node:
            case Term(text):
                return self.idf(self.doc_frequencies[field][text])
            case Phrase(texts):
                return added(self.idf_sum(Term(text), field) for text in texts)
            case Prefix(text):
                return self.prefix_idf(text, field)
            case Word(child=child) | Synonyms(original=child):
                return self.idf_sum(child, field)
            case And(children) | Or(children):
                return added(self.idf_sum(child, field) for child in dict.fromkeys(children))
            case _:
                return 0.0

    def leaf_score(self, node: Leaf, field: str, article: Article) -> float:
        match node:
            case Term(text):
                return self.bm25(text, field, article)
            case Phrase(texts):
                return added(self.bm25(text, field, article) for text in texts)
            case Prefix(text):
                terms = {term for term, _, _ in self.tokens[article.id][field] if term.startswith(text)}
                return self.prefix_idf(text, field) * max(self.saturation(term, field, article) for term in terms)

    def bm25(self, text: str, field: str, article: Article) -> float:
        return self.idf(self.doc_frequencies[field][text]) * self.saturation(text, field, article)

    def saturation(self, text: str, field: str, article: Article) -> float:
        k1, b = self.ranking.k1, self.ranking.b
        tokens = self.tokens[article.id][field]
        frequency, length, average_length = count(text, tokens), len(tokens), self.average_length[field]
        return (frequency * (k1 + 1)) / (frequency + k1 * ((1 - b) + b * length / average_length))

    def idf(self, doc_frequency: int) -> float:
        return log(len(self.newest) / (doc_frequency + 1)) + 1

    def _prefix_idf(self, text: str, field: str) -> float:
        """The idf of all terms with the prefix as one term."""
        return self.idf(sum(occurs(Prefix(text), tokens[field]) for tokens in self.tokens.values()))

    def boost(self, field: str) -> float:
        weight: float = getattr(self.ranking, field)
        return weight


def tokens_of(article: Article) -> dict[str, Tokens]:
    return {
        "title": read(article.title),
        "excerpt": read(article.excerpt),
        "topics": topic_tokens(article.topics),
        "provider": read(article.provider.name) if article.provider else [],
    }


def read(text: str, start: int = 0) -> Tokens:
    """A joined token that equals one of its parts counts once, as the part."""
    forms = {(token.term, token.position): token.form for token in reversed(tokens(text))}
    return [(term, start + position, form) for (term, position), form in reversed(forms.items())]


def topic_tokens(topics: Sequence[str]) -> Tokens:
    """A gap of one position between topics keeps phrases from matching across them."""
    result: Tokens = []
    for topic in topics:
        result += read(topic, result[-1][1] + 2 if result else 0)
    return result


def fields_of(node: Leaf) -> Sequence[str]:
    return TEXT_FIELDS if node.field is None else (node.field,)


def occurs(node: Leaf, tokens: Tokens) -> bool:
    match node:
        case Term(text):
            return count(text, tokens) > 0
        case Prefix(text):
            return any(other.startswith(text) for other, _, _ in tokens)
        case Phrase(texts, offsets):
            pattern = list(zip(texts, offsets, strict=True))
            positions = {(text, position) for text, position, _ in tokens}
            return any(all((text, start + offset) in positions for text, offset in pattern) for _, start, _ in tokens)


def added(scores: Iterable[float]) -> float:
    """The sum, rounded at each step as numpy does; from Python 3.12 on, `sum` compensates for rounding."""
    total = 0.0
    for score in scores:
        total += score
    return total


def count(text: str, tokens: Tokens) -> int:
    return sum(text == other for other, _, _ in tokens)


# -- filters -----------------------------------------------------------------------------------------------------------


def domains_of(article: Article) -> set[str]:
    hosts = {urlsplit(article.url).hostname or ""} if article.url else set()
    if article.provider and article.provider.domain:
        hosts.add(article.provider.domain.lower())
    return {host.removeprefix("www.") for host in hosts}


FACET_VALUES: dict[str, Callable[[Article], set[str]]] = {
    "topic": lambda article: set(article.topics),
    "provider": lambda article: {article.provider.name} if article.provider else set(),
    "type": lambda article: {article.type},
    "domain": domains_of,
    "year": lambda article: {str(article.published_at.year)} if article.published_at else set(),
    "category": lambda article: {article.category} if article.category else set(),
}


def is_looked_up(article: Article, request: SearchRequest) -> bool:
    """Whether the article has one of the wanted ids and one of the wanted URLs, if the request has any."""
    return (not request.id or article.id in request.id) and (
        not request.url or bool({article.url, article.amp_url} & set(request.url))
    )


def excluded(article: Article, request: SearchRequest) -> bool:
    return any(set(values) & FACET_VALUES[facet](article) for facet, values in request.excluded.items())


def passes(article: Article, request: SearchRequest, facet: str) -> bool:
    """Whether the article passes the facet's own filter."""
    wanted = set(getattr(request, facet))
    if facet == "topic" and request.topic_op == "all":
        return wanted <= FACET_VALUES[facet](article)
    return not wanted or bool(wanted & FACET_VALUES[facet](article))


def is_candidate(article: Article, request: SearchRequest) -> bool:
    return in_time(article, request) and is_looked_up(article, request) and not excluded(article, request)


def passes_filters(article: Article, request: SearchRequest) -> bool:
    return is_candidate(article, request) and all(passes(article, request, facet) for facet in FACET_VALUES)


def in_time(article: Article, request: SearchRequest) -> bool:
    published = article.published_at
    return (request.since is None or (published is not None and published >= request.since)) and (
        request.until is None or (published is not None and published < request.until)
    )


def published_on(article: Article) -> date:
    assert article.published_at is not None
    return article.published_at.date()


def last_day(request: SearchRequest) -> date:
    assert request.until is not None
    return (request.until - timedelta(microseconds=1)).date()


def popularity(article: Article) -> float:
    return min(max(article.heat or 0, 0), MAX_HEAT) / MAX_HEAT


# -- facets ------------------------------------------------------------------------------------------------------------


def count_facet(candidates: list[Article], request: SearchRequest, facet: str) -> Facet:
    """Counts ignore the facet's own filter, unless every selected value is required."""
    ignored = "" if facet == "topic" and request.topic_op == "all" else facet
    counted = [a for a in candidates if all(passes(a, request, other) for other in FACET_VALUES if other != ignored)]
    return count_values(facet, counted, FACET_VALUES[facet], getattr(request, facet), request.facet_size)


def count_values(
    field: str, counted: list[Article], values_of: Callable[[Article], set[str]], selected: Sequence[str], size: int
) -> Facet:
    """The selected values, even at 0, then others up to `size`; each group by count, then by name."""
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
