"""Why a value was refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a value.

    pointer: JSON pointer (RFC 6901) of the value at fault; empty for the whole
    message: a sentence without its subject: `must be a string, not 5`
    """

    pointer: str
    message: str


def pointer_to(pointer: str, name: str | int) -> str:
    """One more step of a JSON pointer, escaped."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
