"""How many handlers run at once, and who is next when no more may."""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """Whoever has several things to start waits for one turn at a time, and keeps none of the others from theirs."""

    def __init__(self, most: int) -> None:
        """most: how many handlers may run at once"""
        self._free = most
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """Whether a handler may be started now. While somebody waits, nobody overtakes."""
        if self._free == 0 or self._waiting:
            return False
        self._free -= 1
        return True

    async def turn(self) -> None:
        """Returns when a handler may be started."""
        if self.take():
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            # It may have been given a turn just before.
            if mine.done() and not mine.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """A handler has ended."""
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(None)
                return
        self._free += 1
