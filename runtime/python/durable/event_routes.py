"""From a message of a stream to the event that it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from ..error import ProtocolError
from ..events.event import Event
from ..events.event_reader import EventReader, ReadableEvent
from ..protocol.address import Address
from ..protocol.message import EventDescriptor
from ..session.session import Session
from ..transport.transport import Delivery
from ..value.codec import decode


class Scene(Protocol):
    """Where an event happens: a channel, as the program has it."""

    @property
    def address(self) -> Address:
        """A text for each part of the protocol's address."""


Channel = TypeVar("Channel", bound=Scene)


@dataclass(frozen=True, slots=True)
class FoundEvent(Generic[Channel]):
    """An event of a stream, and where it happened."""

    event: Event[Any]
    descriptor: EventDescriptor[Any]
    channel: Channel


@dataclass(frozen=True, slots=True)
class _Route(Generic[Channel]):
    event: ReadableEvent
    reader: EventReader
    channel: Channel


class EventRoutes(Generic[Channel]):
    """Reads the events that are wanted, in the channels where they are."""

    def __init__(self, session: Session, channels: Iterable[Channel], events: Sequence[EventDescriptor[Any]]) -> None:
        wire = session.wire
        self._session = session
        # By subject. Events whose names become the same token share one.
        self._routes: dict[str, list[_Route[Channel]]] = {}
        for channel in channels:
            reader = EventReader(wire, channel.address)
            for descriptor in events:
                subject = wire.event_subject(descriptor).build({**channel.address, "event": descriptor.name})
                event = ReadableEvent(descriptor, wire.event_envelope(descriptor.envelope))
                self._routes.setdefault(subject, []).append(_Route(event, reader, channel))

    @property
    def subjects(self) -> list[str]:
        """What all of them come on."""
        return list(self._routes)

    def read(self, message: Delivery) -> FoundEvent[Channel] | None:
        """The event that a message is; None when it is one that is not wanted.

        Raises ProtocolError `invalid_message`, `malformed_message`, `message_too_large`.
        """
        routes = self._routes.get(message.subject)
        if routes is None:
            return None
        try:
            body = decode(message.data, self._session.limits.maximum_message_bytes)
            for route in routes:
                event = route.reader.read(body, route.event, message)
                if event == "elsewhere":
                    return None
                if isinstance(event, Event):
                    return FoundEvent(event, route.event.descriptor, route.channel)
            # Another event, or none at all, which is an error.
            routes[0].reader.read_unknown(body, message)
        except ProtocolError as error:
            only = self._only(message.subject)
            raise error.at(subject=message.subject, ref=None if only is None else only.ref) from error.__cause__
        return None

    def identify(self, message: Delivery) -> tuple[str | None, str | None]:
        """What is known of a message, whatever it is: the name of the event, and its id."""
        sent = (message.headers or {}).get("Nats-Msg-Id")
        try:
            found = self.read(message)
        except ProtocolError:
            only = self._only(message.subject)
            return (None if only is None else only.name), sent
        return (None, sent) if found is None else (found.event.name, found.event.id or sent)

    def _only(self, subject: str) -> EventDescriptor[Any] | None:
        """The one event that can come on a subject."""
        routes = self._routes.get(subject, [])
        return routes[0].event.descriptor if len(routes) == 1 else None
