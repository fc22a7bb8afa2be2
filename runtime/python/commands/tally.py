"""How the requests for one command have gone."""

from __future__ import annotations

from dataclasses import dataclass

from ..error import ProtocolError
from .service_error import failure_of


@dataclass(slots=True)
class Tally:
    """Counts the requests for one command since its service was started.

    last_error: what the caller was told; empty when there has been none
    duration: of all requests together, in s
    """

    requests: int = 0
    errors: int = 0
    last_error: str = ""
    duration: float = 0.0

    def succeeded(self, duration: float) -> None:
        """duration: in s."""
        self.requests += 1
        self.duration += duration

    def failed(self, duration: float, told: ProtocolError) -> None:
        """duration: in s, told: what the caller was told."""
        failure = failure_of(told)
        self.succeeded(duration)
        self.errors += 1
        self.last_error = f"{failure.code}: {failure.message}"
