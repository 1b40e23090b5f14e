"""Estimates how wide a text is."""

from functools import lru_cache
from typing import Final

_NARROW: Final = 0.53
_CAPITAL: Final = 1.1
_WIDE: Final = 1.5
_IDEOGRAPH: Final = 1.65
_FIRST_IDEOGRAPH: Final = "\u2e80"
_WIDTHS: Final = dict.fromkeys("fijlrtIJ '’.,:;!|()[]/-", _NARROW) | dict.fromkeys("mwMW@%&", _WIDE)


@lru_cache(4096)
def text_width(text: str) -> float:
    """The width in a wide font such as DejaVu Sans or Verdana, in normal letters of it."""
    return sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if (width := _WIDTHS.get(character)) is not None:
        return width
    if character >= _FIRST_IDEOGRAPH:
        return _IDEOGRAPH
    return _CAPITAL if character.isupper() else 1.0
