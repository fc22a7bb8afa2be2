"""Events as programs see them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypedDict, TypeVar

from ..protocol.address import Address
from ..transport.transport import Headers

P_co = TypeVar("P_co", covariant=True)
P = TypeVar("P")
ChannelType = TypeVar("ChannelType")


@dataclass(frozen=True, slots=True)
class Event(Generic[P_co]):
    """An event, after its envelope was opened and its payload checked.

    name: as on the wire
    address: where it happened, as its sender spells it
    channel: the last part of the address; None for a protocol without an address
    timestamp: when it happened, ISO 8601, if its sender says
    headers: header fields that came with it, such as those of a trace
    """

    name: str
    payload: P_co
    address: Address
    channel: str | None
    timestamp: str | None
    id: str | None
    subject: str
    headers: Headers = field(default_factory=dict)


class PublishOptions(TypedDict, total=False):
    """What may be said about an event that is sent.

    id: travels with it; by default a new UUID
    timestamp: ISO 8601; by default now
    headers: header fields that travel with it
    """

    id: str
    timestamp: str
    headers: Headers


EventHandler: TypeAlias = Callable[[Event[P], ChannelType], object]
"""A handler of events, given the event and the channel to answer in.

It may be asynchronous; it gets one event of a channel at a time, in order of arrival.
"""

Heard: TypeAlias = tuple[Event[P], ChannelType]
"""An event, and the channel to answer in: what a handler is given."""

ComingEvent: TypeAlias = asyncio.Task[Heard[P, ChannelType]]
"""An event that is waited for, with its channel once it is there. The wait may be cancelled."""
