"""JSON objects as classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from .codec import decode, encode
from .rules import REST

if TYPE_CHECKING:
    from typing_extensions import Self

UnknownFields: TypeAlias = Literal["tolerate", "refuse"]
"""Whether fields that nothing lists are let through: `tolerate` for what is received, `refuse` for what is sent."""


class Model(BaseModel):
    """A JSON object.

    A field that is absent reads as None; where null is allowed too, `model_fields_set` tells one from the other. What is
    absent is not written. Fields that are not listed are dropped when an object is read, and refused when it is written;
    an object that may have others holds them in `rest`.
    """

    # Importing many classes and using few is usual: what checks a class is made when it is first used.
    model_config = ConfigDict(defer_build=True, serialize_by_alias=True, protected_namespaces=())

    if not TYPE_CHECKING:  # A type checker knows the fields of each class.

        def __init__(self, /, **fields: Any) -> None:
            """Make an object of fields under their names in Python."""
            names = _names(type(self))
            unknown = sorted(fields.keys() - names.keys())
            if unknown:
                raise TypeError(f"{type(self).__name__} has no field {unknown[0]!r}")
            wire = {names[name]: value for name, value in fields.items()}
            self.__pydantic_validator__.validate_python(wire.pop(REST, {}) | wire, self_instance=self)

        # Pydantic would make every object it reads through a constructor of ours.
        __init__.__pydantic_base_init__ = True

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Read JSON as every other language does, which pydantic's own reader does not quite."""
        return cls.model_validate(decode(json_data), **options)

    def model_dump_json(self, **options: Any) -> str:
        """Write JSON."""
        return encode(self.model_dump(**options)).decode()

    @model_validator(mode="before")
    @classmethod
    def _sort_out(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, Mapping):
            return value
        names = _names(cls)
        if not _is_open(names) and info.context != "refuse":
            return value
        listed = set(names.values()) - ({REST} if _is_open(names) else set())
        rest = {name: item for name, item in value.items() if name not in listed}
        if not rest:
            return value
        if not _is_open(names):
            raise _unknown_fields(cls.__name__, rest)
        return {name: item for name, item in value.items() if name in listed} | {REST: rest}

    @model_serializer(mode="wrap")
    def _leave_out(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        # An optional object that is absent comes here too.
        if not isinstance(self, Model):
            return fields
        names = _names(type(self))
        # None means: as the class is configured, so by alias.
        spelt = names if info.by_alias is not False else {name: name for name in names}
        rest = fields.pop(spelt["rest"], {}) if _is_open(names) else {}
        for name in names.keys() - self.model_fields_set:
            fields.pop(spelt[name], None)
        return fields | rest


@cache
def _names(model: type[BaseModel]) -> dict[str, str]:
    """The names of fields in JSON, by their names in Python."""
    return {name: field.serialization_alias or name for name, field in model.model_fields.items()}


def _is_open(names: Mapping[str, str]) -> bool:
    return names.get("rest") == REST


def _unknown_fields(title: str, fields: Mapping[str, Any]) -> ValidationError:
    unknown = PydanticCustomError("unknown_field", "Field is not known")
    return ValidationError.from_exception_data(
        title, [InitErrorDetails(type=unknown, loc=(name,), input=value) for name, value in fields.items()]
    )
