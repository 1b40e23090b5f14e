"""What the pages of trends and topics tell of a topic that rises: the numbers behind it, and its words."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

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


@pytest.mark.parametrize("width", [320, 1280])
def test_labels_of_lines_are_at_their_ends_or_tied_to_them(
    open_page: Callable[..., Page], long_names_site: str, width: int
) -> None:
    """A leader begins where the line ends, and ends at the label.  No label covers another."""
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{long_names_site}/trends")
    ends, leaders, labels = page.evaluate("""() => {
        const all = (css) => [...document.querySelectorAll(css)];
        const point = (shape, x, y) => {
            const at = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM());
            return [at.x, at.y];
        };
        const ends = all(".line").map((line) => {
            const { x, y } = line.points.getItem(line.points.numberOfItems - 1);
            return point(line, x, y);
        });
        const leaders = all(".leader").map((line) =>
            [[line.x1, line.y1], [line.x2, line.y2]].map(([x, y]) => point(line, x.baseVal.value, y.baseVal.value)));
        const labels = all(".line-label").map((label) => label.getBoundingClientRect().toJSON());
        return [ends, leaders, labels];
    }""")
    assert len(ends) == len(leaders) == len(labels) == 3
    for end, (start, stop), label in zip(ends, leaders, labels, strict=True):
        assert start == pytest.approx(end, abs=1)
        assert stop[0] == pytest.approx(label["left"], abs=1)
        assert stop[1] == pytest.approx((label["top"] + label["bottom"]) / 2, abs=1)
    order = sorted(labels, key=lambda label: label["top"])
    assert all(below["top"] >= above["bottom"] - 0.5 for above, below in pairwise(order))


def test_scale_of_trends_is_beside_the_lines(page: Page, site: str) -> None:
    """Each label is at the height of its grid line, and covers nothing of the plot."""
    page.goto(f"{site}/trends?value=AI+in+Robotics&value=Cloud&interval=year")
    labels, lines, plot = (
        page.locator(css).evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().toJSON())")
        for css in (".scale text", ".grid", ".lines-plot")
    )
    assert len(labels) == len(lines) > 2
    for label, line in zip(labels, lines, strict=True):
        assert (label["top"] + label["bottom"]) / 2 == pytest.approx(line["top"], abs=2)
        assert label["right"] < plot[0]["left"]


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


def test_rising_topics_fit_a_phone(page: Page, rising_site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto(f"{rising_site}/trends")
    widths = page.locator("#rising .wide-table").evaluate_all(
        "all => all.map((each) => [each.scrollWidth, each.clientWidth])"
    )
    assert widths
    assert all(needed <= width for needed, width in widths)
