"""Subscriptions of the NATS client, that begin and end by themselves: where that is asked for, nobody can wait."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Protocol

from ..transport.transport import Receive
from .client import NatsConnection, NatsError, NatsMessage, NatsSubscription
from .delivery import Publisher, delivery_of


class SubscriptionOwner(Publisher, Protocol):
    """The transport that a subscription is made through."""

    def change(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Runs beside the program, and before anything that is sent from now on."""

    def forget(self, subscription: StartedSubscription) -> None:
        """It has ended."""

    def failed(self, reason: Exception) -> None:
        """Tells that something failed that nobody waits for."""


class StartedSubscription:
    """An interest in messages, of which the client knows when it has started."""

    def __init__(
        self, owner: SubscriptionOwner, connection: NatsConnection, subject: str, queue: str, receive: Receive
    ) -> None:
        self._owner = owner
        self._connection = connection
        self._receive = receive
        self._open = True
        self._subscription: NatsSubscription | None = None
        self._starting = owner.change(self._start(subject, queue))

    def unsubscribe(self) -> None:
        if self._open:
            self._open = False
            self._owner.forget(self)
            self._owner.change(self._end())

    async def drain(self) -> None:
        self._owner.forget(self)
        await asyncio.wait({self._starting})
        # Without a connection there is nothing on its way.
        with suppress(NatsError, asyncio.TimeoutError):
            if self._open and self._subscription is not None:
                await self._subscription.drain()  # type: ignore[no-untyped-call]
        self._open = False

    async def _start(self, subject: str, queue: str) -> None:
        try:
            self._subscription = await self._connection.subscribe(subject, queue=queue, cb=self._deliver)
        except NatsError as reason:
            self._owner.failed(reason)

    async def _end(self) -> None:
        await asyncio.wait({self._starting})
        with suppress(NatsError):
            if self._subscription is not None:
                await self._subscription.unsubscribe()

    async def _deliver(self, message: NatsMessage) -> None:
        if self._open:
            self._receive(delivery_of(message, self._owner))
