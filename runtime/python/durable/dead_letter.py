"""Events that a consumer could not handle: stored as they came, with what is known about the failure beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ..error import CODES, Code, ProtocolError
from ..protocol.stamp import now
from ..transport.stream import StreamDelivery
from ..transport.transport import Delivery, Headers
from .message import DurableContext

_PREFIX = "Dead-Letter-"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_FIELD_NAME = re.compile(r"(?!Nats-)[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LONGEST_FIELD = 500


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a consumer gave up.

    reason: why: `handler_failed`, `handler_timeout`, `hopeless`, `unsettled`, or `invalid_message` and the like
    message: the same in words
    event: as far as it could be told
    id: the event's, as far as there is one
    subject: what the event came on
    consumer: who gave it up
    deliveries: how often the consumer had got it
    sequence: of the event in its stream
    timestamp: when it was given up, ISO 8601
    data: the message as it came; empty when it was too large to be stored together with its story
    """

    reason: Code
    message: str
    event: str | None
    id: str | None
    subject: str
    consumer: str
    deliveries: int
    sequence: int
    timestamp: str
    data: bytes


DeadLetterHandler: TypeAlias = Callable[[DeadLetter, DurableContext[None]], object]
"""A handler of events that were given up. When it raises, it gets the event again after the backoff, for ever."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What there is to tell about a failure."""

    error: ProtocolError
    event: str | None
    id: str | None
    consumer: str


def own_headers(message: Delivery) -> dict[str, str]:
    """The header fields of an event without the server's own, and without those that could not be written again."""
    fields = (message.headers or {}).items()
    return {name: text for name, text in fields if _FIELD_NAME.fullmatch(name) and not _CONTROL.search(text)}


def story_headers(delivery: StreamDelivery, failure: Failure) -> dict[str, str]:
    """What became of an event, as header fields of its dead letter."""
    story = {
        "Reason": failure.error.code,
        "Message": failure.error.raw_message,
        "Event": failure.event,
        "Id": failure.id,
        "Subject": delivery.message.subject,
        "Consumer": failure.consumer,
        "Deliveries": str(delivery.deliveries),
        "Sequence": str(delivery.sequence),
        "Timestamp": now(),
    }
    return {f"{_PREFIX}{name}": _as_field(text) for name, text in story.items() if text is not None}


def dead_letter_of(message: Delivery) -> DeadLetter:
    """A dead letter that was stored. What others put into its stream is read as far as it goes."""
    headers = message.headers or {}
    reason = _field(headers, "Reason")
    return DeadLetter(
        reason=next((code for code in CODES if code == reason), "internal"),
        message=_field(headers, "Message") or "its story was not told",
        event=_field(headers, "Event"),
        id=_field(headers, "Id"),
        subject=_field(headers, "Subject") or message.subject,
        consumer=_field(headers, "Consumer") or "",
        deliveries=_number(_field(headers, "Deliveries")),
        sequence=_number(_field(headers, "Sequence")),
        timestamp=_field(headers, "Timestamp") or "",
        data=message.data,
    )


def _field(headers: Headers, name: str) -> str | None:
    return headers.get(f"{_PREFIX}{name}")


def _number(text: str | None) -> int:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,19}", text) else 0


def _as_field(text: str) -> str:
    """A header field is one line, and not a long one."""
    return _CONTROL.sub(" ", text)[:_LONGEST_FIELD].strip()
