"""Sending a command again when nobody answered, or when it was not sent."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..error import ProtocolError

T = TypeVar("T")

UNSENT = ("not_connected",)
"""For want of a connection. What was not sent may always be sent again."""
UNANSWERED = ("no_responders", "timeout", *UNSENT)
"""Nobody answered, or nobody was asked."""
# Longer pauses are beyond any `maximum_delay`, and numbers have an end.
_MOST_DOUBLINGS = 60


@dataclass(frozen=True, slots=True)
class Retry:
    """How a command is sent again, if its schema says that twice does what once does, or it was not sent. Times are in s.

    times: how often, at most
    delay: the longest pause before the first repetition; for each one after, it doubles. How much of it is taken is left to
        chance, so that callers who failed together do not come back together
    maximum_delay: the longest pause of all

    Raises ProtocolError `invalid_argument` for what cannot be done.
    """

    times: int = 0
    delay: float = 0.2
    maximum_delay: float = 10.0

    def __post_init__(self) -> None:
        if self.times < 0 or not self.delay > 0 or not self.maximum_delay > 0:
            reason = f"a retry is some times, with pauses of some length, not {self}"
            raise ProtocolError("invalid_argument", reason)


NEVER = Retry()
"""A command is sent once."""


async def attempts(
    attempt: Callable[[int], Awaitable[T]],
    retry: Retry,
    left: Callable[[], float],
    after: Sequence[str] = UNANSWERED,
) -> T:
    """Makes attempts until one is answered, with whatever; until none is left; or until the caller has no time for another.

    attempt: sends the command once; it is given how many attempts are left after it
    left: how long the caller still waits, in s
    after: the codes of errors after which another attempt is worth while

    Raises what the last one raised.
    """
    outcome: ProtocolError | None = None
    sent = 0
    for made in range(1, retry.times + 2):
        others = retry.times + 1 - made
        try:
            return await attempt(others)
        except ProtocolError as error:
            # What was sent before may have been done: that counts for more than that it was not sent again.
            was_sent = error.code not in ("expired", *UNSENT)
            sent += was_sent
            if was_sent or sent == 0 or outcome is None:
                outcome = _counted(error, max(sent, 1))
            longest = min(retry.maximum_delay, retry.delay * 2.0 ** min(made - 1, _MOST_DOUBLINGS))
            pause = random.random() * longest
            if others == 0 or error.code not in after or pause >= left():
                raise outcome from outcome.__cause__
            await asyncio.sleep(pause)
    raise AssertionError


def _counted(error: ProtocolError, attempts: int) -> ProtocolError:
    error.attempts = attempts
    if attempts > 1:
        error.raw_message += f"; it was sent {attempts} times"
    return error
