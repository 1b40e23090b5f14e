"""How the page uses the window: density, reflow, nothing covered, nothing moved."""

import re
from base64 import b64encode
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from search import Settings
from tests.web.browser.conftest import LONG_PROVIDER, LONG_TOPIC, served
from tests.web.browser.controls import search_box, show_pictures
from tests.web.browser.states import ROBOTAXIS, open_details
from web import create_app

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


RECTANGLES = "(all) => all.map((each) => each.getBoundingClientRect().toJSON())"


def boxes(page: Page, selector: str) -> list[dict[str, Any]]:
    """The rectangles of the elements in the window."""
    found: list[dict[str, Any]] = page.locator(selector).evaluate_all(RECTANGLES)
    return found


@pytest.mark.parametrize("query", ["q=robot", "", "q=harbour+ferry", "q=robot+xyzzy&provider=Robot+Courier"])
def test_four_hits_fit_a_desktop_window(page: Page, site: str, query: str) -> None:
    page.goto(f"{site}/?{query}")
    hits = boxes(page, ".hit")
    assert hits[0]["top"] < 180
    assert max(hit["height"] for hit in hits) <= 170
    assert len([hit for hit in hits if hit["bottom"] <= 900]) >= 4


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("width", [320, 360, 768, 960, 1280])
def test_links_to_the_other_pages_are_above_the_results_and_beside_other_controls(
    open_page: Callable[..., Page], site: str, width: int, touch: bool
) -> None:
    page = open_page(viewport={"width": width, "height": 740}, has_touch=touch, is_mobile=touch)
    page.goto(f"{site}/?q=robot")
    assert page.locator(".site-nav a").all_inner_texts() == ["Topics", "Providers", "Trends"]
    links = boxes(page, ".site-nav a")
    others = boxes(page, ".site-name a, .searchbox label, #q, .help-link")
    assert all(link["bottom"] < boxes(page, ".hit")[0]["top"] for link in links)
    for a, b in [*product(links, others), *combinations(links, 2)]:
        apart = a["right"] <= b["left"] or b["right"] <= a["left"]
        assert apart or a["bottom"] <= b["top"] + 2 or b["bottom"] <= a["top"] + 2, (a, b)


def test_filters_and_timeline_are_alike(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 768, "height": 800})
    page.goto(f"{site}/?q=robot")
    fonts = page.locator(".layout .disclosure > summary").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each).font)"
    )
    assert len(fonts) == 2
    assert fonts[0] == fonts[1]


def test_example_searches_are_whole_on_a_desktop(page: Page, site: str) -> None:
    page.goto(site)
    (line,) = boxes(page, ".starters")
    examples = boxes(page, ".starters [aria-label='Example searches'] a")
    assert len(examples) == 3
    assert all(each["right"] <= line["right"] and each["bottom"] <= line["bottom"] + 1 for each in examples)


@pytest.mark.parametrize("width", [768, 1280])
def test_short_topic_has_no_wider_gap(open_page: Callable[..., Page], site: str, width: int) -> None:
    """The gap from the text of a topic to the dot that follows it, for every topic that is not cut."""
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/?per_page=50")
    gaps = page.evaluate("""() => [...document.querySelectorAll(".topics li:not(:last-child)")].filter((item) => {
        const link = item.querySelector("a");
        return link.checkVisibility() && link.scrollWidth === link.clientWidth;
    }).map((item) => {
        const text = document.createRange();
        text.selectNodeContents(item.querySelector("a"));
        return Math.round(item.getBoundingClientRect().right - text.getBoundingClientRect().right);
    })""")
    assert page.locator(".topics li:not(:last-child) a", has_text=re.compile("^AI$")).count() > 0
    assert max(gaps) - min(gaps) <= 1


