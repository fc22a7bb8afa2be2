"""One request for messages of a consumer, which are delivered as they come.

`fetch` of nats-py waits until its batch is full or its time is over, does not notice that a server is gone, and loses what has
come when it is given up.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from .client import NatsConnection, NatsError, NatsMessage, NatsTimeoutError

_HEARTBEAT = "100"
_OVER = ("404", "408")
"""What a server says when there is nothing more to come."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What is asked for. Times are in s.

    subject: where the consumer is asked
    batch: how many messages at most
    expires: how long the request lasts
    heartbeat: how often the server says that it is still there
    """

    subject: str
    batch: int
    expires: float
    heartbeat: float


class Pull:
    """A request on its way. `take` gets each message, also those that come after it was stopped."""

    def __init__(self, connection: NatsConnection, request: PullRequest, take: Callable[[NatsMessage], None]) -> None:
        self._connection = connection
        self._request = request
        self._take = take
        self._left = request.batch
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._heard = False
        self._stopped = False

    async def run(self) -> None:
        """Returns when there is nothing more to come. Raises what the server, or the NATS client, says otherwise."""
        inbox = self._connection.new_inbox()
        subscription = await self._connection.subscribe(inbox, cb=self._receive)
        try:
            await self._connection.publish(self._request.subject, self._body(), reply=inbox)
            await self._end()
        finally:
            with suppress(NatsError, asyncio.TimeoutError):
                # What is on its way is not to be waited for by others until the server takes it for lost.
                if self._stopped and self._connection.is_connected:
                    await subscription.drain()  # type: ignore[no-untyped-call]
                else:
                    await subscription.unsubscribe()

    def stop(self) -> None:
        """Asks for no more."""
        self._stopped = True
        if not self._ended.done():
            self._ended.set_result(None)

    def _body(self) -> bytes:
        request = self._request
        times = {"expires": request.expires, "idle_heartbeat": request.heartbeat}
        return json.dumps({"batch": request.batch, **{name: int(time * 1e9) for name, time in times.items()}}).encode()

    async def _end(self) -> None:
        while not self._ended.done():
            self._heard = False
            await asyncio.wait({self._ended}, timeout=2 * self._request.heartbeat)
            if not self._heard and not self._ended.done():
                raise NatsTimeoutError
        self._ended.result()

    async def _receive(self, message: NatsMessage) -> None:
        self._heard = True
        # Messages of a stream are answered; what the server says is not.
        if message.reply:
            self._left -= 1
            self._take(message)
        status = "" if message.reply else (message.headers or {}).get("Status", "")
        if self._ended.done() or status == _HEARTBEAT:
            return
        if status not in ("", *_OVER):
            self._ended.set_exception(
                NatsError(f"the server says {status} {(message.headers or {}).get('Description')}")
            )
        elif status or self._left == 0:
            self._ended.set_result(None)
