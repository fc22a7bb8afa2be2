"""Traces: what belongs together across programs, as W3C Trace Context has it in header fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from ..transport.transport import Headers


@dataclass(frozen=True, slots=True)
class TraceContext:
    """One step of a trace, such as a handler at work or a request on its way.

    trace_id: the same for all that belongs together: 32 hexadecimal digits
    span_id: this step: 16 hexadecimal digits
    parent_id: the step that it is part of; None where a trace begins, and for a step of another program
    sampled: whether those before have recorded it, and those after are to
    state: what tracing systems say to themselves (`tracestate`); it is carried on as it came
    """

    trace_id: str
    span_id: str
    parent_id: str | None
    sampled: bool
    state: str | None


_PARENT = "traceparent"
_STATE = "tracestate"

_NOTHING = "(?!0+-)"
_parent_form = re.compile(
    rf"(?P<version>(?!ff)[0-9a-f]{{2}})-{_NOTHING}(?P<trace_id>[0-9a-f]{{32}})-{_NOTHING}(?P<span_id>[0-9a-f]{{16}})"
    r"-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?",
    re.DOTALL,
)
# A key and a value, of which the last character is no space.
_state_member = re.compile(r"([a-z0-9][-a-z0-9_*/@]{0,255})=[ -+\--<>-~]{0,255}[!-+\--<>-~]")
_MOST_STATE_MEMBERS = 32
_SAMPLED_FLAG = 1


def read_trace(headers: Headers | None) -> TraceContext | None:
    """The step of the sender, by the header fields of a message; None when there is none, or none that the standard allows.

    Of a later version of the standard, what this one knows is read.
    """
    parents = _texts_of(headers, _PARENT)
    found = _parent_form.fullmatch(parents[0]) if len(parents) == 1 else None
    if found is None or (found["version"] == "00" and found["more"] is not None):
        return None
    sampled = int(found["flags"], 16) & _SAMPLED_FLAG != 0
    return TraceContext(found["trace_id"], found["span_id"], None, sampled, _read_state(_texts_of(headers, _STATE)))


def new_trace(*, sampled: bool) -> TraceContext:
    """A new trace."""
    return TraceContext(_random_digits(16), _random_digits(8), None, sampled, None)


def child_of(trace: TraceContext) -> TraceContext:
    """A step that is part of another."""
    return replace(trace, span_id=_random_digits(8), parent_id=trace.span_id)


def trace_headers(trace: TraceContext) -> dict[str, str]:
    """The header fields that tell others of a step."""
    parent = f"00-{trace.trace_id}-{trace.span_id}-{'01' if trace.sampled else '00'}"
    return {_PARENT: parent} if trace.state is None else {_PARENT: parent, _STATE: trace.state}


def is_of_trace(name: str) -> bool:
    """Whether a header field tells of a trace."""
    return name.lower() in (_PARENT, _STATE)


def trace_fields(trace: TraceContext | None) -> Mapping[str, str]:
    """What log lines say of a step."""
    return {} if trace is None else {"trace_id": trace.trace_id, "span_id": trace.span_id}


def _texts_of(headers: Headers | None, name: str) -> list[str]:
    """The texts of a header field, whose name may be in upper or lower case."""
    return [text for each, text in (headers or {}).items() if each.lower() == name]


def _read_state(texts: Sequence[str]) -> str | None:
    members = [member.strip(" \t") for text in texts for member in text.split(",")]
    said = [member for member in members if member]
    keys = [found[1] for found in map(_state_member.fullmatch, said) if found is not None]
    is_right = len(keys) == len(said) == len(set(keys)) and len(members) <= _MOST_STATE_MEMBERS
    return ",".join(said) if is_right and said else None


def _random_digits(size: int) -> str:
    """Random bytes in hexadecimal digits, not all of them zero."""
    digits = token_hex(size)
    return digits if digits.strip("0") else _random_digits(size)
