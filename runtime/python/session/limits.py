"""How much and how long: the limits that a client keeps."""

from __future__ import annotations

from dataclasses import dataclass

from ..error import ProtocolError
from .retry import NEVER, Retry

# What a timer can wait for, in s, and more bytes than any message has.
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in s, sizes in bytes.

    handler_timeout: how long a handler may take
    max_concurrent_handlers: how many handlers may run at once; those of events, commands and all else take turns
    max_waiting: how many messages may wait for one handler, requests for one service, and commands for their turn
    request_timeout: how long to wait for a reply, and for a connection that is lost
    maximum_message_bytes: a larger message is refused before it is decoded
    retry: how commands that may be repeated are sent again

    Raises ProtocolError `invalid_argument` for a limit that nothing can keep.
    """

    handler_timeout: float
    max_concurrent_handlers: int
    max_waiting: int
    request_timeout: float
    maximum_message_bytes: int
    retry: Retry = NEVER

    def __post_init__(self) -> None:
        for name in ("handler_timeout", "request_timeout", "maximum_message_bytes"):
            check_limit(name, getattr(self, name))
        for name in ("max_concurrent_handlers", "max_waiting"):
            check_count(name, getattr(self, name))


def check_count(name: str, value: int) -> None:
    """Raises ProtocolError `invalid_argument` when so many of anything cannot be counted to."""
    if type(value) is not int or value < 1:
        raise ProtocolError("invalid_argument", f"{name} must be a whole number above 0, not {value}")


def check_revision(revision: int) -> None:
    """Raises ProtocolError `invalid_argument` when no value of a bucket can have it; 0 is that of none."""
    if type(revision) is not int or revision < 0:
        raise ProtocolError("invalid_argument", f"revision must be a whole number from 0, not {revision}")


def check_limit(name: str, value: float) -> None:
    """Raises ProtocolError `invalid_argument` when no timer can wait for it, and nothing can be of that size."""
    if not 0 < value <= _LARGEST:
        raise ProtocolError("invalid_argument", f"{name} must be above 0 and at most {_LARGEST}, not {value}")
