"""Whoosh's own searcher and index format, with `groupedby`.

With grouping, Whoosh visits every match, so its total, counts and top twenty are exact; otherwise they are not."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from whoosh import query as whoosh
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.highlight import ContextFragmenter, WholeFragmenter
from whoosh.index import create_in, open_dir
from whoosh.qparser import AndGroup, MultifieldParser
from whoosh.searching import Hit
from whoosh.sorting import Count, FieldFacet

from search.article import Article
from search.schema import TEXT_FIELDS
from tests.bench.engines import BOOSTS, HITS, LONGEST_PASSAGE, VALUES, Engine, EngineResult, decode, encode, seconds
from tests.bench.queries import BenchQuery

_MEGABYTES: Final = 512
_UNDATED: Final = 0
_TOPICS: Final = FieldFacet("topic", allow_overlap=True, maptype=Count)
_PROVIDERS: Final = FieldFacet("provider_name", maptype=Count)
_WHOLE: Final = WholeFragmenter()
_PASSAGE: Final = ContextFragmenter(maxchars=LONGEST_PASSAGE, surround=LONGEST_PASSAGE // 2)


def build(articles: Iterable[Article], folder: Path) -> None:
    """Write the index into an empty folder."""
    writer = create_in(str(folder), _schema()).writer(limitmb=_MEGABYTES)
    for article in articles:
        published = seconds(article)
        writer.add_document(
            title=article.title,
            excerpt=article.excerpt,
            topics=", ".join(article.topics),
            provider=article.provider.name if article.provider else None,
            topic=",".join(article.topics) or None,
            provider_name=article.provider.name if article.provider else None,
            published=_UNDATED if published is None else published,
            article=encode(article),
        )
    writer.commit(optimize=True)


def _schema() -> Schema:
    return Schema(
        **{field: TEXT(analyzer=StemmingAnalyzer(stoplist=None, cachesize=-1)) for field in TEXT_FIELDS},
        topic=KEYWORD(commas=True),
        provider_name=ID(sortable=True),
        published=NUMERIC(int, bits=64, sortable=True),
        article=STORED(),
    )


class WhooshEngine(Engine):
    """A searcher on the index in a folder."""

    def __init__(self, folder: Path) -> None:
        index = open_dir(str(folder))
        self._searcher = index.searcher()
        self._parser = MultifieldParser(list(TEXT_FIELDS), index.schema, fieldboosts=BOOSTS, group=AndGroup)

    def search(self, bench_query: BenchQuery, highlights: bool = False) -> EngineResult:
        matches = self._parser.parse(bench_query.text.replace(" -", " NOT ")) if bench_query.text else whoosh.Every()
        within = whoosh.NumericRange("published", *bench_query.window) if bench_query.window else None
        if bench_query.topic:
            # Topic counts need a search of their own, because a filter applies to a whole search.
            topics = self._searcher.search(matches, limit=1, groupedby={"topic": _TOPICS}).groups("topic")
            of_topic = whoosh.Term("topic", bench_query.topic)
            results = self._searcher.search(matches, limit=HITS, filter=of_topic, groupedby={"provider": _PROVIDERS})
        else:
            newest = {} if bench_query.text else {"sortedby": "published", "reverse": True}
            grouped = {"topic": _TOPICS, "provider": _PROVIDERS}
            results = self._searcher.search(matches, limit=HITS, filter=within, groupedby=grouped, **newest)
            topics = results.groups("topic")
        hits = results[:HITS]
        articles = [decode(hit["article"]) for hit in hits]
        marked = [_marked(hit, article) for hit, article in zip(hits, articles, strict=True)] if highlights else ()
        return EngineResult(len(results), articles, _most(topics), _most(results.groups("provider")), marked)


def _marked(hit: Hit, article: Article) -> tuple[str, str]:
    """The marked title and excerpt, which Whoosh analyses again; the stored text is passed, not read again."""
    hit.results.fragmenter = _WHOLE
    title = hit.highlights("title", text=article.title)
    hit.results.fragmenter = _PASSAGE
    return title, hit.highlights("excerpt", text=article.excerpt, top=1)


def _most(counts: dict[str | None, int]) -> dict[str, int]:
    named = [(value, count) for value, count in counts.items() if value]
    return dict(sorted(named, key=lambda pair: -pair[1])[:VALUES])
