"""One subscription for all the events of a channel, and the way of each event to its handlers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from ..error import ProtocolError
from ..protocol.address import Address
from ..protocol.message import EventDescriptor
from ..session.session import Session
from ..transport.transport import Delivery, Stop, Subscription
from ..value.codec import decode
from ..value.json_value import Json
from .event import Event
from .event_reader import EventReader, ReadableEvent


class EventLane(Protocol):
    """The order of events for one handler, or one loop."""

    def push(self, event: Event[Any], /) -> None:
        """The event has its turn when those before it have ended."""

    def clear(self) -> None:
        """Forgets what waits."""


@dataclass(slots=True)
class _Route:
    """An event that somebody waits for."""

    event: ReadableEvent
    lanes: list[EventLane] = field(default_factory=list)


class EventStream:
    """Holds one subscription for as long as somebody waits for an event."""

    def __init__(self, session: Session, address: Address, pattern: str) -> None:
        """pattern: with a wildcard where the event's name stands."""
        self._session = session
        self._address = address
        self._pattern = pattern
        self._reader = EventReader(session.wire, address)
        # By subject. Events whose names become the same token share one.
        self._routes: dict[str, list[_Route]] = {}
        self._unknown: list[EventLane] = []
        self._subscription: Subscription | None = None

    def add(self, descriptor: EventDescriptor[Any], lane: EventLane) -> Stop:
        """Takes an event on its way to a handler. Returns what ends it."""
        route = self._route_of(descriptor)
        route.lanes.append(lane)
        self._subscribe()

        def stop() -> None:
            self._leave(route.lanes, lane)
            if not route.lanes:
                self._forget(route)
            self._unsubscribe_when_unused()

        return stop

    def add_unknown(self, lane: EventLane) -> Stop:
        """Takes events that the protocol does not know. Returns what ends it."""
        self._unknown.append(lane)
        self._subscribe()

        def stop() -> None:
            self._leave(self._unknown, lane)
            self._unsubscribe_when_unused()

        return stop

    async def drain(self) -> None:
        """Takes no more, and returns when all that was on its way has reached its handlers."""
        if self._subscription is not None:
            await self._subscription.drain()
        self._subscription = None

    def close(self) -> None:
        """Takes no more, and forgets what waits."""
        self._unsubscribe()
        for lane in [*self._unknown, *(lane for route in self._all_routes() for lane in route.lanes)]:
            lane.clear()

    def _receive(self, delivery: Delivery) -> None:
        routes = self._routes.get(delivery.subject, [])
        if not routes and not self._unknown:
            return
        try:
            body = decode(delivery.data, self._session.limits.maximum_message_bytes)
            if not self._deliver(body, routes, delivery):
                self._deliver_unknown(body, delivery)
        except ProtocolError as error:
            ref = routes[0].event.descriptor.ref if len(routes) == 1 else None
            self._session.reporter.invalid(error.at(subject=delivery.subject, ref=ref))

    def _deliver(self, body: Json, routes: list[_Route], delivery: Delivery) -> bool:
        """Whether one of the routes was meant."""
        for route in routes:
            event = self._reader.read(body, route.event, delivery)
            if isinstance(event, Event):
                observer = self._session.reporter.observers.current
                if observer is not None:
                    observer.received(route.event.descriptor.ref)
                for lane in route.lanes:
                    lane.push(event)
            if event != "other":
                return True
        return False

    def _deliver_unknown(self, body: Json, delivery: Delivery) -> None:
        event = self._reader.read_unknown(body, delivery)
        if isinstance(event, Event):
            for lane in self._unknown:
                lane.push(event)

    def _leave(self, lanes: list[EventLane], lane: EventLane) -> None:
        if lane in lanes:
            lanes.remove(lane)
        lane.clear()

    def _unsubscribe_when_unused(self) -> None:
        if not self._unknown and not self._routes:
            self._unsubscribe()

    def _subscribe(self) -> None:
        if self._subscription is None:
            self._subscription = self._session.transport.subscribe(self._pattern, self._receive)

    def _unsubscribe(self) -> None:
        if self._subscription is not None:
            self._subscription.unsubscribe()
        self._subscription = None

    def _all_routes(self) -> list[_Route]:
        return [route for routes in self._routes.values() for route in routes]

    def _route_of(self, descriptor: EventDescriptor[Any]) -> _Route:
        routes = self._routes.setdefault(self._subject_of(descriptor), [])
        for route in routes:
            if route.event.descriptor is descriptor:
                return route
        route = _Route(ReadableEvent(descriptor, self._session.wire.event_envelope(descriptor.envelope)))
        routes.append(route)
        return route

    def _forget(self, route: _Route) -> None:
        subject = self._subject_of(route.event.descriptor)
        rest = [other for other in self._routes.get(subject, []) if other is not route]
        if rest:
            self._routes[subject] = rest
        else:
            self._routes.pop(subject, None)

    def _subject_of(self, descriptor: EventDescriptor[Any]) -> str:
        return self._session.wire.event_subject(descriptor).build({**self._address, "event": descriptor.name})
