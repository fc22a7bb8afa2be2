"""Running until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from ..error import ProtocolError
from ..session.limits import check_limit

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_REASON = "told to stop by a signal"


class Running(Protocol):
    """What runs."""

    @property
    def closed(self) -> asyncio.Event:
        """Set when the connection is closed."""

    @property
    def failure(self) -> ProtocolError | None:
        """Why it was closed, when it was not this program that closed it."""

    async def drain(self, reason: str) -> None: ...

    async def close(self, reason: str) -> None: ...


async def run(running: Running, drain_timeout: float, on_timeout: Callable[[ProtocolError], None]) -> None:
    """Returns when the program was told to stop, by a signal or by closing the connection, and has.

    drain_timeout: how long handlers may take to finish, in s
    on_timeout: is told when there is no time left for them

    Raises ProtocolError `connection_failed` when the connection is lost for good; `invalid_argument`.
    """
    check_limit("drain_timeout", drain_timeout)
    told = asyncio.Semaphore(0)
    try:
        with _heard_signals(told.release):
            try:
                await _first(told.acquire(), running.closed.wait())
            finally:
                # Also when it is cancelled, as by Ctrl-C where there are no signals to listen to.
                if running.failure is None:
                    await _drain(running, told, drain_timeout, on_timeout)
    finally:
        await running.close(_REASON)
    if running.failure is not None:
        raise running.failure


async def _drain(
    running: Running, told: asyncio.Semaphore, drain_timeout: float, on_timeout: Callable[[ProtocolError], None]
) -> None:
    done = await _first(running.drain(_REASON), told.acquire(), timeout=drain_timeout)
    if not done:
        reason = f"handlers did not finish within {drain_timeout} s of being told to stop, and are cancelled"
        on_timeout(ProtocolError("handler_timeout", reason))


async def _first(*waiting: Awaitable[object], timeout: float | None = None) -> bool:
    """Whether one of them has ended in time. The others are cancelled."""
    tasks = [asyncio.ensure_future(each) for each in waiting]
    try:
        done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return len(done) > 0
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@contextmanager
def _heard_signals(listener: Callable[[], None]) -> Iterator[None]:
    """Calls the listener for each signal to stop."""
    loop = asyncio.get_running_loop()
    # Not every system has signals to listen to.
    with suppress(NotImplementedError):
        for number in _SIGNALS:
            loop.add_signal_handler(number, listener)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
