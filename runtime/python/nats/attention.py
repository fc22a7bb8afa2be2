"""Whether this program listens. A server drops clients that do not, and has no way to tell them why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from ..error import ProtocolError

# In s. How often it looks.
_INTERVAL = 1.0
# In s. A shorter pause is nothing to a server.
_SHORTEST = 1.0
# In s. A connection that is lost so soon after a pause is lost because of it, unless by a strange chance.
_SOON = 10.0


@dataclass(frozen=True, slots=True)
class _Pause:
    """Some time in which nothing was read. Times are in s."""

    length: float
    end: float


class Attention:
    """Notices when the process was stopped, or too busy to read."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._looked_at = clock()
        self._pause: _Pause | None = None
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(_INTERVAL, self._look_again)

    def inattention(self) -> ProtocolError | None:
        """Why the connection may have been lost just now; None when this program has listened all the time."""
        now = self._look()
        if self._pause is None or now - self._pause.end > _SOON:
            return None
        text = (
            f"the connection was lost after this program had read nothing for {self._pause.length:.1f} s: a server drops those "
            "who are too slow for it, with all that waits for them; keep handlers short, or raise its write_deadline"
        )
        return ProtocolError("slow_consumer", text)

    def stop(self) -> None:
        """Looks no more."""
        self._timer.cancel()

    def _look_again(self) -> None:
        self._look()
        self._timer = self._loop.call_later(_INTERVAL, self._look_again)

    def _look(self) -> float:
        now = self._clock()
        length = now - self._looked_at - _INTERVAL
        if length >= _SHORTEST:
            self._pause = _Pause(length, now)
        self._looked_at = now
        return now
