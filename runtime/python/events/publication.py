"""Sending events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..error import ProtocolError
from ..protocol.address import Address
from ..protocol.message import EventDescriptor
from ..protocol.stamp import stamp
from ..session.session import Session
from ..value.codec import encode
from ..value.invalid import Refused, write_value
from .event import PublishOptions


@dataclass(frozen=True, slots=True)
class Publication:
    """An event that is to be sent, and where it happens."""

    descriptor: EventDescriptor[Any]
    address: Address
    payload: object


async def publish(session: Session, publication: Publication, options: PublishOptions) -> None:
    """Raises ProtocolError `invalid_message`, `invalid_argument`, `message_too_large`, `connection_closed`."""
    subject = subject_of(session, publication)
    try:
        data = bytes_of(session, publication, options)
        await session.transport.publish(subject, data, options.get("headers"))
    except ProtocolError as error:
        raise error.at(subject=subject, ref=publication.descriptor.ref) from error.__cause__


def subject_of(session: Session, publication: Publication) -> str:
    """The subject of an event."""
    descriptor = publication.descriptor
    return session.wire.event_subject(descriptor).build({**publication.address, "event": descriptor.name})


def bytes_of(session: Session, publication: Publication, options: PublishOptions) -> bytes:
    """The body of an event. Raises ProtocolError `invalid_message`, `invalid_argument`."""
    descriptor = publication.descriptor
    values = {
        **publication.address,
        "event": descriptor.name,
        "payload": write_value(descriptor.payload, publication.payload, Refused("the payload", "invalid_message")),
        **stamp(options.get("id"), options.get("timestamp")),
    }
    return encode(session.wire.event_envelope(descriptor.envelope).write(values))
