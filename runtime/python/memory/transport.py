"""A connection to a bus within the process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ..transport.bus_rules import check_publishable, check_size, check_subscribable, size_of
from ..transport.latest import ANSWERED_REQUESTS, Latest
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
    Transport,
    TransportStatus,
)
from ..transport.transport_error import connection_closed, no_reply, no_responders
from .bucket import MemoryStore, open_memory_bucket
from .exchange import MemoryExchange, MemorySubscription, Message
from .stream import MemoryStreamStore, open_memory_stream


@dataclass(frozen=True, slots=True)
class BrokerParts:
    """What the connections of one broker share.

    stores: buckets, by name
    streams: by name
    fallback: where requests go that nobody listens for
    """

    maximum_payload: int
    fallback: Transport | None
    exchange: MemoryExchange = field(default_factory=MemoryExchange)
    stores: dict[str, MemoryStore] = field(default_factory=dict)
    streams: dict[str, MemoryStreamStore] = field(default_factory=dict)


class MemoryTransport:
    """A connection to a broker within the process."""

    def __init__(self, broker: BrokerParts) -> None:
        self._broker = broker
        self._subscriptions: dict[MemorySubscription, None] = {}
        self._waiting: set[asyncio.Future[Delivery]] = set()
        # By inbox, where replies to requests arrived that have theirs.
        self._answered: Latest[Subscription] = Latest(ANSWERED_REQUESTS, lambda inbox: inbox.unsubscribe())
        self._listeners: dict[object, StatusListener] = {}
        self._endings: list[Stop] = []
        self._label: Headers = {}
        self._closed = False

    @property
    def maximum_payload(self) -> int:
        return self._broker.maximum_payload

    @property
    def is_lost(self) -> bool:
        return False

    @property
    def is_closed(self) -> bool:
        return self._closed

    @property
    def stores(self) -> dict[str, MemoryStore]:
        return self._broker.stores

    @property
    def streams(self) -> dict[str, MemoryStreamStore]:
        return self._broker.streams

    @property
    def exchange(self) -> MemoryExchange:
        return self._broker.exchange

    def label(self, headers: Headers) -> None:
        self._label = dict(headers)

    async def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> None:
        fields = self._labelled(headers)
        self._check(subject, data, fields)
        self._broker.exchange.publish(Message(subject, data, fields))

    def subscribe(self, subject: str, receive: Receive, queue: str | None = None) -> Subscription:
        self.check_open()
        check_subscribable(subject)
        subscription = MemorySubscription(self, subject, receive, queue)
        self._subscriptions[subscription] = None
        self._broker.exchange.add(subscription)
        return subscription

    def forget(self, subscription: MemorySubscription) -> None:
        self._subscriptions.pop(subscription, None)
        self._broker.exchange.remove(subscription)

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
        fields = self._labelled(headers)
        self._check(subject, data, fields)
        exchange, fallback = self._broker.exchange, self._broker.fallback
        answer: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()

        def receive(reply: Delivery) -> None:
            if not answer.done():
                if accepts is None or accepts(reply):
                    answer.set_result(reply)
            elif on_another is not None and not answer.cancelled():
                on_another(reply)

        inbox = exchange.new_inbox()
        subscription = self.subscribe(inbox, receive)
        self._waiting.add(answer)
        try:
            if exchange.publish(Message(subject, data, fields, inbox)) == 0:
                if fallback is None:
                    raise no_responders(subject)
                return await fallback.request(subject, data, timeout, fields, accepts=accepts, on_another=on_another)
            return await asyncio.wait_for(answer, timeout)
        except asyncio.TimeoutError:
            raise no_reply(subject, timeout) from None
        finally:
            self._waiting.discard(answer)
            if answer.done() and not answer.cancelled() and on_another is not None:
                self._answered.add(inbox, subscription)
            else:
                subscription.unsubscribe()

    async def bucket(self, name: str, create: BucketOptions | None = None) -> Bucket:
        return open_memory_bucket(self, name, create)

    async def stream(self, options: StreamOptions) -> Stream:
        return open_memory_stream(self, options)

    async def flush(self) -> None:
        self.check_open()
        await self.idle()

    async def idle(self) -> None:
        """Returns when nothing is on its way, to whomever."""
        await self._broker.exchange.idle()

    def on_status(self, listener: StatusListener) -> Stop:
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    def on_close(self, stop: Stop) -> None:
        self._endings.append(stop)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for subscription in list(self._subscriptions):
            subscription.unsubscribe()
        for reply in self._waiting:
            if not reply.done():
                reply.set_exception(connection_closed())
        for end in self._endings:
            end()
        for listener in list(self._listeners.values()):
            listener(TransportStatus("closed"))

    def check_open(self) -> None:
        if self._closed:
            raise connection_closed()

    def _labelled(self, headers: Headers | None) -> Headers | None:
        return {**self._label, **(headers or {})} or None

    def _check(self, subject: str, data: bytes, headers: Headers | None) -> None:
        self.check_open()
        check_publishable(subject)
        check_size(subject, size_of(data, headers), self.maximum_payload)
