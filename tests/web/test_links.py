"""Canonical URLs of searches."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import FACETS, HIT_FIELDS, SearchRequest
from web import links
from web.parameters import API_DEFAULTS, PAGE_DEFAULTS, parse, validate

VALUES = st.text(st.characters(exclude_categories=["C"], exclude_characters="\x7f"), min_size=1, max_size=5).filter(
    lambda text: text.strip() == text
)
LISTS = st.lists(VALUES, max_size=3).map(tuple)
SECONDS = st.integers(946_684_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))
MOMENTS = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)) | SECONDS
REQUESTS = st.builds(SearchRequest, to=MOMENTS) | st.builds(
    SearchRequest, q=VALUES | st.just(""), topic=LISTS, provider=LISTS, not_topic=LISTS, not_provider=LISTS,
    topic_op=st.sampled_from(["any", "all"]), from_=MOMENTS, type=LISTS, year=LISTS, not_type=LISTS, not_year=LISTS,
    sort=st.sampled_from([None, "relevance", "newest", "oldest", "heat"]), page=st.integers(1, 20),
    per_page=st.integers(0, 100), facet_size=st.integers(0, 1000), match=st.sampled_from(["most", "all"]),
    typo=st.booleans(), collapse=st.sampled_from(["none", "story"]), explain=st.booleans(),
    facets=st.lists(st.sampled_from(FACETS), min_size=1, unique=True).map(tuple),
    fields=st.lists(st.sampled_from(HIT_FIELDS), min_size=1, unique=True).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize("defaults", [pytest.param(API_DEFAULTS, id="API"), pytest.param(PAGE_DEFAULTS, id="page")])
@given(request_=REQUESTS)
def test_parsed_url_is_the_same_search(defaults: SearchRequest, request_: SearchRequest) -> None:
    url = links.query_string(request_, defaults)
    again = validate(parse(url.encode()), defaults)
    assert links.canonical(again) == links.canonical(request_)
    assert links.query_string(again, defaults) == url


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("", ""),
        ("page=1&per_page=20&sort=newest", ""),
        ("sort=relevance&q=a", "q=a"),
        ("provider=b&provider=a&topic=x&q=t", "q=t&topic=x&provider=a&provider=b"),
        ("topic=a&topic=a", "topic=a"),
        ("fields=title,id", "fields=id,title"),
        ("from=2024-01-01T00:00:00", "from=2024-01-01T00:00:00Z"),
        ("match=most&typo=1&collapse=none&explain=0", ""),
        ("explain=1&collapse=story&typo=0&match=all&q=a", "q=a&match=all&typo=0&collapse=story&explain=1"),
    ],
)
def test_equivalent_searches_have_one_url(query: str, url: str) -> None:
    assert links.query_string(validate(parse(query.encode()))) == url


@pytest.mark.parametrize(
    ("query", "page", "api"),
    [
        ("q=a", "?q=a", "/api/v1/search?q=a&collapse=story"),
        ("collapse=story&explain=1", "./", "/api/v1/search?collapse=story"),
        ("q=a&collapse=none", "?q=a&collapse=none", "/api/v1/search?q=a"),
        ("q=a&explain=0", "?q=a&explain=0", "/api/v1/search?q=a&collapse=story"),
    ],
)
def test_page_url_omits_the_defaults_of_the_page_and_api_url_has_them(query: str, page: str, api: str) -> None:
    request = validate(parse(query.encode()), PAGE_DEFAULTS)
    assert (links.page_url(request), links.api_url_for_page("", request)) == (page, api)


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", "/?collapse=none"),
        ("q=a&collapse=story", "/?q=a"),
        ("q=a&collapse=story&explain=1&fields=id", "/?q=a"),
        ("collapse=story", "/"),
    ],
)
def test_page_url_of_an_api_search(query: str, page: str) -> None:
    assert links.page_url_for_api("", validate(parse(query.encode()))) == page


@pytest.mark.parametrize(
    ("total", "per_page", "pages"),
    [
        (0, 20, 0), (1, 20, 1), (20, 20, 1), (21, 20, 2), (50, 0, 0), (9_999, 100, 100), (10_000, 100, 100),
        (10_001, 100, 100), (1_000_000, 30, 333),
    ],
)  # fmt: skip
def test_reachable_pages_end_at_the_window(total: int, per_page: int, pages: int) -> None:
    assert links.reachable_pages(total, per_page) == pages


def test_changed_search_starts_at_page_1_unless_the_page_is_changed() -> None:
    request = SearchRequest(q="a", page=3)
    assert links.changed(request, q="b") == SearchRequest(q="b")
    assert links.changed(request, page=4) == SearchRequest(q="a", page=4)


def test_value_is_added_once_and_removed() -> None:
    request = SearchRequest(topic=("a", "b"), page=2)
    assert links.with_value(request, "topic", "c").topic == ("a", "b", "c")
    assert links.with_value(request, "topic", "a").topic == ("b", "a")
    assert links.without_value(request, "topic", "a").topic == ("b",)


def test_search_without_filters_keeps_text_and_order() -> None:
    filtered = SearchRequest.checked(
        {
            "q": "a", "sort": "heat", "topic": ["b"], "provider": ["c"], "not_topic": ["d"], "not_provider": ["e"],
            "topic_op": "all", "from": "2024-01-01", "to": "2024-01-02", "type": ["video"],
            "not_year": ["2024"], "match": "all", "page": 2,
        }
    )  # fmt: skip
    assert links.without_filters(filtered) == SearchRequest(q="a", sort="heat")
