"""The page that explains how to search."""

from web.service import Call
from web.templating import render

SYNTAX = (
    ("electric trucks", "with both words"),
    ('"electric trucks"', "with exactly this phrase"),
    ("electric OR hybrid", "with either word"),
    ("electric -trucks", "with the first word but not the second; NOT does the same"),
    ("(electric OR hybrid) trucks", "with one of the words in parentheses, and the other word"),
    ("electr*", "with a word that begins like this"),
    ("title:trucks", "with the word in the title"),
    ("topic:robotics", "with the word in a topic"),
    ("provider:electrek", "with the word in the provider’s name"),
)
"""Queries, and what they find."""


def render_help_page(call: Call) -> str:
    """The page as HTML."""
    return render(call, "help.html", syntax=SYNTAX)
