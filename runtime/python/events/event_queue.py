"""Events for those who come for them by themselves, where handlers are called."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeAlias

from ..error import ProtocolError, located
from ..observe.observer import Outcome
from ..session.dispatch import Failed, Finished
from ..session.handler_run import overflow_of
from ..session.interceptor import around
from ..session.session import Registration, Session
from .event import Heard
from .intercepted_event import deliver_exchange

_Item: TypeAlias = Heard[Any, Any]


class EventQueue:
    """The events from one moment on, until it is ended by the one who comes for them, or with the client.

    From when one is handed out until its reader comes back for more, the reader is a handler at work.
    """

    def __init__(self, session: Session, ref: str, listen: Callable[[EventQueue], Registration]) -> None:
        """listen: starts to put events into it"""
        self._session = session
        self._ref = ref
        self._overflow = overflow_of(session, ref)
        self._waiting: deque[_Item] = deque()
        # The event whose turn it is, and that nobody has come for yet.
        self._next: _Item | None = None
        self._asking: deque[asyncio.Future[_Item | None]] = deque()
        # Done when the reader is back.
        self._round: asyncio.Future[None] | None = None
        # From when an event has its turn until its reader is back.
        self._is_busy = False
        self._is_over = False
        self._failure: ProtocolError | None = None
        self._registration = listen(self)
        session.endings.add(self.end)

    def push(self, item: _Item) -> None:
        """The event has its turn when those before it have ended. When too many wait, the oldest is given up."""
        self._waiting.append(item)
        if not self._is_busy:
            self._proceed()
        elif len(self._waiting) > self._session.limits.max_waiting:
            self._take()
            self._overflow.happened()

    def clear(self) -> None:
        """Forgets what waits."""
        self._waiting.clear()

    async def next(self) -> _Item | None:
        """The next event, or None when there will be none. Raises ProtocolError once, when a failure has ended it."""
        self._come_back()
        if self._is_over:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            return None
        asking: asyncio.Future[_Item | None] = asyncio.get_running_loop().create_future()
        self._asking.append(asking)
        self._hand_out()
        try:
            return await asking
        except asyncio.CancelledError:
            self._give_back(asking)
            raise

    def end(self, failure: ProtocolError | None = None) -> None:
        """Ends it. May be called more than once."""
        if self._is_over:
            return
        self._is_over = True
        self._registration.stop()
        self._session.endings.discard(self.end)
        self._next = None
        self._come_back()
        self._failure = failure
        while (asking := self._take_asking()) is not None:
            if self._failure is None:
                asking.set_result(None)
            else:
                asking.set_exception(self._failure)
                self._failure = None

    def _proceed(self) -> None:
        self._is_busy = bool(self._waiting)
        if self._waiting:
            self._next = self._take()
            self._hand_out()

    def _hand_out(self) -> None:
        if self._next is not None and self._asking:
            item, self._next = self._next, None
            self._session.dispatcher.start(self._run(item))

    async def _run(self, item: _Item) -> None:
        """Hands an event out when there is a turn for it, and goes on when its reader is back, or has taken too long."""
        dispatcher, interceptors = self._session.dispatcher, self._session.interceptors
        event, _ = item
        exchange = deliver_exchange(self._session, event) if interceptors else None
        await dispatcher.turns.turn()
        begun = perf_counter()
        try:
            ending = await dispatcher.call(around(interceptors, exchange, lambda: self._give(item)))
        finally:
            dispatcher.turns.give_back()
        if isinstance(ending, Failed):
            trace = None if exchange is None else exchange.trace
            error = located(ending.reason, ref=self._ref, subject=event.subject, trace=trace, fallback="handler_failed")
            self._handled(error.code, begun)
            self._session.reporter.error(error)
        # A reader may take its time: nobody waits for it but its own events.
        elif isinstance(ending, Finished):
            self._handled("succeeded", begun)
        if self._next is None:
            self._proceed()
        else:
            self._hand_out()

    async def _give(self, item: _Item) -> None:
        """Returns when the one who asked is back, or has asked for more already."""
        asking = self._take_asking()
        if asking is None:
            # It was asked for by somebody who has given up since.
            self._next = None if self._is_over else item
            return
        asking.set_result(item)
        if not self._asking:
            self._round = asyncio.get_running_loop().create_future()
            await self._round

    def _handled(self, outcome: Outcome, begun: float) -> None:
        observer = self._session.reporter.observers.current
        if observer is not None:
            observer.handled(self._ref, outcome, perf_counter() - begun)

    def _give_back(self, asking: asyncio.Future[_Item | None]) -> None:
        """One who asked has given up. What they were given just before is for the next who asks."""
        if asking.done() and not asking.cancelled() and not self._is_over:
            item = asking.result()
            if item is not None:
                self._waiting.appendleft(item)
            self._come_back()

    def _take_asking(self) -> asyncio.Future[_Item | None] | None:
        """The first who asked, and has not given up since."""
        while self._asking:
            asking = self._asking.popleft()
            if not asking.done():
                return asking
        return None

    def _come_back(self) -> None:
        if self._round is not None and not self._round.done():
            self._round.set_result(None)

    def _take(self) -> _Item:
        item = self._waiting.popleft()
        if not self._waiting:
            self._overflow.is_over()
        return item
