"""What has events: a client has those of its channels, a channel its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, overload

from ..session.session import Registration
from ..value.json_value import Json
from .event import ComingEvent, EventHandler
from .event_iteration import EventIteration
from .pulled_events import PulledEvents
from .selection import Selector

P = TypeVar("P")
C = TypeVar("C")

EventDecorator: TypeAlias = Callable[[EventHandler[P, C]], EventHandler[P, C]]
"""Starts a handler, and gives it back."""


class EventSource(ABC):
    """Hears events. Generated code says what each of them carries."""

    @abstractmethod
    def _listen(self, event: Selector, handler: EventHandler[Any, Any]) -> Registration:
        """Calls the handler for each event of that name."""

    @abstractmethod
    def _listen_to_unknown(self, handler: EventHandler[Any, Any]) -> Registration:
        """Calls the handler for each event that the protocol does not know."""

    @abstractmethod
    def _pulled(self, method: str) -> PulledEvents:
        """The events that are meant, for who comes for them by themselves. method: the one that needs to know"""

    def _once(self, event: Selector, timeout: float | None) -> ComingEvent[Any, Any]:
        """Waits for the next event of that name."""
        return self._pulled("once").next(event, timeout)

    def _events(self, event: Selector) -> EventIteration[Any, Any]:
        """Gives the events of that name one after another."""
        return self._pulled("events").each(event)

    @overload
    def _on(self, event: Selector, handler: None) -> EventDecorator[Any, Any]: ...

    @overload
    def _on(self, event: Selector, handler: EventHandler[Any, Any]) -> Registration: ...

    def _on(self, event: Selector, handler: EventHandler[Any, Any] | None) -> Registration | EventDecorator[Any, Any]:
        """Starts a handler, or makes a decorator that does."""
        if handler is not None:
            return self._listen(event, handler)

        def decorate(decorated: EventHandler[Any, Any]) -> EventHandler[Any, Any]:
            self._listen(event, decorated)
            return decorated

        return decorate

    def on_unknown(self, handler: EventHandler[Json, Any]) -> Registration:
        """Calls the handler for each event that the protocol does not know. Nothing is known of their payload."""
        return self._listen_to_unknown(handler)
