"""The durable events of one client: who consumes them here, and those that were given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypedDict, TypeVar

from ..error import ProtocolError
from ..events.intercepted_event import deliver_exchange
from ..protocol.address import key_of
from ..protocol.message import StreamDescriptor
from ..session.limits import check_count
from ..session.session import Registration, Session
from ..transport.bus_rules import check_consumer_name
from ..transport.stream import ConsumeOptions, Start, StreamDelivery
from ..transport.transport import Delivery
from .consumer import Bury, Consuming, DurableConsumer
from .dead_letter import DeadLetterHandler, Failure, dead_letter_of, own_headers, story_headers
from .event_routes import EventRoutes, Scene
from .message import DurableHandler, Readable
from .streams import dead_letter_subject, kept_events, open_dead_letters, open_stream, stream_named

Channel = TypeVar("Channel", bound=Scene)


class _Named(TypedDict):
    name: str


class ConsumerOptions(_Named, total=False):
    """How durable messages are consumed.

    name: what the programs call themselves that share the work: each message reaches one of them. The server remembers by
        it how far they have got. ASCII letters, digits, `-` and `_`
    in_flight: how many messages may be unsettled at one time, over all programs of that name; 64 by default
    start: where to begin when nobody of that name was there before; `now` by default
    """

    in_flight: int
    start: Start


class DurableEvents:
    """All consumers of one client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._consumers: set[DurableConsumer] = set()

    async def consume(
        self,
        names: Sequence[str],
        handler: DurableHandler[Any, Channel],
        *,
        channels: Sequence[Channel],
        options: ConsumerOptions,
    ) -> Registration:
        """Calls the handler for each of these events in some channels, until it has handled it."""
        _check(options)
        if not channels:
            raise ProtocolError("invalid_argument", "no channel is named whose events are wanted")
        descriptor, events = kept_events(self._session.wire, names)
        routes = EventRoutes(self._session, channels, events)

        def read(message: Delivery) -> Readable | None:
            found = routes.read(message)
            if found is None:
                return None
            observer = self._session.reporter.observers.current
            if observer is not None:
                observer.received(found.descriptor.ref)
            channel, event = found.channel, found.event
            handle: Callable[[Any], object] = lambda context: handler(event, context)
            exchange = deliver_exchange(self._session, event) if self._session.interceptors else None
            return Readable(found.descriptor.ref, key_of(channel.address), channel, handle, exchange)

        await self._session.outbox.ready()
        bury = await self._burial(descriptor, options["name"], routes)
        return await self._start(
            Consuming(
                session=self._session,
                stream=await open_stream(self._session, descriptor),
                options=self._options(descriptor, options, routes.subjects),
                rules=descriptor.delivery,
                read=read,
                bury=bury,
            )
        )

    async def consume_dead_letters(
        self, name: str, handler: DeadLetterHandler, options: ConsumerOptions
    ) -> Registration:
        """Calls the handler for each event of a stream that was given up."""
        _check(options)
        descriptor = stream_named(self._session.wire, name)
        subject = dead_letter_subject(self._session, descriptor).wildcard({})
        ref = f"dead letters of {descriptor.ref}"

        def read(message: Delivery) -> Readable:
            letter = dead_letter_of(message)
            handle: Callable[[Any], object] = lambda context: handler(letter, context)
            return Readable(ref, "", None, handle)

        await self._session.outbox.ready()
        return await self._start(
            Consuming(
                session=self._session,
                stream=await open_dead_letters(self._session, descriptor),
                options=self._options(descriptor, options, [subject]),
                rules=descriptor.delivery,
                read=read,
            )
        )

    async def drain(self) -> None:
        """Takes nothing more, and returns when all that is held is settled."""
        await asyncio.gather(*(consumer.drain() for consumer in self._consumers))

    def stop(self) -> None:
        """Takes nothing more; what waits is for others."""
        for consumer in self._consumers:
            consumer.stop()

    async def _start(self, consuming: Consuming) -> Registration:
        consumer = DurableConsumer(consuming)
        self._consumers.add(consumer)

        def stop() -> None:
            self._consumers.discard(consumer)
            consumer.stop()

        try:
            await consumer.start()
        except BaseException:
            stop()
            raise
        return Registration(stop)

    def _options(
        self, descriptor: StreamDescriptor, options: ConsumerOptions, subjects: Sequence[str]
    ) -> ConsumeOptions:
        return ConsumeOptions(
            name=options["name"],
            subjects=subjects,
            wait=descriptor.delivery.wait,
            in_flight=options.get("in_flight", 64),
            start=options.get("start", "now"),
            on_failure=self._session.reporter.error,
        )

    async def _burial(self, descriptor: StreamDescriptor, consumer: str, routes: EventRoutes[Channel]) -> Bury:
        """How the dead letters of a consumer are stored."""
        letters = await open_dead_letters(self._session, descriptor)
        subject = dead_letter_subject(self._session, descriptor).build({"consumer": consumer})
        timeout = self._session.limits.request_timeout

        async def bury(delivery: StreamDelivery, error: ProtocolError) -> None:
            message = delivery.message
            story = story_headers(delivery, Failure(error, *routes.identify(message), consumer))
            # Burying a message twice leaves one letter.
            identifier = f"{descriptor.stream}:{delivery.sequence}:{consumer}"
            fields = {**own_headers(message), **story}
            try:
                await letters.publish(subject, message.data, identifier=identifier, timeout=timeout, headers=fields)
            except ProtocolError as reason:
                if reason.code != "message_too_large":
                    raise
                await letters.publish(subject, b"", identifier=identifier, timeout=timeout, headers=story)

        return bury


def _check(options: ConsumerOptions) -> None:
    """Raises ProtocolError `invalid_argument`."""
    check_consumer_name(options["name"])
    check_count("in_flight", options.get("in_flight", 1))
