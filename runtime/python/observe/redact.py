"""Keeping secrets out of what is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from traceback import format_exception

from pydantic import BaseModel

from ..value.json_value import Json

REDACTED = "[redacted]"
"""What stands for a secret."""

_secret_name = re.compile(
    r"pass(?:word|phrase|wd)?\Z|token\Z|secret|credential|creds\Z|authori[sz]ation|cookie|api_?key|private_?key|seed\Z|nkey|jwt",
    re.IGNORECASE | re.ASCII,
)
_secret_texts = [
    (re.compile(form, re.IGNORECASE | re.ASCII), replacement)
    for form, replacement in (
        # The user and password of a URL.
        (r"\b([a-z][a-z0-9+.-]*://)[^\s/?#@]+@", rf"\1{REDACTED}@"),
        # The seed of an nkey.
        (r"\b(?-i:S[ACNOUX][A-Z2-7]{56})\b", REDACTED),
        # A JSON web token.
        (r"\b(?-i:eyJ)[\w-]{8,}\.[\w-]+\.[\w-]*", REDACTED),
        (r"\b(Bearer|Basic)\s+[\w.~+/-]{8,}=*", rf"\1 {REDACTED}"),
    )
]
_DEEPEST = 6


def redact_text(text: str) -> str:
    """A text without the secrets that can be told by their form."""
    for form, replacement in _secret_texts:
        text = form.sub(replacement, text)
    return text


def redact(value: object) -> Json:
    """A copy of a value as JSON, without secrets: neither what stands under a name like `password`, nor what looks like one.

    Exceptions, models and data classes become objects; what else JSON cannot say becomes a text. What nests deeper than 6
    levels, or contains itself, is cut.
    """
    return _copy(value, _DEEPEST)


def is_secret_name(name: str) -> bool:
    """Whether what stands under this name is secret: `password`, `token`, `nkey`."""
    return _secret_name.search(name) is not None


def _copy(value: object, levels: int) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    named = _fields_of(value)
    if named is not None:
        return "[object]" if levels == 0 else _redacted(named, levels)
    if isinstance(value, list | tuple | set | frozenset):
        return "[array]" if levels == 0 else [_copy(item, levels - 1) for item in value]
    return redact_text(str(value))


def _redacted(named: Iterable[tuple[str, object]], levels: int) -> Json:
    return {name: REDACTED if _is_secret(name, field) else _copy(field, levels - 1) for name, field in named}


def _is_secret(name: str, field: object) -> bool:
    return is_secret_name(name) and field is not None and not isinstance(field, bool)


def _fields_of(value: object) -> list[tuple[str, object]] | None:
    """The fields of what has some."""
    if isinstance(value, Mapping):
        return [(str(name), field) for name, field in value.items()]
    if isinstance(value, BaseModel):
        return list(value)
    if isinstance(value, BaseException):
        return _facts_of(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    return None


def _facts_of(error: BaseException) -> list[tuple[str, object]]:
    """What an exception says, its own attributes included."""
    facts = {
        **vars(error),
        "name": type(error).__name__,
        "message": str(error),
        "stack": "".join(format_exception(type(error), error, error.__traceback__, chain=False)),
        "cause": error.__cause__,
    }
    return [(name, fact) for name, fact in facts.items() if fact is not None and not name.startswith("_")]
