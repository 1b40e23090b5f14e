"""A stylesheet with the site's own accent colour, readable on the page's light and dark backgrounds."""

from typing import Final

Colour = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

PATH: Final = "/theme.css"
MIN_CONTRAST: Final = 4.5  # WCAG 2.2 AA, for text
LIGHT_BACKGROUND: Final = "#f3eee5"  # --tint in style.css: the background with the least contrast
DARK_BACKGROUND: Final = "#272420"
INK_ON_LIGHT_ACCENT: Final = "#171614"

_STEPS: Final = 40


def theme_css(accent: str) -> str:
    """The stylesheet for an accent colour such as `#0b5394`: darker or lighter if its contrast is too low."""
    light, dark = readable(accent, LIGHT_BACKGROUND, "#000000"), readable(accent, DARK_BACKGROUND, "#ffffff")
    return f""":root {{ --accent: {light}; --accent-ink: #ffffff; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --accent: {dark}; --accent-ink: {INK_ON_LIGHT_ACCENT}; }}
}}
"""


def readable(colour: str, background: str, towards: str) -> str:
    """The colour, mixed with as little of another as gives it enough contrast with the background."""
    start, end = _parsed(colour), _parsed(towards)
    mixed = (_mixed(start, end, step / _STEPS) for step in range(_STEPS + 1))
    return next(text for text in map(_text, mixed) if contrast(text, background) >= MIN_CONTRAST)


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG defines it, from 1 to 21."""
    low, high = sorted((_luminance(_parsed(first)), _luminance(_parsed(second))))
    return (high + 0.05) / (low + 0.05)


def _parsed(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _text(colour: Colour) -> str:
    return "#" + bytes(round(channel * 255) for channel in colour).hex()


def _mixed(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
