"""Durable messages between their stream and their handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from ..events.event import Event
from ..session.exchange import Exchange

P = TypeVar("P")
Channel = TypeVar("Channel")
Channel_co = TypeVar("Channel_co", covariant=True)


@dataclass(frozen=True, slots=True)
class DurableContext(Generic[Channel_co]):
    """What a handler of durable messages is given besides the message.

    channel: where it happened: answer here
    deliveries: how often the message was given to a handler, as far as is known, this time included
    """

    channel: Channel_co
    subject: str
    deliveries: int


DurableHandler: TypeAlias = Callable[[Event[P], DurableContext[Channel]], object]
"""A handler of durable events, which may be asynchronous.

Returning settles the event; raising brings it back after the backoff of its stream, and at the limit makes it a dead letter.
`raise later(seconds)` and `raise hopeless(reason)` say otherwise. It gets one event of a channel at a time, in the order of
the stream; what comes back comes later.
"""


@dataclass(frozen=True, slots=True)
class Readable:
    """A message, as its handler is to get it.

    ref: what the message is in reports
    lane: messages of one lane are handled one after another
    channel: what the handler is given
    handle: calls the handler
    exchange: how interceptors see it; None when none are to see it
    """

    ref: str
    lane: str
    channel: object
    handle: Callable[[DurableContext[object]], object]
    exchange: Exchange | None = None
