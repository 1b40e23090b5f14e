"""Every state of every page, in light and dark, at 320, 768 and 1280 pixels, with and without JavaScript.

A state is loaded once with JavaScript and once without.  Then the window changes its size and colours, and each check
runs in every look that can change its result:

- What a page is made of is the same in all looks, so it is checked in one.  The last check of a state sees to that.
- Where everything is depends on the width and on touch, and is the same in dark as in light, which is checked, too.
- What everything looks like depends on all of it.

axe-core runs all of its rules at every width, and those on colours in dark and in forced colours.  At the other heights
it runs if an element is elsewhere in the document than in the first.  Pages without scripts have the same stylesheet:
each width has a third of them, and axe does not judge their colours again."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Page

from tests.web.browser.controls import show_pictures
from tests.web.browser.looks import CHECKS, COLOURS, HEIGHTS, WIDTHS, Fault, Look, Watched, report
from tests.web.browser.states import STATES, open_details

pytestmark = pytest.mark.browser

VISITS = [
    (state, scripts) for state, scripts in product(STATES, (True, False)) if scripts or not STATES[state].needs_scripts
]
DESKTOP, PHONE, SMALL_PHONE = Look(1280, 900), Look(360, 740, touch=True), Look(320, 740, touch=True)


def look_at(watched: Watched, width: int, scripts: bool, dense: bool) -> Iterator[Fault]:
    """The faults of a page in all looks.  axe judges its colours, and the page without scripts, at this width only."""
    yield from watched.check("markup")
    for look in (DESKTOP, PHONE, SMALL_PHONE) if dense else ():
        watched.take(look)
        yield from watched.check("density")
    open_details(watched.page)
    markup = watched.markup()
    for each in WIDTHS if scripts else (width,):
        yield from _look_at_width(watched, each)
    for colours in COLOURS if scripts else ():
        watched.take(Look(width, colours=colours))
        yield from watched.axe_colours()
    if watched.markup() != markup:
        yield Fault("elements are the same in all looks", "every look", "")


def _look_at_width(watched: Watched, width: int) -> Iterator[Fault]:
    watched.take(Look(width))
    layout = watched.layout()
    yield from watched.check("layout")
    yield from watched.check("colours")
    yield from watched.axe()
    watched.take(Look(width, colours="dark"))
    yield from watched.check("colours")
    if watched.layout() != layout:
        yield Fault("everything is at the same place in dark", f"{width} pixels", "")
    for height in HEIGHTS[1:]:
        watched.take(Look(width, height))
        if watched.layout() != layout:
            yield from watched.axe()
    watched.take(Look(width, touch=True))
    yield from watched.check("layout")


@pytest.mark.parametrize(("state", "scripts"), VISITS)
def test_state_has_no_fault_in_any_look(
    open_page: Callable[..., Page], request: pytest.FixtureRequest, state: str, scripts: bool
) -> None:
    width = WIDTHS[list(STATES).index(state) % 3]
    page = open_page(java_script_enabled=scripts, viewport={"width": width, "height": 900})
    show_pictures(page)
    STATES[state].visit(page, request.getfixturevalue(STATES[state].site))
    faults = list(look_at(Watched(page, scripts), width, scripts, STATES[state].dense))
    assert not faults, f"{state}, {'with' if scripts else 'without'} JavaScript:\n{report(faults)}"


BREAKAGES = {
    "markup": {
        "one search, one main part, one first heading": "$('h1').after(document.createElement('h1'))",
        "first link skips to the main part": "$('.skip-link').href = '#nowhere'",
        "search box has a label": "$('label[for=q]').htmlFor = ''",
        "results are an ordered list with a heading each": "$('.hit h3').remove()",
        "title, heading and live region name one number": "document.title = '7 results'",
        "one polite live region, which no swap replaces": "$('#results').append($('[role=status]'))",
        "no list is live, and no text tells how long a search took": "$('.hits').setAttribute('aria-live', 'polite')",
        "filters are named groups of checkboxes": "$('.checkboxes .count').textContent = '12345'",
        "selected values come first, and the legend counts them": "$('.selected-count').textContent = '2 selected'",
        "chips tell what they remove, and clearing them keeps the query": "$('.clear-filters').href = '/'",
        "own links have canonical addresses": "$('.help-link').href = '/?q=robot&from='",
        "links to other searches are not followed": "$('.sorts a').rel = ''",
        "pages are a named list, and the current one is marked": "$('.pagination').ariaLabel = ''",
        "marks cover whole words": "$('mark').before('a')",
        "dates have links and inputs": "$('.presets a').remove()",
        "mistakes are described at their inputs and linked to them": "$('#from').ariaInvalid = 'true'",
        "chart and table have the same links, and more than one period": "$('.bars a').remove()",
        "bars have names": "$('.bars title').remove()",
        "pictures reserve their space, load late and send no referrer": "$('img').removeAttribute('alt')",
        "a search has its own feed, and every page describes the search": "$('link[rel=search]').remove()",
        "filtered pages are not indexed": "$('meta[name=robots]').remove()",
        "text of articles has the direction of its language": "$('.excerpt').dir = 'ltr'",
        "forms are requests that can be repeated": "$('form').method = 'post'",
        "every identifier is unique": "$('.hit').id = 'q'",
        "no value of the program is shown": "$('.site-footer').append('None')",
        "page takes at most 15 KB and 20 requests of its own": "performance.getEntriesByType = "
        "() => [{ encodedBodySize: 2e4, name: '' }]",
    },
    "density": {
        "first hit begins above 180 pixels on a desktop": "$('.results').style.paddingTop = '9rem'",
        "hits are at most 170 pixels high on a desktop": "$('.hit').style.paddingTop = '9rem'",
    },
    "density on a phone": {
        "first hit is in the upper half of a phone": "$('.results').style.paddingTop = '9rem'",
        "what is below an excerpt takes two lines at most on a phone": "$('.meta').style = 'height: 5rem'",
        "excerpts have at most two lines on a phone": "$('.excerpt').style.minHeight = '6rem'",
    },
    "layout": {
        "nothing scrolls sideways": "$('.hit').style.width = '120rem'",
        "nothing sticks out of the window": "$('.site-footer p').style = 'position: relative; left: 90rem'",
        "targets are large enough": "$('.help-link').style.minHeight = '0'",
        "no target covers another": "$('.sorts li').style.marginRight = '-3rem'",
        "dates, chips and numbers stay on one line": "$('.exact-time').style = 'display: block; width: 3rem'; "
        "$('.exact-time time').style = 'white-space: normal'",
        "text of several lines is not centred": "$('.footer-links a').style = 'width: 2rem; overflow-wrap: anywhere; "
        "text-align: center'",
        "parts below a hit are separated, but not from the edge": "$('.article-page').style.marginLeft = '0'",
        "chips and links to all values begin at the left edge": "$('.all-values').style.marginLeft = '1rem'",
        "names of values begin next to their boxes": "$('.checkbox-label').style.textAlign = 'right'",
        "charts keep a distance to the text above": "$('.bars').style.marginTop = '-0.5rem'",
        "no text covers a chart": "$('.chart-notes').style.translate = '-20rem 0'",
        "text is at least 12 pixels high": "$('.excerpt').style.fontSize = '11px'",
        "search box and its label are in sight": "$('label[for=q]').style.display = 'none'",
        "filters are a disclosure with their number below 60rem": "$('#filters summary').textContent = 'Filter'",
        "headings and buttons are whole": "$('legend').style = 'width: 1rem; white-space: nowrap'",
        "labels of axes are apart": "$$('.ticks text').forEach((label) => label.setAttribute('x', '10%'))",
        "what has the focus is not covered": "$('.exclude').style.pointerEvents = 'none'",
    },
    "colours": {
        "page is dark or light, as the reader wishes": "document.documentElement.style.background = '#777'",
        "focus is visible": "$('.help-link').style.outline = 'none'",
        "text is readable": "$('.excerpt').style.color = '#bbb'",
        "edges of controls are visible": "$('#q').style.borderColor = '#ddd'",
        "bars are visible": "$('.bar').style.fill = '#eee'",
        "incomplete periods differ from complete ones": "$$('.bar')[2].classList.add('partial'); "
        "$$('.bar')[2].style.fill = getComputedStyle($$('.bar')[1]).fill",
    },
}  # fmt: skip
"""What the checks of each kind must find, with the change of a page that has it."""


@pytest.mark.parametrize("kind", BREAKAGES)
def test_checks_find_what_is_broken(page: Page, site: str, kind: str) -> None:
    show_pictures(page)
    page.goto(f"{site}/?q=robot&topic=AI+in+Robotics&from=2020-01-01&per_page=5&timeline=month")
    watched = Watched(page, javascript=True)
    watched.take(PHONE if "phone" in kind else DESKTOP)
    checked = kind.removesuffix(" on a phone")
    assert list(watched.check(checked)) == []
    page.evaluate("window.$$ = (css) => [...document.querySelectorAll(css)]; window.$ = (css) => window.$$(css)[0];")
    for change in BREAKAGES[kind].values():
        page.evaluate(f"() => {{ {change}; }}")
    assert {fault.check for fault in watched.check(checked)} == set(BREAKAGES[kind])


def test_every_check_is_tested(page: Page) -> None:
    kinds = {"markup", "density", "layout", "colours"}
    page.evaluate(f"window.checks = {CHECKS}")
    names = {name for kind in kinds for name in page.evaluate("(kind) => window.checks.names(kind)", kind)}
    assert names == {name for breakages in BREAKAGES.values() for name in breakages}
