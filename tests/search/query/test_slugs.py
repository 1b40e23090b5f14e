"""Slugs as words."""

import pytest

from search.query.slugs import slug_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what-s-new-power-apps-in-march", "what's new power apps in march"),
        ("tesla_does_not_recall_cars", "tesla does not recall cars"),
        ("we-ll-see-why-they-don-t", "we'll see why they don't"),
        ("2021-06-21-elon-musk-reveals", "2021 06 21 elon musk reveals"),
        ("review state-of-the-art", "review state of the art"),
        ("https://example.com/2024/03/what-s-new-in-apps.html?page=2", "what's new in apps"),
        ("/news/robots-paint-bridges/", "robots paint bridges"),
        ("power%20apps%20in%20march", "power apps in march"),
    ],
)
def test_slug_is_read_as_words(text: str, words: str) -> None:
    assert slug_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tesla robots",
        "self-driving cars",
        "GPT-4",
        "2021-06-21",
        '"state-of-the-art"',
        "-a-b-c",
        "title:a-b-c",
        "100%",
    ],
)
def test_text_without_slug_has_no_words(text: str) -> None:
    assert slug_words(text) is None
