"""Why a value was refused: pydantic's errors as violations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .violation import Violation, pointer_to
from .wording import describe

MAXIMUM_VIOLATIONS = 20

_subject = re.compile(r"^\w+ should ")
# What every language says, by the type of pydantic's error; all else is said in pydantic's words.
_words: Mapping[str, str] = {
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "none_required": "must be null",
    "list_type": "must be an array",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
}


def violations_of(error: ValidationError, value: object) -> list[Violation]:
    """All that is wrong with a value, the first twenty things at most."""
    found = error.errors(include_url=False)[:MAXIMUM_VIOLATIONS]
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
    limits = {name: _plain(limit) for name, limit in details.get("ctx", {}).items()}
    words = _words.get(details["type"], "").format_map(limits)
    message = words or _subject.sub("must ", details["msg"]).replace(" after validation", "")
    return message if ", not " in message else f"{message}, not {describe(details['input'])}"


def _plain(limit: object) -> object:
    """A number as JSON says it: 1.0 is 1."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
