"""What streams keep: subjects, with the wildcards `*` and, as the last token, `>`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .transport_error import stream_lacks


def is_part_of(inner: str, outer: str) -> bool:
    """Whether every subject of one pattern is one of another."""
    tokens, wider = inner.split("."), outer.split(".")
    is_open = wider[-1] == ">"
    if len(tokens) < len(wider) if is_open else len(tokens) != len(wider):
        return False
    fixed = wider[:-1] if is_open else wider
    # What is left of the longer one is all that is below.
    pairs = zip(fixed, tokens, strict=False)
    return all(own != ">" and token in ("*", own) for token, own in pairs)


def overlap(one: str, other: str) -> bool:
    """Whether some subject is one of both patterns."""
    return _meet(one.split("."), other.split("."))


def check_kept(name: str, subjects: Iterable[str], kept: Sequence[str]) -> None:
    """Whether a stream that is there may be used for what it is opened for.

    kept: the subjects that it keeps

    Raises ProtocolError `stream_failed` when some of what is wanted is not kept.
    """
    lacking = [subject for subject in subjects if not any(is_part_of(subject, other) for other in kept)]
    if lacking:
        raise stream_lacks(name, lacking)


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other:
        return not one and not other
    if ">" in (one[0], other[0]):
        return True
    return (one[0] == other[0] or "*" in (one[0], other[0])) and _meet(one[1:], other[1:])
