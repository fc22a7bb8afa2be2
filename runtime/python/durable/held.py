"""A message that this program has, and that is to be settled once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from ..transport.stream import Again, Settlement, StreamDelivery


class Held:
    """A message between its delivery and its settlement."""

    def __init__(self, delivery: StreamDelivery, on_settled: Callable[[], None]) -> None:
        self.state: Literal["waiting", "running", "postponed", "ending", "settled"] = "waiting"
        # How often its handler asked for it again later.
        self.postponements = 0
        self._deliveries = [delivery]
        self._on_settled = on_settled
        self._timer: asyncio.TimerHandle | None = None

    @property
    def delivery(self) -> StreamDelivery:
        """As it was delivered last."""
        return self._deliveries[-1]

    def add(self, delivery: StreamDelivery) -> None:
        """The same message was delivered again."""
        self._deliveries.append(delivery)

    def postpone(self, delay: float, again: Callable[[], None]) -> None:
        """Keeps it for so many s, in good hands: to the server that is no other delivery."""

        def due() -> None:
            self.state = "waiting"
            again()

        self.state = "postponed"
        self.postponements += 1
        self._timer = asyncio.get_running_loop().call_later(delay, due)

    def settle(self, settlement: Settlement) -> None:
        """Only the first time counts."""
        if self.state == "settled":
            return
        self.state = "settled"
        for delivery in self._deliveries:
            delivery.settle(settlement)
        self._on_settled()

    def release(self) -> None:
        """Hands it on to others, who get it when it is due."""
        left = 0.0
        if self._timer is not None:
            self._timer.cancel()
            left = max(0.0, self._timer.when() - asyncio.get_running_loop().time())
        self.settle(Again(left))
