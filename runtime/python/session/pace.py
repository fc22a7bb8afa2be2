"""How fast commands may follow one another in a channel. No command that keeps a pace is sent but in its turn."""

from __future__ import annotations

import asyncio
import random
from bisect import insort
from collections.abc import Mapping
from typing import TypedDict

from ..error import ProtocolError
from ..protocol.address import Address, key_of
from ..protocol.message import Pace
from ..transport.transport_error import connection_closed
from ..value.wording import did_you_mean, quote

_LONGEST = 2**30


class PaceOptions(TypedDict, total=False):
    """What a program says of a pace, where it differs from what the protocol says. Times are in s.

    delay: the least time between two commands
    jitter: the most that is added to it by chance
    """

    delay: float
    jitter: float


class Pacing:
    """The paces of one client: for each pace and channel, one queue."""

    def __init__(self, paces: Mapping[str, Pace], options: Mapping[str, PaceOptions], max_waiting: int) -> None:
        """max_waiting: how many commands may wait for their turns, for each pace and channel

        Raises ProtocolError `invalid_argument` for a pace that the protocol does not have, and for times that cannot be."""
        for name in options:
            if name not in paces:
                hint = did_you_mean(name, paces) or f"; they are {', '.join(paces) or 'none'}"
                raise ProtocolError("invalid_argument", f"the protocol has no pace {quote(name)}{hint}")
        self._paces = {name: _chosen(name, pace, options.get(name, {})) for name, pace in paces.items()}
        self._queues: dict[tuple[str, str], PaceQueue] = {}
        self._max_waiting = max_waiting

    def queue_of(self, name: str | None, address: Address) -> PaceQueue | None:
        """The queue of a pace in a channel, however the channel is spelt; None when there is no such pace."""
        if name is None or name not in self._paces:
            return None
        delay, jitter = self._paces[name]
        return self._queues.setdefault((name, key_of(address)), PaceQueue(delay, jitter, self._max_waiting))

    def close(self) -> None:
        """Whoever waits is told that the connection is closed."""
        for queue in self._queues.values():
            queue.close()


class PaceQueue:
    """Commands that wait for their turns, in the order of their places. Times are in s."""

    def __init__(self, delay: float, jitter: float, max_waiting: int) -> None:
        self._delay = delay
        self._jitter = jitter
        self._max_waiting = max_waiting
        # By their places, of which no two are the same.
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._places = 0
        # By the clock of the loop.
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def new_place(self) -> int:
        """A place behind all others, for one who may have to come back to it."""
        self._places += 1
        return self._places

    async def turn(self, place: int) -> None:
        """Returns when the caller is to send, at once. Raises ProtocolError `overloaded`, `connection_closed`.

        place: among those who wait
        """
        loop = asyncio.get_running_loop()
        if not self._waiting and loop.time() >= self._next_at:
            self._rest(loop.time())
            return
        if len(self._waiting) >= self._max_waiting:
            raise ProtocolError("overloaded", f"{self._max_waiting} commands wait already to be sent at their pace")
        mine: tuple[int, asyncio.Future[None]] = (place, loop.create_future())
        insort(self._waiting, mine)
        self._wake(loop)
        try:
            await mine[1]
        finally:
            # Who gives up leaves the turn to the next.
            if mine in self._waiting:
                self._waiting.remove(mine)

    def close(self) -> None:
        """Whoever waits is told that the connection is closed."""
        if self._timer is not None:
            self._timer.cancel()
        for _, waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(connection_closed())

    def _rest(self, time: float) -> None:
        self._next_at = time + self._delay + random.random() * self._jitter

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None and self._waiting:
            self._timer = loop.call_at(self._next_at, self._proceed, loop)

    def _proceed(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self._waiting:
            _, first = self._waiting.pop(0)
            if not first.done():
                first.set_result(None)
                self._rest(loop.time())
                break
        self._wake(loop)


def _chosen(name: str, pace: Pace, options: PaceOptions) -> tuple[float, float]:
    """The delay and the jitter, in s."""
    delay, jitter = options.get("delay", pace.delay / 1000), options.get("jitter", pace.jitter / 1000)
    for part, value in (("delay", delay), ("jitter", jitter)):
        if not 0 <= value < _LONGEST:
            reason = f"pace.{name}.{part} must be a number of s from 0 to {_LONGEST - 1}, not {value}"
            raise ProtocolError("invalid_argument", reason)
    return delay, jitter
