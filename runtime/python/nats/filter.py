"""What a consumer asks a server for. Servers before 2.10 take one subject, so that is what every server is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from ..transport.stream_subjects import is_part_of


def around(subjects: Sequence[str]) -> str:
    """The narrowest pattern around all subjects, of which there is one at least."""
    every = [subject.split(".") for subject in subjects]
    shortest = min(len(tokens) for tokens in every)
    is_even = all(len(tokens) == shortest for tokens in every)
    columns = zip(*(tokens[: shortest if is_even else shortest - 1] for tokens in every), strict=True)
    common = [column[0] if len(set(column)) == 1 else "*" for column in columns]
    return ".".join(common if is_even else [*common, ">"])


def filter_for(wanted: Sequence[str], kept: Sequence[str]) -> str:
    """One subject for all that a consumer wants of a stream.

    A server wants it to be within one subject of the stream, or around one.
    """
    narrow = around(wanted)
    if any(is_part_of(narrow, subject) for subject in kept):
        return narrow
    return around([subject for subject in kept if any(is_part_of(each, subject) for each in wanted)])
