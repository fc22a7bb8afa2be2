"""Values of which a test says only what matters: the rest is filled in from the JSON Schema, as small as it allows."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor
from typing import Any, Final, TypeAlias

from ..error import ProtocolError
from .json_value import Json

Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema of the portable subset, complete in itself."""

_NOTHING: Final = object()

_FORMATS: Mapping[str, str] = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "uuid": "6e5c1a52-0d0f-4a3e-9a53-1f1d8a2f6c11",
    "uri": "https://example.com/path",
}


def sample(schema: Schema) -> Json:
    """The schema's own example, or else the smallest value made from its constraints.

    Raises ProtocolError `invalid_argument` when there is none: the type holds itself without end, or only an example can
    tell what its pattern wants.
    """
    made: Json = _Completion(schema).value(schema, _NOTHING, ())
    return made


def complete(schema: Schema, given: object) -> Json:
    """A value with what is missing filled in. What is given stays, also where it is wrong: a test may want that."""
    completed: Json = _Completion(schema).value(schema, given, ())
    return completed


class _Completion:
    """Completes values by one schema and the types it declares."""

    def __init__(self, whole: Schema) -> None:
        self._types: Mapping[str, Schema] = whole.get("$defs", {})

    def value(self, schema: Schema, given: Any, around: tuple[str, ...]) -> Any:
        """around: names of the types that are being made; a value that needs itself is not made."""
        if given is _NOTHING and schema.get("examples"):
            return schema["examples"][0]
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if given is _NOTHING and name in around:
                raise _none(name)
            return self.value(self._types[name], given, (*around, name))
        members = schema.get("oneOf") or schema.get("anyOf")
        if members:
            return self._member(members, given, around)
        if given is _NOTHING:
            return self._smallest(schema, around)
        if isinstance(given, dict):
            return self._object(schema, given, around)
        if isinstance(given, list) and "items" in schema:
            return [self.value(schema["items"], item, around) for item in given]
        return given

    def _object(self, schema: Schema, given: dict[str, Any], around: tuple[str, ...]) -> dict[str, Any]:
        required = schema.get("required", [])
        completed = dict(given)
        for name, inner in schema.get("properties", {}).items():
            if name in given or name in required:
                completed[name] = self.value(inner, given.get(name, _NOTHING), around)
        return completed

    def _member(self, members: list[Schema], given: Any, around: tuple[str, ...]) -> Any:
        """Completed to the first member that is of the given type, and fixes no field to something else."""
        for member in members:
            try:
                if given is _NOTHING or self._suits(member, given):
                    return self.value(member, given, around)
            except ProtocolError:
                continue
        if given is _NOTHING:
            raise _none("a union")
        return given

    def _suits(self, schema: Schema, given: Any) -> bool:
        if "$ref" in schema:
            return self._suits(self._types[schema["$ref"].rsplit("/", 1)[1]], given)
        if not isinstance(given, dict):
            return _type_of(given) in _types_of(schema)
        fields = schema.get("properties", {})
        return "object" in _types_of(schema) and all(
            "const" not in fields.get(name, {}) or fields[name]["const"] == value for name, value in given.items()
        )

    def _smallest(self, schema: Schema, around: tuple[str, ...]) -> Any:
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        kind = next(iter(_types_of(schema)), "null")
        if kind == "object":
            return self._object(schema, {}, around)
        if kind == "array":
            return [self.value(schema["items"], _NOTHING, around)] * schema.get("minItems", 0)
        if kind == "string":
            return _smallest_text(schema)
        if kind in ("number", "integer"):
            return _smallest_number(schema, kind)
        return False if kind == "boolean" else None


def _smallest_text(schema: Schema) -> str:
    if "pattern" in schema and schema.get("format") not in _FORMATS:
        raise _none(f"a text that matches {schema['pattern']}")
    return _FORMATS.get(schema.get("format", ""), "a" * schema.get("minLength", 0))


def _smallest_number(schema: Schema, kind: str) -> float:
    """Zero when it is allowed, or else near the bound nearest to it."""
    lowest = max(schema.get("minimum", float("-inf")), schema.get("exclusiveMinimum", float("-inf")) + 1)
    highest = min(schema.get("maximum", float("inf")), schema.get("exclusiveMaximum", float("inf")) - 1)
    nearest: float = min(max(0, lowest), highest)
    if kind == "number":
        return nearest
    return floor(nearest) if nearest < 0 else ceil(nearest)


def _types_of(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else kind


def _type_of(value: object) -> str:
    names = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _none(what: str) -> ProtocolError:
    return ProtocolError("invalid_argument", f"no value can be made for {what}: give an example")
