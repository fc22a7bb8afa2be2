"""One call of a handler of durable messages, and what becomes of the message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from ..error import Code, ProtocolError, located, raised_text
from ..observe.observer import Outcome
from ..protocol.message import DeliveryRules
from ..session.dispatch import Ending, Expired, Failed
from ..session.interceptor import around
from ..session.session import Session
from ..transport.stream import Again, Done
from .held import Held
from .message import DurableContext, Readable
from .verdict import delay_of


@dataclass(frozen=True, slots=True)
class DurableRun:
    """A message whose turn it is. Settles it by how its handler ends.

    is_limited: whether a message that fails is given up some time
    give_up: gives the message up
    postpone: lets the message wait for its turn again, in so many s
    """

    session: Session
    held: Held
    readable: Readable
    rules: DeliveryRules
    is_limited: bool
    give_up: Callable[[Held, ProtocolError], None]
    postpone: Callable[[Held, Readable, float], None]

    async def run(self) -> None:
        """Returns when the handler has ended, or its time."""
        self.held.state = "running"
        delivery = self.held.delivery
        context = DurableContext(self.readable.channel, delivery.message.subject, self._times_given)
        try:
            exchange = self.readable.exchange
            act = around(self.session.interceptors, exchange, lambda: self.readable.handle(context))
            begun = perf_counter()
            ending = await self.session.dispatcher.call(act)
        except asyncio.CancelledError:
            self.held.release()
            raise
        observer = self.session.reporter.observers.current
        if observer is not None:
            observer.handled(self.readable.ref, _outcome_of(ending), perf_counter() - begun)
        if isinstance(ending, Failed):
            self._failed(ending.reason)
        elif isinstance(ending, Expired):
            limit = f"{self.session.dispatcher.handler_timeout} s"
            self._report("handler_timeout", f"the handler of {self.readable.ref} did not finish within {limit}")
        else:
            self.held.settle(Done())

    def _failed(self, cause: BaseException) -> None:
        if isinstance(cause, ProtocolError) and cause.code == "hopeless":
            self.give_up(self.held, cause)
        elif isinstance(cause, ProtocolError) and cause.code == "postponed":
            delay = delay_of(cause)
            self.postpone(self.held, self.readable, self._usual_delay if delay is None else delay)
        else:
            reason = f"the handler of {self.readable.ref} raised: {raised_text(cause)}"
            self._report("handler_failed", reason, cause)

    def _report(self, code: Code, reason: str, cause: BaseException | None = None) -> None:
        delivery, ref = self.held.delivery, self.readable.ref
        subject = delivery.message.subject
        what = "it is a dead letter now" if self._is_last else f"delivery {delivery.deliveries}, and it comes again"
        exchange = self.readable.exchange
        trace = None if exchange is None else exchange.trace
        error = ProtocolError(code, f"{reason}; {what}", ref=ref, subject=subject, trace=trace, cause=cause)
        self.session.reporter.error(error)
        if self._is_last:
            self.give_up(self.held, ProtocolError(code, reason, subject=subject, cause=cause))
        else:
            self.held.settle(Again(self._usual_delay))

    @property
    def _times_given(self) -> int:
        """The server is not asked to count what is postponed."""
        return self.held.delivery.deliveries + self.held.postponements

    @property
    def _usual_delay(self) -> float:
        backoff = self.rules.backoff
        return backoff[min(self.held.delivery.deliveries, len(backoff)) - 1] if backoff else 1

    @property
    def _is_last(self) -> bool:
        return self.is_limited and self.held.delivery.deliveries >= self.rules.limit


def _outcome_of(ending: Ending) -> Outcome:
    if isinstance(ending, Failed):
        reason = ending.reason
        is_verdict = isinstance(reason, ProtocolError) and reason.code in ("hopeless", "postponed")
        return located(reason).code if is_verdict else "handler_failed"
    return "handler_timeout" if isinstance(ending, Expired) else "succeeded"
