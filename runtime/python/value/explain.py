"""Why a value was refused: pydantic's errors as violations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .violation import Violation, pointer_to
from .wording import describe

MAXIMUM_VIOLATIONS = 20

_subject = re.compile(r"^\w+ should ")


def violations_of(error: ValidationError, value: object) -> list[Violation]:
    """All that is wrong with a value, the first twenty things at most."""
    found = error.errors(include_url=False, include_context=False)[:MAXIMUM_VIOLATIONS]
    return [Violation(_pointer(details, value), _message(details)) for details in found]


def _pointer(details: ErrorDetails, value: object) -> str:
    """Where the value at fault is. Between its steps, pydantic names the members of unions that it tried."""
    pointer, inner, steps = "", value, details["loc"]
    is_absent = details["type"] in ("missing", "unknown_field")
    for index, step in enumerate(steps):
        if isinstance(inner, dict) and step in inner:
            inner = inner[step]
        elif isinstance(inner, Sequence) and isinstance(step, int):
            inner = inner[step] if step < len(inner) else None
        elif not (is_absent and index == len(steps) - 1):
            continue
        pointer = pointer_to(pointer, step)
    return pointer


def _message(details: ErrorDetails) -> str:
    if details["type"] == "missing":
        return "is missing"
    if details["type"] == "unknown_field":
        return details["msg"]
    if details["type"] == "extra_forbidden":
        return "is not a known field"
    message = _subject.sub("must ", details["msg"])
    return message if ", not " in message else f"{message}, not {describe(details['input'])}"