OVERLAPS = """(all) => all.flatMap((each) => {
    const targets = [...each.querySelectorAll("a, summary")].filter((target) => target.checkVisibility());
    const boxes = targets.map((target) => target.getBoundingClientRect());
    return boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => {
        const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        return Math.min(width, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
    }));
}).filter((overlap) => overlap > 10)"""
"""How far targets overlap, if they do by so much that less than 24 of their 44 pixels are their own."""


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_below_a_hit_is_out_of_sight_on_a_phone(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(**PHONE | {"viewport": {"width": width, "height": 740}})
    page.goto(f"{site}/?q=robot+hill+learns&per_page=50")
    assert page.locator(".below:has(.coverage)").count() > 0
    assert max(box["right"] for box in boxes(page, ".meta, .hit-actions *")) <= width
    assert page.locator(".below").evaluate_all(OVERLAPS) == []


@pytest.mark.parametrize(("path", "mean"), [("/", 140), ("/?q=robot", 160), ("/?q=robot+hill+learns+autopilot", 175)])
def test_hits_are_dense_on_a_phone(open_page: Callable[..., Page], site: str, path: str, mean: int) -> None:
    page = open_page(**PHONE)
    show_pictures(page)
    page.goto(site + path)
    heights = [hit["height"] for hit in boxes(page, ".hit")]
    assert sum(heights) / len(heights) <= mean


def test_meta_line_of_a_phone_scrolls_to_its_topics(open_page: Callable[..., Page], long_names_site: str) -> None:
    page = open_page(**PHONE)
    page.goto(f"{long_names_site}/?q=ferry")
    line = page.locator(".meta", has=page.locator(".topics li:nth-child(2)")).first
    line.locator(".provider").focus()
    for topic in line.locator(".topics a:visible").all():
        page.keyboard.press("Tab")
        expect(topic).to_be_focused()
        assert is_uncovered(topic)
    assert line.evaluate("(line) => line.scrollLeft") > 0


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("path", ["/", "/topics/AI%20in%20Robotics"])
def test_date_of_a_hit_is_whole_on_a_phone(open_page: Callable[..., Page], site: str, path: str, width: int) -> None:
    """Also if the line has the link to the article's page at its end; the last 24 pixels before that fade."""
    page = open_page(**PHONE | {"viewport": {"width": width, "height": 740}})
    page.goto(site + path)
    ends = page.locator(".meta:has(time)").evaluate_all("""(all) => all.map((line) =>
        line.getBoundingClientRect().right - line.querySelector("time").getBoundingClientRect().right)""")
    assert len(ends) > 5
    assert min(ends) >= 24


@pytest.mark.parametrize("touch", [False, True])
def test_short_link_leaves_no_gap_in_its_sentence(open_page: Callable[..., Page], site: str, touch: bool) -> None:
    page = open_page(**PHONE | {"has_touch": touch, "is_mobile": touch})
    page.goto(f"{site}/?q=robto")
    gap = page.locator(".correction a").evaluate("""(link) => {
        const text = document.createRange();
        text.selectNodeContents(link);
        return link.getBoundingClientRect().right - text.getBoundingClientRect().right;
    }""")
    assert abs(gap) <= 1


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("width", [320, 768])
def test_byline_has_dots_only_between_parts_of_a_row(
    open_page: Callable[..., Page], site: str, width: int, touch: bool
) -> None:
    page = open_page(viewport={"width": width, "height": 740}, has_touch=touch, is_mobile=touch)
    page.goto(f"{site}/articles/{ROBOTAXIS}")
    (heading,) = boxes(page, "h1")
    parts = boxes(page, ".article-byline > *")
    rows = {round(part["bottom"]) for part in parts}
    assert len(rows) == (2 if width == 320 else 1)
    for row in rows:  # what is further left is cut off
        assert abs(min(part["left"] for part in parts if round(part["bottom"]) == row) - heading["left"]) <= 1
    ends = "(all) => all.map((each) => getComputedStyle(each, '::after').content)"
    assert set(page.locator(".article-byline > *").evaluate_all(ends)) == {"none"}


def test_parts_of_the_footer_share_a_baseline(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    bottoms = page.locator(".site-footer p").evaluate_all("""(all) => all.map((each) => {
        const text = document.createRange();
        text.selectNodeContents(each.querySelector("a") ?? each);
        return text.getBoundingClientRect().bottom;
    })""")
    assert len(bottoms) == 2
    assert abs(bottoms[0] - bottoms[1]) <= 0.5


def test_picture_and_line_below_a_hit_are_apart_on_a_phone(
    open_page: Callable[..., Page], long_names_site: str
) -> None:
    page = open_page(**PHONE)
    show_pictures(page)
    page.goto(f"{long_names_site}/?per_page=48")
    assert page.locator(".hit.has-picture").count() > 10
    for hit in page.locator(".hit.has-picture").all():
        (picture,), (line,) = (hit.locator(css).evaluate_all(RECTANGLES) for css in (".picture", ".below"))
        assert line["top"] >= picture["bottom"] - 5.1  # of the target above the text


def test_marks_do_not_move_the_text(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    marked = [boxes(page, selector) for selector in (".hit", ".hit time")]
    page.evaluate("for (const mark of document.querySelectorAll('mark')) mark.replaceWith(...mark.childNodes)")
    page.evaluate("document.querySelectorAll('h3, .excerpt').forEach((each) => each.normalize())")
    assert page.locator("mark").count() == 0
    assert [boxes(page, selector) for selector in (".hit", ".hit time")] == marked


LARGEST_DIFFERENCE = """async (pictures) => {
    const [one, other] = await Promise.all(pictures.map(async (png) => {
        const image = new Image();
        image.src = `data:image/png;base64,${png}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, image.width, image.height).data;
    }));
    return one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at])), 0);
}"""
"""Of the colours of a pixel in two pictures, from 0 to 255."""


@pytest.mark.parametrize("touch", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_marks_do_not_move_their_own_letters(
    open_page: Callable[..., Page], site: str, width: int, touch: bool
) -> None:
    """Marks without colours look like no marks.  A letter that moves by a part of a pixel to its side is allowed."""
    page = open_page(viewport={"width": width, "height": 2000}, has_touch=touch, is_mobile=touch)
    show_pictures(page)
    page.goto(f"{site}/?q=robot")
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("mark { color: inherit; background: none; box-shadow: none; } .picture { opacity: 0; }");
        document.adoptedStyleSheets = [sheet];
    }""")
    assert page.locator("h3 mark").count() > 5
    marked = page.screenshot()
    page.evaluate("for (const mark of document.querySelectorAll('mark')) mark.replaceWith(...mark.childNodes)")
    page.evaluate("document.querySelectorAll('h3 a, .excerpt').forEach((each) => each.normalize())")
    shown = [b64encode(each).decode() for each in (marked, page.screenshot())]
    assert open_page().evaluate(LARGEST_DIFFERENCE, shown) < 128


def test_mark_is_as_wide_as_its_text(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    widths = "[...document.querySelectorAll('h3 a')].map((each) => Math.round(each.getBoundingClientRect().width))"
    marked = page.evaluate(widths)
    page.evaluate("for (const mark of document.querySelectorAll('mark')) mark.replaceWith(...mark.childNodes)")
    assert page.evaluate(widths) == marked


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_search_box_stays_in_the_window(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 600})
    page.goto(f"{site}/?q=robot")
    page.evaluate("scrollTo(0, 1500)")
    (box,) = boxes(page, "#q")
    assert 0 <= box["top"] < box["bottom"] < 80


def test_anchors_are_not_covered_by_the_search_box(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    link = page.locator(".hit h3 a").nth(4)
    link.evaluate("(link) => link.scrollIntoView()")
    assert is_uncovered(link)


def is_uncovered(control: Locator) -> bool:
    """Whether its centre is not covered by another element."""
    return bool(
        control.evaluate("""(control) => {
            const { x, y, width, height } = control.getBoundingClientRect();
            return control.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }""")
    )


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_focused_filter_is_not_covered(open_page: Callable[..., Page], site: str, width: int, scripts: bool) -> None:
    page = open_page(viewport={"width": width, "height": 500}, java_script_enabled=scripts)
    page.goto(f"{site}/?q=robot")
    if width < 960:
        page.get_by_text("Filters", exact=True).click()
    for control in page.locator(".filters :is(input:not([type=hidden]), a)").all():
        if control.is_visible():
            control.focus()
            assert is_uncovered(control)


@pytest.mark.parametrize("width", [320, 360])
def test_suggestions_cover_no_notice_filters_or_results_on_a_phone(
    open_page: Callable[..., Page], site: str, width: int
) -> None:
    page = open_page(**PHONE | {"viewport": {"width": width, "height": 740}})
    page.goto(site)
    search_box(page).press_sequentially("robo")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page).to_have_title(re.compile("^robo…, "))
    for shown in (".correction", "#filters summary", ".hit h3 a"):
        assert is_uncovered(page.locator(shown).first)


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("query", ["ferries+yesterday+harb*", "electrik+ferry"])
def test_sort_order_is_beside_the_heading(
    open_page: Callable[..., Page], fake_site: str, query: str, width: int
) -> None:
    """Also if there are sentences on partial matches and on stories, or one of them."""
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{fake_site}/?q={query}")
    selectors = ("#results-heading", ".sorts", ".sentences")
    (heading,), (orders,), (sentences,) = (boxes(page, selector) for selector in selectors)
    assert orders["top"] < heading["bottom"] <= sentences["top"] + 1


@pytest.mark.parametrize("path", ["/?per_page=50", "/?q=robot&per_page=50", "/?q=ai&per_page=50"])
def test_line_below_a_hit_is_one_line(page: Page, site: str, path: str) -> None:
    show_pictures(page)
    page.goto(site + path)
    assert page.locator(".hit.has-picture .topics li:nth-child(2)").count() > 0
    assert {box["height"] for box in boxes(page, ".meta")} == {24}


@pytest.mark.parametrize("width", [768, 1000, 1280])
def test_topics_fill_the_line_below_a_hit(open_page: Callable[..., Page], site: str, width: int) -> None:
    """No topic is cut, and one is left out only if there is less room than a long one takes."""
    page = open_page(viewport={"width": width, "height": 900})
    show_pictures(page)
    page.goto(f"{site}/?per_page=50")
    lines = page.locator(".hit").evaluate_all("""(hits) => hits.map((hit) => {
        const box = (part) => part.getBoundingClientRect();
        const parts = [...hit.querySelectorAll(".meta a, .meta time, .hit-actions a, summary")];
        const shown = parts.filter((part) => part.checkVisibility());
        const topics = shown.filter((part) => part.matches(".topics a"));
        const last = topics.at(-1);
        const row = last ? shown.filter((part) => Math.abs(box(part).top - box(last).top) < 12) : [];
        return [
            topics.some((topic) => topic.scrollWidth > topic.clientWidth + 1),
            last?.textContent.startsWith("+") ?? false,
            box(hit.querySelector("article")).right - Math.max(...row.map((part) => box(part).right)),
        ];
    })""")
    assert not any(cut for cut, _, _ in lines)
    assert all(room < 230 for _, more, room in lines if more)
    assert any(not more for _, more, _ in lines)


def test_hit_without_a_picture_has_more_topics_in_a_wide_window(
    open_page: Callable[..., Page], long_names_site: str
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{long_names_site}/?q=ferry&per_page=48")
    hits = page.locator(".hit:not(.has-picture)", has=page.locator(".topics > .roomy"))
    assert hits.count() > 0

    def topics() -> list[list[str]]:
        shown = [hit.locator(".topics li:visible").all_inner_texts() for hit in hits.all()]
        return [[text for text in texts if not text.startswith("+")] for texts in shown]

    wide = topics()
    page.set_viewport_size({"width": 1000, "height": 900})
    assert all(len(more) > len(fewer) for more, fewer in zip(wide, topics(), strict=True))


def test_long_names_are_cut_to_one_line(page: Page, long_names_site: str) -> None:
    """The provider and the topics are cut, and nothing else."""
    show_pictures(page)
    page.goto(f"{long_names_site}/?per_page=48")
    assert {box["height"] for box in boxes(page, ".below")} == {24}
    cut = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)"
    assert set(page.locator(".provider bdi").evaluate_all(cut)) == {LONG_PROVIDER}
    assert LONG_TOPIC in page.locator(".topics a").evaluate_all(cut)
    assert page.locator(".topics a", has_text="+").evaluate_all(cut) == []
    ends = [parts["right"] for parts in boxes(page, ".meta > :not(.topics), .topics > li")]
    assert max(ends) <= max(box["right"] for box in boxes(page, ".hit > article"))
    starts = page.locator(".below").evaluate_all("""(all) => all.map((each) => {
        const parts = [...each.querySelectorAll(".meta > :not(.topics), .topics > li, .hit-actions > a, summary")]
            .filter((part) => part.checkVisibility());
        const rectangles = parts.map((part) => part.getBoundingClientRect());
        return rectangles.slice(1).every(({ left }, at) => left > rectangles[at].right);
    })""")
    assert all(starts)


@pytest.mark.parametrize("width", [320, 1280])
def test_topic_longer_than_a_line_stays_inside_of_it(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/?per_page=50")
    page.evaluate("document.querySelectorAll('.topics a').forEach((a) => { a.textContent = 'Robotics '.repeat(30); })")
    hits = boxes(page, ".hit > article")
    wider = 5  # pixels of a topic's target beyond its text
    assert max(topic["right"] for topic in boxes(page, ".topics a")) <= max(hit["right"] for hit in hits) + wider


def test_controls_below_a_hit_have_equal_gaps(page: Page, site: str) -> None:
    """The gap of each from the text before it, dot included, on every line."""
    page.goto(f"{site}/?q=robot&per_page=50")
    gaps = page.evaluate("""() => [...document.querySelectorAll(".below")].flatMap((line) => {
        const parts = line.querySelectorAll(".meta > a, .meta > time, .topics a, summary, .article-page");
        const texts = [...parts].filter((part) => part.checkVisibility()).map((part) => {
            const text = document.createRange();
            text.selectNodeContents(part.querySelector("bdi") ?? part.firstChild); // not the text out of sight
            return text.getBoundingClientRect();
        });
        return texts.slice(1).map((text, at) => text.left - texts[at].right);
    })""")
    assert len(gaps) > 50
    assert max(gaps) - min(gaps) <= 2


@pytest.mark.parametrize("width", [768, 1024, 1280])
def test_no_link_below_a_hit_is_alone_on_a_line(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/?q=robot+hill+learns")
    lines = """(all) => all.map((each) => new Set(
        [...each.querySelectorAll(":scope > a, summary")].map((control) => control.getBoundingClientRect().top)
    ).size)"""
    assert page.locator(".hit-actions:has(.coverage)").count() > 0
    assert set(page.locator(".hit-actions").evaluate_all(lines)) == {1}


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("name", ["More coverage", "Why this result"])
def test_opening_moves_no_control_of_a_hit(open_page: Callable[..., Page], site: str, name: str, width: int) -> None:
    """So a second click at the same place closes what the first one opened."""
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{site}/?q=robot+hill+learns")
    hit = page.locator(".hit:has(.coverage)").first
    controls = "(all) => all.map((each) => { const { x, y } = each.getBoundingClientRect(); return [x, y]; })"
    line = hit.locator(".meta a, summary, .article-page")
    before = line.evaluate_all(controls)
    hit.locator("summary", has_text=name).evaluate("(summary) => summary.click()")
    assert hit.locator("details[open]").count() == 1
    assert line.evaluate_all(controls) == before


@pytest.mark.parametrize("width", [360, 1280])
def test_labels_of_trends_are_whole(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/trends?value=AI+in+Robotics&value=Cloud&value=Natural+Language+Processing&interval=month")
    cut = "(all) => all.map((each) => [each.scrollWidth - each.clientWidth, each.scrollHeight - each.clientHeight])"
    assert page.locator(".line-label").evaluate_all(cut) == [[0, 0]] * 3


def test_date_is_not_covered_at_the_bottom_of_a_phone(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 320, "height": 500})
    page.goto(f"{site}/?q=robot")
    open_details(page)
    page.locator("#from").evaluate("(control) => control.scrollIntoView(false)")
    assert is_uncovered(page.locator("#from"))


@pytest.mark.parametrize("width", [320, 1280])
def test_query_that_is_cut_keeps_its_quotation_marks(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/?q={'robotic' * 20}")
    query = page.locator(".summary q")
    box = query.bounding_box()
    assert box is not None
    assert query.evaluate("(each) => each.scrollWidth > each.clientWidth")
    # The upper half of its end, which has the mark, but no dots; the picture loses 4 pixels at each side.
    mark = {"x": box["x"] + box["width"] - 14, "y": box["y"] - 4, "width": 18, "height": box["height"] / 2 + 8}
    shown = page.screenshot(clip=mark)  # type: ignore[arg-type]
    assert open_page().evaluate(COLOURS, b64encode(shown).decode()) > 1


def test_sign_of_exclusion_is_a_whole_circle_in_forced_colours(open_page: Callable[..., Page], site: str) -> None:
    page = open_page()
    page.emulate_media(forced_colors="active")
    page.goto(f"{site}/?q=robot")
    shown = page.locator(".exclude").first.screenshot()
    strokes = open_page().evaluate(
        """async (png) => {
            const image = new Image();
            image.src = `data:image/png;base64,${png}`;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
            canvas.drawImage(image, 0, 0);
            const { data } = canvas.getImageData(Math.round(image.width / 2), 0, 1, image.height);
            const inked = Array.from({ length: image.height }, (_, y) =>
                [0, 1, 2].some((part) => Math.abs(data[4 * y + part] - data[part]) > 128));
            return inked.filter((ink, y) => ink && !inked[y - 1]).length;
        }""",
        b64encode(shown).decode(),
    )
    assert strokes == 3  # the top of the circle, the minus, the bottom


@pytest.mark.parametrize("width", [480, 794, 1280])
@pytest.mark.parametrize("scripts", [True, False])
def test_print_has_no_controls(open_page: Callable[..., Page], site: str, width: int, scripts: bool) -> None:
    """A sheet of A4 is 794 pixels wide."""
    page = open_page(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page.goto(f"{site}/?q=robot&topic=AI+in+Robotics")
    expect(page.locator(".chip-remove, .clear-filters, .article-page, .explanation").first).to_be_visible()
    page.emulate_media(media="print")
    for control in page.locator("button, summary, .chip-remove, .clear-filters, .article-page, .explanation").all():
        expect(control).to_be_hidden()
    expect(page.locator(".provider").first).to_be_visible()


@pytest.mark.parametrize("path", ["/trends", "/facets/provider?q=robot"])
def test_print_of_other_pages_has_no_forms(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    page.emulate_media(media="print")
    expect(page.locator("h1").last).to_be_visible()
    for control in page.locator(
        "button, summary, select, input[type=search], input[type=text], input[type=date]"
    ).all():
        expect(control).to_be_hidden()


def test_first_article_begins_above_180_pixels_below_an_introduction(page: Page, sample_index: Path) -> None:
    settings = Settings(index_dir=sample_index, introduction="News from the harbour.")
    with served(create_app(settings)) as address:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address)
        box = page.locator(".hit").first.bounding_box()
    assert box is not None
    assert box["y"] < 180


@pytest.mark.parametrize("path", ["/topics/AI", "/trends"])
def test_controls_of_charts_are_as_wide_as_a_finger(open_page: Callable[..., Page], site: str, path: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(site + path)
    widths = page.locator(".chart-table > summary, .chart-links a").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().width)"
    )
    assert min(widths) >= 44


@pytest.mark.parametrize("path", ["/?q=robot", "/trends"])
def test_labels_of_charts_have_the_colour_of_text_in_forced_colours(
    open_page: Callable[..., Page], site: str, path: str
) -> None:
    page = open_page(forced_colors="active", color_scheme="dark")
    page.goto(site + path)
    colour = page.evaluate("getComputedStyle(document.body).color")
    fills = page.locator(".ticks text, .scale text").evaluate_all(
        "all => all.map((each) => getComputedStyle(each).fill)"
    )
    assert set(fills) == {colour}


def test_error_of_the_search_box_moves_nothing_else_in_the_header(page: Page, site: str) -> None:
    def places() -> list[object]:
        return [page.locator(part).bounding_box() for part in (".site-name", ".site-nav", ".help-link", "#q")]

    page.goto(f"{site}/?q=robot")
    usual = places()
    page.goto(f"{site}/?q={'a' * 600}")
    expect(page.locator("#q-error")).to_contain_text("500")
    assert places() == usual


COLOURS = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const [width, height] = [image.width - 8, image.height - 8];
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(image, -4, -4);
    return new Set(new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer)).size;
}"""
"""Counts the colours of a picture inside its rounded corners."""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/?q=fery", "/articles/_news/0"])
def test_broken_picture_is_one_colour_without_javascript(
    page: Page, no_js_page: Page, fake_site: str, path: str, width: int
) -> None:
    no_js_page.set_viewport_size({"width": width, "height": 800})
    no_js_page.route("https://0.example/**", lambda route: route.abort())
    no_js_page.goto(fake_site + path)
    shown = no_js_page.locator("img.picture").screenshot()
    assert page.evaluate(COLOURS, b64encode(shown).decode()) == 1


def test_short_sentence_stands_beside_the_heading(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robto")
    heading, sentence = (page.locator(each).bounding_box() for each in ("#results-heading", ".correction"))
    assert heading is not None
    assert sentence is not None
    assert sentence["x"] > heading["x"] + heading["width"]
    assert abs(sentence["y"] - heading["y"]) < 6
