"""All that passes through a client, as lines of its log."""

from __future__ import annotations

import logging

from .observer import Observer, Outcome


class DebugLog(Observer):
    """Writes down what passes. What was refused and what failed has lines of its own."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def received(self, ref: str) -> None:
        self._passed("received", ref)

    def published(self, ref: str) -> None:
        self._passed("published", ref)

    def dropped(self, ref: str) -> None:
        self._passed("dropped", ref)

    def handled(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._ended("handled", ref, outcome, duration)

    def served(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._ended("served", ref, outcome, duration)

    def requested(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._ended("requested", ref, outcome, duration)

    def _passed(self, what: str, ref: str) -> None:
        self._logger.debug("%s %s", what, ref, extra={"ref": ref})

    def _ended(self, what: str, ref: str, outcome: Outcome, duration: float) -> None:
        facts = {"ref": ref, "outcome": outcome, "duration": duration}
        self._logger.debug("%s %s: %s after %.1f ms", what, ref, outcome, duration * 1000, extra=facts)
