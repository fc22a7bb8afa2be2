"""What a handler of durable events says of an event by how it ends."""

from __future__ import annotations

from ..error import ProtocolError


def later(delay: float, reason: str = "the handler asks for the event again") -> ProtocolError:
    """What a handler raises to get the event again: `raise later(60, "the database is down")`.

    That is no failure: it is not reported, and may be as often as need be. This program keeps the event meanwhile; when it ends,
    others get it.

    delay: in s
    """
    return ProtocolError("postponed", reason, details={"delay": delay})


def hopeless(reason: str) -> ProtocolError:
    """What a handler raises to give an event up: `raise hopeless("the user is gone")`.

    The event becomes a dead letter with that reason, and is not reported.
    """
    return ProtocolError("hopeless", reason)


def delay_of(error: ProtocolError) -> float | None:
    """The delay that a handler asked for, in s."""
    details = error.details if error.code == "postponed" else None
    delay = details.get("delay") if isinstance(details, dict) else None
    return delay if isinstance(delay, int | float) and delay >= 0 else None
