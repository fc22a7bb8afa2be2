"""Carrying traces through a program, as an interceptor."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar

from ..observe.trace import TraceContext, child_of, is_of_trace, new_trace, read_trace, trace_fields, trace_headers
from .exchange import Exchange
from .interceptor import Interceptor, Next

_current: ContextVar[TraceContext | None] = ContextVar("trace", default=None)


def current_trace() -> TraceContext | None:
    """The step of a trace that the handler at work is, however often it waits, and whatever it calls.

    None outside of handlers, and in a program without `tracing()`.
    """
    return _current.get()


def tracing(sample: Callable[[Exchange], bool] = lambda exchange: True) -> Interceptor:
    """An interceptor that continues the trace of each message that comes, and tells of it in each message that goes.

    What a handler sends is part of its step. Where there is no trace, one begins. What header fields say that the program
    gives a message itself counts for more.

    sample: whether a trace that begins here is to be recorded; by default each is
    """

    def step_after(before: TraceContext | None, exchange: Exchange) -> TraceContext:
        return new_trace(sampled=sample(exchange)) if before is None else child_of(before)

    async def trace(exchange: Exchange, call_next: Next) -> object:
        before = read_trace(exchange.headers)
        if exchange.kind == "call" or exchange.kind == "publish":
            exchange.trace = step_after(before or current_trace(), exchange)
            _tell(exchange.headers, exchange.trace)
            return await call_next()
        exchange.trace = step_after(before, exchange)
        token = _current.set(exchange.trace)
        try:
            return await call_next()
        finally:
            _current.reset(token)

    return trace


def log_trace(record: logging.LogRecord) -> bool:
    """A filter for a log handler: lines that are written by a handler have their `trace_id` and `span_id`, others have not.

    What this package reports of a handler has them by itself.
    """
    for name, value in trace_fields(current_trace()).items():
        setattr(record, name, value)
    return True


def _tell(headers: dict[str, str], trace: TraceContext) -> None:
    for name in [name for name in headers if is_of_trace(name)]:
        del headers[name]
    headers.update(trace_headers(trace))
