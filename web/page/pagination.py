"""Computes the links to other pages of a search."""

from typing import NamedTuple

from search import SearchRequest
from web import links

NEIGHBOURS = 2  # pages linked on either side of the current one


class PageLink(NamedTuple):
    """A link to one page; `gap` is true if pages before it are left out."""

    number: int
    link: str
    current: bool
    gap: bool


class Pagination(NamedTuple):
    """Links to numbered pages and to the previous and next page, if they exist."""

    pages: list[PageLink]
    previous: str | None
    next: str | None
    last: int


def pagination(request: SearchRequest, total: int) -> Pagination:
    """Links to the first and last page, to the current one and its neighbours, for `total` results."""
    last = links.reachable_pages(total, request.per_page)
    current = request.page
    numbers = [n for n in range(1, last + 1) if n in {1, last} or abs(n - current) <= NEIGHBOURS]
    return Pagination(
        pages=[
            PageLink(n, _link(request, n), n == current, gap=before + 1 < n)
            for before, n in zip([0, *numbers], numbers, strict=False)
        ],
        previous=_link(request, min(current - 1, last)) if current > 1 and last else None,
        next=_link(request, current + 1) if current < last else None,
        last=last,
    )


def _link(request: SearchRequest, number: int) -> str:
    return links.page_url(links.changed(request, page=number))
