"""The Link header as the real server sends it, which is only one."""

import re
import urllib.request

import pytest


@pytest.mark.parametrize(
    ("path", "related"),
    [("search?q=robot&per_page=2&page=2", ["next", "prev"]), ("export?q=robot&limit=2", ["next", "cite-as"])],
)
def test_pages_and_description_are_linked(service: str, path: str, related: list[str]) -> None:
    with urllib.request.urlopen(f"{service}/api/v1/{path}", timeout=60) as response:  # noqa: S310
        relations = re.findall('rel="([^"]+)"', response.headers["Link"])
    assert relations == [*related, "service-desc", "service-doc"]
