"""The Link header as the real server sends it, which is only one."""

import re
import urllib.request

import pytest


@pytest.mark.parametrize("path", ["search?q=robot&per_page=2&page=2", "export?q=robot&limit=2"])
def test_pages_and_description_are_linked(service: str, path: str) -> None:
    with urllib.request.urlopen(f"{service}/api/v1/{path}", timeout=60) as response:  # noqa: S310
        relations = re.findall('rel="([^"]+)"', response.headers["Link"])
    assert relations == [*(["next", "prev"] if "page=2" in path else ["next"]), "service-desc", "service-doc"]
