"""How far the members of a group have got in a stream within the process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..transport.stream import Again, ConsumeOptions, Settlement, Take
from ..transport.transport import Delivery, Stop
from .exchange import MemoryExchange, Message, subject_pattern


class ConsumedMessages(Protocol):
    """The messages that a consumer goes through."""

    @property
    def messages(self) -> Mapping[int, Message]:
        """By number, the oldest first."""

    @property
    def last(self) -> int:
        """The number of the message that was kept last."""


@dataclass(slots=True, eq=False)
class _Unsettled:
    """A message that was delivered, and is not settled.

    due: when it is delivered again, in the time of the event loop
    """

    deliveries: int
    due: float


class MemoryConsumer:
    """A group of consumers. Its members take turns."""

    def __init__(self, exchange: MemoryExchange, stream: ConsumedMessages, options: ConsumeOptions) -> None:
        self._exchange = exchange
        self._stream = stream
        self._options = options
        self._patterns = [subject_pattern(subject) for subject in options.subjects]
        self._unsettled: dict[int, _Unsettled] = {}
        self._members: deque[tuple[object, Take]] = deque()
        # The number of the next message that was never delivered.
        self._next = stream.last + 1 if options.start == "now" else 1
        self._awake = False
        self._timer: asyncio.TimerHandle | None = None

    def join(self, options: ConsumeOptions, take: Take) -> Stop:
        """The group is from now on what its latest member says. Returns what ends the membership."""
        member = (object(), take)
        self._options = options
        self._patterns = [subject_pattern(subject) for subject in options.subjects]
        self._members.append(member)
        self.wake()

        def stop() -> None:
            if member in self._members:
                self._members.remove(member)
                self.wake()

        return stop

    def wake(self) -> None:
        """Looks soon for what can be delivered."""
        if not self._awake:
            self._awake = True
            self._exchange.soon(self._deliver)

    def _deliver(self) -> None:
        self._awake = False
        if self._timer is not None:
            self._timer.cancel()
        while (sequence := self._choose()) is not None:
            self._give(sequence)
        if self._members and self._unsettled:
            due = min(unsettled.due for unsettled in self._unsettled.values())
            self._timer = asyncio.get_running_loop().call_at(due, self.wake)

    def _choose(self) -> int | None:
        """What is due again first, and then what is new, unless too much is unsettled."""
        if not self._members:
            return None
        now = asyncio.get_running_loop().time()
        for sequence, unsettled in list(self._unsettled.items()):
            if sequence not in self._stream.messages:
                del self._unsettled[sequence]
            elif unsettled.due <= now:
                return sequence
        return self._next_wanted() if len(self._unsettled) < self._options.in_flight else None

    def _next_wanted(self) -> int | None:
        while self._next <= self._stream.last:
            sequence = self._next
            self._next += 1
            message = self._stream.messages.get(sequence)
            if message is not None and any(pattern.fullmatch(message.subject) for pattern in self._patterns):
                return sequence
        return None

    def _give(self, sequence: int) -> None:
        member = self._members.popleft()
        self._members.append(member)
        before = self._unsettled.get(sequence)
        deliveries = 1 if before is None else before.deliveries + 1
        due = asyncio.get_running_loop().time() + self._options.wait
        unsettled = self._unsettled[sequence] = _Unsettled(deliveries, due)
        message = self._stream.messages[sequence]
        delivery = Delivery(message.subject, message.data, message.headers)
        _, take = member
        take(_MemoryStreamDelivery(self, unsettled, delivery, sequence))

    def settle(self, sequence: int, settled: _Unsettled, settlement: Settlement) -> None:
        """What one of the members says of a message. That it wants it again counts of the latest delivery alone."""
        present = self._unsettled.get(sequence)
        if not isinstance(settlement, Again):
            self._unsettled.pop(sequence, None)
        elif present is settled:
            settled.due = asyncio.get_running_loop().time() + settlement.delay
        self.wake()

    def working(self, sequence: int, unsettled: _Unsettled) -> None:
        """One of the members is alive."""
        if self._unsettled.get(sequence) is unsettled:
            unsettled.due = asyncio.get_running_loop().time() + self._options.wait


@dataclass(frozen=True, slots=True)
class _MemoryStreamDelivery:
    _consumer: MemoryConsumer
    _unsettled: _Unsettled
    message: Delivery
    sequence: int

    @property
    def deliveries(self) -> int:
        return self._unsettled.deliveries

    def settle(self, settlement: Settlement) -> None:
        self._consumer.settle(self.sequence, self._unsettled, settlement)

    def working(self) -> None:
        self._consumer.working(self.sequence, self._unsettled)
