"""The right name for a wrong one."""

import pytest

from search.nearest_name import nearest_name

KNOWN = ("q", "topic", "provider", "type", "from", "to", "sort", "page", "per_page", "facets", "facet_size", "fields")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        *((name, "per_page") for name in ("limit", "size", "rows", "page_size", "count", "perPage", "per-page")),
        *((name, "page") for name in ("offset", "start", "cursor", "PAGE", "pages")),
        *((name, "q") for name in ("query", "search", "text", "term", "Q", "q[]")),
        *((name, "topic") for name in ("Topic", "topics", "tag", "topik", "topic[]")),
        ("source", "provider"),
        ("provder", "provider"),
        *((name, "from") for name in ("since", "after", "start_date", "startDate", "from_", "form")),
        *((name, "to") for name in ("until", "before", "end_date")),
        *((name, "sort") for name in ("order", "order_by", "sort_by", "sorted")),
        ("field", "fields"),
        ("aggs", "facets"),
        *((name, None) for name in ("format", "colour", "", "…", "x", "utm_source", "a" * 100_000)),
    ],
)
def test_name_is_near_by_letters_or_by_meaning(name: str, nearest: str | None) -> None:
    assert nearest_name(name, KNOWN) == nearest


def test_names_of_one_meaning_lead_to_the_known_one() -> None:
    assert [nearest_name("search", known) for known in (("q",), ("searches",), KNOWN)] == ["q", "searches", "q"]
    assert [nearest_name("rows", known) for known in (("limit",), ("per_page",), ("q",))] == ["limit", "per_page", None]
