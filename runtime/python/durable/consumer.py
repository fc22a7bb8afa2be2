"""Consuming a stream: each message is handled, and settled once, however that ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from ..error import ProtocolError
from ..protocol.message import DeliveryRules
from ..session.lane import Lane
from ..session.overflow import Overflow
from ..session.session import Session
from ..transport.stream import Again, ConsumeOptions, Done, GivenUp, Stream, StreamDelivery
from ..transport.transport import Delivery, Stop
from ..transport.transport_error import connection_closed
from .durable_run import DurableRun
from .held import Held
from .message import Readable

Bury: TypeAlias = Callable[[StreamDelivery, ProtocolError], Awaitable[None]]
"""Keeps a message that is given up, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consuming:
    """What is consumed, and how.

    read: None when nobody here wants it. Raises ProtocolError for what is no legal message
    bury: None: a message is tried for ever
    """

    session: Session
    stream: Stream
    options: ConsumeOptions
    rules: DeliveryRules
    read: Callable[[Delivery], Readable | None]
    bury: Bury | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A message in its lane."""

    held: Held
    readable: Readable


class DurableConsumer:
    """Gets the messages of a stream to their handler, and tells the stream what came of each."""

    def __init__(self, consuming: Consuming) -> None:
        self._consuming = consuming
        # By number in the stream.
        self._held: dict[int, Held] = {}
        self._lanes: dict[str, Lane[_Waiting]] = {}
        self._end: Stop = lambda: None
        self._signs: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._stopped = False

    async def start(self) -> None:
        """Returns when the bus knows of it. Raises `connection_closed` when it was stopped meanwhile."""
        self._end = await self._consuming.stream.consume(self._consuming.options, self._take)
        if self._stopped:
            self._end()
            raise connection_closed()
        self._sign_later()

    def stop(self) -> None:
        """Takes nothing more. Handlers that run finish; what waits for one is for others."""
        self._stopped = True
        self._end()
        for lane in self._lanes.values():
            lane.clear()
        for held in list(self._held.values()):
            if held.state in ("waiting", "postponed"):
                held.release()
        self._end_when_empty()

    async def drain(self) -> None:
        """As `stop`, and returns when nothing is held any more."""
        self.stop()
        await self._empty.wait()

    def _take(self, delivery: StreamDelivery) -> None:
        known = self._held.get(delivery.sequence)
        # The server had lost sight of this program, and delivers again what is in good hands.
        if known is not None:
            known.add(delivery)
            return
        held = self._held[delivery.sequence] = Held(delivery, lambda: self._forget(delivery.sequence))
        consuming = self._consuming
        try:
            readable = consuming.read(delivery.message)
        except ProtocolError as error:
            consuming.session.reporter.invalid(error)
            self._give_up(held, error)
            return
        if readable is None:
            held.settle(Done())
        elif consuming.bury is not None and delivery.deliveries > consuming.rules.limit:
            self._give_up_unsettled(held, readable.ref)
        else:
            self._push(held, readable)

    def _push(self, held: Held, readable: Readable) -> None:
        self._lane_of(readable).push(_Waiting(held, readable))

    def _lane_of(self, readable: Readable) -> Lane[_Waiting]:
        lane = self._lanes.get(readable.lane)
        if lane is None:
            session, most = self._consuming.session, self._consuming.options.in_flight
            # No more than that are ever held.
            overflow = Overflow(session.reporter, readable.ref, f"more than {most} messages of {readable.ref} are held")
            lane = self._lanes[readable.lane] = Lane(session.dispatcher, self._handle, most, overflow)
        return lane

    async def _handle(self, waiting: _Waiting) -> None:
        session, rules, bury = self._consuming.session, self._consuming.rules, self._consuming.bury
        held, readable = waiting.held, waiting.readable
        await DurableRun(session, held, readable, rules, bury is not None, self._give_up, self._postpone).run()

    def _postpone(self, held: Held, readable: Readable, delay: float) -> None:
        held.postpone(delay, lambda: self._push(held, readable))
        # Here it would be nobody's when it is due.
        if self._stopped:
            held.release()

    def _give_up(self, held: Held, error: ProtocolError) -> None:
        held.state = "ending"
        self._consuming.session.dispatcher.start(self._bury(held, error))

    async def _bury(self, held: Held, error: ProtocolError) -> None:
        """A dead letter is stored before the message is let go; when it cannot be, the message comes again."""
        bury, backoff = self._consuming.bury, self._consuming.rules.backoff
        again = Again(backoff[-1] if backoff else 1)
        if bury is None:
            held.settle(again)
            return
        try:
            await bury(held.delivery, error)
        except asyncio.CancelledError:
            held.release()
            raise
        except ProtocolError as reason:
            held.settle(again)
            self._consuming.session.reporter.error(reason)
        else:
            held.settle(GivenUp())

    def _give_up_unsettled(self, held: Held, ref: str) -> None:
        """The program that had it last did not live to say what came of it."""
        delivery = held.delivery
        reason = f"the event was delivered {delivery.deliveries - 1} times, and no program lived to say what came of it"
        error = ProtocolError("unsettled", reason, ref=ref, subject=delivery.message.subject)
        self._consuming.session.reporter.error(error)
        self._give_up(held, error)

    def _sign_later(self) -> None:
        self._signs = asyncio.get_running_loop().call_later(self._consuming.options.wait / 3, self._give_signs)

    def _give_signs(self) -> None:
        for held in self._held.values():
            held.delivery.working()
        self._sign_later()

    def _end_when_empty(self) -> None:
        if not self._stopped or self._held:
            return
        if self._signs is not None:
            self._signs.cancel()
        self._empty.set()

    def _forget(self, sequence: int) -> None:
        self._held.pop(sequence, None)
        self._end_when_empty()
