"""Messages about services themselves, typed by the protocol. What they mean is the protocol's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .codec import decode, encode
from .envelope import CompiledTemplate
from .error import ProtocolError
from .handler_run import lane_to
from .invalid import Refused, read_value, write_value
from .json_value import Json
from .message import LifecycleDescriptor
from .session import Registration, Session
from .stamp import stamp
from .transport import Delivery, Subscription
from .violation import Violation

Payload = TypeVar("Payload", covariant=True)


@dataclass(frozen=True, slots=True)
class LifecycleMessage(Generic[Payload]):
    """A lifecycle message, after its payload was checked.

    service: the service's name as its subject has it, where the subject has it
    """

    name: str
    payload: Payload
    service: str | None
    subject: str


class Lifecycle:
    """The lifecycle messages of one client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._subscriptions: list[Subscription] = []

    def on(
        self, kind: str, handler: Callable[[LifecycleMessage[Any]], object], service: str | None
    ) -> Registration:
        """Calls the handler for each message of that name, of one service or of all.

        Raises ProtocolError `invalid_argument` for a message that the protocol does not have.
        """
        wire = self._session.wire
        descriptor = wire.lifecycle(kind)
        lane = lane_to(self._session, descriptor.ref, handler)
        values = {"kind": kind} if service is None else {"kind": kind, "service": service}

        def receive(delivery: Delivery) -> None:
            try:
                lane.push(self._read(descriptor, delivery))
            except ProtocolError as error:
                self._session.reporter.invalid(error.at(subject=delivery.subject, ref=descriptor.ref))

        subject = wire.lifecycle_subject(descriptor).wildcard(values)
        subscription = self._session.transport.subscribe(subject, receive)
        self._subscriptions.append(subscription)
        return Registration(subscription.unsubscribe, lane.clear)

    async def publish(self, kind: str, payload: object, service: str | None) -> None:
        """Raises ProtocolError `invalid_argument`, `invalid_message`, `invalid_subject`, `message_too_large`."""
        wire, sender = self._session.wire, service or self._session.source
        descriptor = wire.lifecycle(kind)
        try:
            plain = write_value(descriptor.payload, payload, Refused("the payload", "invalid_message"))
            subject = wire.lifecycle_subject(descriptor).build({"kind": kind, "service": sender})
            envelope = self._envelope(descriptor)
            values = {"event": kind, "kind": kind, "service": sender, "payload": plain, **stamp()}
            await self._session.transport.publish(subject, encode(envelope.write(values) if envelope else plain))
        except ProtocolError as error:
            raise error.at(ref=descriptor.ref) from None

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
