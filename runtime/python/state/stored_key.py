"""Where the values of keys are, and how they are read and written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeAlias, TypeVar, cast

from ..error import ProtocolError, located
from ..protocol.address import Address
from ..protocol.message import BucketDescriptor, KeyDescriptor
from ..session.handler_run import lane_to
from ..session.limits import check_revision
from ..session.session import Registration, Session
from ..transport.transport import Bucket, EntryChange
from ..value.codec import decode, decode_text, encode, encode_text
from ..value.invalid import Refused, read_value, write_value
from .entries import StateEntry, StateRecord, StateRecordChange, StateRevision
from .key_names import KeyNames, KeyPlace
from .opened import in_bucket

T = TypeVar("T")
Value = TypeVar("Value")

Texts: TypeAlias = Mapping[str, str]
"""Parameters of names, by name."""

Record: TypeAlias = StateRecord[Value, Texts]
RecordChange: TypeAlias = StateRecordChange[Value, Texts]


class StoredKey(Generic[Value]):
    """The keys that a template describes in one channel, and their bucket. A key is named by the parameters of its name."""

    def __init__(self, session: Session, bucket: BucketDescriptor, key: KeyDescriptor[Value], address: Address) -> None:
        self._session = session
        self._bucket = bucket
        self._key = key
        self._names = KeyNames(session.wire, bucket, key, address)

    @property
    def parameters(self) -> list[str]:
        """What the name of a key takes beside the address, in order."""
        return self._names.parameters

    async def get(self, named: Texts) -> StateEntry[Value] | None:
        """The present value of a key; None when there is none."""

        async def read(bucket: Bucket, place: KeyPlace) -> StateEntry[Value] | None:
            entry = await bucket.get(place.key)
            return None if entry is None else StateEntry(self._read(entry.data), entry.revision)

        return await self._with(self._names.one(named), read)

    async def put(self, named: Texts, value: Value, revision: int | None) -> int:
        """Writes, and returns the new revision."""
        place = self._names.one(named)
        try:
            # First: what is not to be written makes no bucket.
            if revision is not None:
                check_revision(revision)
            data = self._write(value)
        except ProtocolError as error:
            raise error.at(subject=place.subject, ref=self._key.ref) from error.__cause__

        async def write(bucket: Bucket, place: KeyPlace) -> int:
            return await bucket.put(place.key, data, revision)

        return await self._with(place, write, create=True)

    async def delete(self, named: Texts) -> None:
        """Deletes the key; nothing happens when there is none."""

        async def delete(bucket: Bucket, place: KeyPlace) -> None:
            await bucket.delete(place.key)

        await self._with(self._names.one(named), delete)

    async def history(self, named: Texts) -> list[StateRevision[Value]]:
        """What the bucket keeps of the key's past, the oldest first."""

        async def read(bucket: Bucket, place: KeyPlace) -> list[StateRevision[Value]]:
            changes = await bucket.history(place.key)
            return [StateRevision(self._value_of(change), change.revision) for change in changes]

        return await self._with(self._names.one(named), read)

    async def watch(self, named: Texts, handler: Callable[[RecordChange[Value]], object]) -> Registration:
        """Calls the handler with the present value of a key, if there is one, and with each change."""
        return await self._watch(self._names.one(named), handler)

    async def keys(self, some: Texts) -> list[Texts]:
        """What the names of the keys say that there are."""

        async def read(bucket: Bucket, place: KeyPlace) -> list[Texts]:
            found = [place.parameters_of(key) for key in await bucket.keys(place.key)]
            return [parameters for parameters in found if parameters is not None]

        return await self._with(self._names.several(some), read)

    async def all(self, some: Texts) -> list[Record[Value]]:
        """The present values of keys, in the order in which they were written."""

        async def read(bucket: Bucket, place: KeyPlace) -> list[Record[Value]]:
            entries = [(place.parameters_of(entry.key), entry) for entry in await bucket.entries(place.key)]
            return [
                StateRecord(self._read_at(place, entry.key, entry.data), entry.revision, parameters)
                for parameters, entry in entries
                if parameters is not None
            ]

        return await self._with(self._names.several(some), read)

    async def watch_all(self, some: Texts, handler: Callable[[RecordChange[Value]], object]) -> Registration:
        """As `watch`, for several keys together, and those to come."""
        return await self._watch(self._names.several(some), handler)

    async def _watch(self, place: KeyPlace, handler: Callable[[RecordChange[Value]], object]) -> Registration:
        session, ref = self._session, self._key.ref
        lane = lane_to(session, ref, handler)

        def tell(change: EntryChange) -> None:
            parameters = place.parameters_of(change.key)
            if parameters is None:
                return
            subject = f"{place.bucket}/{change.key}"
            try:
                lane.push(StateRecordChange(self._value_of(change), change.revision, subject, parameters))
            except ProtocolError as error:
                session.reporter.invalid(error.at(subject=subject, ref=ref))

        async def watch(bucket: Bucket, place: KeyPlace) -> Registration:
            unwatch = await bucket.watch(place.key, tell)
            session.watches.add(unwatch)
            return Registration(lambda: session.watches.discard(unwatch), unwatch, lane.clear)

        return await self._with(place, watch)

    async def _with(
        self, place: KeyPlace, act: Callable[[Bucket, KeyPlace], Awaitable[T]], *, create: bool = False
    ) -> T:
        """Opens the bucket, and does something there."""
        try:
            options = self._bucket.options if create else None
            await self._session.outbox.ready(place.subject)
            return await in_bucket(self._session.transport, place.bucket, lambda bucket: act(bucket, place), options)
        except ProtocolError as error:
            raise error.at(subject=place.subject, ref=self._key.ref) from error.__cause__
        except Exception as reason:
            raise located(reason, subject=place.subject, ref=self._key.ref, fallback="state_failed") from reason

    def _read_at(self, place: KeyPlace, key: str, data: bytes) -> Value:
        """The error says which of several keys it is."""
        try:
            return self._read(data)
        except ProtocolError as error:
            raise error.at(subject=f"{place.bucket}/{key}") from error.__cause__

    def _value_of(self, change: EntryChange) -> Value | None:
        return None if change.data is None else self._read(change.data)

    def _read(self, data: bytes) -> Value:
        # A bucket may hold larger values than a message can be by default.
        maximum = max(self._session.limits.maximum_message_bytes, self._bucket.options.maximum_value_size or 0)
        value = decode_text(data, maximum) if self._key.encoding == "text" else decode(data, maximum)
        return read_value(self._key.payload, value, Refused("the value", "invalid_message"))

    def _write(self, value: Value) -> bytes:
        plain = write_value(self._key.payload, value, Refused("the value", "invalid_message"))
        return encode_text(cast(str, plain)) if self._key.encoding == "text" else encode(plain)
