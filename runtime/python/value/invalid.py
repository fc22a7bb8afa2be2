"""Checking values, and errors that say why a value or a body was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from pydantic import ValidationError

from ..error import Code, ProtocolError
from .explain import violations_of
from .json_value import Json
from .payload import Payload
from .violation import Violation

T = TypeVar("T")

# What to do about what was received. About what is to be sent, the violations say it.
_ADVICE: Mapping[Code, str] = {
    "invalid_message": "its sender is at fault",
    "invalid_reply": "check that both sides have the same contract",
    "invalid_result": "the service is at fault",
}

# How many violations a message tells. All are in its `violations`.
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """What is refused, in the words of the one who reads the message: `the payload`."""

    what: str
    code: Code
    ref: str | None = None
    subject: str | None = None

    def error(self, found: Sequence[Violation]) -> ProtocolError:
        """The error for these violations of what was received."""
        return self._error(found, _ADVICE.get(self.code))

    def own_error(self, found: Sequence[Violation]) -> ProtocolError:
        """The error for these violations of what was to be sent."""
        return self._error(found, None)

    def _error(self, found: Sequence[Violation], advice: str | None) -> ProtocolError:
        first, *others = found[:_MOST_TOLD] or [Violation("", "is not what the schema says")]
        parts = [_sentence(self.what, first)]
        parts += [f"{other.pointer} {other.message}".lstrip() for other in others]
        if len(found) > _MOST_TOLD:
            parts.append(f"and {len(found) - _MOST_TOLD} more")
        if advice is not None:
            parts.append(advice)
        return ProtocolError(self.code, _listed(parts), subject=self.subject, ref=self.ref, violations=found)


def read_value(payload: Payload[T], value: object, refused: Refused) -> T:
    """A received value, as programs see it. Raises the error of `refused` when it does not fit its schema."""
    try:
        return payload.check(value, "tolerate")
    except ValidationError as reason:
        raise refused.error(violations_of(reason, value)) from None


def write_value(payload: Payload[T], value: object, refused: Refused) -> Json:
    """A value to be sent, as plain JSON: a model, or plain values with models in them. Raises the error of `refused`."""
    try:
        plain = cast(Json, payload.adapter.dump_python(cast(T, value), warnings=False))
    except (ValueError, RecursionError) as reason:
        raise refused.own_error([Violation("", f"cannot be JSON: {reason}")]) from reason
    try:
        payload.check(plain, "refuse")
    except ValidationError as reason:
        raise refused.own_error(violations_of(reason, plain)) from None
    return plain


def _sentence(what: str, violation: Violation) -> str:
    return (
        f"{what} {violation.message}" if violation.pointer == "" else f"{what}: {violation.pointer} {violation.message}"
    )


def _listed(parts: Sequence[str]) -> str:
    """One after the other. A part that ends in a suggestion is a question."""
    text, *others = parts
    for part in others:
        text += f" {part}" if text.endswith("?") else f"; {part}"
    return text
