"""Which missing words a search can require with success."""

import pytest
from msgspec.structs import replace

from search import Article, Hit, Mistake, RequestInvalid, SearchRequest, SearchResults
from tests.fake_engine import RESULTS_BY_QUERY, FakeEngine
from web.links import page_urls
from web.page.missing_words import MAX_COUNTED, MissingWords, missing_words
from web.parameters import PAGE_DEFAULTS

NOTHING = RESULTS_BY_QUERY["zeppelin"]
WORDS = tuple(f"word{number}" for number in range(12))


class CountingEngine(FakeEngine):
    """Finds every second word in the articles with the topic, and refuses the tenth request and all after it."""

    def __init__(self, refused_from: int = 10) -> None:
        super().__init__()
        self._refused_from = refused_from

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        self.asked.append(request)
        if len(self.asked) >= self._refused_from:
            raise RequestInvalid([Mistake("q", "takes too much work", "too_much_work")])
        return replace(NOTHING, total=int(request.topic == ("AI",) and int(request.q.removeprefix("word")) % 2))


def found(engine: CountingEngine, *missing: tuple[str, ...], total: int = 0) -> MissingWords:
    hits = tuple(Hit(Article(str(number), "a"), missing=words) for number, words in enumerate(missing))
    urls = page_urls("", PAGE_DEFAULTS.model_copy(update={"q": " ".join(WORDS), "topic": ("AI",)}))
    return missing_words(urls, replace(NOTHING, total=total, hits=hits), engine)


def useless(engine: CountingEngine, *missing: tuple[str, ...], total: int = 0) -> list[str]:
    return sorted(found(engine, *missing, total=total).useless, key=WORDS.index)


def test_word_is_useless_if_no_article_has_it_that_passes_the_filters() -> None:
    assert useless(CountingEngine(), WORDS[:4], WORDS[:4]) == ["word0", "word2"]


def test_word_that_a_hit_has_is_not_counted() -> None:
    engine = CountingEngine()
    assert useless(engine, WORDS[:4], WORDS[2:6]) == ["word2"]
    assert [request.q for request in engine.asked] == ["word2", "word3"]


@pytest.mark.parametrize(("total", "missing"), [(1, [WORDS[:4]]), (0, [])])
def test_nothing_is_counted_if_there_are_full_matches_or_no_hits(total: int, missing: list[tuple[str, ...]]) -> None:
    engine = CountingEngine()
    assert useless(engine, *missing, total=total) == []
    assert engine.asked == []


def test_some_words_are_counted_at_most_and_the_others_are_useless() -> None:
    engine = CountingEngine()
    assert useless(engine, WORDS) == [word for word in WORDS if word not in {"word1", "word3", "word5", "word7"}]
    assert len(engine.asked) == MAX_COUNTED == 8


def test_words_that_take_too_much_work_are_useless() -> None:
    assert useless(CountingEngine(refused_from=3), WORDS[:4]) == ["word0", "word2", "word3"]


@pytest.mark.parametrize(
    ("missing", "refused_from", "absent"),
    [
        ([WORDS[:4]], 10, ("word0", "word2")),
        ([WORDS[:4], WORDS[2:6]], 10, ("word2",)),
        ([WORDS[:4]], 3, ("word0",)),
        ([WORDS], 10, ("word0", "word2", "word4", "word6")),
    ],
)
def test_only_words_that_were_counted_are_absent(
    missing: list[tuple[str, ...]], refused_from: int, absent: tuple[str, ...]
) -> None:
    assert found(CountingEngine(refused_from), *missing).absent == absent
