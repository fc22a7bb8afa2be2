"""What the NATS client raises, as ProtocolError."""

from __future__ import annotations

from ..error import Code, ProtocolError, located
from ..transport.transport_error import connection_closed
from ..value.wording import quote
from .client import (
    ConnectionClosedError,
    ConnectionDrainingError,
    JetStreamError,
    NatsTimeoutError,
    NoRespondersError,
    NoStreamResponseError,
    OutboundBufferLimitError,
    ServiceUnavailableError,
    SlowConsumerError,
)

NO_JETSTREAM = (NoRespondersError, NoStreamResponseError, ServiceUnavailableError)
"""Nobody can do anything about these but start JetStream."""


class NotPermitted(ProtocolError):
    """Something that the server does not permit.

    operation: `publish` or `subscription`
    subject: as the NATS client tells it: in lower case
    """

    def __init__(self, operation: str, subject: str, cause: BaseException | None = None) -> None:
        text = f"the server does not permit the {operation} to {quote(subject)}; ask for the permission"
        super().__init__("connection_failed", text, subject=subject, cause=cause)
        self.operation = operation


def translated(reason: Exception, subject: str | None = None, fallback: Code = "internal") -> ProtocolError:
    """Any error of the client, after the connection was made."""
    if isinstance(reason, ConnectionClosedError | ConnectionDrainingError):
        return connection_closed(reason)
    if isinstance(reason, OutboundBufferLimitError):
        text = "there is no connection, and no more room to wait in; send again when it is back"
        return ProtocolError("connection_failed", text, subject=subject, cause=reason)
    if isinstance(reason, NatsTimeoutError):
        return located(reason, subject=subject, fallback="timeout" if fallback == "internal" else fallback)
    return located(reason, subject=subject, fallback=fallback)


def jetstream_code_of(reason: Exception) -> int:
    """JetStream's own number of an error, or 0."""
    return (reason.err_code or 0) if isinstance(reason, JetStreamError) else 0


def too_slow(reason: SlowConsumerError) -> ProtocolError:
    """The client gives messages up, because too many wait for a subscription."""
    advice = "keep handlers short, and let nothing hold up the event loop"
    text = f"this program reads {quote(reason.subject)} too slowly, so messages for it are dropped; {advice}"
    return ProtocolError("slow_consumer", text, subject=reason.subject, cause=reason)
