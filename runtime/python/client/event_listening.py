"""How a client gets at events, and sends them: in all the channels it was started for, or in the only one."""

from __future__ import annotations

from typing import Any

from ..durable.publish import StoredEvent
from ..events.event import EventHandler, PublishOptions
from ..events.event_source import EventSource
from ..protocol.message import EventDescriptor
from ..session.session import Registration
from .client_core import ClientCore
from .durable_source import DurableSource


class EventListening(EventSource, DurableSource):
    """The events of a client's channels. Generated code says what each of them carries."""

    _core: ClientCore[Any]

    def _listen(self, event: str | EventDescriptor[Any], handler: EventHandler[Any, Any]) -> Registration:
        started = [channel._listen(event, handler) for channel in self._core.channels.started_for("on")]
        return Registration(*(registration.stop for registration in started))

    def _listen_to_unknown(self, handler: EventHandler[Any, Any]) -> Registration:
        channels = self._core.channels.started_for("on_unknown")
        started = [channel._listen_to_unknown(handler) for channel in channels]
        return Registration(*(registration.stop for registration in started))

    async def _send(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> None:
        await self._core.channels.only("publish")._send(event, payload, options)

    async def _store(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> StoredEvent:
        stored: StoredEvent = await self._core.channels.only("publish_durable")._store(event, payload, options)
        return stored
