"""What the pages of trends and topics tell of a topic that rises: the numbers behind it, and its words."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from search import Article, Settings
from tests.files import indexed
from tests.web.browser.conftest import served
from tests.web.browser.controls import heading
from web import create_app

pytestmark = pytest.mark.browser

FERRIES = {9: 2, 10: 12}
"""How many of the 20 articles of September and October 2024 are about ferries; the others are about trains."""


@pytest.fixture(scope="module")
def rising_site() -> Iterator[str]:
    articles = [
        Article(
            id=f"{month}-{day}",
            title=f"Electric ferry {day}" if day <= ferries else f"Slow train {day}",
            topics=("Ships" if day <= ferries else "Railways",),
            published_at=datetime(2024, month, day, 8, tzinfo=UTC),
        )
        for month, ferries in FERRIES.items()
        for day in range(1, 21)
    ]
    with indexed(articles) as index_dir, served(create_app(Settings(index_dir=index_dir))) as address:
        yield address


@pytest.mark.parametrize(("caption", "value"), [("topics", "Ships"), ("phrases", "Electric ferry")])
def test_rising_value_has_its_numbers_and_leads_to_its_articles(
    no_js_page: Page, rising_site: str, caption: str, value: str
) -> None:
    no_js_page.goto(f"{rising_site}/trends")
    rising = no_js_page.locator("#rising")
    expect(rising.get_by_role("heading")).to_contain_text("October 2024")
    expect(rising).to_contain_text("20 articles")
    table = rising.locator("table").filter(has=no_js_page.locator("caption", has_text=caption))
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(table.get_by_role("row").nth(1)).to_contain_text(value)
    assert table.get_by_role("row").nth(1).get_by_role("cell").all_inner_texts() == ["2", "12", "×6.0"]
    table.get_by_role("link", name=value).click()
    expect(heading(no_js_page)).to_contain_text("12 results")


def test_typical_word_of_a_topic_has_its_number_and_leads_to_its_articles(no_js_page: Page, rising_site: str) -> None:
    no_js_page.goto(f"{rising_site}/topics/Ships")
    words = no_js_page.locator("section", has=no_js_page.get_by_role("heading", name="Typical words"))
    ferry = words.get_by_role("listitem").filter(has_text="ferry")
    expect(ferry).to_contain_text("14 articles")
    ferry.get_by_role("link").click()
    expect(heading(no_js_page)).to_contain_text("14 results")


def test_incomplete_period_is_marked_in_chart_table_and_notes(no_js_page: Page, fake_site: str) -> None:
    no_js_page.goto(f"{fake_site}/?q=electrik+ferry")
    bars = no_js_page.locator(".bars a")
    marked = ["incomplete" in name for name in bars.locator("title").all_text_contents()]
    assert marked == [False, False, False, True]
    fills = bars.locator(".bar").evaluate_all("(bars) => bars.map((bar) => getComputedStyle(bar).fill)")
    assert len(set(fills[:3])) == 1
    assert "hatch" in fills[3]
    expect(no_js_page.locator(".chart-notes")).to_contain_text("November 2026 is incomplete")
    no_js_page.locator(".chart-table summary").click()
    expect(no_js_page.get_by_role("rowheader").last).to_have_text("November 2026, incomplete")
