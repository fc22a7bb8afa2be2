"""One request at a service: its handler, and its one reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from time import perf_counter
from typing import Any, TypeAlias

from ..error import Code, ProtocolError, raised_text
from ..observe.observer import Outcome
from ..observe.trace import TraceContext
from ..protocol.address import address_in
from ..session.dispatch import Ending, Expired, Failed, Finished
from ..session.exchange import ServeExchange
from ..session.interceptor import around
from ..session.session import Session
from ..transport.transport import Delivery, Headers
from ..value.invalid import Refused, write_value
from .deadline import timeout_in
from .reply import Answered, send_failure, send_success
from .served_subject import OpenedRequest
from .service_error import Refusal


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a handler of a command is given besides the arguments.

    address: what the request says of its address; it need not say anything
    source: what the caller calls itself; nobody has checked that
    id: the request's
    headers: header fields that came with it, such as those of a trace
    deadline: when the caller is told that the handler did not finish; sooner when the caller said that it waits no longer
    """

    address: Mapping[str, str]
    source: str | None
    id: str | None
    subject: str
    headers: Headers
    deadline: datetime


CommandHandler: TypeAlias = Callable[[Any, CommandContext], object]
"""A handler as the runtime calls it. It may be asynchronous."""


class CommandRun:
    """The call of one handler for one request."""

    def __init__(self, session: Session, request: OpenedRequest, delivery: Delivery) -> None:
        self._session = session
        self._request = request
        self._delivery = delivery
        self._command = request.command.descriptor
        self._exchange: ServeExchange | None = None
        # When the caller has given up. Nobody works for one who has left.
        self._expires_at = perf_counter() + timeout_in(delivery.headers)
        # When the handler was called.
        self._started_at: float | None = None
        self._limit = session.limits.handler_timeout

    @property
    def is_late(self) -> bool:
        """Whether its caller has given up before it was begun."""
        return perf_counter() >= self._expires_at

    async def answer(self, args: object, handler: CommandHandler) -> None:
        """Calls the handler, and replies once, whatever happens."""
        self._started_at = perf_counter()
        self._limit = min(self._limit, self._expires_at - self._started_at)
        context = self._context()
        interceptors = self._session.interceptors
        if interceptors:
            self._exchange = self._exchange_of(args, context)
        act = around(interceptors, self._exchange, lambda: handler(args, context))
        try:
            ending = await self._session.dispatcher.call(act, self._limit)
        except asyncio.CancelledError:
            await self.refuse("handler_failed", "the service was stopped")
            raise
        await self._reply_with(ending)

    async def refuse(self, code: Code, reason: str) -> None:
        """Answers without calling the handler."""
        await self._reply(ProtocolError(code, reason))

    async def _reply_with(self, ending: Ending) -> None:
        if isinstance(ending, Finished):
            await self._succeed(ending.value)
        elif isinstance(ending, Expired):
            told = ProtocolError("handler_timeout", "the handler did not finish in time")
            await self._fail(self._failure("handler_timeout", f"did not finish within {round(self._limit, 3)} s"), told)
        else:
            await self._failed(ending)

    async def _succeed(self, result: object) -> None:
        template = self._request.command.result
        try:
            # Of a command that nobody answers, nothing needs to be made.
            if self._answered.replies is not None:
                plain: object = write_value(self._command.result, result, Refused("the result", "invalid_result"))
                await send_success(
                    self._answered, plain if template is None else template.write({"result": plain}), self._session
                )
            self._request.command.tally.succeeded(self._duration)
            self._observe("succeeded")
        except ProtocolError as error:
            code: Code = "invalid_result" if error.code == "invalid_argument" else error.code
            told = ProtocolError(code, "what the service made cannot be sent")
            await self._fail(error.at(subject=self._delivery.subject, ref=self._command.ref, trace=self._trace), told)

    async def _failed(self, ending: Failed) -> None:
        reason = ending.reason
        if isinstance(reason, Refusal):
            await self._reply(reason)
            return
        # Only what was made to be told is told. Anything else may hold what the caller is not to know, and what the handler
        # was told of a request of its own would read as if it were about the caller's.
        told = ProtocolError("handler_failed", "handler failed")
        await self._fail(self._failure("handler_failed", f"raised: {raised_text(reason)}", reason), told)

    async def _fail(self, reported: ProtocolError, told: ProtocolError) -> None:
        """Reports one error, and tells the caller another."""
        self._session.reporter.error(reported)
        await self._reply(told)

    async def _reply(self, told: ProtocolError) -> None:
        self._request.command.tally.failed(self._duration, told)
        self._observe(told.code)
        await send_failure(self._answered, told, self._session)

    def _observe(self, outcome: Outcome) -> None:
        observer = self._session.reporter.observers.current
        if observer is not None:
            observer.served(self._command.ref, outcome, self._duration)

    @property
    def _duration(self) -> float:
        """How long the handler has taken so far, in s."""
        return 0 if self._started_at is None else perf_counter() - self._started_at

    def _failure(self, code: Code, what: str, cause: BaseException | None = None) -> ProtocolError:
        ref = self._command.ref
        error = ProtocolError(code, f"the handler of {ref} {what}", cause=cause)
        return error.at(subject=self._delivery.subject, ref=ref, trace=self._trace)

    @property
    def _trace(self) -> TraceContext | None:
        return None if self._exchange is None else self._exchange.trace

    @property
    def _answered(self) -> Answered:
        values = self._request.values
        command = values.get("command") or self._command.name
        repeated = {**values, "service": self._command.service, "command": command}
        return Answered(self._delivery, self._request.command.envelopes, repeated)

    def _context(self) -> CommandContext:
        values = self._request.values
        source, identifier = values.get("source"), values.get("id")
        return CommandContext(
            address=address_in(self._session.wire.protocol.address, values),
            source=source if isinstance(source, str) else None,
            id=identifier if isinstance(identifier, str) else None,
            subject=self._delivery.subject,
            headers=self._delivery.headers or {},
            deadline=datetime.now(timezone.utc) + timedelta(seconds=self._limit),
        )

    def _exchange_of(self, args: object, context: CommandContext) -> ServeExchange:
        return ServeExchange(
            ref=self._command.ref,
            descriptor=self._command,
            subject=context.subject,
            address=context.address,
            value=args,
            id=context.id,
            headers=context.headers,
        )
