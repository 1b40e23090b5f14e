"""How a page can be looked at, and the checks of a page that is looked at."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_FILES: Final = (
    Path(__file__).with_name("checks") / f"{name}.js" for name in ("common", "markup", "layout", "colours", "run")
)
CHECKS: Final = f"(() => {{ {''.join(each.read_text() for each in _FILES)} }})()"
"""A script that returns the checks of every page, by what they depend on: their names, and a function to run them."""
WIDTHS: Final = (320, 768, 1280)
HEIGHTS: Final = (900, 400, 600, 740, 1200)
"""The first is that of most looks."""

Colours = Literal["light", "dark", "forced"]
COLOURS: Final[tuple[Colours, ...]] = ("light", "dark", "forced")

AXE_RUN: Final = """async (options) => (await axe.run(options)).violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => [`axe: ${id}`, `${target.join(" ")}: ${failureSummary}`]))"""
NO_TIMERS: Final = "() => { window.setTimeout = (call) => { Promise.resolve().then(() => call()); }; }"
"""Lets axe run in a page with JavaScript switched off, which has no timers but promises."""
COLOUR_RULES: Final = ["color-contrast", "link-in-text-block"]
"""The only rules of axe that read colours."""


class Fault(NamedTuple):
    """A check that failed, with the look that it failed in and what it found."""

    check: str
    look: str
    found: str


class Look(NamedTuple):
    """A window, its colour scheme, and whether it is touched."""

    width: int
    height: int = HEIGHTS[0]
    colours: Colours = "light"
    touch: bool = False

    def __str__(self) -> str:
        return f"{self.width}×{self.height} {self.colours}{' touch' if self.touch else ''}"


class Watched:
    """A loaded page, which takes one look after the other without loading again."""

    def __init__(self, page: Page, javascript: bool) -> None:
        self.page = page
        self._look: Look | None = None
        self._devtools = page.context.new_cdp_session(page)
        if not javascript:
            page.evaluate(NO_TIMERS)
        page.evaluate(f"window.checks = {CHECKS}")
        page.evaluate(AXE_SCRIPT)

    def take(self, look: Look) -> None:
        """Look at the page in this way from now on."""
        self.page.set_viewport_size({"width": look.width, "height": look.height})
        self.page.emulate_media(
            color_scheme="dark" if look.colours == "dark" else "light",
            forced_colors="active" if look.colours == "forced" else "none",
        )
        if look.touch != (self._look is not None and self._look.touch):
            self._devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": look.touch, "maxTouchPoints": 1})
        self._look = look

    def check(self, kind: str) -> Iterator[Fault]:
        """The faults that the checks of this kind find."""
        yield from self._faults(self.page.evaluate("(kind) => window.checks.run(kind)", kind))

    def axe(self) -> Iterator[Fault]:
        """The violations of all rules but those on colours, with the rules of WCAG 2.2 AA."""
        rules = {"target-size": True} | dict.fromkeys(COLOUR_RULES, False)  # that on target size is off by default
        yield from self._axe({"rules": {rule: {"enabled": enabled} for rule, enabled in rules.items()}})

    def axe_colours(self) -> Iterator[Fault]:
        """The violations of the rules on colours, which take longer than all others."""
        yield from self._axe({"runOnly": COLOUR_RULES})

    def _axe(self, options: Mapping[str, Any]) -> Iterator[Fault]:
        options = {"resultTypes": ["violations"], "preload": False, **options}
        yield from self._faults(self.page.evaluate(AXE_RUN, options))

    def layout(self) -> str:
        """Where every element is in the document."""
        return str(self.page.evaluate("window.checks.layout()"))

    def markup(self) -> str:
        """The elements of the page."""
        return str(self.page.evaluate("window.checks.markup()"))

    def _faults(self, found: Sequence[tuple[str, str]]) -> Iterator[Fault]:
        for check, text in found:
            yield Fault(check, str(self._look or "every look"), text)


def report(faults: Sequence[Fault]) -> str:
    """Each check with its looks and what it found, once for equal findings."""
    findings: Mapping[tuple[str, str], list[str]] = {}
    for check, look, found in faults:
        findings.setdefault((check, found), []).append(look)  # type: ignore[attr-defined]
    return "\n".join(f"{check} ({', '.join(looks)}): {found}" for (check, found), looks in findings.items())
