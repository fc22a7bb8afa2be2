"""Round trips to a server that come after everything that was sent before, and that may be given up.

Those of nats-py 2.16 are neither: `Client._send_ping` writes its PING past the commands that wait to be sent, such as the
SUB of a subscription that was made just now. A second round trip comes after them: they went out during the first. And when
one is answered that was given up, by its caller or because it took too long, the client stops to read, and tells nobody.
"""

from __future__ import annotations

import asyncio

from .client import ConnectionClosedError, NatsConnection, NatsTimeoutError

FAREWELL = 2.0
"""In s. How long a server may say nothing to a program that leaves it."""


class OrderedConnection(NatsConnection):
    """A connection that also ends its subscriptions so: what the server sent before an UNSUB is delivered."""

    async def flush(self, timeout: float = FAREWELL) -> None:
        await flush(self, timeout)


async def flush(connection: NatsConnection, silence: float) -> None:
    """Returns when the server has seen everything that was sent before, over any connection of the client; at once when there
    is none.

    silence: for how long the server may say nothing, in s. What it has to send comes before its answer

    Raises `ConnectionClosedError`, `NatsTimeoutError`.
    """
    for _ in range(2):
        if connection.is_closed:
            raise ConnectionClosedError
        if connection.is_connected:
            await _round_trip(connection, silence)


async def _round_trip(connection: NatsConnection, silence: float) -> None:
    # Whoever gives up leaves it as it is, for the client to answer.
    answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    await connection._send_ping(answered)
    heard = -1
    while not answered.done():
        if connection.stats["in_msgs"] == heard:
            raise NatsTimeoutError
        heard = connection.stats["in_msgs"]
        await asyncio.wait({answered}, timeout=silence)
