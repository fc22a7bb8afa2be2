"""A bus within the process, that behaves as a NATS server does: what is tested on it runs on the real one."""

from __future__ import annotations

from ..transport.transport import Receive, Stop, Transport
from .transport import BrokerParts, MemoryTransport


class MemoryBroker:
    """Several transports connect to one broker, as several programs do to one server.

    There is nothing to stop: it holds no timer and no socket.
    """

    def __init__(self, *, maximum_payload: int = 1024 * 1024, fallback: Transport | None = None) -> None:
        """maximum_payload: in bytes, fallback: where requests go that nobody here listens for."""
        self._parts = BrokerParts(maximum_payload, fallback)

    def connect(self) -> Transport:
        """A new connection to this broker."""
        return MemoryTransport(self._parts)

    def observe(self, listener: Receive) -> Stop:
        """Shows everything that is published, replies included, without being one of the listeners."""
        return self._parts.exchange.observe(listener)

    async def idle(self) -> None:
        """Returns when nothing is on its way."""
        await self._parts.exchange.idle()
