"""Key-value buckets of JetStream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from ..error import ProtocolError
from ..transport.bus_rules import check_bucket_name, check_key, check_key_pattern, check_size
from ..transport.transport import Bucket, BucketOptions, Entry, EntryChange, Stop
from ..transport.transport_error import bucket_missing, key_conflict
from ..value.wording import quote
from .client import (
    BucketNotFoundError,
    JetStreamContext,
    KeyNotFoundError,
    KeyValueConfig,
    KeyWrongLastSequenceError,
    NatsError,
    NatsKeyValue,
    NotFoundError,
)
from .error import NO_JETSTREAM, translated
from .watch import BucketWatch, Changes, change_of

T = TypeVar("T")

# In s. A server that answers at all does so sooner.
_BRIEFLY = 1.0
# In s. After so long a silence a server is asked whether there is such a bucket.
_SILENCE = 0.25
# The number of JetStream's error.
_STREAM_MISSING = 10059


class BucketOwner(Protocol):
    """The transport that a bucket is opened through."""

    def check_open(self) -> None:
        """Raises ProtocolError `connection_closed`."""

    async def asked(self, asking: Coroutine[Any, Any, T]) -> T:
        """What the server says. Raises ProtocolError `connection_closed` when the transport is closed meanwhile."""

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Runs beside the program."""

    @property
    def endings(self) -> set[Stop]:
        """What ends with the transport."""

    def on_reconnect(self, listener: Callable[[], None]) -> Stop:
        """Calls the listener whenever the connection is back; returns what ends that."""

    def gone(self, name: str) -> None:
        """Is told that a bucket was deleted."""


async def open_nats_bucket(
    owner: BucketOwner, jetstream: JetStreamContext, name: str, create: BucketOptions | None
) -> Bucket:
    """Opens a bucket. Raises ProtocolError `bucket_missing`, `invalid_subject`, `state_failed`."""
    check_bucket_name(name)
    try:
        store = await _open(jetstream, name, create)
        limit = (await store.status()).stream_info.config.max_msg_size
    except BucketNotFoundError:
        raise bucket_missing(name) from None
    except Exception as reason:
        raise _failed(reason, name) from reason
    return _NatsBucket(owner, name, store, None if limit is None or limit < 0 else limit)


async def _open(jetstream: JetStreamContext, name: str, create: BucketOptions | None) -> NatsKeyValue:
    try:
        return await jetstream.key_value(name)
    except BucketNotFoundError:
        if create is None:
            raise
        config = KeyValueConfig(name, history=create.history, max_value_size=create.maximum_value_size)
        return await jetstream.create_key_value(config)


class _NatsBucket:
    def __init__(self, owner: BucketOwner, name: str, store: NatsKeyValue, maximum_value_size: int | None) -> None:
        self._owner = owner
        self._name = name
        self._store = store
        self._maximum_value_size = maximum_value_size

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        entry = await self._ask(self._read(key))
        return None if entry is None else Entry(key, entry.value or b"", entry.revision or 0)

    async def put(self, key: str, data: bytes, revision: int | None = None) -> int:
        check_key(key)
        if self._maximum_value_size is not None:
            check_size(f"{self._name}/{key}", len(data), self._maximum_value_size)
        return await self._ask(self._write(key, data, revision))

    async def delete(self, key: str) -> None:
        if await self.get(key) is not None:
            await self._ask(self._store.delete(key))

    async def keys(self, pattern: str | None = None) -> list[str]:
        if pattern is not None:
            check_key_pattern(pattern)
        present = await self._ask(self._collect(pattern or ">", ignore_deletes=True, meta_only=True))
        return [entry.key for entry in present]

    async def entries(self, pattern: str) -> list[Entry]:
        check_key_pattern(pattern)
        present = await self._ask(self._collect(pattern, ignore_deletes=True))
        return [Entry(entry.key, entry.value or b"", entry.revision or 0) for entry in present]

    async def history(self, key: str) -> list[EntryChange]:
        check_key(key)
        return [change_of(entry) for entry in await self._ask(self._collect(key, include_history=True))]

    async def watch(self, pattern: str, listener: Callable[[EntryChange], None]) -> Stop:
        self._owner.check_open()
        check_key_pattern(pattern)
        watch = BucketWatch(listener, lambda: self._changes(pattern), self._owner.spawn)
        unwatch = self._owner.on_reconnect(watch.resume)

        def stop() -> None:
            self._owner.endings.discard(watch.close)
            unwatch()
            watch.stop()

        # The transport may be closed while it begins.
        self._owner.endings.add(watch.close)
        try:
            await self._try(watch.begin())
        except BaseException:
            stop()
            raise
        return stop

    async def _changes(self, pattern: str) -> Changes:
        created = (await self._store.status()).stream_info.created
        return Changes(await self._store.watch(pattern), created)

    async def _collect(self, pattern: str, **how: bool) -> list[NatsKeyValue.Entry]:
        """What there is at the moment. Keys in the order in which they were last written."""
        watcher = await self._store.watch(pattern, **how)
        try:
            collected = []
            # None stands between what there was and what happens.
            while (entry := await watcher.updates()) is not None:  # type: ignore[no-untyped-call]
                collected.append(entry)
            return collected
        finally:
            # Without a connection there is nobody to tell.
            with suppress(NatsError):
                await watcher.stop()  # type: ignore[no-untyped-call]

    async def _read(self, key: str) -> NatsKeyValue.Entry | None:
        """A server says nothing to who reads directly in a bucket that was deleted, and is asked then."""
        reading = asyncio.ensure_future(self._store.get(key))
        try:
            await asyncio.wait({reading}, timeout=_SILENCE)
            if not reading.done() and await self._is_gone():
                raise self._gone()
            return await reading
        except KeyNotFoundError as reason:
            # The NATS client takes a missing bucket for one without the key.
            if getattr(reason.__context__, "err_code", None) == _STREAM_MISSING:
                raise self._gone() from None
            return None
        finally:
            reading.cancel()

    async def _write(self, key: str, data: bytes, revision: int | None) -> int:
        try:
            if revision is None:
                return await self._store.put(key, data)
            if revision == 0:
                return await self._store.create(key, data)
            return await self._store.update(key, data, last=revision)
        except KeyWrongLastSequenceError as reason:
            raise key_conflict(self._name, key, revision or 0, reason) from reason

    async def _ask(self, asking: Coroutine[Any, Any, T]) -> T:
        return await self._try(self._owner.asked(asking))

    async def _try(self, action: Awaitable[T]) -> T:
        try:
            return await action
        except ProtocolError:
            raise
        except Exception as reason:
            if await self._is_gone():
                raise self._gone() from None
            raise _failed(reason, self._name) from reason

    async def _is_gone(self) -> bool:
        """Whether the bucket was deleted."""
        try:
            await asyncio.wait_for(self._store.status(), _BRIEFLY)
        except NotFoundError:
            return True
        except (NatsError, OSError, asyncio.TimeoutError):
            return False
        return False

    def _gone(self) -> ProtocolError:
        self._owner.gone(self._name)
        return bucket_missing(self._name)


def _failed(reason: Exception, name: str) -> ProtocolError:
    if isinstance(reason, NO_JETSTREAM):
        advice = "the server has no JetStream, or is not ready; start it with --jetstream, and check the permissions"
        return ProtocolError("state_failed", f"cannot use bucket {quote(name)}: {advice}", cause=reason)
    error = translated(reason, fallback="state_failed")
    if error.code != "state_failed":
        return error
    return ProtocolError("state_failed", f"bucket {quote(name)}: {error.raw_message}", cause=reason)
