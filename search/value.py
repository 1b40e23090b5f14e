"""The base of all plain values."""

from typing import Any, ClassVar

import msgspec


class Value:
    """Converts a struct to a dict."""

    __slots__ = ()
    __struct_fields__: ClassVar[tuple[str, ...]]

    def to_dict(self) -> dict[str, Any]:
        """All members as they are in JSON: values as dicts, tuples as lists, dates and times as ISO 8601 texts."""
        return {name: _builtin(getattr(self, name)) for name in self.__struct_fields__}


def _builtin(value: Any) -> Any:
    if isinstance(value, Value):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_builtin(each) for each in value]
    if isinstance(value, dict):
        return {name: _builtin(each) for name, each in value.items()}
    if dump := getattr(value, "model_dump", None):  # a SearchRequest; pydantic is imported only with its module
        return dump(mode="json", by_alias=True)
    return msgspec.to_builtins(value)
