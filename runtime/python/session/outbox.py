"""What a program sends while its connection is lost. It waits for the connection, in order, as long as it may."""

from __future__ import annotations

import asyncio
from collections import deque

from ..error import ProtocolError
from ..transport.transport import Transport
from ..transport.transport_error import connection_closed, not_sent
from .limits import Limits

# In s. A connection that somebody else opened tells nobody but them that it is back: it has to be asked.
_LOOK_EVERY = 0.01


class Outbox:
    """What waits to be sent by one client."""

    def __init__(self, transport: Transport, limits: Limits) -> None:
        self._transport = transport
        self._usual = limits.request_timeout
        self._most = limits.max_waiting
        # In the order in which they are to be sent.
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether what is sent goes out now."""
        return not self._transport.is_lost and not self._waiting

    async def ready(self, subject: str | None = None, timeout: float | None = None) -> None:
        """Returns when the caller is to send, at once: now, or when there is a connection again.

        timeout: in s; None for the client's `request_timeout`

        Raises ProtocolError `not_connected`, `overloaded`, `connection_closed`, and then it is not to be sent.
        """
        if self.is_open:
            return
        if self._closed:
            raise connection_closed()
        if len(self._waiting) >= self._most:
            raise ProtocolError("overloaded", f"{self._most} messages wait already for a connection")
        limit = self._usual if timeout is None else timeout
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(mine, limit)
        except asyncio.TimeoutError:
            raise not_sent(limit, subject) from None
        finally:
            self._waiting.remove(mine)

    async def flush(self) -> None:
        """Returns when the bus has taken all that was sent, what waits here included. Raises `timeout` too."""
        await self.ready()
        await self._transport.flush()

    def close(self) -> None:
        """Whoever waits is told that the connection is closed."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(connection_closed())

    async def _look(self) -> None:
        """Lets go, in their order, those who wait, and those who join them while they go."""
        while self._waiting:
            if self._transport.is_lost:
                await asyncio.sleep(_LOOK_EVERY)
                continue
            for waiting in self._waiting:
                if not waiting.done():
                    waiting.set_result(None)
            await asyncio.sleep(0)
        self._looking = None
