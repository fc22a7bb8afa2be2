"""How values and names are put into sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

LONGEST_QUOTE = 60


def quote(text: str) -> str:
    """A text in quotes, on one line, cut when it is long."""
    if len(text) <= LONGEST_QUOTE:
        return json.dumps(text, ensure_ascii=False)
    return f"{json.dumps(text[:LONGEST_QUOTE], ensure_ascii=False)}..."


def describe(value: object) -> str:
    """A value in a few words: itself when it is short, what it is otherwise."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "an array" if value else "an empty array"
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"


def either(alternatives: Sequence[str]) -> str:
    """`a, b or c`."""
    if len(alternatives) < 2:
        return "".join(alternatives) or "nothing"
    return f"{', '.join(alternatives[:-1])} or {alternatives[-1]}"


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`; did you mean "user"?` when one of the names is near, nothing otherwise. Made to follow a sentence part."""
    by_key = {known.lower(): known for known in names}
    near = get_close_matches(name.lower(), by_key, n=1)
    return f"; did you mean {quote(by_key[near[0]])}?" if near else ""
