"""One channel of a client: its events, and where its services and its state are reached through."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, TypeVar

from ..commands.call import Call, CallOptions
from ..commands.sender import send
from ..durable.publish import StoredEvent, publish_durable
from ..events.event import EventHandler, PublishOptions
from ..events.event_sender import EventSender
from ..events.event_source import EventSource
from ..events.event_stream import EventLane, EventStream
from ..events.intercepted_event import deliver_exchange
from ..events.publication import Publication, publish
from ..events.pulled_events import PulledEvents
from ..events.selection import Selection, Selector, selection_of
from ..observe.observer import observe_request
from ..protocol.address import Address
from ..protocol.message import BucketDescriptor, CommandDescriptor, EventDescriptor, KeyDescriptor
from ..session.handler_run import lane_to
from ..session.session import Registration, Session
from ..state.stored_key import StoredKey
from .durable_source import DurableSource

Result = TypeVar("Result")
Value = TypeVar("Value")


class ChannelCore:
    """A channel as it is inside the runtime, where no type of the protocol is known."""

    def __init__(self, session: Session, address: Address) -> None:
        self.address = address
        self._session = session
        # The usual one, and those of events that have a subject of their own.
        self._streams: dict[str, EventStream] = {}
        self._calls: dict[str, Call[Any, Any]] = {}

    @property
    def event_pattern(self) -> str:
        """The subject of all its events that have none of their own. It tells channels apart."""
        return self._pattern_of(None)

    def listen(self, event: Selector, handler: EventHandler[Any, Any], channel: object) -> Registration:
        """Calls the handler for each of the channel's events of that name.

        channel: what the handler is given beside the event

        Raises ProtocolError `invalid_argument` for an event that the protocol does not have.
        """
        selection = selection_of(self._session.wire, event)
        return self.bring(selection, self._lane_to(selection.ref, handler, channel))

    def bring(self, selection: Selection, lane: EventLane) -> Registration:
        """Brings events to a lane."""
        return Registration(*(self._stream(self._pattern_of(event)).add(event, lane) for event in selection.events))

    def listen_to_unknown(self, handler: EventHandler[Any, Any], channel: object) -> Registration:
        """Calls the handler for each of the channel's events that the protocol does not know."""
        ref = f"unknown events of {self._session.wire.protocol.name}"
        lane = self._lane_to(ref, handler, channel)
        return Registration(self._stream(self.event_pattern).add_unknown(lane))

    def pulled(self, channel: object) -> PulledEvents:
        """Its events, for who comes for them by themselves. channel: what they are given beside the event"""
        return PulledEvents(self._session, [(self, channel)])

    async def send(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> None:
        """Sends an event. Raises what `publish` raises."""
        await publish(self._session, self._publication(event, payload), options)

    async def store(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> StoredEvent:
        """As `send`, and returns when the event's stream keeps it. Raises ProtocolError `stream_failed`, too."""
        return await publish_durable(self._session, self._publication(event, payload), options)

    async def call(self, command: CommandDescriptor[Any, Result], args: object, options: CallOptions) -> Result:
        """Sends a command of a service and waits for its result. Raises what `send` raises."""
        call = self._calls.get(command.ref)
        if call is None:
            call = self._calls[command.ref] = Call(self._session, command, self.address)
        observer = self._session.reporter.observers.current
        if observer is None:
            result: Result = await send(self._session, call, args, options)
            return result
        return await observe_request(observer, command.ref, send(self._session, call, args, options))

    def stored(self, bucket: BucketDescriptor, key: KeyDescriptor[Value]) -> StoredKey[Value]:
        """The keys that a template describes, in this channel."""
        return StoredKey(self._session, bucket, key, self.address)

    async def drain(self) -> None:
        """Takes no more, and returns when all that was on its way has reached its handlers."""
        await asyncio.gather(*(stream.drain() for stream in self._streams.values()))

    def close(self) -> None:
        """Takes no more, and forgets what waits."""
        for stream in self._streams.values():
            stream.close()

    def _lane_to(self, ref: str, handler: EventHandler[Any, Any], channel: object) -> EventLane:
        session = self._session
        exchange_of = partial(deliver_exchange, session) if session.interceptors else None
        return lane_to(session, ref, lambda event: handler(event, channel), exchange_of)

    def _publication(self, event: str | EventDescriptor[Any], payload: object) -> Publication:
        return Publication(self._event_of(event), self.address, payload)

    def _event_of(self, event: str | EventDescriptor[Any]) -> EventDescriptor[Any]:
        return self._session.wire.event(event if isinstance(event, str) else event.name)

    def _pattern_of(self, descriptor: EventDescriptor[Any] | None) -> str:
        return self._session.wire.event_subject(descriptor).wildcard(self.address)

    def _stream(self, pattern: str) -> EventStream:
        stream = self._streams.get(pattern)
        if stream is None:
            stream = self._streams[pattern] = EventStream(self._session, self.address, pattern)
        return stream


class BaseChannel(EventSource, EventSender, DurableSource):
    """What programs see of a channel. Generated code adds its services, its state, and the types of its events."""

    def __init__(self, core: ChannelCore) -> None:
        self._core = core

    @property
    def address(self) -> Address:
        """A text for each part of the protocol's address."""
        return self._core.address

    def _listen(self, event: Selector, handler: EventHandler[Any, Any]) -> Registration:
        return self._core.listen(event, handler, self)

    def _listen_to_unknown(self, handler: EventHandler[Any, Any]) -> Registration:
        return self._core.listen_to_unknown(handler, self)

    def _pulled(self, method: str) -> PulledEvents:
        return self._core.pulled(self)

    async def _send(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> None:
        await self._core.send(event, payload, options)

    async def _store(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> StoredEvent:
        return await self._core.store(event, payload, options)
