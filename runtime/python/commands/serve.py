"""Answering: from a request to exactly one reply, whatever is in the request and whatever the handler does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..error import ProtocolError, located
from ..protocol.address import Address, agrees, is_addressed, key_of
from ..protocol.message import ServiceDescriptor
from ..protocol.protocol_wire import Wire
from ..session.session import Session
from ..transport.transport import Delivery, Receive, Subscription
from ..value.codec import decode
from ..value.invalid import Refused, read_value
from .command_run import CommandHandler, CommandRun
from .discovery import Discoverable, Entrance, Program, become_discoverable
from .reply import Answered, send_failure
from .served_subject import OpenedRequest, RefusedRequest, ServedSubject, commands_by_subject


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What a service is made of.

    handlers: by method name
    addresses: the channels whose requests are answered; None for any
    queue: of all instances with the same queue group, one gets each request; None for those that answer the same requests
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

    def __init__(self, session: Session, parts: ServiceParts) -> None:
        """Raises ProtocolError `invalid_argument` when a handler is missing."""
        missing = [method for method in parts.service.commands if not callable(parts.handlers.get(method))]
        if missing:
            reason = f"the handlers of {parts.service.name} lack {', '.join(missing)}"
            raise ProtocolError("invalid_argument", reason)
        self._session = session
        self._parts = parts
        self._subscriptions: list[Subscription] = []

    def start(self) -> None:
        """Subscribes to all subjects of the service."""
        own, parts, transport = self._session.wire, self._parts, self._session.transport
        dialects = parts.dialects or [own.dialect]
        wires = [own if dialect == own.dialect else Wire(own.protocol, dialect) for dialect in dialects]
        entrances = [entrance for wire in wires for entrance in self._entrances(wire)]
        self._subscriptions = [
            transport.subscribe(each.subject, self._receiver_of(each.served), each.queue) for each in entrances
        ]
        if parts.discoverable:
            found = Discoverable(parts.service, entrances, parts.program)
            self._subscriptions += become_discoverable(self._session, found)

    def stop(self) -> None:
        """Ends it at once. A handler that is running finishes. May be called more than once."""
        for subscription in self._subscriptions:
            subscription.unsubscribe()
        self._subscriptions = []

    async def drain(self) -> None:
        """Takes no more, and returns when all that was on its way has reached its handler."""
        await asyncio.gather(*(subscription.drain() for subscription in self._subscriptions))
        self._subscriptions = []

    def _entrances(self, wire: Wire) -> list[Entrance]:
        service, addresses, queue = self._parts.service, self._parts.addresses, self._parts.queue
        return [
            Entrance(
                subject,
                queue or _queue_of(subject, addresses),
                wire.dialect,
                ServedSubject(wire, service, commands),
            )
            for subject, commands in commands_by_subject(wire, service, addresses).items()
        ]

    def _receiver_of(self, served: ServedSubject) -> Receive:
        return lambda delivery: self._session.dispatcher.start(self._receive(served, delivery))

    async def _receive(self, served: ServedSubject, delivery: Delivery) -> None:
        usual = Answered(delivery, served.usual_envelopes, {"service": self._parts.service.name})
        try:
            request = served.open(decode(delivery.data, self._session.limits.maximum_message_bytes))
            concerned = self._concerns(request)
        except ProtocolError as error:
            await self._refuse(error, usual)
            return
        if concerned and isinstance(request, RefusedRequest):
            values = {**request.values, **usual.values}
            await self._refuse(request.error, Answered(delivery, served.usual_envelopes, values))
        elif concerned and isinstance(request, OpenedRequest):
            await self._accept(request, delivery)

    def _concerns(self, request: OpenedRequest | RefusedRequest) -> bool:
        """Whether the request is for one of our channels."""
        addresses = self._parts.addresses
        if addresses is None or any(agrees(request.values, address) for address in addresses):
            return True
        if is_addressed(self._session.wire.protocol.address, request.values):
            return False
        raise ProtocolError("invalid_request", "the request has a part of the address that is not a text")

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
        await CommandRun(self._session, request, delivery).answer(args, self._parts.handlers[descriptor.method])

    async def _refuse(self, reason: ProtocolError, answered: Answered) -> None:
        error = located(reason, subject=answered.delivery.subject)
        self._session.reporter.invalid(error)
        await send_failure(answered, error, self._session.reporter)


def _queue_of(subject: str, addresses: Sequence[Address] | None) -> str:
    """Services for different channels must all get a request, to find out whose it is."""
    if addresses is None:
        return subject
    keys = sorted(quote(key_of(address), safe="!'()*", errors="replace") for address in addresses)
    return ":".join([subject, *keys])
