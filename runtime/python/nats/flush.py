"""Round trips to a server that come after everything that was sent before.

Those of nats-py 2.16 do not: `Client._send_ping` writes its PING past the commands that wait to be sent, such as the
SUB of a subscription that was made just now. A second round trip comes after them: they went out during the first.
"""

from __future__ import annotations

from .client import NatsConnection


class OrderedConnection(NatsConnection):
    """A connection that also ends its subscriptions so: what the server sent before an UNSUB is delivered."""

    async def flush(self, timeout: int = 10) -> None:
        await super().flush(timeout)
        await super().flush(timeout)


async def flush(connection: NatsConnection) -> None:
    """Returns when the server has seen everything that was sent before, over any connection of the client."""
    await connection.flush()
    if not isinstance(connection, OrderedConnection):
        await connection.flush()
