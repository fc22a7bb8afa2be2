"""Events that a program comes for by itself, where handlers are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..session.limits import check_limit
from ..session.session import Registration, Session
from .event import ComingEvent, Event
from .event_iteration import EventIteration
from .event_queue import EventQueue
from .event_stream import EventLane
from .next_event import next_event
from .selection import Selection, Selector, selection_of


class EventPlace(Protocol):
    """Where events happen."""

    def bring(self, selection: Selection, lane: EventLane) -> Registration:
        """Brings events to a lane."""


@dataclass(frozen=True, slots=True)
class _Entrance:
    """Puts the events of one channel into a queue."""

    queue: EventQueue
    channel: object

    def push(self, event: Event[Any]) -> None:
        self.queue.push((event, self.channel))

    def clear(self) -> None:
        self.queue.clear()


class PulledEvents:
    """The events of one or more channels of a client."""

    def __init__(self, session: Session, places: Sequence[tuple[EventPlace, object]]) -> None:
        """places: each with the channel that programs are given"""
        self._session = session
        self._places = places

    def each(self, event: Selector) -> EventIteration[Any, Any]:
        """Listens at once, and gives one event after another. Raises ProtocolError `invalid_argument`."""
        return EventIteration(self._queue(selection_of(self._session.wire, event)))

    def next(self, event: Selector, timeout: float | None) -> ComingEvent[Any, Any]:
        """Listens at once, for the next event alone. Raises ProtocolError `invalid_argument`."""
        if timeout is not None:
            check_limit("timeout", timeout)
        selection = selection_of(self._session.wire, event)
        return next_event(self._queue(selection), selection.ref, timeout)

    def _queue(self, selection: Selection) -> EventQueue:
        def listen(queue: EventQueue) -> Registration:
            started = [place.bring(selection, _Entrance(queue, channel)) for place, channel in self._places]
            return Registration(*(registration.stop for registration in started))

        return EventQueue(self._session, selection.ref, listen)
