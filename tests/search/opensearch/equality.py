"""Compares results of two engines: all is equal, but scores only to a hundredth.

OpenSearch keeps the lengths of long texts with four significant bits."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

TOLERANCE: Final = 0.015
_OF_THE_ENGINE: Final = ("index", "modified_at", "checked_at", "took_ms")
"""Members that name the snapshot and times."""


def differences(result: object, other: object) -> list[str]:
    """Where two results differ, and the values there."""
    return list(_differences(_plain(result), _plain(other), "result"))


def _plain(result: object) -> Any:
    return msgspec.to_builtins(result, enc_hook=str)


def _differences(value: Any, other: Any, path: str) -> Iterator[str]:
    match value, other:
        case dict(), dict():
            for key in dict.fromkeys([*value, *other]):
                if key not in _OF_THE_ENGINE:
                    yield from _differences(value.get(key), other.get(key), f"{path}.{key}")
        case ((list() | tuple()), (list() | tuple())) if len(value) == len(other):
            for i, pair in enumerate(zip(value, other, strict=True)):
                yield from _differences(*pair, f"{path}[{i}]")
        case float(), (float() | int()):
            if abs(value - other) > TOLERANCE * abs(value) + 1e-6:
                yield f"{path}: {value} and {other}"
        case _:
            if value != other:
                yield f"{path}: {value} and {other}"
