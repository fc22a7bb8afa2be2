"""One event, waited for."""

from __future__ import annotations

import asyncio
from typing import Any

from ..error import ProtocolError
from .event import ComingEvent, Heard
from .event_queue import EventQueue


def next_event(queue: EventQueue, ref: str, timeout: float | None) -> ComingEvent[Any, Any]:
    """Waits for the next event alone, and ends the queue.

    timeout: in s; None: for as long as the client is open

    Raises ProtocolError `timeout`, `connection_closed`, `connection_failed`.
    """
    waiting = asyncio.ensure_future(_wait(queue, ref, timeout))
    # Also when it is cancelled before it has begun.
    waiting.add_done_callback(lambda _: queue.end())
    # What it raises when nobody waits for it is nobody's business.
    waiting.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return waiting


async def _wait(queue: EventQueue, ref: str, timeout: float | None) -> Heard[Any, Any]:
    try:
        found = await asyncio.wait_for(queue.next(), timeout)
    except asyncio.TimeoutError:
        raise ProtocolError("timeout", f"there was none of {ref} within {timeout} s", ref=ref) from None
    finally:
        queue.end()
    if found is None:
        raise ProtocolError("connection_closed", f"the client was closed before there was one of {ref}", ref=ref)
    return found
