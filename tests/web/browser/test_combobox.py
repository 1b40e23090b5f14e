"""Suggestions in an editable combobox with list autocomplete (ARIA Authoring Practices)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.browser.controls import search_box

pytestmark = pytest.mark.browser

SUGGEST = "**/api/v1/suggest?*"


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def active(page: Page) -> str | None:
    """The suggestion of the option that the combobox refers to; none if it refers to nothing."""
    ids = search_box(page).get_attribute("aria-activedescendant")
    selected = page.locator("[role=option][aria-selected=true]")
    assert selected.count() == (ids is not None)
    if ids is None:
        return None
    assert selected.get_attribute("id") == ids
    return selected.get_attribute("data-text")


@pytest.fixture
def typed(page: Page, site: str) -> Page:
    """The page with suggestions for “robo”."""
    page.goto(site)
    search_box(page).press_sequentially("robo")
    expect(options(page)).to_contain_text(["AI in Robotics", "robot"])
    return page


def test_list_opens_with_suggestions_while_typing(typed: Page) -> None:
    box = search_box(typed)
    expect(box).to_have_role("combobox")
    expect(box).to_have_attribute("aria-autocomplete", "list")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(typed.get_by_role("listbox", name="Suggestions")).to_have_id(box.get_attribute("aria-controls") or "")
    expect(box).to_be_focused()
    assert active(typed) is None
    assert options(typed).locator("a, button").count() == 0


def test_arrow_keys_move_through_the_list_and_the_input(typed: Page) -> None:
    box = search_box(typed)
    texts = options(typed).evaluate_all("(all) => all.map((each) => each.dataset.text)")
    for key, expected in (
        ("ArrowDown", texts[0]), ("ArrowDown", texts[1]), ("ArrowUp", texts[0]), ("ArrowUp", None),
        ("ArrowUp", texts[-1]), ("ArrowDown", None), ("ArrowDown", texts[0]), ("Home", None),
    ):  # fmt: skip
        box.press(key)
        assert active(typed) == expected
        expect(box).to_be_focused()
    expect(box).to_have_value("robo")


def test_topics_providers_and_titles_are_marked(typed: Page) -> None:
    """The mark is a part of the option's name, and of no text that is searched."""
    for name in (
        "AI in Robotics topic", "robotics", "Robot Courier provider", "robot", "The robot that gives up its seat title",
    ):  # fmt: skip
        expect(typed.get_by_role("option", name=name, exact=True)).to_be_visible()
    typed.get_by_role("option", name="Robot Courier provider").click()
    expect(search_box(typed)).to_have_value("Robot Courier")


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_mark_of_a_suggestion_is_whole_at_its_end(open_page: Callable[..., Page], site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(site)
    search_box(page).press_sequentially("robo")
    marked = options(page).filter(has=page.locator(".kind"))
    expect(marked.first).to_be_visible()
    for option in marked.all():
        option.scroll_into_view_if_needed()
        whole, text, mark = (part.bounding_box() for part in (option, option.locator("[dir]"), option.locator(".kind")))
        assert whole
        assert text
        assert mark
        assert text["x"] + text["width"] < mark["x"]
        assert mark["x"] + mark["width"] < whole["x"] + whole["width"]


def test_enter_searches_the_active_suggestion(typed: Page) -> None:
    box = search_box(typed)
    box.press("ArrowDown")
    box.press("Enter")
    typed.wait_for_url("**/?q=AI%20in%20Robotics")
    expect(box).to_have_value("AI in Robotics")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    assert active(typed) is None


def test_enter_without_an_active_suggestion_searches_the_typed_text(typed: Page) -> None:
    search_box(typed).press("Enter")
    typed.wait_for_url("**/?q=robo")
    expect(search_box(typed)).to_have_attribute("aria-expanded", "false")
    typed.wait_for_timeout(300)
    expect(options(typed)).to_have_count(0)


def test_click_searches_the_suggestion(typed: Page) -> None:
    options(typed).first.click()
    typed.wait_for_url("**/?q=AI%20in%20Robotics")
    expect(search_box(typed)).to_be_focused()
    expect(options(typed)).to_have_count(0)


def test_escape_closes_the_list_and_then_clears_the_text(typed: Page) -> None:
    box = search_box(typed)
    typed.wait_for_url("**/?q=robo")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("robo")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(typed).to_have_title("Article search")
    expect(options(typed)).to_have_count(0)


def test_tab_closes_the_list_and_keeps_the_text(typed: Page) -> None:
    box = search_box(typed)
    box.press("ArrowDown")
    box.press("Tab")
    expect(box).to_have_value("robo")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(typed.get_by_role("button", name="Search")).to_be_focused()


def test_arrow_down_opens_a_closed_list(typed: Page) -> None:
    box = search_box(typed)
    box.press("Escape")
    box.press("Alt+ArrowDown")
    expect(options(typed).first).to_be_visible()
    assert active(typed) is None
    box.press("Alt+ArrowUp")
    expect(options(typed)).to_have_count(0)
    box.press("ArrowDown")
    expect(options(typed).first).to_have_attribute("aria-selected", "true")


def test_delayed_suggestions_never_replace_newer_ones(page: Page, site: str) -> None:
    page.goto(site)
    held: list[Route] = []

    def keep_first(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    page.route(SUGGEST, keep_first)
    search_box(page).fill("ferr")
    while not held:
        page.wait_for_timeout(10)
    search_box(page).fill("robo")
    expect(options(page).first).to_have_text("AI in Robotics topic")
    held[0].continue_()
    page.wait_for_timeout(150)
    expect(options(page).first).to_have_text("AI in Robotics topic")


def test_nothing_is_suggested_while_a_character_is_composed(page: Page, site: str) -> None:
    page.goto(site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    search_box(page).focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "robo", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(300)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "robo"})
    expect(options(page).first).to_be_visible()


@pytest.mark.parametrize(
    "answer",
    [lambda route: route.abort(), lambda route: route.fulfill(status=503), lambda route: route.fulfill(body="?")],
    ids=["no connection", "server error", "not JSON"],
)
def test_search_works_without_suggestions(page: Page, site: str, answer: Callable[[Route], None]) -> None:
    page.route(SUGGEST, answer)
    page.goto(site)
    with page.expect_request(SUGGEST):
        search_box(page).fill("robot")
    page.wait_for_url("**/?q=robot")
    expect(options(page)).to_have_count(0)


def test_suggestions_come_from_the_path_of_the_service(page: Page, mounted_site: str) -> None:
    page.goto(f"{mounted_site}/")
    search_box(page).fill("robo")
    expect(options(page).first).to_have_text("AI in Robotics topic")


@pytest.mark.parametrize("path", ["/help", "/nowhere"])
def test_every_page_suggests(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    search_box(page).press_sequentially("robo")
    expect(options(page).first).to_be_visible()
    search_box(page).press("ArrowDown")
    search_box(page).press("Enter")
    page.wait_for_url(f"{site}/?q=AI+in+Robotics")
