"""Following a key of a bucket: through lost connections, and when the bucket is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TypeAlias

from ..transport.transport import EntryChange
from .client import NatsError, NatsKeyValue

# In s. How long to wait before following is tried again.
_PAUSE = 0.5

_Changes: TypeAlias = NatsKeyValue.KeyWatcher


class BucketWatch:
    """Tells of the changes of a key until it is stopped."""

    def __init__(
        self,
        key: str,
        listener: Callable[[EntryChange], None],
        open_changes: Callable[[], Awaitable[_Changes]],
        spawn: Callable[[Coroutine[object, object, None]], asyncio.Task[None]],
    ) -> None:
        """
        open_changes: begins with the latest value, and goes on with what changes
        spawn: runs beside the program
        """
        self._key = key
        self._listener = listener
        self._open = open_changes
        self._spawn = spawn
        # The revision of the value that was told.
        self._told: int | None = None
        self._following: asyncio.Task[None] | None = None
        self._resuming: asyncio.Task[None] | None = None
        self._is_due = False
        self._stopped = False

    async def begin(self) -> None:
        """Returns when the server has been told. Raises what the NATS client raises."""
        changes = await self._open()
        self._leave()
        self._following = self._spawn(self._follow(changes))
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

    async def _follow(self, changes: _Changes) -> None:
        try:
            async for entry in changes:
                # None stands between what there was and what happens.
                if entry is not None:
                    self._tell(entry)
        finally:
            # Without a connection there is nobody to tell.
            with suppress(NatsError):
                await changes.stop()  # type: ignore[no-untyped-call]

    def _tell(self, entry: NatsKeyValue.Entry) -> None:
        revision = entry.revision or 0
        is_value = entry.operation is None
        told, self._told = self._told, revision if is_value else None
        # Each beginning tells of the latest value once more, and of what is gone as of a deletion.
        if told != self._told:
            self._listener(EntryChange(self._key, (entry.value or b"") if is_value else None, revision))

    def _leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
