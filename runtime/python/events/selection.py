"""Which events somebody listens for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..protocol.message import EventDescriptor
from ..protocol.protocol_wire import Wire

Selector: TypeAlias = str | EventDescriptor[Any]
"""An event, by its name or its descriptor; or `*`, for all that the protocol knows."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The events that are meant, and what they are called together."""

    events: Sequence[EventDescriptor[Any]]
    ref: str


def selection_of(wire: Wire, selector: Selector) -> Selection:
    """Raises ProtocolError `invalid_argument` when the protocol has no such event."""
    if selector == "*":
        return Selection(list(wire.protocol.events.values()), f"{wire.protocol.name}/events/*")
    event = wire.event(selector if isinstance(selector, str) else selector.name)
    return Selection([event], event.ref)
