"""What the runtime needs of a bus: subjects, bytes, one reply to a request, key-value buckets, and streams.

Two things implement it: `nats/transport.py` over a NATS server and `memory/transport.py` within the process. Every behaviour of the
runtime is tested on both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from ..error import ProtocolError
from .stream import Stream, StreamOptions

Headers: TypeAlias = Mapping[str, str]
"""Header fields of a message."""


class Respond(Protocol):
    """Sends an answer to the one who asked. Only the first answer to a request counts."""

    def __call__(self, data: bytes, headers: Headers | None = None) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, as it arrived.

    respond: present when the sender waits for an answer
    """

    subject: str
    data: bytes
    headers: Headers | None = None
    respond: Respond | None = None


Receive: TypeAlias = Callable[[Delivery], None]
"""Called for each message of a subscription, in order of arrival. It must not raise."""

Accepts: TypeAlias = Callable[[Delivery], bool]
"""Whether a reply answers a request. It must not raise."""

Stop: TypeAlias = Callable[[], None]
"""Ends something at once. May be called more than once."""


class Subscription(Protocol):
    """An interest in messages."""

    def unsubscribe(self) -> None:
        """Ends it at once; what is on its way is lost."""

    async def drain(self) -> None:
        """Ends it, and returns when everything that was on its way has been delivered."""


@dataclass(frozen=True, slots=True)
class TransportStatus:
    """What happens to a connection.

    kind: `reconnecting`: an attempt begins to get it back; `leaving`: the server will close the connection soon; `refused`: the
        server refused something that was sent earlier, such as a subscription that is not permitted
    error: present when it was refused; when it was lost, and this program seems to be the cause; and perhaps when it was closed
    server: its address; present when it is `reconnecting` or `leaving`
    """

    kind: Literal["disconnected", "reconnecting", "reconnected", "closed", "refused", "leaving"]
    error: ProtocolError | None = None
    server: str | None = None


StatusListener: TypeAlias = Callable[[TransportStatus], None]
"""Is told what happens to a connection. It must not raise."""


@dataclass(frozen=True, slots=True)
class BucketOptions:
    """How a bucket is made.

    history: how many values of a key are kept
    maximum_value_size: in bytes
    """

    history: int = 1
    maximum_value_size: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a key. Revisions are numbered within the bucket, from 1."""

    key: str
    data: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class EntryChange:
    """A change of a key; without data when the key was deleted."""

    key: str
    data: bytes | None
    revision: int


class Bucket(Protocol):
    """A key-value bucket. A pattern is a key in which `*` stands for any one token.

    All methods raise ProtocolError `state_failed` when the store refuses, and `invalid_subject` for what is no key or pattern.
    """

    async def get(self, key: str) -> Entry | None:
        """The present value, or None when there is none."""

    async def put(self, key: str, data: bytes, revision: int | None = None) -> int:
        """Writes, and returns the new revision.

        revision: write only when this is the key's present revision; 0 when there is to be none

        Raises ProtocolError `key_conflict`, `message_too_large`, `invalid_subject`.
        """

    async def delete(self, key: str) -> None:
        """Deletes the key; nothing happens when there is none."""

    async def keys(self, pattern: str | None = None) -> list[str]:
        """The keys that a pattern finds, by default all, in the order in which they were last written."""

    async def entries(self, pattern: str) -> list[Entry]:
        """The present values of all keys that a pattern finds, in the order in which they were written."""

    async def history(self, key: str) -> list[EntryChange]:
        """What the bucket keeps of a key's past, the present included, the oldest first."""

    async def watch(self, pattern: str, listener: Callable[[EntryChange], None]) -> Stop:
        """Calls the listener with the present value of each key that a pattern finds, and with each change from then on.

        Of changes in quick succession, perhaps only the last. A deletion is told when there was a value to tell before.
        Returns what ends that.
        """


class Transport(Protocol):
    """A connection to a bus. Its methods raise ProtocolError `connection_closed` after `close`."""

    @property
    def maximum_payload(self) -> int:
        """In bytes, data and headers together."""

    @property
    def is_lost(self) -> bool:
        """Whether there is no connection, and one is being made again."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed, by this program or by whoever closed the connection."""

    def label(self, headers: Headers) -> None:
        """Says what each message that is sent from now on carries beside its own header fields.

        Where both have a field, its own counts. Where no header fields can travel, messages go without.
        """

    async def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> None:
        """Raises ProtocolError `invalid_subject`, `message_too_large`."""

    def subscribe(self, subject: str, receive: Receive, queue: str | None = None) -> Subscription:
        """Starts a subscription. What is published through this transport afterwards reaches it.

        subject: may hold the wildcards `*` (one token) and `>` (the rest)
        queue: of all subscriptions with the same queue, each message reaches one

        Raises ProtocolError `invalid_subject`.
        """

    async def request(
        self,
        subject: str,
        data: bytes,
        timeout: float,
        headers: Headers | None = None,
        *,
        accepts: Accepts | None = None,
        on_another: Receive | None = None,
    ) -> Delivery:
        """Sends, and waits for the reply.

        timeout: in s
        accepts: when a reply does not answer the request, the wait goes on; None: the first does
        on_another: is told of a reply that comes after the one that was taken, if the request was one of the latest

        Raises ProtocolError `no_responders`, `timeout`, `invalid_subject`, `message_too_large`.
        """

    async def bucket(self, name: str, create: BucketOptions | None = None) -> Bucket:
        """Opens a bucket.

        create: make it when it is missing

        Raises ProtocolError `bucket_missing`, `invalid_subject`, `state_failed`.
        """

    async def stream(self, options: StreamOptions) -> Stream:
        """Opens a stream. It is made when it is missing, and left as it is when it is there.

        It is made anew by who publishes, when it was deleted since.

        Raises ProtocolError `invalid_subject` for a name or subject that cannot be; `stream_failed` also when it does not keep
        all subjects, or would keep what another one keeps.
        """

    async def flush(self) -> None:
        """Returns when the bus has taken everything sent so far, subscriptions included."""

    def on_status(self, listener: StatusListener) -> Stop:
        """Calls the listener from now on; returns what ends that."""

    async def close(self) -> None:
        """Ends all that was started through this object, and the connection when it owns it."""
