"""Events for `async for`: a loop is a handler that comes for its events by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from .event import Heard
from .event_queue import EventQueue

if TYPE_CHECKING:
    from typing_extensions import Self

P = TypeVar("P")
ChannelType = TypeVar("ChannelType")


class EventIteration(Generic[P, ChannelType]):
    """The events from one moment on, each with its channel: `async for event, channel in client.events(...)`."""

    def __init__(self, queue: EventQueue) -> None:
        self._queue = queue
        self._loop = asyncio.get_running_loop()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard[P, ChannelType]:
        """Raises ProtocolError `connection_failed` once, when the connection is lost for good."""
        item = await self._queue.next()
        if item is None:
            raise StopAsyncIteration
        return item

    def stop(self) -> None:
        """Ends it at once. May be called more than once."""
        self._queue.end()

    def __del__(self) -> None:
        # Nobody tells it that a loop was left, but that nothing holds it any more. That may be found in any thread.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue.end)
