"""Requests and their replies. That of the NATS client itself is over with the first reply, whoever has sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from ..error import ProtocolError
from ..transport.latest import ANSWERED_REQUESTS, Latest
from ..transport.transport import Accepts, Delivery, Receive, Subscription
from ..transport.transport_error import connection_closed, no_reply, no_responders
from .client import NatsConnection
from .error import NotPermitted, translated


@dataclass(frozen=True, slots=True)
class Replies:
    """Which replies to a request count.

    accepts: the one that is taken; None for the first
    on_another: is told of those after it
    """

    accepts: Accepts | None
    on_another: Receive | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A request without its reply."""

    subject: str
    answer: asyncio.Future[Delivery]
    replies: Replies


class Requests:
    """The requests of one connection, which share one subscription. The NATS client renews it when it reconnects."""

    def __init__(self, connection: NatsConnection, subscribe: Callable[[str, Receive], Subscription]) -> None:
        self._connection = connection
        self._subscribe = subscribe
        # Where replies arrive, once there is a request.
        self._inbox: Subscription | None = None
        # Each request adds a token of its own.
        self._prefix = f"{connection.new_inbox()}."
        self._subject = f"{self._prefix}*"
        self._tokens = count()
        self._waiting: dict[str, _Waiting] = {}
        self._answered: Latest[Receive] = Latest(ANSWERED_REQUESTS)

    def open(self) -> None:
        """Sees to it that replies arrive, of what is sent once the subscriptions that begin just now have begun."""
        if self._inbox is None:
            self._inbox = self._subscribe(self._subject, self._receive)

    async def send(
        self, subject: str, data: bytes, timeout: float, headers: dict[str, str] | None, replies: Replies
    ) -> Delivery:
        """Returns the first reply that is accepted. Raises what `Transport.request` raises."""
        loop, token = asyncio.get_running_loop(), str(next(self._tokens))
        answer: asyncio.Future[Delivery] = loop.create_future()
        self._waiting[token] = _Waiting(subject, answer, replies)
        timer = loop.call_later(timeout, lambda: self._fail(token, no_reply(subject, timeout)))
        try:
            await self._publish(subject, data, self._prefix + token, headers)
            return await answer
        finally:
            timer.cancel()
            self._waiting.pop(token, None)

    def refused(self, refusal: NotPermitted) -> None:
        """The server has refused something. It need not have been a request."""
        is_inbox = refusal.subject == self._subject.lower()
        if is_inbox and self._inbox is not None:
            self._inbox.unsubscribe()
            self._inbox = None
        for token, waiting in list(self._waiting.items()):
            is_meant = refusal.operation == "publish" and refusal.subject == waiting.subject.lower()
            if is_inbox or is_meant:
                refused = self._subject if is_inbox else waiting.subject
                self._fail(token, NotPermitted(refusal.operation, refused, refusal.__cause__))
            # The server refuses one message at a time.
            if is_meant:
                return

    def close(self) -> None:
        """Gives up all that waits."""
        for token in list(self._waiting):
            self._fail(token, connection_closed())

    def _receive(self, reply: Delivery) -> None:
        token = reply.subject[len(self._prefix) :]
        waiting = self._waiting.get(token)
        if waiting is None:
            on_another = self._answered.get(token)
            if on_another is not None:
                on_another(reply)
        elif _is_no_responders(reply):
            self._fail(token, no_responders(waiting.subject))
        elif waiting.replies.accepts is None or waiting.replies.accepts(reply):
            self._succeed(token, reply)

    async def _publish(self, subject: str, data: bytes, reply: str, headers: dict[str, str] | None) -> None:
        try:
            await self._connection.publish(subject, data, reply, headers)
        except Exception as reason:
            raise translated(reason, subject) from reason

    def _succeed(self, token: str, reply: Delivery) -> None:
        waiting = self._waiting.pop(token)
        if not waiting.answer.done():
            waiting.answer.set_result(reply)
            if waiting.replies.on_another is not None:
                self._answered.add(token, waiting.replies.on_another)

    def _fail(self, token: str, error: ProtocolError) -> None:
        waiting = self._waiting.pop(token, None)
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_exception(error)


def _is_no_responders(reply: Delivery) -> bool:
    """How the server says that nobody listens."""
    return not reply.data and reply.headers is not None and reply.headers.get("Status") == "503"
