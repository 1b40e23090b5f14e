"""Canonical URLs of searches."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import FACETS, HIT_FIELDS, SearchRequest
from tests.web.responses import canonical
from web.links import (
    NO_FILTERS,
    SearchUrls,
    api_urls,
    page_url_for_api,
    page_urls,
    reachable_pages,
    without_value,
)
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
    category=LISTS, id=LISTS, url=LISTS,
    sort=st.sampled_from([None, "relevance", "newest", "oldest", "heat"]), page=st.integers(1, 20),
    per_page=st.integers(0, 100), facet_size=st.integers(0, 1000), match=st.sampled_from(["most", "all"]),
    typo=st.booleans(), collapse=st.sampled_from(["none", "story"]), explain=st.booleans(),
    timeline=st.sampled_from(["none", "auto", "week"]),
    facets=st.lists(st.sampled_from(FACETS), unique=True).map(tuple),
    fields=st.lists(st.sampled_from(HIT_FIELDS), min_size=1, unique=True).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize("defaults", [pytest.param(API_DEFAULTS, id="API"), pytest.param(PAGE_DEFAULTS, id="page")])
@given(request_=REQUESTS)
def test_parsed_url_is_the_same_search(defaults: SearchRequest, request_: SearchRequest) -> None:
    query = SearchUrls("", request_, defaults).query
    again = validate(parse(query.encode()), defaults)
    assert canonical(again) == canonical(request_)
    assert SearchUrls("", again, defaults).query == query


@given(request_=REQUESTS, other=REQUESTS, names=st.sets(st.sampled_from(sorted(SearchRequest.model_fields))))
def test_changed_url_is_that_of_the_changed_search(
    request_: SearchRequest, other: SearchRequest, names: set[str]
) -> None:
    changes = {name: getattr(other, name) for name in names}
    if "q" in changes:  # the default order depends on it
        changes["sort"] = "heat"
    changed = request_.model_copy(update={"page": 1, **changes})
    assert SearchUrls("/", request_).changed(**changes) == str(SearchUrls("/", changed))


@given(request_=REQUESTS, value=VALUES)
def test_url_with_a_value_is_that_of_the_search_with_it(request_: SearchRequest, value: str) -> None:
    urls = SearchUrls("/", request_)
    changed = request_.model_copy(update={"page": 1, "topic": (*request_.topic, value)})
    assert urls.with_value("topic", value) == urls.with_value("topic", value) == str(SearchUrls("/", changed))


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
        ("match=all&typo=0&collapse=none&explain=0", ""),
        ("explain=1&collapse=story&typo=1&match=most&q=a", "q=a&match=most&typo=1&collapse=story&explain=1"),
    ],
)
def test_equivalent_searches_have_one_url(query: str, url: str) -> None:
    assert SearchUrls("", validate(parse(query.encode()))).query == url


@pytest.mark.parametrize(
    ("query", "page", "api"),
    [
        ("q=a", "/news/?q=a", "q=a&match=most&typo=1&collapse=story"),
        ("collapse=story", "/news/", "match=most&typo=1&collapse=story"),
        ("q=a&collapse=none", "/news/?q=a&collapse=none", "q=a&match=most&typo=1"),
        ("collapse=none&match=all&typo=0", "/news/?match=all&typo=0&collapse=none", ""),
    ],
)
def test_page_url_omits_the_defaults_of_the_page_and_api_url_has_them(query: str, page: str, api: str) -> None:
    request = validate(parse(query.encode()), PAGE_DEFAULTS)
    shown = "facets=topic,provider,type,year&timeline=auto"
    api = f"/news/api/v1/search?{'&'.join(filter(None, (api, shown)))}"
    assert (str(page_urls("/news", request)), str(api_urls("/news", request))) == (page, api)


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", "/?match=all&typo=0&collapse=none"),
        ("q=a&match=most&typo=1&collapse=story", "/?q=a"),
        ("q=a&match=most&typo=1&collapse=story&explain=1&fields=id", "/?q=a"),
        ("q=a&typo=1&collapse=story", "/?q=a&match=all"),
        ("match=most&typo=1&collapse=story", "/"),
    ],
)
def test_page_url_of_an_api_search(query: str, page: str) -> None:
    assert page_url_for_api("", validate(parse(query.encode()))) == page


@pytest.mark.parametrize(
    ("total", "per_page", "pages"),
    [
        (0, 20, 0), (1, 20, 1), (20, 20, 1), (21, 20, 2), (50, 0, 0), (9_999, 100, 100), (10_000, 100, 100),
        (10_001, 100, 100), (1_000_000, 30, 333),
    ],
)  # fmt: skip
def test_reachable_pages_end_at_the_window(total: int, per_page: int, pages: int) -> None:
    assert reachable_pages(total, per_page) == pages


def test_changed_search_starts_at_page_1_unless_the_page_is_changed() -> None:
    urls = page_urls("", PAGE_DEFAULTS.model_copy(update={"q": "a", "page": 3}))
    assert [str(urls), urls.changed(q="b"), urls.changed(page=4)] == ["/?q=a&page=3", "/?q=b", "/?q=a&page=4"]


def test_value_is_added_once_and_removed() -> None:
    request = SearchRequest(topic=("a", "b"), page=2)
    urls = api_urls("", request)
    assert urls.with_value("topic", "c") == "/api/v1/search?topic=a&topic=b&topic=c"
    assert urls.with_value("topic", "a") == "/api/v1/search?topic=a&topic=b"
    assert urls.changed(**without_value(request, "topic", "a")) == "/api/v1/search?topic=b"


def test_search_without_filters_keeps_text_and_order() -> None:
    filtered = SearchRequest.checked(
        {
            "q": "a", "sort": "heat", "topic": ["b"], "provider": ["c"], "not_topic": ["d"], "not_provider": ["e"],
            "topic_op": "all", "from": "2024-01-01", "to": "2024-01-02", "type": ["video"],
            "not_year": ["2024"], "match": "all", "page": 2,
        }
    )  # fmt: skip
    unfiltered = SearchRequest(q="a", sort="heat", match=PAGE_DEFAULTS.match)
    assert filtered.model_copy(update={**NO_FILTERS, "page": 1}) == unfiltered
