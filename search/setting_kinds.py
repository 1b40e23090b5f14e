"""The types of settings: how each is read from text and checked."""

import math
import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

FORWARDED = ("for", "proto")
"""The `X-Forwarded-*` headers that can be trusted.  Host and prefix come from the public URL."""


class Kind(NamedTuple):
    """The type of a setting: its description, its parser and its check.

    `secret`: no error may show the value."""

    description: str
    read: Callable[[str], Any]  # raises ValueError for invalid text
    allows: Callable[[Any], bool]
    secret: bool = False

    def refusal(self, value: object) -> str:
        """Why a value is refused."""
        return f"must be {self.description}" + ("" if self.secret else f", not {value!r}")


def number(least: float, most: float) -> Kind:
    return Kind(
        f"a number from {least:g} to {most:g}",
        float,
        lambda value: isinstance(value, int | float) and math.isfinite(value) and least <= value <= most,
    )


def whole(least: int, most: int) -> Kind:
    return Kind(
        f"a whole number from {least:,} to {most:,}",
        int,
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
    )


def _yes_or_no(text: str) -> bool:
    values = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if text.lower() not in values:
        raise ValueError(text)
    return values[text.lower()]


class Rate(NamedTuple):
    """At most so many requests in so many seconds."""

    requests: int
    seconds: int


_PERIODS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def _rate(text: str) -> Rate:
    requests, _, period = text.partition("/")
    if period.strip().lower() not in _PERIODS:
        raise ValueError(text)
    return Rate(int(requests), _PERIODS[period.strip().lower()])


def _is_rate(value: object) -> bool:
    return value is None or (isinstance(value, Rate) and 0 < value.requests <= 10**9 and value.seconds > 0)


def _list(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, _list(text)))


def _are_networks(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, IPv4Network | IPv6Network) for each in value)


def _is_colour(value: object) -> bool:
    return value is None or (isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value) is not None)


_PLAIN_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)*", re.ASCII)


def _is_site_address(value: object) -> bool:
    if value is None:
        return True
    if not isinstance(value, str) or value.endswith("/"):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port != 0
        and not (parts.query or parts.fragment)
        and _PLAIN_PATH.fullmatch(parts.path) is not None
    )


def _are_forwarded_headers(value: object) -> bool:
    return isinstance(value, tuple) and set(value) <= set(FORWARDED)


def _are_hosts(value: object) -> bool:
    host = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
    return isinstance(value, tuple) and all(isinstance(name, str) and host.fullmatch(name) for name in value)


def _is_node(text: object) -> bool:
    if not isinstance(text, str):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    address = (parts.username, parts.password, parts.query, parts.fragment)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and not any(address)


def one_of(*values: str) -> Kind:
    """One of a few words."""
    return Kind(f"one of {', '.join(values)}", str.lower, lambda value: value in values)


TEXT = Kind("text", str, lambda value: isinstance(value, str) and value.strip() != "")
ANY_TEXT = Kind("text", str, lambda value: isinstance(value, str))
COLOUR = Kind("a colour such as #0b5394", str.lower, _is_colour)
FOLDER = Kind("a folder", Path, lambda value: isinstance(value, Path))
FILE = Kind("a file", Path, lambda value: value is None or isinstance(value, Path))
SWITCH = Kind("yes or no", _yes_or_no, lambda value: isinstance(value, bool))
ADDRESS = Kind("an http(s) address", lambda text: text.rstrip("/"), _is_site_address)
RATE = Kind("requests per second, minute, hour or day, such as 60/minute", _rate, _is_rate)
NETWORKS = Kind("IP addresses or networks such as 10.0.0.0/8, separated by commas", _networks, _are_networks)
HOSTS = Kind("host names, separated by commas", _list, _are_hosts)
HEADERS = Kind(f"some of {', '.join(FORWARDED)}, separated by commas", _list, _are_forwarded_headers)
OPTIONAL_TEXT = Kind("text", str, lambda value: value is None or TEXT.allows(value))
SECRET = Kind("text", str, lambda value: value is None or (isinstance(value, str) and value != ""), secret=True)
NODES = Kind(
    "http(s) addresses without user and password, separated by commas",
    lambda text: tuple(each.rstrip("/") for each in _list(text)),
    lambda value: isinstance(value, tuple) and all(map(_is_node, value)),
    secret=True,  # a mistake may be that it has the password
)
INDEX_NAME = Kind(
    "lower-case letters, digits and hyphens, a letter or digit first",
    str,
    lambda value: isinstance(value, str) and re.fullmatch("[a-z0-9][a-z0-9-]{0,99}", value) is not None,
)
