"""What is given up because too much waits: counted each time, and reported once until nothing waits any more."""

from __future__ import annotations

from ..error import ProtocolError
from .report import Reporter


class Overflow:
    """Tells of what one line gives up."""

    def __init__(self, reporter: Reporter, ref: str, reason: str) -> None:
        """reason: what happens to messages of this reference when too many wait"""
        self._reporter = reporter
        self._ref = ref
        self._reason = reason
        self._is_reported = False

    def happened(self) -> None:
        """One message was given up."""
        self._reporter.dropped(self._ref)
        if not self._is_reported:
            self._is_reported = True
            self._reporter.error(ProtocolError("overloaded", self._reason, ref=self._ref))

    def is_over(self) -> None:
        """Nothing waits any more."""
        self._is_reported = False
