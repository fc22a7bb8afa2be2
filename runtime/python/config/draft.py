"""A configuration that was read, and is not checked yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..value.violation import Violation

NOTHING = object()
"""Stands for the value of what could not be read."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read, and from where.

    value: `NOTHING` when nothing could be read
    findings: what is wrong already, whatever the schema says
    place: where people find a setting, by its JSON pointer: a line of a file, or a variable. For a setting that is not there,
        where it belongs
    """

    value: object
    findings: Sequence[Violation]
    place: Callable[[str], str]


def unreadable(why: str, place: str) -> Draft:
    """What could not be read, and why."""
    return Draft(NOTHING, [Violation("", f"cannot be read: {why}")], lambda pointer: place)
