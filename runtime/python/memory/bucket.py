"""Key-value buckets within the process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from ..transport.bus_rules import check_bucket_name, check_key, check_key_pattern, check_size
from ..transport.transport import Bucket, BucketOptions, Entry, EntryChange, Stop
from ..transport.transport_error import bucket_missing, key_conflict
from .exchange import subject_pattern


class MemoryStore:
    """What a bucket holds, whoever has opened it."""

    def __init__(self, name: str, options: BucketOptions) -> None:
        self.name = name
        self.maximum_value_size = options.maximum_value_size
        # By key, the oldest first; the keys in the order in which they were last written.
        self.changes: dict[str, deque[EntryChange]] = {}
        self.watchers: dict[object, Callable[[EntryChange], None]] = {}
        self.revision = 0
        self._history = options.history

    def latest(self, key: str) -> EntryChange | None:
        """The last change of a key."""
        past = self.changes.get(key)
        return past[-1] if past else None

    def change(self, key: str, data: bytes | None) -> int:
        """Writes a value, or deletes it when there is no data. Returns the new revision."""
        self.revision += 1
        change = EntryChange(key, data, self.revision)
        past = self.changes.pop(key, None) or deque(maxlen=self._history)
        past.append(change)
        self.changes[key] = past
        for tell in list(self.watchers.values()):
            tell(change)
        return self.revision


class BucketOwner(Protocol):
    """The connection that opens a bucket."""

    @property
    def stores(self) -> dict[str, MemoryStore]: ...

    def check_open(self) -> None:
        """Raises ProtocolError `connection_closed`."""

    def on_close(self, stop: Stop) -> None:
        """Ends something with the connection."""


def open_memory_bucket(owner: BucketOwner, name: str, create: BucketOptions | None) -> Bucket:
    """Opens a bucket of a broker. Raises ProtocolError `bucket_missing`, `invalid_subject`."""
    owner.check_open()
    check_bucket_name(name)
    if name not in owner.stores:
        if create is None:
            raise bucket_missing(name)
        owner.stores[name] = MemoryStore(name, create)
    return _MemoryBucket(owner, owner.stores[name])


class _MemoryBucket:
    def __init__(self, owner: BucketOwner, store: MemoryStore) -> None:
        self._owner = owner
        self._store = store

    async def get(self, key: str) -> Entry | None:
        self._check(key)
        return _entry_of(self._store.latest(key))

    async def put(self, key: str, data: bytes, revision: int | None = None) -> int:
        self._check(key)
        store = self._store
        if store.maximum_value_size is not None:
            check_size(f"{store.name}/{key}", len(data), store.maximum_value_size)
        if revision is not None and not self._is_at(key, revision):
            raise key_conflict(store.name, key, revision)
        return store.change(key, data)

    async def delete(self, key: str) -> None:
        if await self.get(key) is not None:
            self._store.change(key, None)

    async def keys(self, pattern: str | None = None) -> list[str]:
        return [entry.key for entry in self._find(pattern)]

    async def entries(self, pattern: str) -> list[Entry]:
        return self._find(pattern)

    async def history(self, key: str) -> list[EntryChange]:
        self._check(key)
        return list(self._store.changes.get(key, ()))

    async def watch(self, pattern: str, listener: Callable[[EntryChange], None]) -> Stop:
        present = self._find(pattern)
        watchers, finds = self._store.watchers, subject_pattern(pattern)
        watching = object()

        def tell_if_watching(change: EntryChange) -> None:
            if watching in watchers:
                listener(change)

        def tell(change: EntryChange) -> None:
            if finds.fullmatch(change.key) is not None:
                asyncio.get_running_loop().call_soon(tell_if_watching, change)

        def stop() -> None:
            watchers.pop(watching, None)

        watchers[watching] = tell
        for entry in present:
            tell(EntryChange(entry.key, entry.data, entry.revision))
        self._owner.on_close(stop)
        return stop

    def _find(self, pattern: str | None) -> list[Entry]:
        self._owner.check_open()
        if pattern is not None:
            check_key_pattern(pattern)
        finds = subject_pattern(pattern or ">")
        entries = [_entry_of(past[-1]) for key, past in self._store.changes.items() if finds.fullmatch(key) is not None]
        return [entry for entry in entries if entry is not None]

    def _is_at(self, key: str, revision: int) -> bool:
        """Whether a key was last written or deleted at a revision; at 0, whether it is not there."""
        change = self._store.latest(key)
        if revision == 0:
            return _entry_of(change) is None
        return change is not None and change.revision == revision

    def _check(self, key: str) -> None:
        self._owner.check_open()
        check_key(key)


def _entry_of(change: EntryChange | None) -> Entry | None:
    if change is None or change.data is None:
        return None
    return Entry(change.key, change.data, change.revision)
