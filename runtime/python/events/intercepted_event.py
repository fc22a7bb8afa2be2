"""Events that interceptors stand around."""

from __future__ import annotations

from typing import Any

from ..session.exchange import DeliverExchange
from ..session.session import Session
from .event import Event


def deliver_exchange(session: Session, event: Event[Any]) -> DeliverExchange:
    """An event on its way to a handler, as interceptors see it."""
    protocol = session.wire.protocol
    descriptor = protocol.events.get(event.name)
    return DeliverExchange(
        ref=f"{protocol.name}/events/{event.name}" if descriptor is None else descriptor.ref,
        descriptor=descriptor,
        subject=event.subject,
        address=event.address,
        value=event.payload,
        id=event.id,
        headers=event.headers,
    )
