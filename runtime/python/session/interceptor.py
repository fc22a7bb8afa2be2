"""What stands between a program and its messages, the same for all that it sends and receives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

from .dispatch import called
from .exchange import Exchange

Next: TypeAlias = Callable[[], Awaitable[object]]
"""Goes on, to the next interceptor and in the end to the message itself, once it is awaited; gives what that gives."""

Interceptor: TypeAlias = Callable[[Exchange, Next], object]
"""Is called in place of what is to happen to a message, and makes it happen with `await call_next()`.

What it gives or raises is the outcome; it may be asynchronous. The first of several is the outermost: it begins before the
others, and ends after them.
"""


def around(
    interceptors: Sequence[Interceptor], exchange: Exchange | None, act: Callable[[], object]
) -> Callable[[], object]:
    """What is to happen, as interceptors let it.

    exchange: as they see it; None when none are to see it
    """
    return act if exchange is None else partial(intercept, interceptors, exchange, act)


async def intercept(interceptors: Sequence[Interceptor], exchange: Exchange, act: Callable[[], object]) -> object:
    """Lets interceptors have an exchange, before and after `act`."""
    if not interceptors:
        return await called(act)
    first, *others = interceptors
    return await called(lambda: first(exchange, lambda: intercept(others, exchange, act)))
