"""Events that the server keeps, for those who must not miss any: what the schema says about it. All times are in s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRules:
    """How an event reaches a consumer that fails.

    limit: how often it is delivered before it becomes a dead letter
    backoff: how long to wait after the first failure, the second and so on; the last counts for all that follow
    wait: after how long without a sign of life of the program that has it, it is delivered again
    """

    limit: int
    backoff: Sequence[float]
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterDescriptor:
    """Where events go that a consumer cannot handle.

    stream: what their stream is called on the server
    subject: a subject template around `{consumer}`
    """

    stream: str
    subject: str
    maximum_age: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDescriptor:
    """A stream, and how what it keeps reaches its consumers.

    ref: `<protocol>/streams/<stream>`
    stream: what it is called on the server
    subjects: what it keeps, in all dialects, with wildcards
    events: the events among that, by their names on the wire
    storage: what is in `memory` is lost when the server stops
    duplicate_window: how long an event's id is remembered: an event with the same id is kept once
    """

    ref: str
    name: str
    stream: str
    subjects: Sequence[str]
    events: Sequence[str]
    storage: Literal["file", "memory"]
    maximum_age: float
    duplicate_window: float
    delivery: DeliveryRules
    dead_letters: DeadLetterDescriptor
    maximum_bytes: int | None = None
    maximum_messages: int | None = None
