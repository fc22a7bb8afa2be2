"""Events as programs see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from .address import Address

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
    """

    name: str
    payload: P_co
    address: Address
    channel: str | None
    timestamp: str | None
    id: str | None
    subject: str


EventHandler: TypeAlias = Callable[[Event[P], ChannelType], object]
"""A handler of events, given the event and the channel to answer in.

It may be asynchronous; it gets one event of a channel at a time, in order of arrival.
"""
