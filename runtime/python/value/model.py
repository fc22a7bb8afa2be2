"""JSON objects as classes."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
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
from .wording import did_you_mean

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
            names = _form(type(self)).names
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
        form = _form(cls)
        if not isinstance(value, Mapping) or not (form.is_open or info.context == "refuse"):
            return value
        rest = {name: item for name, item in value.items() if name not in form.listed}
        if rest and not form.is_open:
            raise _unknown_fields(cls.__name__, rest, form.listed - value.keys())
        return {name: item for name, item in value.items() if name in form.listed} | ({REST: rest} if rest else {})

    @model_serializer(mode="wrap")
    def _leave_out(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        # An optional object that is absent comes here too.
        if not isinstance(self, Model):
            return fields
        form = _form(type(self))
        # None means: as the class is configured, so by alias.
        spelt = form.names if info.by_alias is not False else {name: name for name in form.names}
        rest = fields.pop(spelt["rest"], {}) if form.is_open else {}
        for name in form.names.keys() - self.model_fields_set:
            fields.pop(spelt[name], None)
        return fields | rest


@dataclass(frozen=True, slots=True)
class _Form:
    """The fields of a class: their names in JSON by their names in Python, those that may be listed, whether there is `rest`."""

    names: Mapping[str, str]
    listed: frozenset[str]
    is_open: bool


@cache
def _form(model: type[BaseModel]) -> _Form:
    # A class that was made before a class it refers to has looked at none of its own annotations yet.
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    aliases = {name: field.serialization_alias for name, field in model.model_fields.items()}
    names = {name: name if alias is None else alias for name, alias in aliases.items()}
    is_open = names.get("rest") == REST
    return _Form(names, frozenset(names.values()) - ({REST} if is_open else set()), is_open)


def _unknown_fields(title: str, fields: Mapping[str, Any], unused: AbstractSet[str]) -> ValidationError:
    def unknown(name: str) -> PydanticCustomError:
        hint = did_you_mean(name, sorted(unused))
        return PydanticCustomError("unknown_field", "is not a known field{hint}", {"hint": hint})

    return ValidationError.from_exception_data(
        title, [InitErrorDetails(type=unknown(name), loc=(name,), input=value) for name, value in fields.items()]
    )
