"""What the runtime needs of a bus that keeps messages, for those who must not miss any. All times are in s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from ..error import ProtocolError

if TYPE_CHECKING:
    from .transport import Delivery, Headers, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOptions:
    """What a stream is to be.

    subjects: whatever is published on these is kept. They may hold the wildcard `*`
    storage: what is in `memory` is lost when the bus stops
    duplicate_window: how long the id of a message is remembered: a message with the same id is kept once
    """

    name: str
    subjects: Sequence[str]
    storage: Literal["file", "memory"]
    maximum_age: float
    duplicate_window: float
    maximum_bytes: int | None = None
    maximum_messages: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that is kept.

    sequence: of the message in its stream
    duplicate: whether a message with the same id had been kept already; then this is that one's number
    """

    sequence: int
    duplicate: bool


Start: TypeAlias = Literal["now", "beginning"]
"""Where a group of consumers begins that was not there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumeOptions:
    """How messages are consumed.

    name: of the group: ASCII letters, digits, `-` and `_`
    subjects: what is wanted. Some of what is not may come all the same: settle it as done
    wait: after how long without a sign of life a message is delivered again
    in_flight: how many messages of the group may be unsettled at one time
    on_failure: told when consuming has not been possible for a while. It goes on by itself when it is
    """

    name: str
    subjects: Sequence[str]
    wait: float
    in_flight: int
    start: Start
    on_failure: Callable[[ProtocolError], None]


@dataclass(frozen=True, slots=True)
class Done:
    """A message was handled."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message is never delivered again, though nothing came of it."""


@dataclass(frozen=True, slots=True)
class Again:
    """A message is delivered again, after the delay."""

    delay: float


Settlement: TypeAlias = Done | GivenUp | Again
"""What becomes of a message."""


class StreamDelivery(Protocol):
    """One delivery of a message that is kept."""

    @property
    def message(self) -> Delivery:
        """As it was published."""

    @property
    def sequence(self) -> int:
        """Of the message in its stream."""

    @property
    def deliveries(self) -> int:
        """How often it was delivered, this time included."""

    def settle(self, settlement: Settlement) -> None:
        """To be called once."""

    def working(self) -> None:
        """A sign of life: the time until it is delivered again starts anew."""


Take: TypeAlias = Callable[[StreamDelivery], None]
"""Called for each message that is delivered. It must not raise."""


class Stream(Protocol):
    """Messages that the bus keeps, numbered from 1. Its methods raise ProtocolError `stream_failed` when the bus refuses."""

    async def publish(
        self, subject: str, data: bytes, *, identifier: str, timeout: float, headers: Headers | None = None
    ) -> Stored:
        """Sends a message, and returns when it is kept.

        After an error it may be kept or not: publish it again with the same identifier.

        Raises ProtocolError `timeout`, `connection_failed`, `connection_closed`, `invalid_subject`, `message_too_large`.
        """

    async def consume(self, options: ConsumeOptions, take: Take) -> Stop:
        """Takes messages as a member of the group of a name; returns what ends that, but not what is held.

        Each message reaches one member, and again one, until it is settled. The bus remembers how far the group has got, also
        when nobody of it is there.

        Raises ProtocolError `invalid_argument` for a name that cannot be.
        """
