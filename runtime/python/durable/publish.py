"""Sending events so that it is known that they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from ..error import ProtocolError, located
from ..events.event import PublishOptions
from ..events.publication import Publication, bytes_of, publish_exchange, subject_of
from ..session.interceptor import intercept
from ..session.session import Session
from ..transport.stream import Stored
from .streams import kept_events, open_stream


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that its stream keeps.

    sequence: of the event in its stream
    duplicate: whether an event with the same id was kept already, and this one was not needed
    """

    id: str
    sequence: int
    duplicate: bool


async def publish_durable(session: Session, publication: Publication, options: PublishOptions) -> StoredEvent:
    """Sends an event, and returns when its stream keeps it. Raises ProtocolError as sending it and a stream's `publish`."""
    descriptor = publication.descriptor
    kept_by, _ = kept_events(session.wire, [descriptor.name])
    subject = subject_of(session, publication)
    identifier = options.get("id") or str(uuid4())
    exchange = publish_exchange(publication, subject, identifier, options.get("headers", {}))
    stored: Stored | None = None

    async def send() -> None:
        nonlocal stored
        await session.outbox.ready(subject)
        stream = await open_stream(session, kept_by)
        timeout = session.limits.request_timeout
        stored = await stream.publish(subject, data, identifier=identifier, timeout=timeout, headers=exchange.headers)
        observer = session.reporter.observers.current
        if observer is not None:
            observer.published(descriptor.ref)

    try:
        data = bytes_of(session, publication, {**options, "id": identifier})
        await intercept(session.interceptors, exchange, send)
        if stored is None:
            raise ProtocolError("cancelled", "an interceptor did not let the event go on")
    except ProtocolError as error:
        raise error.at(subject=subject, ref=descriptor.ref) from error.__cause__
    except Exception as reason:
        raise located(reason, subject=subject, ref=descriptor.ref, fallback="handler_failed") from reason
    return StoredEvent(identifier, stored.sequence, stored.duplicate)
