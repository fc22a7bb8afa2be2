"""Checking values, and errors that say why a value or a body was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from pydantic import ValidationError

from ..error import Code, ProtocolError
from .explain import violations_of
from .json_value import Json
from .payload import Payload
from .violation import Violation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refused:
    """What is refused, in the words of the one who reads the message: `the payload`."""

    what: str
    code: Code
    ref: str | None = None
    subject: str | None = None

    def error(self, found: Sequence[Violation]) -> ProtocolError:
        """The error for these violations."""
        reason = _sentence(self.what, found[0]) if found else f"{self.what} is not what the schema says"
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        return ProtocolError(self.code, reason + more, subject=self.subject, ref=self.ref, violations=found)


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
        raise refused.error([Violation("", f"cannot be JSON: {reason}")]) from reason
    try:
        payload.check(plain, "refuse")
    except ValidationError as reason:
        raise refused.error(violations_of(reason, plain)) from None
    return plain


def _sentence(what: str, violation: Violation) -> str:
    return (
        f"{what} {violation.message}" if violation.pointer == "" else f"{what}: {violation.pointer} {violation.message}"
    )
