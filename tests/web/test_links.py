"""Addresses of searches: read back they are the same search, and a search has one."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import HIT_FIELDS, SearchRequest
from web import links
from web.parameters import search_request

VALUES = st.text(st.characters(exclude_categories=["C"], exclude_characters="\x7f"), min_size=1, max_size=5).filter(
    lambda text: text.strip() == text
)
LISTS = st.lists(VALUES, max_size=3).map(tuple)
SECONDS = st.integers(946_684_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))
MOMENTS = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)) | SECONDS
REQUESTS = st.builds(SearchRequest, to=MOMENTS) | st.builds(
    SearchRequest, q=VALUES | st.just(""), topic=LISTS, provider=LISTS, not_topic=LISTS, not_provider=LISTS,
    topic_op=st.sampled_from(["any", "all"]), from_=MOMENTS, type=st.none() | VALUES,
    sort=st.sampled_from([None, "relevance", "newest", "oldest", "heat"]), page=st.integers(1, 20),
    per_page=st.integers(0, 100), facet_size=st.integers(0, 1000),
    fields=st.lists(st.sampled_from(HIT_FIELDS), min_size=1, unique=True).map(tuple),
)  # fmt: skip


@given(REQUESTS)
def test_an_address_read_back_is_the_same_search(request_: SearchRequest) -> None:
    address = links.query_string(request_)
    again = search_request(address.encode())
    assert links.canonical(again) == links.canonical(request_)
    assert links.query_string(again) == address


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", ""),
        ("page=1&per_page=20&sort=newest", ""),
        ("sort=relevance&q=a", "q=a"),
        ("provider=b&provider=a&topic=x&q=t", "q=t&topic=x&provider=a&provider=b"),
        ("topic=a&topic=a", "topic=a"),
        ("from=2024-01-01T00:00:00", "from=2024-01-01T00:00:00Z"),
    ],
)
def test_a_search_has_one_address(query: str, address: str) -> None:
    assert links.query_string(search_request(query.encode())) == address
