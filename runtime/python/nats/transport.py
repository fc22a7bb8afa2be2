"""The bus over a NATS server."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from ..transport.bus_rules import check_publishable, check_size, check_subscribable
from ..transport.transport import (
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
from ..transport.transport_error import connection_closed, no_reply, no_responders
from .bucket import open_nats_bucket
from .client import NatsConnection, NatsError, NatsMessage, NatsTimeoutError, NoRespondersError
from .error import translated
from .flush import flush
from .subscription import StartedSubscription


class Statuses:
    """Tells what happens to a connection to those who listen."""

    def __init__(self) -> None:
        self._listeners: dict[object, StatusListener] = {}

    def listen(self, listener: StatusListener) -> Stop:
        """Calls the listener from now on; returns what ends that."""
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    def tell(self, status: TransportStatus) -> None:
        """Calls all listeners."""
        for listener in list(self._listeners.values()):
            listener(status)


class NatsTransport:
    """A connection to a NATS server."""

    def __init__(self, connection: NatsConnection, statuses: Statuses, *, owned: bool) -> None:
        """owned: whether the connection closes with the transport."""
        self._connection = connection
        self._statuses = statuses
        self._owned = owned
        self._jetstream = connection.jetstream()
        self._buckets: dict[str, Bucket] = {}
        self._subscriptions: set[StartedSubscription] = set()
        self._asking: set[asyncio.Task[NatsMessage]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        # Subscriptions that begin or end just now.
        self._changes: set[asyncio.Task[None]] = set()
        self._endings: list[Stop] = []
        self._closed = False
        statuses.listen(lambda status: self._end() if status.kind == "closed" else None)

    @property
    def maximum_payload(self) -> int:
        return self._connection.max_payload

    async def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> None:
        self._check(subject, data)
        await self._changed()
        try:
            await self._connection.publish(subject, data, headers=None if headers is None else dict(headers))
        except Exception as reason:
            raise translated(reason, subject) from reason

    def subscribe(self, subject: str, receive: Receive, queue: str | None = None) -> Subscription:
        self._check_open()
        check_subscribable(subject)
        subscription = StartedSubscription(self, self._connection, subject, queue or "", receive)
        self._subscriptions.add(subscription)
        return subscription

    async def request(self, subject: str, data: bytes, timeout: float, headers: Headers | None = None) -> Delivery:
        self._check(subject, data)
        await self._changed()
        fields = None if headers is None else dict(headers)
        asking = asyncio.create_task(self._connection.request(subject, data, timeout=timeout, headers=fields))
        self._asking.add(asking)
        try:
            return self.delivery_of(await asking)
        except asyncio.CancelledError:
            if self._closed:
                raise connection_closed() from None
            raise
        except NoRespondersError:
            raise no_responders(subject) from None
        except NatsTimeoutError:
            raise no_reply(subject, timeout) from None
        except Exception as reason:
            raise translated(reason, subject) from reason
        finally:
            self._asking.discard(asking)

    async def bucket(self, name: str, create: BucketOptions | None = None) -> Bucket:
        self._check_open()
        if name not in self._buckets:
            self._buckets[name] = await open_nats_bucket(self, self._jetstream, name, create)
        return self._buckets[name]

    async def flush(self) -> None:
        self._check_open()
        await self._changed()
        try:
            await flush(self._connection)
        except Exception as reason:
            raise translated(reason) from reason

    def on_status(self, listener: StatusListener) -> Stop:
        return self._statuses.listen(listener)

    async def close(self) -> None:
        if self._closed:
            return
        for subscription in list(self._subscriptions):
            subscription.unsubscribe()
        self._end()
        if self._tasks:
            await asyncio.wait(self._tasks)
        # Answers that were sent just now are still on their way; without a connection there is nobody to wait for.
        if self._connection.is_connected:
            with suppress(NatsError, asyncio.TimeoutError):
                await flush(self._connection)
        if self._owned:
            await self._connection.close()
        else:
            self._statuses.tell(TransportStatus("closed"))

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

    def on_close(self, stop: Stop) -> None:
        """Ends something with the transport."""
        self._endings.append(stop)

    def forget(self, subscription: StartedSubscription) -> None:
        """It has ended."""
        self._subscriptions.discard(subscription)

    def failed(self, reason: Exception) -> None:
        """Tells that something failed that nobody waits for."""
        self._statuses.tell(TransportStatus("refused", translated(reason)))

    def delivery_of(self, message: NatsMessage) -> Delivery:
        """A message as it arrived."""
        reply = message.reply
        if not reply:
            return Delivery(message.subject, message.data, message.headers)

        async def respond(data: bytes, headers: Headers | None = None) -> None:
            await self.publish(reply, data, headers)

        return Delivery(message.subject, message.data, message.headers, respond)

    async def _changed(self) -> None:
        """What is sent from now on reaches the subscriptions that were made before, and none that was ended."""
        if self._changes:
            await asyncio.wait(self._changes)

    def _end(self) -> None:
        self._closed = True
        for asking in self._asking:
            asking.cancel()
        for end in self._endings:
            end()

    def _check(self, subject: str, data: bytes) -> None:
        self._check_open()
        check_publishable(subject)
        check_size(subject, len(data), self.maximum_payload)

    def _check_open(self) -> None:
        if self._closed or self._connection.is_closed:
            raise connection_closed()
