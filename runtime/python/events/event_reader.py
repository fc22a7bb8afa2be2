"""Opening the envelopes of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..error import ProtocolError
from ..protocol.address import Address, address_in, agrees, is_addressed
from ..protocol.envelope import CompiledTemplate, Values
from ..protocol.message import EventDescriptor
from ..protocol.protocol_wire import Wire
from ..transport.transport import Delivery
from ..value.invalid import Refused, read_value
from ..value.json_value import Json
from ..value.violation import Violation
from ..value.wording import describe
from .event import Event


@dataclass(frozen=True, slots=True)
class ReadableEvent:
    """An event that may be read, with all that reading it takes."""

    descriptor: EventDescriptor[Any]
    envelope: CompiledTemplate


class EventReader:
    """Opens what arrives in one channel."""

    def __init__(self, wire: Wire, address: Address) -> None:
        self._wire = wire
        self._address = address

    def read(self, body: Json, event: ReadableEvent, delivery: Delivery) -> Event[Any] | Literal["elsewhere", "other"]:
        """What the message is as this event.

        The event; `elsewhere` when it belongs to another channel; or `other` when it is another event, or none.
        Raises ProtocolError `invalid_message`.
        """
        descriptor, values = event.descriptor, event.envelope.read(body)
        if isinstance(values, Violation) or values.get("event") not in (None, descriptor.name):
            return "other"
        if not self._is_here(values):
            return "elsewhere"
        payload = read_value(descriptor.payload, values.get("payload"), Refused("the payload", "invalid_message"))
        return self._received(descriptor.name, payload, values, delivery)

    def read_unknown(self, body: Json, delivery: Delivery) -> Event[Any] | Literal["elsewhere", "known"]:
        """A message that is none of the events somebody waits for.

        An event that the protocol does not know; or `elsewhere`; or `known` when it is an event that nobody waits for.
        Raises ProtocolError `invalid_message` when it is no event at all, or one that has no business on the subject.
        """
        values = self._open(body)
        on_subject = self._wire.event_subject(None).match(delivery.subject) or {}
        name = values.get("event") or on_subject.get("event")
        if not isinstance(name, str) or not self._belongs(name, delivery.subject):
            reason = f"the message calls itself {describe(name)}, which does not belong on its subject"
            raise ProtocolError("invalid_message", reason)
        if not self._is_here(values):
            return "elsewhere"
        if name in self._wire.protocol.events:
            return "known"
        return self._received(name, values.get("payload"), values, delivery)

    def _open(self, body: Json) -> Values:
        """The parts of a message, by whichever envelope fits."""
        found = []
        for name in dict.fromkeys(event.envelope for event in self._wire.protocol.events.values()):
            values = self._wire.event_envelope(name).read(body)
            if not isinstance(values, Violation):
                return values
            found.append(values)
        raise Refused("the envelope", "invalid_message").error(found)

    def _belongs(self, name: str, subject: str) -> bool:
        template = self._wire.event_subject(self._wire.protocol.events.get(name))
        try:
            return template.build({**self._address, "event": name}) == subject
        except ProtocolError:
            return False

    def _is_here(self, values: Mapping[str, Json]) -> bool:
        if agrees(values, self._address):
            return True
        if is_addressed(self._wire.protocol.address, values):
            return False
        raise ProtocolError("invalid_message", "the envelope has a part of the address that is not a text")

    def _received(self, name: str, payload: Any, values: Mapping[str, Json], delivery: Delivery) -> Event[Any]:
        address = {**self._address, **address_in(self._wire.protocol.address, values)}
        channel = next(reversed(address.values()), None)
        timestamp, identifier = _text(values.get("timestamp")), _text(values.get("id"))
        headers = delivery.headers or {}
        return Event(name, payload, address, channel, timestamp, identifier, delivery.subject, headers)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
