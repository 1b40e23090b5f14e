"""Results follow the form without a new page; the address is the only state."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from search import Article, Bucket, Facet, Hit, Provider, SearchRequest, SearchResults, Settings
from tests.fake_engine import INFO, FakeEngine
from tests.web.browser.conftest import served
from tests.web.browser.controls import (
    boxes_of,
    chip,
    expect_results,
    heading,
    hold,
    search_box,
    searches,
    show_pictures,
    tick,
    wait_for,
)
from web import create_app

pytestmark = pytest.mark.browser

ROBOTICS = "AI in Robotics"
COURIER = "Robot Courier"
ROBOTICS_TERM = "AI%20in%20Robotics"


def history_length(page: Page) -> int:
    return int(page.evaluate("history.length"))


def test_everything_follows_typing_without_a_new_page(page: Page, site: str) -> None:
    page.goto(f"{site}/?topic=AI")
    page.evaluate("window.sameDocument = true")
    search_box(page).press_sequentially("robot", delay=20)
    expect_results(page, "robot, 2 results", "q=robot&topic=AI")
    expect(heading(page)).to_contain_text("robot")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.get_by_label("AI, 2 articles", exact=True)).to_be_checked()
    expect(chip(page, "topic AI")).to_have_attribute("href", "/?q=robot")
    expect(page.locator("link[rel=canonical]")).to_have_attribute("href", "/?q=robot&topic=AI")
    alternate = page.locator("link[rel=alternate][type='application/json']")
    expect(alternate).to_have_attribute("href", re.compile(r"^/api/v1/search\?q=robot&topic=AI&"))
    expect(page.locator("meta[name=robots]")).to_have_count(1)
    assert page.evaluate("window.sameDocument")


@pytest.mark.parametrize(
    ("change", "title", "query"),
    [
        (lambda page: tick(page, ROBOTICS).check(), "robot, 13 results", f"q=robot&topic={ROBOTICS_TERM}"),
        (lambda page: page.locator("#from").fill("2026-01-01"), "robot, 3 results", "q=robot&from=2026-01-01"),
        (lambda page: page.get_by_role("link", name="Newest").click(), "robot, 14 results", "q=robot&sort=newest"),
        (lambda page: page.locator(".topics a").first.click(), "robot, 13 results", f"q=robot&topic={ROBOTICS_TERM}"),
    ],
    ids=["topic", "date", "sort order", "topic of a hit"],
)  # fmt: skip
def test_change_applies_at_once(page: Page, site: str, change: Callable[[Page], None], title: str, query: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.evaluate("window.sameDocument = true")
    with page.expect_response(lambda response: query in response.url):
        change(page)
    expect_results(page, title, query)
    assert page.evaluate("window.sameDocument")


def test_address_is_canonical_whatever_the_order_of_the_changes(page: Page, site: str) -> None:
    page.goto(f"{site}/?sort=oldest")
    tick(page, COURIER).check()
    expect_results(page, "All articles, 6 results", "provider=Robot%20Courier&sort=oldest")
    tick(page, ROBOTICS).check()
    expect_results(page, "All articles, 6 results", "topic=AI%20in%20Robotics&provider=Robot%20Courier&sort=oldest")
    search_box(page).fill("robot! (a)")
    page.wait_for_url("**/?q=robot%21%20%28a%29&topic=AI%20in%20Robotics&provider=Robot%20Courier&sort=oldest")


def test_two_quick_ticks_are_both_applied(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    held = hold(page, "?q=robot&topic=AI%20in%20Robotics")
    tick(page, ROBOTICS).check()
    tick(page, COURIER).check()
    expect_results(page, "robot, 6 results", "q=robot&topic=AI%20in%20Robotics&provider=Robot%20Courier")
    assert len(held) == 1


def test_results_are_busy_until_the_search_is_answered(page: Page, site: str) -> None:
    page.goto(site)
    held = hold(page, "?topic=AI")
    tick(page, "AI").check()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    wait_for(page, held)
    held[0].continue_()
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("cause", ["typing", "ticks"])
def test_delayed_response_never_overwrites_a_newer_one(page: Page, site: str, cause: str) -> None:
    page.goto(site)
    if cause == "typing":
        held, latest = hold(page, "?q=robot"), ("ferry, 2 results", "q=ferry")
        search_box(page).fill("robot")
        wait_for(page, held)
        search_box(page).fill("ferry")
        expect(page).to_have_title("ferry, 2 results – Article search")
    else:
        held, latest = hold(page, "?topic=AI%20in%20Robotics"), ("", "")
        tick(page, ROBOTICS).check()
        wait_for(page, held)
        with page.expect_response("**/"):
            tick(page, ROBOTICS).uncheck()
    held[0].continue_()
    page.wait_for_timeout(150)
    expect_results(page, *latest)


def test_ten_keystrokes_add_one_history_entry(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=ferry")
    before = history_length(page)
    search_box(page).fill("")
    expect(page).to_have_title("Article search")
    for part in ("rob", "ot", " port"):  # a search after each pause
        search_box(page).press_sequentially(part)
        page.wait_for_function("() => document.title.startsWith(document.querySelector('#q').value)")
    assert history_length(page) == before + 1


def test_first_letter_of_another_word_is_searched_only_after_a_longer_pause(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    search_box(page).press("End")
    asked = searches(page)
    search_box(page).press_sequentially(" c")
    page.wait_for_timeout(500)
    assert asked == []
    expect(page).to_have_url(re.compile("robot%20c$"))


def test_submit_after_a_pause_in_typing_adds_no_second_entry(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=ferry")
    before = history_length(page)
    search_box(page).fill("robot")
    expect_results(page, "robot, 14 results", "q=robot")
    search_box(page).fill("robotaxi")
    search_box(page).press("Enter")
    expect_results(page, "robotaxi, 3 results", "q=robotaxi")
    assert history_length(page) == before + 1
    search_box(page).fill("robot")  # another query
    expect_results(page, "robot, 14 results", "q=robot")
    assert history_length(page) == before + 2
    page.go_back()
    expect_results(page, "robotaxi, 3 results", "q=robotaxi")


def test_back_returns_to_the_search_before_the_typed_one(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=ferry&topic=AI")
    search_box(page).fill("robot")
    expect_results(page, "robot, 2 results", "q=robot&topic=AI")
    page.go_back()
    expect_results(page, "ferry, 0 results", "q=ferry&topic=AI")
    expect(search_box(page)).to_have_value("ferry")


def test_submit_facet_and_page_add_an_entry_each(page: Page, site: str) -> None:
    page.goto(site)
    before = history_length(page)
    search_box(page).fill("ai")
    changes: list[Callable[[], object]] = [
        lambda: search_box(page).press("Enter"),
        lambda: tick(page, ROBOTICS).check(),
        lambda: page.get_by_role("link", name="Clear all").click(),
        lambda: page.get_by_role("link", name="Next page").click(),
    ]
    for number, change in enumerate(changes, start=1):
        change()
        page.wait_for_function("length => history.length === length", arg=before + number)
    expect(page).to_have_title(re.compile("^ai, page 2, "))


def test_submit_of_the_typed_query_adds_no_entry(page: Page, site: str) -> None:
    page.goto(site)
    search_box(page).fill("robot")
    expect_results(page, "robot, 14 results", "q=robot")
    before = history_length(page)
    requested = searches(page)
    with page.expect_response("**/?q=robot"):
        search_box(page).press("Enter")
    assert (requested, history_length(page)) == (["q=robot"], before)
    expect(search_box(page)).to_be_focused()


def test_no_request_while_a_character_is_composed(page: Page, site: str) -> None:
    page.goto(site)
    requested = searches(page)
    search_box(page).focus()
    keyboard = page.context.new_cdp_session(page)
    for text in ("r", "ro", "ろ"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(300)
    assert (search_box(page).input_value(), requested) == ("ろ", [])
    keyboard.send("Input.insertText", {"text": "ロボット"})
    page.wait_for_url("**/?q=%E3%83%AD%E3%83%9C%E3%83%83%E3%83%88")
    assert len(requested) == 1


def test_live_region_names_the_results_once_after_typing(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(site)
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # a slow machine must not make pauses
    page.evaluate("""() => {
        window.said = [];
        const status = document.querySelector("[role=status]");
        const note = () => said.push(status.textContent);
        new MutationObserver(note).observe(status, { childList: true, characterData: true });
    }""")
    for character in "robot":
        search_box(page).press(character)
        with page.expect_response("**/?q=*"):
            page.clock.run_for(260)
    expect(heading(page)).to_contain_text("14 results")
    page.clock.run_for(1000)
    assert page.evaluate("said") == ["14 results"]


def test_tick_keeps_the_focus_where_it_moves(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    control = tick(page, "AI Ethics")
    control.focus()
    control.press("Space")
    expect_results(page, "robot, 1 result", "q=robot&topic=AI%20Ethics")
    expect(control).to_be_focused()
    assert page.locator("input[name=topic]").first.get_attribute("value") == "AI Ethics"
    control.press("Space")
    expect_results(page, "robot, 14 results", "q=robot")
    expect(control).to_be_focused()


def test_removed_chip_hands_the_focus_to_the_next_or_the_heading(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot&topic=AI%20in%20Robotics&provider=Robot%20Courier&from=2020-01-01")
    chip(page, "topic AI in Robotics").press("Enter")
    expect(chip(page, "provider Robot Courier")).to_be_focused()
    chip(page, "from").press("Enter")  # the last
    expect(heading(page)).to_be_focused()
    chip(page, "provider Robot Courier").press("Enter")  # the only one
    expect(chip(page, "provider")).to_have_count(0)
    expect(heading(page)).to_be_focused()


def test_page_change_focuses_the_heading_and_scrolls_to_it(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Next page").click()
    expect(heading(page)).to_be_focused()
    expect(heading(page)).to_be_in_viewport()
    expect_results(page, "All articles, page 2, 76 results", "page=2")
    page.get_by_role("link", name="Page 3").press("Enter")
    expect_results(page, "All articles, page 3, 76 results", "page=3")
    expect(heading(page)).to_be_focused()


def test_link_keeps_the_focus(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.get_by_role("link", name="Oldest").press("Enter")
    expect_results(page, "robot, 14 results", "q=robot&sort=oldest")
    expect(page.get_by_role("link", name="Oldest")).to_be_focused()


def test_exclusion_and_its_undoing_hand_the_focus_to_each_other(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    for _ in range(2):
        page.get_by_role("link", name=f"Exclude {COURIER}").press("Enter")
        include = page.get_by_role("link", name=f"Include {COURIER}")
        expect(include).to_be_focused()
        include.press("Enter")
        expect(tick(page, COURIER)).to_be_focused()
    expect(tick(page, COURIER)).not_to_be_checked()


def test_focus_stays_in_the_filter_if_an_included_value_is_not_visible(page: Page, topical_site: str) -> None:
    page.goto(f"{topical_site}/?not_topic=Topic%20130")
    page.get_by_role("link", name="Include Topic 130").press("Enter")
    expect(boxes_of(page, "topic").first).to_be_focused()
    expect(tick(page, "Topic 130")).to_have_count(0)


def test_back_and_forward_restore_ticks_text_and_scroll(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    tick(page, ROBOTICS).check()
    expect(page).to_have_title("robot, 13 results – Article search")
    tick(page, COURIER).check()
    expect(page).to_have_title("robot, 6 results – Article search")
    page.set_viewport_size({"width": 1280, "height": 400})
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => scrollY === 300 && history.state?.y === 300")
    page.get_by_role("link", name="Oldest").evaluate("link => link.click()")  # without scrolling to it
    page.wait_for_url("**&sort=oldest")
    for move, title, text, ticked in (
        (page.go_back, "robot, 6 results", "robot", [ROBOTICS, COURIER]),
        (page.go_back, "robot, 13 results", "robot", [ROBOTICS]),
        (page.go_back, "robot, 14 results", "robot", []),
        (page.go_forward, "robot, 13 results", "robot", [ROBOTICS]),
        (page.go_forward, "robot, 6 results", "robot", [ROBOTICS, COURIER]),
    ):
        move()
        expect(page).to_have_title(f"{title} – Article search")
        expect(search_box(page)).to_have_value(text)
        assert page.locator("input:checked").evaluate_all("ticks => ticks.map(tick => tick.value)") == ticked
    assert page.evaluate("scrollY") == 300


def test_forward_before_back_is_answered_keeps_the_search_of_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    tick(page, ROBOTICS).check()
    expect_results(page, "robot, 13 results", f"q=robot&topic={ROBOTICS_TERM}")
    held = hold(page, "?q=robot")
    page.evaluate("history.back()")
    wait_for(page, held)
    page.evaluate("history.forward()")
    page.wait_for_url("**&topic=*")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    held[0].continue_()
    page.wait_for_timeout(150)
    expect_results(page, "robot, 13 results", f"q=robot&topic={ROBOTICS_TERM}")
    expect(tick(page, ROBOTICS)).to_be_checked()


@pytest.mark.parametrize("javascript", [True, False])
def test_back_from_another_site_shows_what_the_address_says(
    open_page: Callable[..., Page], site: str, javascript: bool
) -> None:
    page = open_page(java_script_enabled=javascript)
    page.goto(f"{site}/?q=robot&topic=AI%20in%20Robotics")
    if javascript:
        hold(page, "&provider=Robot%20Courier")  # it is not answered before the reader leaves
    tick(page, COURIER).check()
    search_box(page).fill("ferry")
    page.goto("about:blank")
    page.unroute_all()
    page.go_back()
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    expect(search_box(page)).to_have_value("robot")
    expect(tick(page, COURIER)).not_to_be_checked()
    expect(tick(page, ROBOTICS)).to_be_checked()


def test_page_kept_by_the_browser_goes_on_with_its_search(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    held = hold(page, "?q=robot&topic=AI%20in%20Robotics")
    tick(page, ROBOTICS).check()
    wait_for(page, held)
    page.unroute_all()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    expect(tick(page, ROBOTICS)).to_be_checked()


def test_page_kept_by_the_browser_shows_no_tick_that_is_not_applied(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    tick(page, ROBOTICS).evaluate("box => { box.checked = true; }")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(tick(page, ROBOTICS)).not_to_be_checked()


SERVER_ERROR = {"status": 503, "content_type": "text/html", "body": "<h1>Service Unavailable</h1>"}


@pytest.mark.parametrize(
    "failure",
    [lambda route: route.abort(), lambda route: route.fulfill(**SERVER_ERROR)],
    ids=["no connection", "server error"],
)
def test_tick_that_is_not_applied_can_be_tried_again(page: Page, site: str, failure: Callable[[Route], None]) -> None:
    page.goto(f"{site}/?q=robot")
    page.route("**/?q=*", failure)
    page.mouse.wheel(0, 400)
    tick(page, ROBOTICS).click()
    expect(page.get_by_role("alert")).to_contain_text("Your last change is not applied")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(tick(page, ROBOTICS)).not_to_be_checked()
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    expect_results(page, "robot, 14 results", "q=robot")
    page.unroute_all()
    page.get_by_role("link", name="Try again").click()
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    expect(tick(page, ROBOTICS)).to_be_checked()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_typed_text_stays_if_its_results_do_not_load(page: Page, site: str) -> None:
    page.goto(site)
    page.context.set_offline(True)
    search_box(page).fill("robot")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(search_box(page)).to_have_value("robot")
    page.context.set_offline(False)
    search_box(page).press("Enter")
    expect_results(page, "robot, 14 results", "q=robot")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_change_before_the_script_runs_is_applied(page: Page, site: str) -> None:
    held = hold(page, "/instant.js")
    page.goto(f"{site}/?q=robot", wait_until="commit")
    tick(page, ROBOTICS).check()
    held[0].continue_()
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")


def test_mistake_is_shown_and_its_input_kept(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot&to=2025-01-01")
    page.locator("#from").fill("2026-01-01")
    expect(page.locator("#to-mistake")).to_be_visible()
    expect(page.locator("#from")).to_have_value("2026-01-01")
    expect(page.locator("#to")).to_have_attribute("aria-describedby", "to-mistake")
    page.locator("#from").fill("2024-01-01")
    page.wait_for_url("**/?q=robot&from=2024-01-01&to=2025-01-01")
    expect(page.locator("#to-mistake")).to_have_count(0)
    page.go_back()
    expect_results(page, "robot, 7 results", "q=robot&to=2025-01-01")


def test_year_that_is_half_typed_is_not_searched(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    requested = searches(page)
    page.locator("#from").focus()
    page.keyboard.type("01022026")
    page.wait_for_url("**/?q=robot&from=2026-01-02")
    assert requested == ["q=robot&from=2026-01-02"]


def comparable(page: Page) -> Any:
    """What a reader can tell of a page, without the live region, which follows a second later."""
    return page.evaluate("""() => [
        document.title,
        new FormData(document.querySelector("#search")).entries().map(String).toArray(),
        ...document.querySelectorAll("link[rel=canonical], link[rel=alternate], meta[name=robots]"),
        ...document.querySelectorAll("[data-region]"),
    ].map((each) => each.outerHTML ?? each)""")


STEPS: list[list[Callable[[Page], object]]] = [
    [lambda page: search_box(page).fill("robot"), lambda page: search_box(page).fill("nothing like this")],
    [lambda page: tick(page, ROBOTICS).check(), lambda page: tick(page, "AI in Autos").check()],
    [lambda page: tick(page, "AI in Autos").check(), lambda page: search_box(page).fill("robotaxis")],
    [lambda page: page.locator("#from").fill("2026-01-01"), lambda page: page.locator("#to").fill("2026-06-01")],
    [lambda page: page.get_by_role("link", name="Next page").click(), lambda page: page.go_back()],
    [lambda page: search_box(page).fill("robto"), lambda page: page.locator(".correction a").first.click()],
]


@pytest.mark.parametrize("steps", STEPS)
def test_swapped_page_equals_the_page_of_its_address(
    page: Page, open_page: Callable[..., Page], site: str, steps: list[Callable[[Page], object]]
) -> None:
    fresh = open_page()
    show_pictures(page)
    show_pictures(fresh)
    page.goto(site)
    for step in steps:
        with page.expect_response(
            lambda response: response.request.resource_type == "fetch" and "/api/" not in response.url
        ):
            step(page)
        expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
        fresh.goto(page.url)
        assert comparable(page) == comparable(fresh)


def test_pictures_that_stay_are_shown_at_once(page: Page, site: str) -> None:
    """Their nodes are new, and a picture that loads late would flicker."""
    show_pictures(page)
    page.goto(f"{site}/?q=robot", wait_until="networkidle")
    page.evaluate("""() => {
        const images = () => [...document.querySelectorAll("img.picture")];
        const before = new Set(images().filter(({ complete }) => complete).map(({ src }) => src));
        addEventListener("swap", () => {
            window.kept = images().filter(({ src }) => before.has(src)).map(({ naturalWidth }) => naturalWidth);
        }, true);
    }""")
    tick(page, ROBOTICS).check()
    expect(page).to_have_title("robot, 13 results – Article search")
    kept = page.evaluate("window.kept")
    assert kept
    assert min(kept) > 0


def test_disclosures_stay_open(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=a*+OR+robot")
    opened = page.locator("#filters details.more").first
    opened.locator("summary").click()
    explanation = page.locator("details.explanation").first
    explanation.locator("summary").click()
    expect(explanation.locator(".reasons").first).to_be_visible()
    page.locator("[name=match]").check()
    page.wait_for_url("**&match=all")
    expect(opened).to_have_attribute("open", "")
    expect(explanation).to_have_attribute("open", "")
    expect(explanation.locator(".reasons").first).to_be_visible()


def test_choice_of_stories_applies_at_once_and_keeps_the_focus(page: Page, site: str) -> None:
    page.goto(site)
    choice = page.get_by_label("Every article of each story")
    choice.focus()
    for query in ("collapse=none", ""):
        choice.press("Space")
        expect_results(page, "", query)
        expect(choice).to_be_focused()


@pytest.mark.parametrize("modifiers", [["Control"], ["Shift"]])
def test_link_opened_in_a_new_tab_leaves_the_page_as_it_is(page: Page, site: str, modifiers: Any) -> None:
    page.goto(f"{site}/?q=robot")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Oldest").click(modifiers=modifiers)
    expect(opened.value).to_have_url(f"{site}/?q=robot&sort=oldest")
    assert page.url == f"{site}/?q=robot"


def test_skip_link_is_no_search(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    requested = searches(page)
    page.get_by_role("link", name="Skip to results").press("Enter")
    page.wait_for_url("**#results")
    page.go_back()
    assert requested == []


def test_newer_version_of_the_service_is_loaded_as_a_page(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot")
    page.evaluate("window.sameDocument = true")
    page.evaluate("document.querySelector('link[rel=stylesheet]').setAttribute('href', '/static/old/style.css')")
    tick(page, ROBOTICS).check()
    expect_results(page, "robot, 13 results", "q=robot&topic=AI%20in%20Robotics")
    assert not page.evaluate("window.sameDocument")


PAYLOAD = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"


class HostileEngine(FakeEngine):
    """Finds an article that tries to run a script, for every query."""

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        hit = Hit(Article(id="a", title=PAYLOAD, excerpt=PAYLOAD, topics=(PAYLOAD,), provider=Provider(PAYLOAD)))
        facets = (Facet("topic", 2, 0, (Bucket(PAYLOAD, 1, selected=PAYLOAD in request.topic), Bucket("AI", 1))),)
        return SearchResults(1, (hit,), facets, INFO, order=request.order, request=request)


@pytest.fixture(scope="module")
def hostile_site() -> Iterator[str]:
    with served(create_app(Settings(), engine=HostileEngine())) as address:
        yield address


def test_markup_in_queries_and_articles_is_text(page: Page, hostile_site: str) -> None:
    page.goto(hostile_site)
    search_box(page).fill(PAYLOAD)
    page.wait_for_url("**/?q=*")
    page.locator("input[name=topic]").first.check()
    page.wait_for_url("**&topic=*")
    expect(page).to_have_title(f"{PAYLOAD}, 1 result – Article search")
    expect(page.locator(".hit h3")).to_have_text(PAYLOAD)
    assert page.locator("main :is(img, script)").count() == 0


def test_service_below_a_path_is_searched_there(page: Page, mounted_site: str) -> None:
    page.goto(f"{mounted_site}/")
    search_box(page).fill("robot")
    page.wait_for_url(f"{mounted_site}/?q=robot")
    tick(page, ROBOTICS).check()
    page.wait_for_url(f"{mounted_site}/?q=robot&topic=AI%20in%20Robotics")
    page.locator("details.explanation summary").first.click()
    expect(page.locator("details.explanation .reasons").first).to_be_visible()


def test_mistake_in_the_dates_keeps_the_results(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot&from=2024-05-02")
    to, titles = page.get_by_label("To", exact=True), page.locator(".hit h3").all_inner_texts()
    to.fill("2024-05-01")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Your last change is not applied.")
    expect(to).to_have_accessible_description("‘To’ must be on or after ‘From’")
    expect(to).to_be_focused()
    assert page.locator(".hit h3").all_inner_texts() == titles != []
    expect_results(page, "robot, 12 results", "q=robot&from=2024-05-02")
    expect(page.locator("[id=results-heading]")).to_have_count(1)
    to.fill("2024-05-03")
    expect(alert).to_have_count(0)
    expect(to).to_have_accessible_description("")
    expect_results(page, "robot, 0 results", "q=robot&from=2024-05-02&to=2024-05-03")


def test_address_with_a_mistake_shows_it_without_results(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=robot&from=2024-05-02&to=2024-05-01")
    page.get_by_label("To", exact=True).fill("2026-12-31")
    expect_results(page, "robot, 12 results", "q=robot&from=2024-05-02&to=2026-12-31")
    page.go_back()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem with your search")
    expect(page.locator(".hit")).to_have_count(0)
