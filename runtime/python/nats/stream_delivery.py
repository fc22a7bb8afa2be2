"""Messages of a stream as they arrive over a connection of the NATS client, and what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Protocol

from ..transport.stream import Done, GivenUp, Settlement
from ..transport.transport import Delivery
from .client import NatsError, NatsMessage


class DeliveryOwner(Protocol):
    """The transport that a message came through."""

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Runs beside the program."""


class NatsStreamDelivery:
    """One delivery of a message that is kept."""

    def __init__(
        self, owner: DeliveryOwner, message: NatsMessage, on_settled: Callable[[], None] = lambda: None
    ) -> None:
        self._owner = owner
        self._message = message
        self._on_settled = on_settled
        self.message = Delivery(message.subject, message.data, message.headers)
        metadata = message.metadata
        self.sequence = metadata.sequence.stream
        self.deliveries = metadata.num_delivered

    def settle(self, settlement: Settlement) -> None:
        message = self._message
        if isinstance(settlement, Done):
            self._tell(message.ack())
        elif isinstance(settlement, GivenUp):
            self._tell(message.term())
        else:
            self._tell(message.nak(settlement.delay))
        self._on_settled()

    def working(self) -> None:
        self._tell(self._message.in_progress())

    def _tell(self, telling: Awaitable[None]) -> None:
        async def tell() -> None:
            # What cannot be said any more is found out by the server itself: it delivers again.
            with suppress(NatsError):
                await telling

        self._owner.spawn(tell())
