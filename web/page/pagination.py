"""Which pages of a result the page links to."""

from typing import NamedTuple

from search import SearchRequest
from web import links

AROUND = 2  # pages either side of the current one


class PageLink(NamedTuple):
    """One page: its number and address; `gap` where pages before it are left out."""

    number: int
    link: str
    current: bool
    gap: bool


class Pagination(NamedTuple):
    """The numbered pages, and the neighbours where there are any."""

    pages: list[PageLink]
    previous: str | None
    next: str | None
    last: int


def pagination(request: SearchRequest, listed: int) -> Pagination:
    """The first and last page, those around the current one, and the ways to its neighbours."""
    last = links.reachable_pages(listed, request.per_page)
    here = request.page
    shown = [n for n in range(1, last + 1) if n in {1, last} or abs(n - here) <= AROUND]
    return Pagination(
        pages=[
            PageLink(n, _to(request, n), n == here, gap=before + 1 < n)
            for before, n in zip([0, *shown], shown, strict=False)
        ],
        previous=_to(request, min(here - 1, last)) if here > 1 and last else None,
        next=_to(request, here + 1) if here < last else None,
        last=last,
    )


def _to(request: SearchRequest, number: int) -> str:
    return links.page(links.changed(request, page=number))
