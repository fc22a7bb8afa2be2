"""Streams of JetStream."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from ..error import ProtocolError
from ..transport.bus_rules import check_consumer_name, check_publishable, check_size, check_stream
from ..transport.stream import ConsumeOptions, Stored, Stream, StreamOptions, Take
from ..transport.stream_subjects import check_kept
from ..transport.transport import Headers, Stop
from ..transport.transport_error import no_reply, stream_overlaps
from ..value.wording import quote
from .client import (
    JetStreamContext,
    NatsTimeoutError,
    NoStreamResponseError,
    PubAck,
    StorageType,
    StreamConfig,
    StreamInfo,
)
from .consumer import ConsumedStream, open_consumer
from .consumption import Consumed, ConsumptionOwner, NatsConsumption
from .error import NO_JETSTREAM, jetstream_code_of, translated

T = TypeVar("T")

# Numbers of JetStream's errors.
_STREAM_MISSING = 10059
_NAME_IN_USE = 10058
_SUBJECTS_IN_USE = 10065
_HEADERS_TOO_LARGE = 10097


class StreamOwner(ConsumptionOwner, Protocol):
    """The transport that a stream is opened through."""

    @property
    def jetstream(self) -> JetStreamContext: ...

    @property
    def maximum_payload(self) -> int:
        """In bytes."""

    def labelled(self, headers: Headers | None) -> dict[str, str] | None:
        """Header fields with those that all messages carry; None when there are none."""

    def check_open(self) -> None:
        """Raises ProtocolError `connection_closed`."""

    async def asked(self, asking: Coroutine[Any, Any, T]) -> T:
        """What the server says. Raises ProtocolError `connection_closed` when the transport is closed meanwhile."""


async def open_nats_stream(owner: StreamOwner, options: StreamOptions) -> Stream:
    """Opens a stream. Raises ProtocolError `invalid_subject`, `stream_failed`, `connection_closed`."""
    check_stream(options.name, options.subjects)
    try:
        kept = await owner.asked(_ensure(owner.jetstream, options))
    except ProtocolError:
        raise
    except Exception as reason:
        raise _failed(reason, options.name) from reason
    return _NatsStream(owner, options, ConsumedStream(owner.jetstream, options.name, kept))


async def _ensure(jetstream: JetStreamContext, options: StreamOptions) -> list[str]:
    """Makes a stream when it is missing. Returns the subjects that it keeps."""
    info = await _find(jetstream, options.name) or await _make(jetstream, options)
    # What mirrors another stream has no subjects.
    kept = info.config.subjects or []
    check_kept(options.name, options.subjects, kept)
    return kept


async def _find(jetstream: JetStreamContext, name: str) -> StreamInfo | None:
    try:
        return await jetstream.stream_info(name)
    except Exception as reason:
        if jetstream_code_of(reason) == _STREAM_MISSING:
            return None
        raise


async def _make(jetstream: JetStreamContext, options: StreamOptions) -> StreamInfo:
    config = StreamConfig(
        name=options.name,
        subjects=list(options.subjects),
        storage=StorageType.FILE if options.storage == "file" else StorageType.MEMORY,
        max_age=options.maximum_age,
        max_bytes=-1 if options.maximum_bytes is None else options.maximum_bytes,
        max_msgs=-1 if options.maximum_messages is None else options.maximum_messages,
        duplicate_window=options.duplicate_window,
    )
    try:
        return await jetstream.add_stream(config)
    except Exception as reason:
        if jetstream_code_of(reason) == _SUBJECTS_IN_USE:
            raise stream_overlaps(options.name, options.subjects, reason) from reason
        # Another program was faster, and had other limits.
        made = await _find(jetstream, options.name) if jetstream_code_of(reason) == _NAME_IN_USE else None
        if made is None:
            raise
        return made


class _NatsStream:
    def __init__(self, owner: StreamOwner, options: StreamOptions, stream: ConsumedStream) -> None:
        self._owner = owner
        self._options = options
        self._stream = stream

    async def publish(
        self, subject: str, data: bytes, *, identifier: str, timeout: float, headers: Headers | None = None
    ) -> Stored:
        owner, name = self._owner, self._stream.name
        owner.check_open()
        check_publishable(subject)
        check_size(subject, len(data), owner.maximum_payload)
        fields = {**(owner.labelled(headers) or {}), "Nats-Msg-Id": identifier}
        send = lambda: owner.jetstream.publish(subject, data, timeout=timeout, stream=name, headers=fields)
        try:
            kept = await owner.asked(self._publish(subject, send))
        except ProtocolError:
            raise
        except NatsTimeoutError:
            raise no_reply(subject, timeout) from None
        except Exception as reason:
            raise _failed(reason, name) from reason
        return Stored(kept.seq, duplicate=kept.duplicate is True)

    async def _publish(self, subject: str, send: Callable[[], Coroutine[Any, Any, PubAck]]) -> PubAck:
        try:
            return await send()
        except NoStreamResponseError:
            # Nobody keeps that. If the stream was deleted since it was opened, it is made anew.
            check_kept(self._stream.name, [subject], await _ensure(self._owner.jetstream, self._options))
            return await send()

    async def consume(self, options: ConsumeOptions, take: Take) -> Stop:
        owner, stream = self._owner, self._stream
        owner.check_open()
        check_consumer_name(options.name)
        try:
            await owner.asked(open_consumer(stream, options, "as asked"))
        except ProtocolError:
            raise
        except Exception as reason:
            raise _failed(reason, stream.name) from reason
        consumed = Consumed(
            subject=f"$JS.API.CONSUMER.MSG.NEXT.{stream.name}.{options.name}",
            options=options,
            reopen=lambda: open_consumer(stream, options, "as found"),
            failed=lambda reason: _failed(reason, stream.name),
            take=take,
        )
        return NatsConsumption(owner, consumed).stop


def _failed(reason: Exception, name: str) -> ProtocolError:
    if isinstance(reason, NO_JETSTREAM):
        advice = "the server has no JetStream, or is not ready; start it with --jetstream, and check the permissions"
        return ProtocolError("stream_failed", f"cannot use the stream {quote(name)}: {advice}", cause=reason)
    if jetstream_code_of(reason) == _HEADERS_TOO_LARGE:
        advice = "the header fields are more than the 64 KiB that a stream takes; send fewer"
        return ProtocolError("message_too_large", f"the stream {quote(name)}: {advice}", cause=reason)
    error = translated(reason, fallback="stream_failed")
    if error.code != "stream_failed":
        return error
    return ProtocolError("stream_failed", f"the stream {quote(name)}: {error.raw_message}", cause=reason)
