"""The order of messages for one handler."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from .dispatch import Dispatcher
from .overflow import Overflow

Message = TypeVar("Message")


class Lane(Generic[Message]):
    """One message after another: the next begins when the one before has ended, and when there is a turn for it."""

    def __init__(
        self, dispatcher: Dispatcher, handle: Callable[[Message], Awaitable[None]], max_waiting: int, overflow: Overflow
    ) -> None:
        """
        handle: must not raise
        max_waiting: how many messages may wait. When one more comes, the oldest is given up: what is newest matters most
        """
        self._dispatcher = dispatcher
        self._handle = handle
        self._max_waiting = max_waiting
        self._overflow = overflow
        self._waiting: deque[Message] = deque()
        self._busy = False

    def push(self, message: Message) -> None:
        """The message has its turn when those before it have ended."""
        if not self._busy and self._dispatcher.turns.take():
            self._busy = True
            self._dispatcher.start(self._begin(message))
        else:
            self._keep(message)

    def clear(self) -> None:
        """Forgets what waits."""
        self._waiting.clear()

    def _keep(self, message: Message) -> None:
        self._waiting.append(message)
        if len(self._waiting) > self._max_waiting:
            self._take()
            self._overflow.happened()
        if not self._busy:
            self._busy = True
            self._dispatcher.start(self._go_on())

    async def _begin(self, message: Message) -> None:
        """Handles a message that there is a turn for, and those that wait."""
        try:
            await self._handle(message)
        finally:
            self._dispatcher.turns.give_back()
        await self._go_on()

    async def _go_on(self) -> None:
        turns = self._dispatcher.turns
        while self._waiting:
            await turns.turn()
            try:
                # They may have been forgotten meanwhile.
                if self._waiting:
                    await self._handle(self._take())
            finally:
                turns.give_back()
        self._busy = False

    def _take(self) -> Message:
        message = self._waiting.popleft()
        if not self._waiting:
            self._overflow.is_over()
        return message
