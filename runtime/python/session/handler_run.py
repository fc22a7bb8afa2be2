"""Handlers that are told something and give nothing back: of events, lifecycle messages and changes of state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..error import ProtocolError, raised_text
from .dispatch import Expired, Failed
from .exchange import Exchange
from .interceptor import around
from .lane import Lane
from .overflow import Overflow
from .session import Session

Message = TypeVar("Message")


def lane_to(
    session: Session,
    ref: str,
    handler: Callable[[Message], object],
    exchange_of: Callable[[Message], Exchange] | None = None,
) -> Lane[Message]:
    """The order of messages for a handler. Whatever the handler does, the next message gets its turn.

    exchange_of: how interceptors see a message; None when none are to see it
    """
    dispatcher, reporter = session.dispatcher, session.reporter

    async def handle(message: Message) -> None:
        # Some are not about a message of the bus.
        subject = getattr(message, "subject", None)
        exchange = None if exchange_of is None else exchange_of(message)
        outcome = await dispatcher.call(around(session.interceptors, exchange, lambda: handler(message)))
        trace = None if exchange is None else exchange.trace
        if isinstance(outcome, Failed):
            text, cause = f"the handler of {ref} raised: {raised_text(outcome.reason)}", outcome.reason
            error = ProtocolError("handler_failed", text, ref=ref, subject=subject, trace=trace, cause=cause)
            reporter.error(error)
        elif isinstance(outcome, Expired):
            limit = f"{dispatcher.handler_timeout} s"
            text = f"the handler of {ref} did not finish within {limit}; the next message has its turn"
            reporter.error(ProtocolError("handler_timeout", text, ref=ref, subject=subject, trace=trace))

    max_waiting = session.limits.max_waiting
    reason = f"the handler of {ref} is too slow: {max_waiting} messages wait, so the oldest are given up"
    return Lane(dispatcher, handle, max_waiting, Overflow(reporter, ref, reason))
