"""The script of the README's screenshots."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.screenshots import SCREENSHOTS, take_screenshots

pytestmark = pytest.mark.browser


def test_screenshots_are_pictures_of_their_window(browser: Browser, site: str, tmp_path: Path) -> None:
    take_screenshots(browser, site, tmp_path)
    for name, (_, options) in SCREENSHOTS.items():
        header = (tmp_path / name).read_bytes()[:24]
        scale = options.get("device_scale_factor", 1)
        assert header[1:4] == b"PNG"
        assert [int.from_bytes(header[at : at + 4], "big") for at in (16, 20)] == [
            side * scale for side in options["viewport"].values()
        ]
