"""Answering: from a request to exactly one reply, whatever is in the request and whatever the handler does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..error import ProtocolError, located
from ..protocol.address import Address
from ..protocol.message import ServiceDescriptor
from ..protocol.protocol_wire import Wire
from ..session.session import Session
from ..transport.transport import Delivery, Receive, Subscription
from ..value.invalid import Refused, read_value
from .arrivals import Arrivals, Request
from .command_run import CommandHandler, CommandRun
from .discovery import Discoverable, Program, become_discoverable
from .entrances import Entrance, entrances_of
from .reply import Answered, send_failure
from .request_line import RequestLine
from .served_subject import OpenedRequest, ServedSubject


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What a service is made of.

    handlers: by method name
    addresses: the channels whose requests are answered; None for any
    queue: of all instances with the same queue group, one gets each request; None for those that answer for its channel
    dialects: to listen in; None for the client's
    discoverable: whether the standard tools for NATS services find it
    program: None when it has not said who it is
    """

    service: ServiceDescriptor
    handlers: Mapping[str, CommandHandler]
    addresses: Sequence[Address] | None = None
    queue: str | None = None
    dialects: Sequence[str] | None = None
    discoverable: bool = True
    program: Program | None = None


class Service:
    """A service that is being answered for."""

    def __init__(self, session: Session, parts: ServiceParts, running: set[Service]) -> None:
        """
        running: holds it while it runs

        Raises ProtocolError `invalid_argument` when a handler is missing."""
        missing = [method for method in parts.service.commands if not callable(parts.handlers.get(method))]
        if missing:
            reason = f"the handlers of {parts.service.name} lack {', '.join(missing)}"
            raise ProtocolError("invalid_argument", reason)
        self._session = session
        self._parts = parts
        self._running = running
        self._line = RequestLine(session, parts.service.name)
        self._subscriptions: list[Subscription] = []

    async def start(self) -> None:
        """Returns when the bus knows of it. Nothing is left of it when the bus cannot be told."""
        self._subscribe()
        self._running.add(self)
        try:
            await self._session.outbox.flush()
        except BaseException:
            self.stop()
            raise

    def _subscribe(self) -> None:
        """To all subjects of the service."""
        own, parts = self._session.wire, self._parts
        dialects = parts.dialects or [own.dialect]
        wires = [own if dialect == own.dialect else Wire(own.protocol, dialect) for dialect in dialects]
        entrances = [
            entrance for wire in wires for entrance in entrances_of(wire, parts.service, parts.addresses, parts.queue)
        ]
        self._subscriptions = [subscription for each in entrances for subscription in self._enter(each)]
        if parts.discoverable:
            found = Discoverable(parts.service, entrances, parts.program)
            self._subscriptions += become_discoverable(self._session, found)

    def stop(self) -> None:
        """Ends it at once. A handler that is running finishes. May be called more than once."""
        self._running.discard(self)
        for subscription in self._subscriptions:
            subscription.unsubscribe()
        self._subscriptions = []

    async def drain(self) -> None:
        """Takes no more, and returns when all that was on its way has reached its handler."""
        await asyncio.gather(*(subscription.drain() for subscription in self._subscriptions))
        self.stop()

    def _enter(self, entrance: Entrance) -> list[Subscription]:
        maximum_bytes = self._session.limits.maximum_message_bytes
        arrivals = Arrivals(entrance.served, entrance.sharing, maximum_bytes)

        def receiver_of(queue: str) -> Receive:
            def receive(delivery: Delivery) -> None:
                request = arrivals.take(delivery.data, queue)
                if request is not None:
                    self._session.dispatcher.start(self._answer(request, delivery, entrance.served))

            return receive

        subscribe = self._session.transport.subscribe
        return [subscribe(entrance.subject, receiver_of(queue), queue) for queue in entrance.sharing.queues]

    async def _answer(self, request: Request, delivery: Delivery, served: ServedSubject) -> None:
        if isinstance(request, OpenedRequest):
            await self._accept(request, delivery)
        else:
            values = {**request.values, "service": self._parts.service.name}
            await self._refuse(request.error, Answered(delivery, served.usual_envelopes, values))

    async def _accept(self, request: OpenedRequest, delivery: Delivery) -> None:
        descriptor = request.command.descriptor
        refused = Refused("the arguments", "invalid_request", ref=descriptor.ref)
        try:
            args = read_value(descriptor.args, request.args, refused)
        except ProtocolError as error:
            values = {**request.values, "service": self._parts.service.name}
            request.command.tally.failed(0, error)
            await self._refuse(error, Answered(delivery, request.command.envelopes, values))
            return
        run = CommandRun(self._session, request, delivery)
        await self._line.answer(run, args, self._parts.handlers[descriptor.method])

    async def _refuse(self, reason: ProtocolError, answered: Answered) -> None:
        error = located(reason, subject=answered.delivery.subject)
        self._session.reporter.invalid(error)
        await send_failure(answered, error, self._session)
