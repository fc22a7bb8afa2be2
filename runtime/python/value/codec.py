"""Bytes to values and back: JSON in strict UTF-8, of limited size and depth."""

from __future__ import annotations

import json
from math import isfinite
from typing import NoReturn

from ..error import ProtocolError
from .json_value import Json
from .violation import Violation, pointer_to
from .wording import describe

MAXIMUM_DEPTH = 100
"""How deep arrays and objects may nest, the outermost being the first level. Whatever walks a value may recurse."""

# Longer numbers are read as floats, as JavaScript reads all; Python itself refuses those of some thousand digits.
_LONGEST_WHOLE_NUMBER = 400


def decode(data: str | bytes | bytearray, maximum_bytes: int | None = None) -> Json:
    """The JSON value in a message. Of repeated keys the last counts.

    maximum_bytes: how long a message may be; None when that does not matter

    Raises ProtocolError `message_too_large`, or `malformed_message` for what is not UTF-8, not JSON, or nested too deep.
    """
    text = data if isinstance(data, str) else decode_text(data, maximum_bytes)
    try:
        value: Json = _decoder.decode(text)
    except RecursionError as reason:
        raise _too_deep() from reason
    except ValueError as reason:
        raise ProtocolError("malformed_message", f"the message is not JSON: {reason}", cause=reason) from reason
    if text.count("[") + text.count("{") > MAXIMUM_DEPTH and _is_deeper(value, MAXIMUM_DEPTH):
        raise _too_deep()
    return value


def decode_text(data: bytes | bytearray, maximum_bytes: int | None = None) -> str:
    """The text in a message or key. Raises `message_too_large`, or `malformed_message` for what is not UTF-8."""
    if maximum_bytes is not None and len(data) > maximum_bytes:
        reason = f"the message has {len(data)} bytes, and the limit is {maximum_bytes}"
        raise ProtocolError("message_too_large", reason)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise ProtocolError("malformed_message", "the message is not UTF-8", cause=reason) from reason


def encode(value: object) -> bytes:
    """A value as JSON.

    Raises ProtocolError `invalid_argument` for what JSON cannot say: an object of a class, a number that is not finite, a
    value that contains itself or nests deeper than 100 levels.
    """
    violation = _unsayable(value, 0)
    if violation is not None:
        where = violation.pointer or "the value"
        raise ProtocolError("invalid_argument", f"{where} {violation.message}", violations=[violation])
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair: JSON can say it, UTF-8 cannot.
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def encode_text(text: str) -> bytes:
    """A text as bytes. Raises `invalid_argument` for half a surrogate pair, which UTF-8 cannot say."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as reason:
        raise ProtocolError("invalid_argument", "the text contains half a character", cause=reason) from reason


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"there is no {name}")


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE_NUMBER else float(digits)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_whole_number)


def _is_deeper(value: Json, levels: int) -> bool:
    """Whether arrays and objects nest deeper than so many levels."""
    if isinstance(value, dict):
        return levels == 0 or any(_is_deeper(inner, levels - 1) for inner in value.values())
    return isinstance(value, list) and (levels == 0 or any(_is_deeper(inner, levels - 1) for inner in value))


def _unsayable(value: object, depth: int) -> Violation | None:
    """What JSON cannot say about a value, if anything."""
    if value is None or isinstance(value, str | int) or (isinstance(value, float) and isfinite(value)):
        return None
    if not isinstance(value, dict | list):
        return Violation("", f"cannot be JSON: it is {describe(value)}")
    if depth == MAXIMUM_DEPTH:
        return Violation("", f"nests deeper than {MAXIMUM_DEPTH} levels, or contains itself")
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(value, dict) and not isinstance(name, str):
            return Violation("", f"cannot be JSON: a field is called {describe(name)}, which is no text")
        found = _unsayable(inner, depth + 1)
        if found is not None:
            return Violation(pointer_to("", name) + found.pointer, found.message)
    return None


def _too_deep() -> ProtocolError:
    return ProtocolError("malformed_message", f"the message nests deeper than {MAXIMUM_DEPTH} levels")
