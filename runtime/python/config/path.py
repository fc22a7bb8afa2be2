"""Ways to a value inside others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def steps_of(pointer: str) -> list[str]:
    """The steps of a JSON pointer, unescaped."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def value_at(value: object, steps: Sequence[str]) -> object:
    """The value there; None when there is none."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def drop_at(value: object, steps: Sequence[str], name: str) -> None:
    """Takes a field out of the object there, which may be an item of a list."""
    for step in steps:
        if isinstance(value, list) and step.isdigit():
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, dict):
        value.pop(name, None)


def put_at(record: dict[str, Any], steps: Sequence[str], value: object) -> None:
    """Puts a value there, and makes the objects on the way. What is there already, and is no object, stays."""
    *groups, name = steps
    for step in groups:
        record = record.setdefault(step, {})
        if not isinstance(record, dict):
            return
    record[name] = value
