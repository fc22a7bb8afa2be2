"""Values that travel, by reference: how they are read, checked and written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from importlib import import_module, resources
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from .codec import decode, encode
from .model import UnknownFields

T = TypeVar("T")


class Payload(Generic[T]):
    """A value that travels, by the name of its type. The type is not imported before a value is seen."""

    def __init__(self, package: str, ref: str, type_name: str) -> None:
        """Name the package that holds the type, the message that carries it, and the type."""
        self.package = package
        self.ref = ref
        self.type_name = type_name

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """What pydantic makes of the type."""
        return TypeAdapter(getattr(import_module(f"{self.package}.models"), self.type_name))

    def read(self, data: str | bytes | bytearray) -> T:
        """Return the value in a message. Unknown fields are dropped.

        Raises ProtocolError for what is not JSON, and pydantic's ValidationError for what is no such value.
        """
        return self.check(decode(data))

    def check(self, value: object, unknown_fields: UnknownFields = "tolerate") -> T:
        """Return the typed form of a plain value, as JSON has it. Raises pydantic's ValidationError."""
        return self.adapter.validate_python(value, context=unknown_fields)

    def accepts(self, value: object, unknown_fields: UnknownFields = "tolerate") -> bool:
        """Whether a plain value, as JSON has it, is such a value."""
        try:
            self.check(value, unknown_fields)
        except ValidationError:
            return False
        return True

    def write(self, value: T) -> bytes:
        """Return a value as JSON, without what is absent.

        Raises pydantic's ValidationError for what is no such value, or has a field that nothing lists, and ProtocolError for
        what JSON cannot say.
        """
        plain = self.adapter.dump_python(value, warnings=False)
        self.check(plain, "refuse")
        return encode(plain)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema, complete in itself."""
        _, *steps = self.ref.split("/")
        path = "/".join(quote(step, safe="!'()*") for step in steps)
        file = resources.files(self.package).joinpath(f"json-schema/{path}.json")
        return cast("dict[str, Any]", json.loads(file.read_text("utf-8")))


def payloads(package: str, types: Mapping[str, str]) -> dict[str, Payload[Any]]:
    """Return the payloads of a package: the names of types by reference, as payloads by reference."""
    return {ref: Payload(package, ref, type_name) for ref, type_name in types.items()}
