"""Computes the links to other pages of a search."""

from typing import NamedTuple

from web.links import SearchUrls, reachable_pages

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


def pagination(urls: SearchUrls, total: int) -> Pagination:
    """Links to the first and last page, to the current one and its neighbours, for `total` results."""
    current, per_page = urls.request.page, urls.request.per_page
    last = reachable_pages(total, per_page)
    numbers = [n for n in range(1, last + 1) if n in {1, last} or abs(n - current) <= NEIGHBOURS]
    return Pagination(
        pages=[
            PageLink(n, urls.changed(page=n), n == current, gap=before + 1 < n)
            for before, n in zip([0, *numbers], numbers, strict=False)
        ],
        previous=urls.changed(page=min(current - 1, last)) if current > 1 and last else None,
        next=urls.changed(page=current + 1) if current < last else None,
        last=last,
    )
