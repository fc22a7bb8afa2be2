"""Sending events so that it is known that they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from ..error import ProtocolError
from ..events.event import PublishOptions
from ..events.publication import Publication, bytes_of, subject_of
from ..protocol.stamp import stamp
from ..session.session import Session
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
    identifier = stamp(options.get("id"))["id"]
    try:
        data = bytes_of(session, publication, {**options, "id": identifier})
        stream = await open_stream(session, kept_by)
        stored = await stream.publish(
            subject,
            data,
            identifier=identifier,
            timeout=session.limits.request_timeout,
            headers=options.get("headers"),
        )
    except ProtocolError as error:
        raise error.at(subject=subject, ref=descriptor.ref) from error.__cause__
    return StoredEvent(identifier, stored.sequence, stored.duplicate)
