"""What the NATS client raises, as ProtocolError."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Sequence

from ..error import Code, ProtocolError, located, message_of
from ..transport.transport_error import connection_closed
from ..value.wording import quote
from .client import (
    ConnectionClosedError,
    ConnectionDrainingError,
    JetStreamError,
    NatsError,
    NatsTimeoutError,
    NoRespondersError,
    NoStreamResponseError,
    OutboundBufferLimitError,
    ServiceUnavailableError,
    SlowConsumerError,
)

NO_JETSTREAM = (NoRespondersError, NoStreamResponseError, ServiceUnavailableError)
"""Nobody can do anything about these but start JetStream."""

_permission = re.compile(r'Permissions Violation for (\w+) to "([^"]*)"', re.IGNORECASE)

# What is wrong when there is no connection, and what to do about it.
_REFUSED = "nothing listens there; start a NATS server, or check the address"
_SILENT = "nothing answers there; check the address and the network"
_UNKNOWN_HOST = "there is no such host; check the address"
_CREDENTIALS = "the server does not accept the credentials; check user, password, token or key"


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


def not_connected(reason: BaseException, servers: Sequence[str]) -> ProtocolError:
    """An error of the client from making the connection."""
    # Credentials may stand in an address, and do not belong in an error.
    where = ", ".join(re.sub(r"^(\w+://)?[^@/]*@", r"\1", server) for server in servers)
    return ProtocolError("connection_failed", f"cannot connect to {where}: {_advice_on(reason)}", cause=reason)


def refused_by_server(reason: Exception) -> ProtocolError:
    """Something the server refuses after it was sent."""
    found = _permission.search(str(reason))
    if found is None:
        return ProtocolError("connection_failed", f"the server complains: {message_of(reason)}", cause=reason)
    return NotPermitted(found[1].lower(), found[2], reason)


def too_slow(reason: SlowConsumerError) -> ProtocolError:
    """The client gives messages up, because too many wait for a subscription."""
    advice = "keep handlers short, and let nothing hold up the event loop"
    text = f"this program reads {quote(reason.subject)} too slowly, so messages for it are dropped; {advice}"
    return ProtocolError("slow_consumer", text, subject=reason.subject, cause=reason)


def _advice_on(reason: BaseException) -> str:
    if isinstance(reason, ConnectionRefusedError):
        return _REFUSED
    if isinstance(reason, socket.gaierror):
        return _UNKNOWN_HOST
    if isinstance(reason, asyncio.TimeoutError | TimeoutError):
        return _SILENT
    # The client tells refused credentials by the server's words alone.
    if isinstance(reason, NatsError) and re.search("authorization|authentication", str(reason), re.IGNORECASE):
        return _CREDENTIALS
    # On several addresses of one host at once.
    return _REFUSED if isinstance(reason, OSError) and "Connect call failed" in str(reason) else message_of(reason)
