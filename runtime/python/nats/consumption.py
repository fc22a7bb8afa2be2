"""Taking messages from a consumer of JetStream, a few at a time, for as long as somebody wants them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Protocol

from ..error import ProtocolError
from ..transport.stream import Again, ConsumeOptions, Take
from ..transport.transport import Stop
from .client import NatsConnection, NatsMessage
from .pull import Pull, PullRequest
from .stream_delivery import NatsStreamDelivery

# How long to wait after a failure, in s, and after how many in a row somebody is told.
_PAUSE = 0.2
_GRAVE = 25


class ConsumptionOwner(Protocol):
    """The transport that messages are taken through."""

    @property
    def connection(self) -> NatsConnection: ...

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Runs beside the program."""

    @property
    def endings(self) -> set[Stop]:
        """What ends with the transport."""

    def on_reconnect(self, listener: Callable[[], None]) -> Stop:
        """Calls the listener whenever the connection is back; returns what ends that."""


@dataclass(frozen=True, slots=True)
class Consumed:
    """What is consumed, and by whom.

    subject: where the consumer is asked for messages
    reopen: finds the consumer again after a failure, or makes it again
    """

    subject: str
    options: ConsumeOptions
    reopen: Callable[[], Awaitable[None]]
    failed: Callable[[Exception], ProtocolError]
    take: Take


class NatsConsumption:
    """Asks for messages whenever half of those it may hold are settled: then no more are held, and few requests are made."""

    def __init__(self, owner: ConsumptionOwner, consumed: Consumed) -> None:
        self._owner = owner
        self._consumed = consumed
        self._pull: Pull | None = None
        self._held = 0
        self._stopped = False
        self._settled = asyncio.Event()
        # What was asked for is lost with the connection.
        self._forget = owner.on_reconnect(lambda: None if self._pull is None else self._pull.stop())
        self._task = owner.spawn(self._run())
        owner.endings.add(self.stop)

    def stop(self) -> None:
        """Takes nothing more. What is held may still be settled."""
        if self._stopped:
            return
        self._stopped = True
        self._owner.endings.discard(self.stop)
        self._forget()
        if self._pull is None:
            self._task.cancel()
        else:
            self._pull.stop()

    async def _run(self) -> None:
        failures = 0
        while not self._stopped:
            (reason,) = await asyncio.gather(self._attempt(failures), return_exceptions=True)
            if not isinstance(reason, Exception):
                failures = 0
                continue
            failures += 1
            if failures == _GRAVE:
                self._consumed.options.on_failure(self._consumed.failed(reason))
            await asyncio.sleep(_PAUSE)

    async def _attempt(self, failures: int) -> None:
        if failures > 0:
            await self._consumed.reopen()
        await self._take()

    async def _take(self) -> None:
        options = self._consumed.options
        while self._held > options.in_flight / 2:
            self._settled.clear()
            await self._settled.wait()
        # A request that lasts longer than its sender takes messages with it: a server of 2.9 even begins to count their
        # deliveries anew.
        expires = min(10.0, max(1.0, options.wait / 2))
        request = PullRequest(self._consumed.subject, options.in_flight - self._held, expires, expires / 2)
        self._pull = Pull(self._owner.connection, request, self._receive)
        try:
            await self._pull.run()
        finally:
            self._pull = None

    def _receive(self, message: NatsMessage) -> None:
        if self._stopped:
            NatsStreamDelivery(self._owner, message).settle(Again(0))
            return
        self._held += 1
        self._consumed.take(NatsStreamDelivery(self._owner, message, self._settle))

    def _settle(self) -> None:
        self._held -= 1
        self._settled.set()
