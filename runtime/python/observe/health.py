"""How a client is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Counts:
    """How often what happened.

    invalid: messages that were refused
    errors: handlers that failed, and all else that was reported as an error
    dropped: messages that were given up, and requests that were refused, because too many waited
    """

    invalid: int
    errors: int
    dropped: int


@dataclass(frozen=True, slots=True)
class ServiceName:
    """What a program calls itself."""

    name: str
    version: str
    instance: str


@dataclass(frozen=True, slots=True)
class SpokenProtocol:
    """What a program speaks."""

    name: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True)
class Health:
    """How a client is, at one moment. It holds nothing secret.

    status: `healthy`: it can do its work; `degraded`: it has no connection, and tries to get one; `stopping`: it takes nothing
        more, or is closed
    uptime: since the client was made, in s
    service: None when the program has not said who it is
    """

    status: Literal["healthy", "degraded", "stopping"]
    connected: bool
    uptime: float
    service: ServiceName | None
    protocol: SpokenProtocol
    counts: Counts
