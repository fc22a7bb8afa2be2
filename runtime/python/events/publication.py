"""Sending events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ..error import ProtocolError, located
from ..protocol.address import Address
from ..protocol.message import EventDescriptor
from ..protocol.stamp import stamp
from ..session.exchange import PublishExchange
from ..session.interceptor import intercept
from ..session.session import Session
from ..transport.transport import Headers
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
    """Sends an event, when there is a connection.

    Raises ProtocolError `invalid_message`, `invalid_argument`, `message_too_large`, `connection_closed`, `not_connected`.

    What an interceptor raises that is no ProtocolError becomes a `handler_failed`.
    """
    subject, ref = subject_of(session, publication), publication.descriptor.ref
    try:
        if session.interceptors:
            await _publish_intercepted(session, publication, subject, options)
        else:
            data = bytes_of(session, publication, options)
            await _send(session, data, options.get("headers"), ref=ref, subject=subject)
    except ProtocolError as error:
        raise error.at(subject=subject, ref=ref) from error.__cause__
    except Exception as reason:
        raise located(reason, subject=subject, ref=ref, fallback="handler_failed") from reason


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


def publish_exchange(publication: Publication, subject: str, identifier: str, headers: Headers) -> PublishExchange:
    """An event as interceptors see it.

    headers: those that its sender gives it
    """
    return PublishExchange(
        ref=publication.descriptor.ref,
        descriptor=publication.descriptor,
        subject=subject,
        address=publication.address,
        value=publication.payload,
        id=identifier,
        headers={**headers},
    )


async def _publish_intercepted(
    session: Session, publication: Publication, subject: str, options: PublishOptions
) -> None:
    identifier = options.get("id") or str(uuid4())
    data = bytes_of(session, publication, {**options, "id": identifier})
    exchange = publish_exchange(publication, subject, identifier, options.get("headers", {}))
    act = lambda: _send(session, data, exchange.headers or None, ref=exchange.ref, subject=subject)
    await intercept(session.interceptors, exchange, act)


async def _send(session: Session, data: bytes, headers: Headers | None, *, ref: str, subject: str) -> None:
    await session.outbox.ready(subject)
    await session.transport.publish(subject, data, headers)
    observer = session.reporter.observers.current
    if observer is not None:
        observer.published(ref)
