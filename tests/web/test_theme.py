"""The site's own accent colour."""

import re
from pathlib import Path

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search import Settings
from tests.fake_engine import FakeEngine
from tests.web.pages import Page
from web import create_app
from web.theme import DARK_BACKGROUND, INK_ON_LIGHT_ACCENT, LIGHT_BACKGROUND, contrast, readable, theme_css

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_any_colour_becomes_readable(colour: str) -> None:
    light, dark = readable(colour, LIGHT_BACKGROUND, "#000000"), readable(colour, DARK_BACKGROUND, "#ffffff")
    assert contrast(light, LIGHT_BACKGROUND) >= 4.5
    assert contrast(dark, DARK_BACKGROUND) >= 4.5
    assert contrast(light, "#ffffff") >= 4.5  # the text of buttons
    assert contrast(dark, INK_ON_LIGHT_ACCENT) >= 4.5


def test_readable_colour_is_not_changed() -> None:
    assert "--accent: #0b5394;" in theme_css("#0b5394")
    assert readable("#9fc5e8", DARK_BACKGROUND, "#ffffff") == "#9fc5e8"


def test_contrast_is_that_of_wcag() -> None:
    assert (contrast("#000000", "#ffffff"), round(contrast("#767676", "#ffffff"), 2)) == (21.0, 4.54)


def test_backgrounds_are_those_of_the_stylesheet() -> None:
    css = (Path(__file__).parents[2] / "web/static/style.css").read_text(encoding="utf-8")
    assert re.findall(r"--tint: (#\w+);", css) == [LIGHT_BACKGROUND, DARK_BACKGROUND]


def client(**settings: str) -> FlaskClient:
    return create_app(Settings(**settings), engine=FakeEngine()).test_client()  # type: ignore[arg-type]


def test_page_links_to_the_theme_only_if_there_is_a_colour() -> None:
    styles = [
        [attrs["href"] for attrs, _ in Page(served.get("/").text).all("link", rel="stylesheet")]
        for served in (client(), client(accent_colour="#0b5394"))
    ]
    assert len(styles[0]) == 1
    assert styles[1][1:] == ["/theme.css?colour=0b5394"]


def test_etag_changes_with_what_settings_show() -> None:
    settings: tuple[dict[str, str], ...] = (
        {},
        {"site_name": "Ferries"},
        {"accent_colour": "#0b5394"},
        {"introduction": "News."},
    )
    etags = {client(**each).get("/").headers["ETag"] for each in settings}
    assert len(etags) == len(settings)


def test_theme_is_a_cached_stylesheet() -> None:
    response = client(accent_colour="#0b5394").get("/theme.css?colour=0b5394")
    assert (response.mimetype, response.headers["Cache-Control"]) == ("text/css", "public, max-age=86400")
    assert "#0b5394" in response.text
    assert client().get("/theme.css").status_code == 404


def test_introduction_is_on_the_home_page_only() -> None:
    served = client(introduction="News of <robots> & ferries.")
    assert "News of <robots> &amp; ferries.".replace("<robots>", "&lt;robots&gt;") in served.get("/").text
    assert "News of" not in served.get("/?q=fery").text
    assert "introduction" not in client().get("/").text
