"""Numbers in words."""

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def quantity(number: int, noun: str) -> str:
    """`1 article`, `1,234 articles`, `2 stories`."""
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number:,} {noun}"


def number_word(number: int) -> str:
    """`nine`, `10`."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
