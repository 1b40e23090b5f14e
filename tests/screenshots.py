"""Takes the screenshots of the README: `make screenshots`.

They show the bundled archive.  Its pictures are at addresses that do not exist, so plain drawings replace them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zlib import crc32

from playwright.sync_api import Browser, Route, sync_playwright

from search import Settings, build_index
from tests.conftest import BROWSERS
from tests.web.browser.conftest import FLAGS, served
from web import create_app

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs"

SCREENSHOTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "search.png": ("/?q=self-driving", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}),
    "search-phone-dark.png": (
        "/?q=robotaxi",
        {
            "viewport": {"width": 390, "height": 844}, "color_scheme": "dark",
            "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
        },
    ),
}  # fmt: skip
"""File name → path of the page, and options of the browser."""


def take_screenshots(browser: Browser, address: str, folder: Path) -> None:
    """Write every screenshot of the service at this address to the folder."""
    for name, (path, options) in SCREENSHOTS.items():
        page = browser.new_page(**options)
        page.route("https://**/*", _draw)
        page.goto(address + path, wait_until="networkidle")
        page.screenshot(path=folder / name)
        page.close()


def _draw(route: Route) -> None:
    """A picture of two shapes, with colours and places by the URL."""
    seed = crc32(route.request.url.encode())
    hue, x, y = seed % 360, seed // 7 % 100, seed // 11 % 60
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800" viewBox="0 0 120 80">'
        f'<rect width="120" height="80" fill="hsl({hue} 35% 55%)"/>'
        f'<path d="M0 80 L{x} {y} L120 80z" fill="hsl({hue + 40} 30% 35%)"/>'
        f'<circle cx="{120 - x}" cy="20" r="11" fill="hsl({hue + 180} 60% 75%)"/></svg>'
    )
    route.fulfill(content_type="image/svg+xml", body=svg)


def main() -> None:
    executable = next(path for name in BROWSERS if (path := shutil.which(name)))
    with TemporaryDirectory() as index:
        build_index(ROOT / "tests/articles", index)
        with served(create_app(Settings(index_dir=Path(index)))) as address, sync_playwright() as playwright:
            FOLDER.mkdir(exist_ok=True)
            take_screenshots(playwright.chromium.launch(executable_path=executable, args=FLAGS), address, FOLDER)


if __name__ == "__main__":
    main()
