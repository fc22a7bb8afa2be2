"""The streams of a protocol on a bus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..error import ProtocolError
from ..protocol.message import EventDescriptor, StreamDescriptor
from ..protocol.protocol_wire import Wire
from ..protocol.subject import Subject
from ..session.session import Session
from ..transport.stream import Stream, StreamOptions
from ..value.wording import did_you_mean, quote


def kept_events(wire: Wire, names: Sequence[str]) -> tuple[StreamDescriptor, list[EventDescriptor[Any]]]:
    """The stream that keeps these events, and the events.

    names: `*` is all that the protocol's only stream keeps

    Raises ProtocolError `invalid_argument` when no stream, or not one stream, keeps them all.
    """
    streams = list(wire.protocol.streams.values())
    if "*" in names and len(streams) == 1:
        names = streams[0].events
    found = {stream.name: stream for stream in (_stream_of(wire, name) for name in names)}
    if len(found) == 1:
        return next(iter(found.values())), [wire.event(name) for name in names]
    if not found:
        raise _invalid("no event is named")
    raise _invalid(f"the events are kept by different streams, {' and '.join(found)}: ask for each")


def stream_named(wire: Wire, name: str) -> StreamDescriptor:
    """The stream of that name. Raises ProtocolError `invalid_argument` when there is none."""
    streams = wire.protocol.streams
    if name not in streams:
        raise _invalid(f"{wire.protocol.name} has no stream {quote(name)}{did_you_mean(name, streams)}")
    return streams[name]


async def open_stream(session: Session, descriptor: StreamDescriptor) -> Stream:
    """Opens a stream of events."""
    options = StreamOptions(
        name=descriptor.stream,
        subjects=descriptor.subjects,
        storage=descriptor.storage,
        maximum_age=descriptor.maximum_age,
        maximum_bytes=descriptor.maximum_bytes,
        maximum_messages=descriptor.maximum_messages,
        duplicate_window=descriptor.duplicate_window,
    )
    return await session.transport.stream(options)


async def open_dead_letters(session: Session, descriptor: StreamDescriptor) -> Stream:
    """Opens the stream of dead letters of a stream."""
    letters = descriptor.dead_letters
    options = StreamOptions(
        name=letters.stream,
        subjects=[dead_letter_subject(session, descriptor).wildcard({})],
        storage=descriptor.storage,
        maximum_age=letters.maximum_age,
        duplicate_window=min(descriptor.duplicate_window, letters.maximum_age),
    )
    return await session.transport.stream(options)


def dead_letter_subject(session: Session, descriptor: StreamDescriptor) -> Subject:
    """The subject of dead letters, around `consumer`."""
    return session.wire.subject(descriptor.dead_letters.subject)


def _stream_of(wire: Wire, name: str) -> StreamDescriptor:
    event = wire.event(name)
    for stream in wire.protocol.streams.values():
        if event.name in stream.events:
            return stream
    raise _invalid(f"no stream keeps {event.ref}: add it to one in the schema")


def _invalid(reason: str) -> ProtocolError:
    return ProtocolError("invalid_argument", reason)
