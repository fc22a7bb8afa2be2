"""What stands around a payload: writing a message from its parts, and reading the parts back."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from ..error import ProtocolError
from ..value.json_value import Json, is_same
from ..value.violation import Violation, pointer_to
from ..value.wording import describe, quote
from .template import Template

Values: TypeAlias = dict[str, Json]
"""The values of holes, without those that have none."""

_SPREAD_KEY = "..."
_hole = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


class _Nothing:
    """There is no value; null is one."""


_NOTHING: Final = _Nothing()


class CompiledTemplate:
    """A template, ready to write and to read messages."""

    def __init__(self, template: Template) -> None:
        """Raises ProtocolError `invalid_argument` for a template that cannot be written or read."""
        holes: set[str] = set()
        self._piece = _compile(template, _Place("", False, holes))
        self.holes: frozenset[str] = frozenset(holes)

    def write(self, values: Mapping[str, object]) -> object:
        """The message with these values in its holes.

        A key that may be absent is left out when its hole has no value, or its object nothing in it.
        Raises ProtocolError `invalid_argument` when any other hole has no value, and when a value to spread is not an
        object or has a field that a key beside it names.
        """
        return self._piece.write(values)

    def read(self, body: Json) -> Values | Violation:
        """The values in the holes of a message, or why the message has another form.

        Fields that the template does not name are let through. A hole in several places must have equal values there.
        """
        values: Values = {}
        return self._piece.read(body, values) or values


class _Place:
    """Where a piece stands, and the holes of the whole template, collected while it is compiled."""

    def __init__(self, pointer: str, optional: bool, holes: set[str]) -> None:
        self.pointer = pointer
        self.optional = optional
        self.holes = holes

    def within(self, name: str | int, *, optional: bool = False) -> _Place:
        return _Place(pointer_to(self.pointer, name), optional, self.holes)

    def mismatch(self, expected: str, value: Json) -> Violation:
        return Violation(self.pointer, f"must be {expected}, not {describe(value)}")


class _Piece(ABC):
    """A piece of a template, compiled."""

    def __init__(self, place: _Place) -> None:
        self.place = place

    @abstractmethod
    def write(self, values: Mapping[str, object]) -> object:
        """The value to write, or `_NOTHING`."""

    @abstractmethod
    def read(self, value: Json, values: Values) -> Violation | None:
        """Puts what stands in holes into `values`."""


class _Literal(_Piece):
    def __init__(self, expected: object, place: _Place) -> None:
        super().__init__(place)
        self._expected = expected

    def write(self, values: Mapping[str, object]) -> object:
        return self._expected

    def read(self, value: Json, values: Values) -> Violation | None:
        return None if is_same(value, self._expected) else self.place.mismatch(describe(self._expected), value)


class _Hole(_Piece):
    def __init__(self, name: str, place: _Place) -> None:
        super().__init__(place)
        self._name = name
        place.holes.add(name)

    def write(self, values: Mapping[str, object]) -> object:
        value = values.get(self._name, _NOTHING)
        if value is _NOTHING and not self.place.optional:
            raise _invalid(f"there is no value for {{{self._name}}}")
        return value

    def read(self, value: Json, values: Values) -> Violation | None:
        if self._name in values and not is_same(values[self._name], value):
            return Violation(self.place.pointer, f"must equal the other {{{self._name}}}, and is {describe(value)}")
        values[self._name] = value
        return None


class _List(_Piece):
    def __init__(self, templates: Sequence[Template], place: _Place) -> None:
        super().__init__(place)
        self._pieces = [_compile(template, place.within(index)) for index, template in enumerate(templates)]

    def write(self, values: Mapping[str, object]) -> object:
        return [piece.write(values) for piece in self._pieces]

    def read(self, value: Json, values: Values) -> Violation | None:
        if not isinstance(value, list):
            return self.place.mismatch("an array", value)
        if len(value) != len(self._pieces):
            return Violation(self.place.pointer, f"must have {len(self._pieces)} items, not {len(value)}")
        for piece, item in zip(self._pieces, value, strict=True):
            violation = piece.read(item, values)
            if violation is not None:
                return violation
        return None


class _Object(_Piece):
    def __init__(self, template: Mapping[str, Template], place: _Place) -> None:
        super().__init__(place)
        self._known = {key.removesuffix("?") for key in template}
        self._fields: dict[str, _Piece] = {}
        self._spread: str | None = None
        for key, inner in template.items():
            if key == _SPREAD_KEY:
                self._spread = _spread_hole(inner, place)
            else:
                name = key.removesuffix("?")
                self._fields[name] = _compile(inner, place.within(name, optional=key.endswith("?")))

    def write(self, values: Mapping[str, object]) -> object:
        record = {name: piece.write(values) for name, piece in self._fields.items()}
        record = {name: value for name, value in record.items() if value is not _NOTHING}
        if self._spread is not None and self._spread in values:
            record.update(self._spreadable(values[self._spread]))
        return _NOTHING if self.place.optional and not record else record

    def read(self, value: Json, values: Values) -> Violation | None:
        if not isinstance(value, dict):
            return self.place.mismatch("an object", value)
        for name, piece in self._fields.items():
            violation = piece.read(value[name], values) if name in value else self._missing(piece)
            if violation is not None:
                return violation
        if self._spread is not None:
            values[self._spread] = {name: inner for name, inner in value.items() if name not in self._known}
        return None

    def _missing(self, piece: _Piece) -> Violation | None:
        return None if piece.place.optional else Violation(piece.place.pointer, "is missing")

    def _spreadable(self, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise _invalid(f"{{{self._spread}}} stands among other fields, so it must be an object")
        for name in value:
            if name in self._known:
                raise _invalid(f"{{{self._spread}}} cannot have the field {quote(name)}: the envelope has one")
        return value


def _compile(template: Template, place: _Place) -> _Piece:
    if isinstance(template, str):
        found = _hole.fullmatch(template)
        return _Literal(template, place) if found is None else _Hole(found[1], place)
    if isinstance(template, Mapping):
        return _Object(template, place)
    return _List(template, place) if isinstance(template, Sequence) else _Literal(template, place)


def _spread_hole(template: Template, place: _Place) -> str:
    found = _hole.fullmatch(template) if isinstance(template, str) else None
    if found is None:
        raise _invalid(f'what follows "{_SPREAD_KEY}" must be a hole, not {describe(template)}')
    if found[1] in place.holes:
        raise _invalid(f"{{{found[1]}}} stands in several places, so it cannot be spread")
    place.holes.add(found[1])
    return found[1]


def _invalid(problem: str) -> ProtocolError:
    return ProtocolError("invalid_argument", f"envelope: {problem}")
