"""Requests to one service, in the order of their arrival."""

from __future__ import annotations

import asyncio

from ..session.overflow import Overflow
from ..session.session import Session
from .command_run import CommandHandler, CommandRun


class RequestLine:
    """Requests that wait for their turn. When too many do, one more is refused at once: its caller is there to be told."""

    def __init__(self, session: Session, service: str) -> None:
        """service: its name, for reports"""
        ref = f"{session.wire.protocol.name}/{service}"
        reason = f"{ref} is too slow: {session.limits.max_waiting} requests wait, so more are refused"
        self._session = session
        self._ref = ref
        self._overflow = Overflow(session.reporter, ref, reason)
        self._waiting = 0
        # Of all that wait, one waits for a turn among those of others.
        self._first = asyncio.Lock()

    async def answer(self, run: CommandRun, args: object, handler: CommandHandler) -> None:
        """Calls the handler when it is the request's turn, or refuses it, and replies once."""
        turns = self._session.dispatcher.turns
        if self._waiting > 0 or not turns.take():
            if self._waiting >= self._session.limits.max_waiting:
                self._overflow.happened()
                await run.refuse("overloaded", "too many requests wait already; try again later")
                return
            await self._wait_for_turn(run)
        try:
            if run.is_late:
                self._session.reporter.dropped(self._ref)
                await run.refuse("expired", "the time of its caller was over before it was begun")
            else:
                await run.answer(args, handler)
        finally:
            turns.give_back()

    async def _wait_for_turn(self, run: CommandRun) -> None:
        self._waiting += 1
        try:
            async with self._first:
                await self._session.dispatcher.turns.turn()
        except asyncio.CancelledError:
            await run.refuse("handler_failed", "the service was stopped")
            raise
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._overflow.is_over()
