"""Filter values that list several values are read as these if the index has any; values with commas are never split."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from search.errors import RequestInvalid
from search.request import SearchRequest
from tests.files import indexed

ARTICLES = [
    Article("_news/a", "Robots", topics=("Law, order", "Law"), provider=Provider("Wheel, Inc.", "wheel.example")),
    Article("_news/b", "Robots", topics=("AI", "order"), provider=Provider("Quay", "quay.example")),
    Article("_news/c, d", "Robots", topics=("AI",), url="https://quay.example/a,b"),
    Article("_news/e", "Robots", url="https://quay.example/e", published_at=datetime(2021, 5, 1, tzinfo=UTC)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as opened:
        yield opened


@pytest.mark.parametrize(
    ("field", "value", "values"),
    [
        pytest.param("topic", "AI,Law", ("AI", "Law"), id="two values"),
        pytest.param("topic", " AI , Law ", ("AI", "Law"), id="with spaces"),
        pytest.param("topic", "Law, order", ("Law, order",), id="the whole is a value, as its parts are"),
        pytest.param("topic", "Law, order,AI", ("AI", "Law, order"), id="the first value is as long as possible"),
        pytest.param("topic", "Law,order", ("Law", "order"), id="the value with a comma has a space"),
        pytest.param("topic", "Robot,Nothing", ("Robot,Nothing",), id="no part is a value"),
        pytest.param("topic", "AI,Nothing", ("AI", "Nothing"), id="an unknown part"),
        pytest.param("topic", "Nothing,Law, order,None", ("Law, order", "None", "Nothing"), id="unknown parts around"),
        pytest.param("not_topic", "AI,Nothing", ("AI", "Nothing"), id="an unknown excluded part"),
        pytest.param("topic", ",AI,,", ("AI",), id="empty parts"),
        pytest.param("topic", ",", (",",), id="only empty parts"),
        pytest.param("domain", "quay.example,gone.example", ("gone.example", "quay.example"), id="an unknown host"),
        pytest.param("year", "2021,2030", ("2021", "2030"), id="an unknown year"),
        pytest.param("id", "_news/a,_news/gone", ("_news/a", "_news/gone"), id="an unknown id"),
        pytest.param(
            "url", "https://quay.example/a,b,https://x.example/", ("https://quay.example/a,b", "https://x.example/"),
            id="an unknown URL",
        ),
        pytest.param("topic", "AI,AI", ("AI",), id="a value twice"),
        pytest.param("not_topic", "AI,Law", ("AI", "Law"), id="excluded values"),
        pytest.param("provider", "Quay,Wheel, Inc.", ("Quay", "Wheel, Inc."), id="a value with a comma at the end"),
        pytest.param("domain", "www.Quay.example,http://wheel.example", ("quay.example", "wheel.example"), id="hosts"),
        pytest.param("id", "_news/a,_news/b", ("_news/a", "_news/b"), id="ids"),
        pytest.param("id", "_news/c, d,_news/a", ("_news/a", "_news/c, d"), id="an id with a comma"),
        pytest.param(
            "url",
            "https://quay.example/e,https://quay.example/a,b",
            ("https://quay.example/a,b", "https://quay.example/e"),
            id="a URL with a comma",
        ),
        pytest.param("topic", "AI," * 99 + "AI", ("AI",), id="longer than one value may be"),
    ],
)  # fmt: skip
def test_list_is_split_if_the_index_has_any_part_and_not_the_whole(
    engine: Engine, field: str, value: str, values: tuple[str, ...]
) -> None:
    listed, repeated = (SearchRequest.checked({field: given}) for given in ([value], [*values]))
    found = engine.search(listed)
    assert getattr(found.request, field) == values
    assert found == engine.search(repeated)
    assert engine.facet("topic", listed) == engine.facet("topic", repeated)
    assert engine.export(listed).total == engine.export(repeated).total == found.total
    assert getattr(engine.export(listed).request, field) == values


def test_more_values_than_a_filter_may_have_are_refused() -> None:
    years = [f"{1000 + number}" for number in range(101)]
    articles = [Article(f"_news/{year}", "Robots", topics=(year,)) for year in years]
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        assert engine.search(SearchRequest(topic=[",".join(years[:100])])).total == 100
        with pytest.raises(RequestInvalid, match="topic: must have at most 100 values"):
            engine.search(SearchRequest(topic=[",".join(years)]))


@pytest.mark.parametrize("field", ["topic", "url", "id"])
def test_very_many_commas_are_refused_without_looking_for_values(engine: Engine, field: str) -> None:
    with pytest.raises(RequestInvalid, match=f"{field}: must have at most 100 values"):
        engine.search(SearchRequest.checked({field: ["," * 4000] * 10}))
