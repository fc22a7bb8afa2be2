"""What a value may be, as annotations of a type. Each gives the verdict that every other language gives.

Pydantic's own types differ a little: its strings refuse half a surrogate pair, its strict integers refuse 1.0, its literals
take True for 1, its patterns are those of another engine.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cached_property
from typing import Annotated, Any, TypeVar, cast, get_args

from pydantic import Discriminator, Field, GetCoreSchemaHandler, GetPydanticSchema, StrictBool
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

LARGEST_INTEGER = 2**53 - 1
"""Whole numbers from its negative to here are exact in every language."""

REST = "..."
"""What the field is called, on its way to and from JSON, that holds the fields beside the listed ones."""


class Pattern:
    """A regular expression that is searched for in a text, and is compiled when that is first done."""

    def __init__(self, source: str, name: str | None = None) -> None:
        """Take an expression that means the same in every language, and what a text is called in which it is found."""
        self.source = source
        self.name = name

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The expression, compiled."""
        return re.compile(self.source)

    def check(self, value: str) -> None:
        """Raise what pydantic makes an error of when it is not found in a text."""
        if self.expression.search(value) is None:
            wanted = f"match {self.source}" if self.name is None else f"be a {self.name}"
            raise PydanticCustomError("pattern", "Input should {wanted}", {"wanted": wanted})


def text(
    *, minimum: int = 0, maximum: int | None = None, pattern: str | None = None, format: Pattern | None = None
) -> GetPydanticSchema:
    """Ask for a text; limit its length in code points, search it for an expression, and say what grammar it has."""
    patterns = [Pattern(pattern)] if pattern is not None else []
    patterns += [format] if format is not None else []

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise PydanticKnownError("string_type")
        if len(value) < minimum:
            raise PydanticKnownError("string_too_short", {"min_length": minimum})
        if maximum is not None and len(value) > maximum:
            raise PydanticKnownError("string_too_long", {"max_length": maximum})
        for part in patterns:
            part.check(value)
        return value

    documented = core_schema.str_schema(min_length=minimum or None, max_length=maximum, pattern=pattern)
    return _rule(core_schema.no_info_plain_validator_function(check, json_schema_input_schema=documented))


def number(
    *, ge: float | None = None, gt: float | None = None, le: float | None = None, lt: float | None = None
) -> GetPydanticSchema:
    """Ask for a finite number within bounds."""
    schema = _finite(ge, gt, le, lt)
    # As JSON has one kind of number, 5.0 is written as every other language writes it: 5.
    spelling = core_schema.plain_serializer_function_ser_schema(_shortest, when_used="unless-none")
    return _rule({**schema, "serialization": spelling})


def whole(
    *, ge: float | None = None, gt: float | None = None, le: float | None = None, lt: float | None = None
) -> GetPydanticSchema:
    """Ask for a number without a fraction, within bounds and within what every language holds exactly. 1.0 is one."""
    exact = core_schema.int_schema(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)
    return _rule(core_schema.chain_schema([_finite(ge, gt, le, lt), exact]))


def one_of(*values: str | float) -> GetPydanticSchema:
    """Ask for one of several constants, those of the annotated Literal if none is given. True is not 1, and 1.0 is."""

    def schema(source: Any, _: object) -> CoreSchema:
        listed = values or get_args(source)
        table = {_identity(value): value for value in listed}

        def look_up(value: Any) -> Any:
            found = _identity(value)
            if found not in table:
                raise PydanticKnownError("literal_error", {"expected": " or ".join(map(repr, listed))})
            return table[found]

        documented = core_schema.literal_schema(list(listed))
        return core_schema.no_info_plain_validator_function(look_up, json_schema_input_schema=documented)

    return GetPydanticSchema(schema)


def items(*, minimum: int | None = None, maximum: int | None = None) -> Any:
    """Limit how many items a list has."""
    return Field(min_length=minimum, max_length=maximum)


def tagged(field: str) -> Discriminator:
    """Tell the members of a union apart by a field, given by its name in Python."""
    return Discriminator(field)


def name(wire: str) -> Any:
    """Say what a field is called in JSON."""
    return Field(validation_alias=wire, serialization_alias=wire)


def rest() -> Any:
    """Hold the fields of an object beside the listed ones."""
    return Field(default_factory=dict, validation_alias=REST, serialization_alias=REST)


def _finite(ge: float | None, gt: float | None, le: float | None, lt: float | None) -> core_schema.FloatSchema:
    return core_schema.float_schema(strict=True, allow_inf_nan=False, ge=ge, gt=gt, le=le, lt=lt)


def _shortest(value: float) -> float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rule(schema: CoreSchema) -> GetPydanticSchema:
    return GetPydanticSchema(lambda _source, _handler: schema)


def _identity(value: Any) -> Hashable:
    """What equal constants have in common. Arrays and objects, which cannot be keys, are equal to none."""
    return (isinstance(value, bool), value) if isinstance(value, (str, int, float)) else None


def _without_null(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    nullable = cast("core_schema.NullableSchema", handler(source))
    return nullable["schema"]


T = TypeVar("T")

Flag = StrictBool
Text = Annotated[str, text()]
Number = Annotated[float, number()]
Whole = Annotated[int, whole()]
Optionally = Annotated[T | None, GetPydanticSchema(_without_null)]
"""What a field holds that may be absent, and is then None, but is not null in JSON."""
