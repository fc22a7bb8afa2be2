"""Typed keys of key-value buckets: what services keep for others to read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from ..error import ProtocolError, located
from ..protocol.address import Address
from ..protocol.message import BucketDescriptor, KeyDescriptor
from ..session.handler_run import lane_to
from ..session.session import Registration, Session
from ..transport.transport import Bucket, EntryChange
from ..value.codec import decode, decode_text, encode, encode_text
from ..value.invalid import Refused, read_value, write_value
from .opened import in_bucket

T = TypeVar("T")
Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class StateEntry(Generic[Value_co]):
    """A value, and which one it is.

    revision: counts the changes of the bucket, from 1
    """

    value: Value_co
    revision: int


@dataclass(frozen=True, slots=True)
class StateChange(Generic[Value_co]):
    """What a handler of changes is told.

    value: None when the key was deleted
    subject: `<bucket>/<key>`
    """

    value: Value_co | None
    revision: int
    subject: str


@dataclass(frozen=True, slots=True)
class _Location:
    """Where a key is, by name. subject: `<bucket>/<key>`"""

    bucket: str
    key: str
    subject: str


class StateKey(Generic[Value]):
    """One key of a bucket in one channel: `await channel.state.users.get()`.

    `parts` are the parameters of the key's name that the channel does not give, by name. All methods raise ProtocolError
    `bucket_missing` (except `put`, which makes the bucket), `state_failed`, `connection_closed`, and `invalid_subject` when
    a part cannot be in the name.
    """

    def __init__(self, session: Session, bucket: BucketDescriptor, key: KeyDescriptor[Value], address: Address) -> None:
        self._session = session
        self._bucket = bucket
        self._key = key
        self._address = address

    async def get(self, **parts: str) -> StateEntry[Value] | None:
        """The present value; None when there is none. Raises `malformed_message` or `invalid_message` for a bad one."""

        async def read(bucket: Bucket, location: _Location) -> StateEntry[Value] | None:
            entry = await bucket.get(location.key)
            return None if entry is None else StateEntry(self._read(entry.data), entry.revision)

        return await self._with(self._locate(parts), read)

    async def put(self, value: Value, *, revision: int | None = None, **parts: str) -> int:
        """Writes, and returns the new revision.

        revision: write only when this is the key's present one; 0: only when there is no such key

        Raises `invalid_message`, `key_conflict`, `message_too_large`.
        """

        place = self._locate(parts)
        try:
            # First: what is not to be written makes no bucket.
            data = self._write(value)
        except ProtocolError as error:
            raise error.at(subject=place.subject, ref=self._key.ref) from error.__cause__

        async def write(bucket: Bucket, location: _Location) -> int:
            return await bucket.put(location.key, data, revision)

        return await self._with(place, write, create=True)

    async def delete(self, **parts: str) -> None:
        """Deletes the key; nothing happens when there is none."""

        async def delete(bucket: Bucket, location: _Location) -> None:
            await bucket.delete(location.key)

        await self._with(self._locate(parts), delete)

    async def watch(self, handler: Callable[[StateChange[Value]], object], **parts: str) -> Registration:
        """Calls the handler with the present value, if there is one, and with each change, one after the other."""
        session, ref = self._session, self._key.ref
        lane = lane_to(session, ref, handler)

        async def watch(bucket: Bucket, location: _Location) -> Registration:
            def tell(change: EntryChange) -> None:
                try:
                    value = None if change.data is None else self._read(change.data)
                    lane.push(StateChange(value, change.revision, location.subject))
                except ProtocolError as error:
                    session.reporter.invalid(error.at(subject=location.subject, ref=ref))

            return Registration(await bucket.watch(location.key, tell), lane.clear)

        return await self._with(self._locate(parts), watch)

    def _locate(self, parts: Mapping[str, str]) -> _Location:
        wire, values = self._session.wire, {**parts, **self._address}
        try:
            bucket = wire.subject(self._bucket.bucket).build(values)
            key = wire.subject(self._key.key).build(values)
        except ProtocolError as error:
            raise error.at(ref=self._key.ref) from None
        return _Location(bucket, key, f"{bucket}/{key}")

    async def _with(
        self, location: _Location, act: Callable[[Bucket, _Location], Awaitable[T]], *, create: bool = False
    ) -> T:
        """Opens the bucket, and does something with the key."""
        try:
            options = self._bucket.options if create else None
            await self._session.outbox.ready(location.subject)
            return await in_bucket(
                self._session.transport, location.bucket, lambda bucket: act(bucket, location), options
            )
        except ProtocolError as error:
            raise error.at(subject=location.subject, ref=self._key.ref) from error.__cause__
        except Exception as reason:
            raise located(reason, subject=location.subject, ref=self._key.ref, fallback="state_failed") from reason

    def _read(self, data: bytes) -> Value:
        # A bucket may hold larger values than a message can be by default.
        maximum = max(self._session.limits.maximum_message_bytes, self._bucket.options.maximum_value_size or 0)
        value = decode_text(data, maximum) if self._key.encoding == "text" else decode(data, maximum)
        return read_value(self._key.payload, value, Refused("the value", "invalid_message"))

    def _write(self, value: Value) -> bytes:
        plain = write_value(self._key.payload, value, Refused("the value", "invalid_message"))
        return encode_text(cast(str, plain)) if self._key.encoding == "text" else encode(plain)
