"""The estimated width of a text."""

import pytest

from web.page.text_width import text_width


@pytest.mark.parametrize(
    ("text", "pixels"),
    [
        ("AI in Robotics", 95),
        ("Natural Language Processing", 204),
        ("Model-driven apps", 130),
        ("12 Oct 2026", 87),
        ("More coverage (1)", 128),
        ("WWW MMM", 82),
    ],
)
def test_width_is_that_in_a_wide_font(text: str, pixels: int) -> None:
    """`pixels` were measured in DejaVu Sans at 14 pixels, of which a normal letter takes 8.7."""
    assert 8.7 * text_width(text) == pytest.approx(pixels, rel=0.06)


def test_ideographs_are_wider_than_letters() -> None:
    assert text_width("東京") > 3
    assert text_width("") == 0
