"""Following keys of a bucket: through lost connections, and when the bucket is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from ..transport.transport import EntryChange
from .client import NatsError, NatsKeyValue

# In s. How long to wait before following is tried again.
_PAUSE = 0.5


@dataclass(frozen=True)
class Changes:
    """What a bucket tells of its keys.

    entries: the latest values, and after them what changes
    bucket_created: when the bucket was made
    """

    entries: NatsKeyValue.KeyWatcher
    bucket_created: datetime | None


@dataclass(frozen=True)
class _Told:
    """What was told last of a key."""

    revision: int
    is_present: bool


def change_of(entry: NatsKeyValue.Entry) -> EntryChange:
    """A change, as the NATS client has it."""
    is_value = entry.operation is None
    return EntryChange(entry.key, (entry.value or b"") if is_value else None, entry.revision or 0)


class BucketWatch:
    """Tells of changes until it is stopped."""

    def __init__(
        self,
        listener: Callable[[EntryChange], None],
        open_changes: Callable[[], Awaitable[Changes]],
        spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]],
    ) -> None:
        """
        spawn: runs beside the program
        """
        self._listener = listener
        self._open = open_changes
        self._spawn = spawn
        # By key.
        self._told: dict[str, _Told] = {}
        self._bucket_created: datetime | None = None
        self._following: asyncio.Task[None] | None = None
        self._resuming: asyncio.Task[None] | None = None
        self._is_due = False
        self._stopped = False

    async def begin(self) -> None:
        """Returns when the server has been told. Raises what the NATS client raises."""
        changes = await self._open()
        self._leave()
        if changes.bucket_created != self._bucket_created:
            self._count_anew(changes.bucket_created)
        self._following = self._spawn(self._follow(changes.entries))
        # What is cancelled before it has begun does not tell the server that it ends.
        await asyncio.sleep(0)
        if self._stopped:
            self._leave()

    def resume(self) -> None:
        """Begins again. A server that was away has forgotten who follows, and the NATS client finds out late or never."""
        self._is_due = True
        if self._resuming is None or self._resuming.done():
            self._resuming = self._spawn(self._resume())

    def stop(self) -> None:
        """Ends it. May be called more than once."""
        self._stopped = True
        self._leave()

    def close(self) -> None:
        """Ends it with the connection, and waits for nothing that the server was asked."""
        self.stop()
        if self._resuming is not None:
            self._resuming.cancel()

    async def _resume(self) -> None:
        while self._is_due and not self._stopped:
            self._is_due = False
            try:
                await self.begin()
            except (NatsError, OSError, asyncio.TimeoutError):
                # The connection's status says why.
                self._is_due = True
                await asyncio.sleep(_PAUSE)

    def _count_anew(self, bucket_created: datetime | None) -> None:
        """The revisions of another bucket have nothing to do with those before."""
        self._bucket_created = bucket_created
        self._told = {key: replace(told, revision=0) for key, told in self._told.items()}

    async def _follow(self, entries: NatsKeyValue.KeyWatcher) -> None:
        try:
            async for entry in entries:
                # None stands between what there was and what happens.
                if entry is not None:
                    self._tell(change_of(entry))
        finally:
            # Without a connection there is nobody to tell.
            with suppress(NatsError):
                await entries.stop()  # type: ignore[no-untyped-call]

    def _tell(self, change: EntryChange) -> None:
        told = self._told.get(change.key)
        # Each beginning tells of the latest values once more, as far as the server that is asked has heard of them.
        if told is not None and change.revision <= told.revision:
            return
        is_present = change.data is not None
        self._told[change.key] = _Told(change.revision, is_present)
        if is_present or (told is not None and told.is_present):
            self._listener(change)

    def _leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
