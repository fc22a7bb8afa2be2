"""Messages about services themselves, typed by the protocol. What they mean is the protocol's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from ..error import ProtocolError
from ..protocol.envelope import CompiledTemplate
from ..protocol.message import LifecycleDescriptor
from ..protocol.stamp import stamp
from ..session.handler_run import lane_to
from ..session.session import Registration, Session
from ..transport.transport import Delivery, Subscription
from ..value.codec import decode, encode
from ..value.invalid import Refused, read_value, write_value
from ..value.json_value import Json
from ..value.violation import Violation

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)


@dataclass(frozen=True, slots=True)
class LifecycleMessage(Generic[P_co]):
    """A lifecycle message, after its payload was checked.

    service: the service's name as its subject has it, where the subject has it
    """

    name: str
    payload: P_co
    service: str | None
    subject: str


LifecycleHandler: TypeAlias = Callable[[LifecycleMessage[P]], object]
"""A handler of lifecycle messages. It may be asynchronous; it gets one message at a time, in order of arrival."""

LifecycleDecorator: TypeAlias = Callable[[LifecycleHandler[P]], LifecycleHandler[P]]
"""Starts a handler, and gives it back."""


class Lifecycle:
    """The lifecycle messages of one client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._subscriptions: list[Subscription] = []

    def on(
        self, kind: str | LifecycleDescriptor[Any], handler: LifecycleHandler[Any], service: str | None
    ) -> Registration:
        """Calls the handler for each message of that name, of one service or of all.

        Raises ProtocolError `invalid_argument` for a message that the protocol does not have.
        """
        wire = self._session.wire
        descriptor = self._descriptor_of(kind)
        lane = lane_to(self._session, descriptor.ref, handler)
        named = {"kind": descriptor.name}
        values = named if service is None else {**named, "service": service}

        def receive(delivery: Delivery) -> None:
            try:
                lane.push(self._read(descriptor, delivery))
            except ProtocolError as error:
                self._session.reporter.invalid(error.at(subject=delivery.subject, ref=descriptor.ref))

        subject = wire.lifecycle_subject(descriptor).wildcard(values)
        subscription = self._session.transport.subscribe(subject, receive)
        self._subscriptions.append(subscription)

        def stop() -> None:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)
            subscription.unsubscribe()
            lane.clear()

        return Registration(stop)

    async def publish(self, kind: str | LifecycleDescriptor[Any], payload: object, service: str | None) -> bytes:
        """Sends a message, and returns what was sent.

        Raises ProtocolError `invalid_argument`, `invalid_message`, `invalid_subject`, `message_too_large`."""
        wire, sender = self._session.wire, service or self._session.source
        descriptor = self._descriptor_of(kind)
        try:
            plain = write_value(descriptor.payload, payload, Refused("the payload", "invalid_message"))
            subject = wire.lifecycle_subject(descriptor).build({"kind": descriptor.name, "service": sender})
            envelope = self._envelope(descriptor)
            names = {"event": descriptor.name, "kind": descriptor.name, "service": sender}
            values = {**names, "payload": plain, **stamp()}
            data = encode(plain if envelope is None else envelope.write(values))
            await self._session.outbox.ready(subject)
            await self._session.transport.publish(subject, data)
        except ProtocolError as error:
            raise error.at(ref=descriptor.ref) from error.__cause__
        return data

    async def drain(self) -> None:
        """Takes no more, and returns when all that was on its way has reached its handlers."""
        await asyncio.gather(*(subscription.drain() for subscription in self._subscriptions))
        self._subscriptions = []

    def close(self) -> None:
        """Takes no more."""
        for subscription in self._subscriptions:
            subscription.unsubscribe()
        self._subscriptions = []

    def _read(self, descriptor: LifecycleDescriptor[Any], delivery: Delivery) -> LifecycleMessage[Any]:
        # Some have nothing to say beside their subject, and are sent without a body.
        maximum = self._session.limits.maximum_message_bytes
        body = self._open(descriptor, decode(delivery.data, maximum) if delivery.data else None)
        payload = read_value(descriptor.payload, body, Refused("the payload", "invalid_message"))
        parts = self._session.wire.lifecycle_subject(descriptor).match(delivery.subject) or {}
        return LifecycleMessage(descriptor.name, payload, parts.get("service"), delivery.subject)

    def _descriptor_of(self, kind: str | LifecycleDescriptor[Any]) -> LifecycleDescriptor[Any]:
        return self._session.wire.lifecycle(kind if isinstance(kind, str) else kind.name)

    def _open(self, descriptor: LifecycleDescriptor[Any], body: Json) -> Json:
        envelope = self._envelope(descriptor)
        if envelope is None:
            return body
        values = envelope.read(body)
        if isinstance(values, Violation):
            raise Refused("the envelope", "invalid_message").error([values])
        return values.get("payload")

    def _envelope(self, descriptor: LifecycleDescriptor[Any]) -> CompiledTemplate | None:
        return None if descriptor.envelope is None else self._session.wire.event_envelope(descriptor.envelope)
