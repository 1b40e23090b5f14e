"""Turns the errors that pydantic finds in a request into mistakes, in words that continue the parameter's name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from search.errors import Mistake


def refusal(mistake: Mistake) -> PydanticCustomError:
    """The error by which a validator reports a mistake, in the validated parameter unless the mistake names another."""
    return PydanticCustomError("mistake", "a mistake", {"mistake": mistake})


def mistakes(invalid: ValidationError, fields: Mapping[str, FieldInfo]) -> list[Mistake]:
    """Every mistake in a request of these fields."""
    by_parameter = {field.alias or name: field for name, field in fields.items()}
    return [_mistake(error, by_parameter) for error in invalid.errors(include_url=False)]


def _mistake(error: ErrorDetails, fields: Mapping[str, FieldInfo]) -> Mistake:
    parameter = str(error["loc"][0]) if error["loc"] else "request"
    context = error.get("ctx", {})
    if "mistake" in context:
        found: Mistake = context["mistake"]
        return found if found.parameter else found._replace(parameter=parameter)
    match error["type"]:
        case "extra_forbidden" | "invalid_key":
            return Mistake.unknown(parameter, fields)
        case "literal_error":
            return Mistake.not_one_of(parameter, error["input"], [*_choices(fields[parameter].annotation)])
    describe = _BY_TYPE.get(error["type"])
    in_list = len(error["loc"]) > 1
    return describe(parameter, in_list, context) if describe else Mistake(parameter, "cannot be read", "unreadable")


def _choices(annotation: Any) -> Iterator[str]:
    """The texts that a type such as `Literal["a", "b"] | None` allows."""
    for argument in get_args(annotation):
        if isinstance(argument, str):
            yield argument
        else:
            yield from _choices(argument)


def _text_too_long(parameter: str, _: bool, context: Mapping[str, Any]) -> Mistake:
    limit = context["max_length"]
    return Mistake(parameter, f"must have at most {limit} characters", "too_long", limit=limit)


def _empty(parameter: str, in_list: bool, _: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, "has an empty value" if in_list else "must not be empty", "empty")


def _too_many(parameter: str, _: bool, context: Mapping[str, Any]) -> Mistake:
    limit = context["max_length"]
    return Mistake(parameter, f"must have at most {limit} values", "too_many", limit=limit)


def _too_small(parameter: str, _: bool, context: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, f"must be at least {context['ge']}", "too_small", limit=context["ge"])


def _too_large(parameter: str, _: bool, context: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, f"must be at most {context['le']}", "too_large", limit=context["le"])


def _not_a_list(parameter: str, _: bool, __: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, "must be a list of texts", "not_a_list")


def _missing(parameter: str, _: bool, __: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, "is required", "missing")


def _not_text(parameter: str, in_list: bool, _: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, "has a value that is not text" if in_list else "must be text", "not_text")


def _not_a_number(parameter: str, _: bool, __: Mapping[str, Any]) -> Mistake:
    return Mistake(parameter, "must be a whole number", "not_a_number")


_BY_TYPE: Final[Mapping[str, Callable[[str, bool, Mapping[str, Any]], Mistake]]] = {
    "string_too_long": _text_too_long,
    "string_too_short": _empty,
    "too_long": _too_many,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "tuple_type": _not_a_list,
    "missing": _missing,
    "string_type": _not_text,
    "int_type": _not_a_number,
    "int_parsing": _not_a_number,
    "int_from_float": _not_a_number,
}
"""The errors of pydantic's own checks; `search.parameter_types` makes all other checks."""
