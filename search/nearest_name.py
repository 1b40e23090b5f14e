"""Finds the right name for a wrong one: by its letters, or by what other APIs call the same."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from typing import Final

_MIN_SIMILARITY: Final = 0.75

_SAME_MEANING: Final = tuple(
    tuple(names.split())
    for names in (
        "per_page limit size rows page_size count num n take max max_results results_per_page hits top first",
        "page offset start cursor skip page_number p",
        "q query search text term terms keyword keywords s search_term",
        "topic topics tag tags subject subjects keyword",
        "provider source sources publisher publishers providers site",
        "category categories section sections",
        "domain domains host hostname site website",
        "type types kind content_type",
        "url link href web_url permalink",
        "id ids article_id key guid",
        "from published_from since after start start_date from_date date_from published_after min_date",
        "to published_to until before end end_date to_date date_to published_before max_date",
        "sort order order_by sort_by ordering",
        "fields field select include columns fl return",
        "facets facet aggs aggregations group_by",
        "facet_size facet_limit max_values_per_facet limit size count num n max top first per_page",
        "timeline interval histogram granularity calendar_interval",
        "typo fuzzy fuzziness spellcheck autocorrect",
        "collapse group dedupe distinct",
        "explain debug why",
        "newest date published_at published pub_date latest recent desc timestamp",
        "oldest asc",
        "relevance score best rank",
        "heat popularity popular trending views",
        "excerpt description summary content body text abstract",
        "title headline name",
        "image images thumbnail picture",
        "prefix containing filter starts_with contains",
        "searches search queries requests",
        "max_characters max_chars max_length max_size max_tokens budget",
    )
)
"""Names of parameters and values, each group of one meaning."""


def nearest_name(name: str, known: Collection[str]) -> str | None:
    """The known name that is spelled like this one or means the same; None if there is none."""
    by_key = {_key(each): each for each in known}
    key = _key(name)
    if key in by_key:
        return by_key[key]
    if groups := _groups_by_key().get(key):  # a name that is spelled alike means something else
        return next((each for group in groups for each in group if each in known), None)
    return next((by_key[each] for each in get_close_matches(key, by_key, 1, _MIN_SIMILARITY)), None)


def did_you_mean(nearest: str | None) -> str:
    """The end of a message about a wrong name; "" if there is no nearest one."""
    return "" if nearest is None else f"; did you mean {nearest}?"


@cache
def _groups_by_key() -> dict[str, list[tuple[str, ...]]]:
    """The groups that each name is in."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for group in _SAME_MEANING:
        for name in group:
            groups.setdefault(_key(name), []).append(group)
    return groups


def _key(name: str) -> str:
    """The letters and digits of a name in lower case: `perPage`, `per-page` and `per_page[]` are all `perpage`."""
    return "".join(filter(str.isalnum, name[:100].casefold()))
