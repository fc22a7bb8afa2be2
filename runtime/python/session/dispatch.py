"""Calling handlers: with a limit on how long, and without anything that they do hurting others."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from .turns import Turns


@dataclass(frozen=True, slots=True)
class Finished:
    """A handler gave something back, or nothing."""

    value: object


@dataclass(frozen=True, slots=True)
class Failed:
    """A handler raised."""

    reason: BaseException


@dataclass(frozen=True, slots=True)
class Expired:
    """A handler has not finished in time. What it does from now on counts for nothing."""


Ending: TypeAlias = Finished | Failed | Expired
"""How the call of a handler ended."""


class Dispatcher:
    """Starts what runs beside the program, and watches over handlers.

    handler_timeout: in s
    turns: who may call a handler; to be asked before
    """

    def __init__(self, handler_timeout: float, max_concurrent_handlers: int) -> None:
        self.handler_timeout = handler_timeout
        self.turns = Turns(max_concurrent_handlers)
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, None]) -> None:
        """Runs beside the program, until it ends or the client is closed."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def call(self, handler: Callable[[], object], timeout: float = inf) -> Ending:
        """Calls a handler, which may be asynchronous; one that takes too long is cancelled, and not waited for.

        timeout: how long it may take, if that is less than any handler may, in s
        """
        task = asyncio.ensure_future(called(handler))
        # What it raises when nobody waits for it any more is nobody's business.
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            await asyncio.wait({task}, timeout=min(timeout, self.handler_timeout))
        finally:
            task.cancel()
        if not task.done():
            return Expired()
        if task.cancelled():
            return Failed(asyncio.CancelledError("the handler was cancelled"))
        reason = task.exception()
        return Finished(task.result()) if reason is None else Failed(reason)

    async def idle(self) -> None:
        """Returns when nothing is running."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Cancels what is running, and returns when it has ended."""
        # What was started just now begins first: it may have somebody to answer to.
        await asyncio.sleep(0)
        for task in self._running:
            task.cancel()
        await self.idle()


async def called(handler: Callable[[], object]) -> object:
    """What a handler gives back, whether it is asynchronous or not."""
    outcome = handler()
    return await outcome if inspect.isawaitable(outcome) else outcome
