"""Requests and their replies. That of the NATS client itself is over with the first reply, whoever has sent it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count

from ..error import ProtocolError
from ..transport.latest import ANSWERED_REQUESTS, Latest
from ..transport.transport import Accepts, Delivery, Headers, Receive
from ..transport.transport_error import connection_closed, no_reply, no_responders
from .client import NatsConnection
from .error import translated


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
    """The requests of one connection, which share one inbox: `receive` is to be subscribed to its `subject`."""

    def __init__(self, connection: NatsConnection) -> None:
        self._connection = connection
        # Each request adds a token of its own.
        self._prefix = f"{connection.new_inbox()}."
        self._tokens = count()
        self._waiting: dict[str, _Waiting] = {}
        self._answered: Latest[Receive] = Latest(ANSWERED_REQUESTS)

    @property
    def subject(self) -> str:
        """Where replies arrive."""
        return f"{self._prefix}*"

    async def send(
        self, subject: str, data: bytes, timeout: float, headers: Headers | None, replies: Replies
    ) -> Delivery:
        """Returns the first reply that is accepted. Raises what `Transport.request` raises."""
        loop, token = asyncio.get_running_loop(), str(next(self._tokens))
        answer: asyncio.Future[Delivery] = loop.create_future()
        self._waiting[token] = _Waiting(subject, answer, replies)
        timer = loop.call_later(timeout, lambda: self._fail(token, no_reply(subject, timeout)))
        fields = None if headers is None else dict(headers)
        try:
            await self._publish(subject, data, self._prefix + token, fields)
            return await answer
        finally:
            timer.cancel()
            self._waiting.pop(token, None)

    def receive(self, reply: Delivery) -> None:
        """Takes whatever arrives in the inbox."""
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

    def close(self) -> None:
        """Gives up all that waits."""
        for token in list(self._waiting):
            self._fail(token, connection_closed())

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
