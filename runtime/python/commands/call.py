"""Asking a service: from arguments to a result, or to an error that says who is at fault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from math import inf
from typing import Generic, TypeVar, cast

from ..error import ProtocolError
from ..protocol.address import Address
from ..protocol.ignored import ignored_command
from ..protocol.message import CommandDescriptor
from ..protocol.stamp import stamp
from ..session.limits import check_limit
from ..session.retry import UNANSWERED, UNSENT, Retry, attempts
from ..session.session import Session
from ..transport.transport import Accepts, Delivery, Headers, Receive
from ..value.codec import encode
from ..value.invalid import Refused, write_value
from .deadline import deadline_headers
from .reply_reader import ReplyReader

Args = TypeVar("Args")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What may be said about one call.

    timeout: how long to wait in all, in s: for a connection when it is lost, for its turn, if it keeps a pace, and for the
        reply, repetitions included. None: for a connection and for each reply, the client's `request_timeout`, and what
        the schema says that the command takes. The service is told of a time that is named, and gives its handler no longer
    retry: how to send it again when nobody answers; None for the client's. Only for a command that may be repeated: any other
        is sent again only when it was not sent for want of a connection
    id: travels with the request; None for a new UUID
    headers: header fields that travel with the request
    even_if_ignored: sends a command that the service is known to ignore
    """

    timeout: float | None = None
    retry: Retry | None = None
    id: str | None = None
    headers: Headers | None = None
    even_if_ignored: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    """A request, written.

    until: when the caller gives up, by the clock of the loop; endless when nothing was said
    """

    id: str
    data: bytes
    headers: Headers | None
    until: float


class Call(Generic[Args, Result]):
    """A command of one channel, ready to be sent.

    subject: where it is sent
    """

    def __init__(self, session: Session, command: CommandDescriptor[Args, Result], address: Address) -> None:
        """Raises ProtocolError `invalid_subject` when the address cannot be part of the command's subject."""
        wire = session.wire
        self._session = session
        self.command = command
        self.address = address
        self._envelopes = wire.command_envelopes(command.envelope)
        self._replies = ReplyReader(session, command, address)
        # What is the same in each of its requests.
        self._fixed = {**address, "service": command.service, "command": command.name, "source": session.source}
        self.subject = wire.command_subject(command).build(self._fixed)
        # How long a caller waits who names no time, in s.
        self._usual_wait = session.limits.request_timeout + command.takes
        # What has to be waited for before it is sent.
        self._queue = session.pacing.queue_of(command.pace, address)

    async def send(self, args: object, options: CallOptions) -> Result:
        """Sends the command and waits for its result; for one that nobody answers, None when it is sent.

        Raises ProtocolError `invalid_argument`, `invalid_request`, `ignored_command`, `message_too_large`, `no_responders`,
        `timeout`, `connection_closed`; `not_connected`, `expired`, `overloaded` when it was not sent; what the service refuses
        with; `malformed_message`, `invalid_reply`, `invalid_result` when its answer is at fault.
        """
        try:
            mark = stamp(options.id)
            data, retry = self._request(args, options, mark), self._retry_of(options)
            if options.timeout is not None:
                check_limit("timeout", options.timeout)
            time = asyncio.get_running_loop().time
            until = inf if options.timeout is None else time() + options.timeout
            request = _Request(mark["id"], data, options.headers, until)
            after = UNANSWERED if self.command.repeatable else UNSENT
            return await attempts(lambda others: self._attempt(request, others), retry, lambda: until - time(), after)
        except ProtocolError as error:
            raise error.at(subject=self.subject, ref=self.command.ref)

    async def _attempt(self, request: _Request, others: int) -> Result:
        """Sends it in its turn.

        others: how many attempts are left after this one
        """
        usual = self._usual_wait if others > 0 or request.until == inf else inf
        await self._turn(request.until, usual)
        session, left = self._session, request.until - asyncio.get_running_loop().time()
        if self._envelopes.replies is None:
            await session.transport.publish(self.subject, request.data, request.headers)
            return cast(Result, None)
        wait = max(min(usual, left), 0.001)
        # Header fields cost time, so what every request would say is not said.
        headers = request.headers if left == inf else {**(request.headers or {}), **deadline_headers(wait)}
        accepts: Accepts | None = None
        if self._replies.are_marked:
            accepts = partial(self._replies.is_for, request.id)
        reply = await session.transport.request(
            self.subject, request.data, wait, headers, accepts=accepts, on_another=self._counting(accepts)
        )
        return self._replies.read(reply)

    def _counting(self, accepts: Accepts | None) -> Receive:
        """Reports, once, that more replies came than one service sends."""
        replies = count(2)

        def another(reply: Delivery) -> None:
            if (accepts is None or accepts(reply)) and next(replies) == self.command.replies + 1:
                ref = self.command.ref
                reason = f"{ref} was answered by more than one service; the first answer counts, whoever it is from"
                error = ProtocolError("ambiguous_reply", reason, subject=self.subject, ref=ref)
                self._session.reporter.error(error)

        return another

    async def _turn(self, until: float, usual: float) -> None:
        """Returns when it is to be sent: there is a connection, and it is its turn.

        A turn that comes while there is no connection is taken again, so that those who wait for one do not all go out when it
        is back.
        """
        outbox, time = self._session.outbox, asyncio.get_running_loop().time
        place = 0 if self._queue is None else self._queue.new_place()
        while True:
            if not outbox.is_open:
                await outbox.ready(self.subject, max(min(usual, until - time()), 0.001))
            if self._queue is None:
                return
            left = until - time()
            try:
                await asyncio.wait_for(self._queue.turn(place), None if left == inf else left)
            except asyncio.TimeoutError:
                reason = "its turn did not come within the caller's time, so it was not sent"
                raise ProtocolError("expired", reason) from None
            if outbox.is_open:
                return

    def _retry_of(self, options: CallOptions) -> Retry:
        if options.retry is None:
            return self._session.limits.retry
        if not self.command.repeatable and options.retry.times > 0:
            reason = f"{self.command.ref} may not be sent again: its schema does not say that twice does what once does"
            raise ProtocolError("invalid_argument", reason)
        return options.retry

    def _request(self, args: object, options: CallOptions, mark: Mapping[str, str]) -> bytes:
        ignored = self.command.ignored
        if ignored is not None and not options.even_if_ignored:
            raise ignored_command(self.command.ref, ignored, "pass even_if_ignored=True")
        plain = write_value(self.command.args, args, Refused("the arguments", "invalid_request"))
        return encode(self._envelopes.request.write({**self._fixed, "args": plain, **mark}))
