"""Handlers that are told something and give nothing back: of events, lifecycle messages and changes of state."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from ..error import ProtocolError, raised_text
from ..observe.observer import Outcome
from .dispatch import Ending, Expired, Failed
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

    def failure_of(ending: Ending) -> ProtocolError | None:
        if isinstance(ending, Failed):
            text, cause = f"the handler of {ref} raised: {raised_text(ending.reason)}", ending.reason
            return ProtocolError("handler_failed", text, cause=cause)
        if isinstance(ending, Expired):
            limit = f"{dispatcher.handler_timeout} s"
            text = f"the handler of {ref} did not finish within {limit}; the next message has its turn"
            return ProtocolError("handler_timeout", text)
        return None

    async def handle(message: Message) -> None:
        exchange = None if exchange_of is None else exchange_of(message)
        begun = perf_counter()
        ending = await dispatcher.call(around(session.interceptors, exchange, lambda: handler(message)))
        failure, observer = failure_of(ending), reporter.observers.current
        if observer is not None:
            outcome: Outcome = "succeeded" if failure is None else failure.code
            observer.handled(ref, outcome, perf_counter() - begun)
        if failure is not None:
            # Some are not about a message of the bus.
            subject = getattr(message, "subject", None)
            reporter.error(failure.at(ref=ref, subject=subject, trace=None if exchange is None else exchange.trace))

    return Lane(dispatcher, handle, session.limits.max_waiting, overflow_of(session, ref))


def overflow_of(session: Session, ref: str) -> Overflow:
    """Tells of messages of this reference that are given up because too many wait for their handler."""
    max_waiting = session.limits.max_waiting
    reason = f"the handler of {ref} is too slow: {max_waiting} messages wait, so the oldest are given up"
    return Overflow(session.reporter, ref, reason)
