"""Streams within the process: they keep what is published for as long as their broker lives."""

from __future__ import annotations

import time
from math import inf
from typing import Protocol

from ..transport.bus_rules import check_consumer_name, check_publishable, check_stream
from ..transport.stream import ConsumeOptions, Stored, Stream, StreamOptions, Take
from ..transport.stream_subjects import check_kept, overlap
from ..transport.transport import Headers, Stop
from ..transport.transport_error import stream_lacks, stream_overlaps
from .consumer import MemoryConsumer
from .exchange import MemoryExchange, Message, subject_pattern

_ID_HEADER = "Nats-Msg-Id"
"""The header field that carries the id of a message, as NATS has it."""


class MemoryStreamStore:
    """What a stream holds, whoever has opened it.

    messages: by number, the oldest first
    last: the number of the message that was kept last
    latest: what came of the message that was published last
    """

    def __init__(self, options: StreamOptions) -> None:
        self.subjects = options.subjects
        self.messages: dict[int, Message] = {}
        self.consumers: dict[str, MemoryConsumer] = {}
        self.last = 0
        self.latest: Stored | None = None
        self._options = options
        self._patterns = [subject_pattern(subject) for subject in options.subjects]
        self._times: dict[int, float] = {}
        self._ids: dict[str, tuple[int, float]] = {}
        self._bytes = 0

    def keeps(self, subject: str) -> bool:
        return any(pattern.fullmatch(subject) for pattern in self._patterns)

    def add(self, message: Message) -> None:
        """Keeps a message, unless it is none of its own, or has the id of another."""
        self.latest = None
        if not self.keeps(message.subject):
            return
        now = time.monotonic()
        self._forget(now)
        identifier = (message.headers or {}).get(_ID_HEADER)
        if identifier is not None and identifier in self._ids:
            self.latest = Stored(self._ids[identifier][0], duplicate=True)
            return
        self.last += 1
        self.latest = Stored(self.last, duplicate=False)
        if identifier is not None:
            self._ids[identifier] = (self.last, now)
        self.messages[self.last] = message
        self._times[self.last] = now
        self._bytes += len(message.data)
        self._forget(now)
        for consumer in self.consumers.values():
            consumer.wake()

    def _forget(self, now: float) -> None:
        """Lets go of what is too old and too much. Dictionaries are in order of insertion: the first is the oldest."""
        options = self._options
        for identifier, (_, time_) in list(self._ids.items()):
            if now - time_ <= options.duplicate_window:
                break
            del self._ids[identifier]
        most = inf if options.maximum_messages is None else options.maximum_messages
        most_bytes = inf if options.maximum_bytes is None else options.maximum_bytes
        for sequence, message in list(self.messages.items()):
            age = now - self._times[sequence]
            if age <= options.maximum_age and len(self.messages) <= most and self._bytes <= most_bytes:
                break
            del self.messages[sequence], self._times[sequence]
            self._bytes -= len(message.data)


class StreamOwner(Protocol):
    """The connection that opens a stream."""

    @property
    def exchange(self) -> MemoryExchange: ...

    @property
    def streams(self) -> dict[str, MemoryStreamStore]: ...

    def check_open(self) -> None:
        """Raises ProtocolError `connection_closed`."""

    async def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> None: ...

    def on_close(self, stop: Stop) -> None:
        """Ends something with the connection."""


def open_memory_stream(owner: StreamOwner, options: StreamOptions) -> Stream:
    """Opens a stream of a broker. Raises ProtocolError `invalid_subject`, `stream_failed`."""
    owner.check_open()
    check_stream(options.name, options.subjects)
    known = owner.streams.get(options.name)
    if known is not None:
        check_kept(options.name, options.subjects, known.subjects)
    return _MemoryStream(owner, known or _make(owner, options), options.name)


def _make(owner: StreamOwner, options: StreamOptions) -> MemoryStreamStore:
    taken = [subject for store in owner.streams.values() for subject in store.subjects]
    if any(overlap(subject, other) for subject in options.subjects for other in taken):
        raise stream_overlaps(options.name, options.subjects)
    store = owner.streams[options.name] = MemoryStreamStore(options)
    owner.exchange.keep(store.add)
    return store


class _MemoryStream:
    def __init__(self, owner: StreamOwner, store: MemoryStreamStore, name: str) -> None:
        self._owner = owner
        self._store = store
        self._name = name

    async def publish(
        self, subject: str, data: bytes, *, identifier: str, timeout: float, headers: Headers | None = None
    ) -> Stored:
        self._owner.check_open()
        check_publishable(subject)
        if not self._store.keeps(subject):
            raise stream_lacks(self._name, [subject])
        await self._owner.publish(subject, data, {**(headers or {}), _ID_HEADER: identifier})
        if self._store.latest is None:
            raise stream_lacks(self._name, [subject])
        return self._store.latest

    async def consume(self, options: ConsumeOptions, take: Take) -> Stop:
        self._owner.check_open()
        check_consumer_name(options.name)
        consumers = self._store.consumers
        if options.name not in consumers:
            consumers[options.name] = MemoryConsumer(self._owner.exchange, self._store, options)
        stop = consumers[options.name].join(options, take)
        self._owner.on_close(stop)
        return stop
