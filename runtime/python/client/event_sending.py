"""How a client sends events: in the only channel it was started for."""

from __future__ import annotations

from typing import Any

from ..durable.publish import StoredEvent
from ..events.event import PublishOptions
from ..events.event_sender import EventSender
from ..protocol.message import EventDescriptor
from .client_core import ClientCore
from .durable_source import DurableSource


class EventSending(EventSender, DurableSource):
    """Sends events for a client that has one channel."""

    _core: ClientCore[Any]

    async def _send(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> None:
        await self._core.channels.only("publish")._send(event, payload, options)

    async def _store(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> StoredEvent:
        stored: StoredEvent = await self._core.channels.only("publish_durable")._store(event, payload, options)
        return stored
