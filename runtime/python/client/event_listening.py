"""How a client gets at events: in all the channels it was started for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..events.event import EventHandler
from ..events.event_source import EventSource
from ..events.pulled_events import PulledEvents
from ..events.selection import Selector
from ..session.session import Registration
from .client_core import ClientCore


class EventListening(EventSource):
    """The events of a client's channels: each handler gets one event of a channel at a time."""

    _core: ClientCore[Any]

    def _meant(self, method: str) -> Sequence[Any]:
        """The channels. method: the one that is about them"""
        return self._core.channels.started_for(method)

    def _listen(self, event: Selector, handler: EventHandler[Any, Any]) -> Registration:
        started = [channel._listen(event, handler) for channel in self._meant("on")]
        return Registration(*(registration.stop for registration in started))

    def _listen_to_unknown(self, handler: EventHandler[Any, Any]) -> Registration:
        started = [channel._listen_to_unknown(handler) for channel in self._meant("on_unknown")]
        return Registration(*(registration.stop for registration in started))

    def _pulled(self, method: str) -> PulledEvents:
        return PulledEvents(self._core.session, [(channel._core, channel) for channel in self._meant(method)])
