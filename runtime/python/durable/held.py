"""A message that this program has, and that is to be settled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ..transport.stream import Again, Settlement, StreamDelivery


class Held:
    """A message between its delivery and its settlement."""

    def __init__(self, delivery: StreamDelivery, on_settled: Callable[[], None]) -> None:
        self.state: Literal["waiting", "running", "ending", "settled"] = "waiting"
        self._deliveries = [delivery]
        self._on_settled = on_settled

    @property
    def delivery(self) -> StreamDelivery:
        """As it was delivered last."""
        return self._deliveries[-1]

    def add(self, delivery: StreamDelivery) -> None:
        """The same message was delivered again."""
        self._deliveries.append(delivery)

    def settle(self, settlement: Settlement) -> None:
        """Only the first time counts."""
        if self.state == "settled":
            return
        self.state = "settled"
        for delivery in self._deliveries:
            delivery.settle(settlement)
        self._on_settled()

    def release(self) -> None:
        """Hands it on to others."""
        self.settle(Again(0))
