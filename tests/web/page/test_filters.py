"""Facets and filter chips on the page."""

import pytest
from flask.testing import FlaskClient

from tests.web.pages import link_urls, page


def test_facets_are_checkboxes_with_counts(client: FlaskClient) -> None:
    labels = [text for attrs, text in page(client, "q=robot").all("label", class_="checkbox")]
    assert "AI in Robotics, 13 articles" in labels
    assert "AI Ethics, 1 article" in labels


def test_chip_removes_its_filter_and_clear_all_keeps_the_query(client: FlaskClient) -> None:
    shown = page(client, "q=robot&topic=AI+in+Robotics&provider=Robot+Courier&from=2024-01-01")
    assert link_urls(shown, "Remove topic AI in Robotics") == ["?q=robot&provider=Robot%20Courier&from=2024-01-01"]
    assert link_urls(shown, "Clear all filters") == ["?q=robot"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2024-01-31", "31 January 2024"),
        ("2024-01-31T09:30:00Z", "31 January 2024, 09:30 UTC"),
        ("2024-01-31T09:30", "31 January 2024, 09:30 UTC"),
        ("2024-01-31T09:30-05:00", "31 January 2024, 09:30 UTC-05:00"),
    ],
)
def test_chip_formats_dates_as_results_do(client: FlaskClient, given: str, told: str) -> None:
    chips = page(client, f"from={given}&to={given}").all("a", class_="chip")
    assert [text for _, text in chips] == [f"From {told} ×", f"To {told} ×"]
