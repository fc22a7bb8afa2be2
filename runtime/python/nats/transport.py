"""The bus over a NATS server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from ..transport.bus_rules import check_publishable, check_size, check_subscribable, size_of
from ..transport.stream import Stream, StreamOptions
from ..transport.transport import (
    Accepts,
    Bucket,
    BucketOptions,
    Delivery,
    Headers,
    Receive,
    StatusListener,
    Stop,
    Subscription,
    TransportStatus,
)
from ..transport.transport_error import connection_closed, silent
from .bucket import open_nats_bucket
from .client import NatsConnection, NatsError, NatsTimeoutError, takes_headers
from .error import NotPermitted, translated
from .flush import FAREWELL, flush
from .requests import Replies, Requests
from .statuses import Statuses
from .stream import open_nats_stream
from .subscription import StartedSubscription

T = TypeVar("T")

# In s. A server that answers at all does so sooner.
_LONGEST_SILENCE = 10.0


class NatsTransport:
    """A connection to a NATS server."""

    def __init__(self, connection: NatsConnection, statuses: Statuses, *, owned: bool) -> None:
        """owned: whether the connection closes with the transport."""
        self.connection = connection
        self._statuses = statuses
        self._owned = owned
        self.jetstream = connection.jetstream()
        self._buckets: dict[str, Bucket] = {}
        # By what they were opened for: a stream that is there is left as it is.
        self._streams: dict[tuple[str, ...], Stream] = {}
        self._subscriptions: set[StartedSubscription] = set()
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = Requests(connection, self.subscribe)
        self._tasks: set[asyncio.Task[None]] = set()
        # Subscriptions that begin or end just now.
        self._changes: set[asyncio.Task[None]] = set()
        # What is to be ended with this transport.
        self.endings: set[Stop] = set()
        self._label: Headers = {}
        statuses.listen(self._note)

    @property
    def maximum_payload(self) -> int:
        return self.connection.max_payload

    @property
    def has_ended(self) -> bool:
        """Whether this program closed it, or was told that the connection is closed."""
        return self._ended.done()

    @property
    def is_closed(self) -> bool:
        return self.has_ended or self.connection.is_closed

    @property
    def is_lost(self) -> bool:
        return not self.connection.is_connected and not self.connection.is_closed

    def label(self, headers: Headers) -> None:
        self._label = dict(headers)

    async def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> None:
        fields = self.labelled(headers)
        self._check(subject, data, fields)
        await self._changed()
        try:
            await self.connection.publish(subject, data, headers=fields)
        except Exception as reason:
            raise translated(reason, subject) from reason

    def subscribe(self, subject: str, receive: Receive, queue: str | None = None) -> Subscription:
        self.check_open()
        check_subscribable(subject)
        subscription = StartedSubscription(self, self.connection, subject, queue or "", receive)
        self._subscriptions.add(subscription)
        return subscription

    async def request(
        self,
        subject: str,
        data: bytes,
        timeout: float,
        headers: Headers | None = None,
        *,
        accepts: Accepts | None = None,
        on_another: Receive | None = None,
    ) -> Delivery:
        fields = self.labelled(headers)
        self._check(subject, data, fields)
        self._requests.open()
        await self._changed()
        self.check_open()
        return await self._requests.send(subject, data, timeout, fields, Replies(accepts, on_another))

    async def bucket(self, name: str, create: BucketOptions | None = None) -> Bucket:
        self.check_open()
        if name not in self._buckets:
            self._buckets[name] = await open_nats_bucket(self, self.jetstream, name, create)
        return self._buckets[name]

    async def stream(self, options: StreamOptions) -> Stream:
        self.check_open()
        key = (options.name, *options.subjects)
        if key not in self._streams:
            self._streams[key] = await open_nats_stream(self, options)
        return self._streams[key]

    async def flush(self) -> None:
        self.check_open()
        await self._changed()
        try:
            await flush(self.connection, _LONGEST_SILENCE)
        except NatsTimeoutError:
            raise silent(_LONGEST_SILENCE) from None
        except Exception as reason:
            raise translated(reason) from reason

    def on_status(self, listener: StatusListener) -> Stop:
        return self._statuses.listen(listener)

    async def close(self) -> None:
        if self._ended.done():
            return
        for subscription in list(self._subscriptions):
            subscription.unsubscribe()
        self._end()
        while self._tasks:
            await asyncio.wait(self._tasks)
        # Answers that were sent just now are still on their way; without a connection there is nobody to wait for.
        if self.connection.is_connected:
            with suppress(NatsError, asyncio.TimeoutError):
                await flush(self.connection, FAREWELL)
        if self._owned:
            await self.connection.close()
        else:
            self._statuses.tell(TransportStatus("closed"))

    def labelled(self, headers: Headers | None) -> dict[str, str] | None:
        """Header fields with those that all messages carry; None when there are none."""
        label = self._label if takes_headers(self.connection) else {}
        return {**label, **(headers or {})} or None

    async def asked(self, asking: Coroutine[Any, Any, T]) -> T:
        """What the server says. Raises ProtocolError `connection_closed` when the transport is closed meanwhile."""
        if self.is_closed:
            asking.close()
            raise connection_closed()
        task = asyncio.create_task(asking)
        # The client may go on all the same with what it is sending just now; nobody waits for it then.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            outcomes: set[asyncio.Future[Any]] = {task, self._ended}
            await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
        if not task.done() or task.cancelled():
            raise connection_closed()
        return task.result()

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Runs beside the program; `close` waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def change(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """The same for a subscription that begins or ends: whatever is sent from now on comes after it."""
        task = self.spawn(work)
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)
        return task

    def on_reconnect(self, listener: Callable[[], None]) -> Stop:
        """Calls the listener whenever the connection is back; returns what ends that."""
        return self.on_status(lambda status: listener() if status.kind == "reconnected" else None)

    def gone(self, name: str) -> None:
        """Is told that a bucket was deleted."""
        self._buckets.pop(name, None)

    def forget(self, subscription: StartedSubscription) -> None:
        """It has ended."""
        self._subscriptions.discard(subscription)

    def failed(self, reason: Exception) -> None:
        """Tells that something failed that nobody waits for."""
        self._statuses.tell(TransportStatus("refused", translated(reason)))

    async def _changed(self) -> None:
        """What is sent from now on reaches the subscriptions that were made before, and none that was ended."""
        if self._changes:
            await asyncio.wait(self._changes)

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)
        self._requests.close()
        for end in list(self.endings):
            end()

    def _note(self, status: TransportStatus) -> None:
        if status.kind == "closed":
            self._end()
        elif isinstance(status.error, NotPermitted):
            self._requests.refused(status.error)

    def _check(self, subject: str, data: bytes, headers: Headers | None) -> None:
        self.check_open()
        check_publishable(subject)
        check_size(subject, size_of(data, headers), self.maximum_payload)

    def check_open(self) -> None:
        """Raises ProtocolError `connection_closed`."""
        if self.is_closed:
            raise connection_closed()
