"""Why a NATS server does not let us in, or does not let us do something, and what to do about it."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from ..error import ProtocolError, message_of
from .client import NatsError
from .credentials import without_credentials
from .error import NotPermitted

_permission = re.compile(r'Permissions Violation for (\w+) to "([^"]*)"', re.IGNORECASE)

_REFUSED = "nothing listens there; start a NATS server, or check the address"
_SILENT = "nothing answers there; check the address and the network"
_UNKNOWN_HOST = "there is no such host; check the address"
_NO_TLS = "the server does not speak TLS; leave out tls, or ask for a port that does"
_UNTRUSTED = "the server's certificate is signed by nobody we trust; give its authority in ca_file of tls"
_EXPIRED = "the server's certificate has expired; renew it"
_OTHER_HOST = "the server's certificate is for another host; use the address that it is for"
_OUR_CERTIFICATE = "the server does not accept our certificate; check cert_file of tls, or give one"
_CUT = (
    "the server ended the connection during the handshake, as one does that does not accept our certificate; check cert_file "
    "of tls, or give one"
)
# By the numbers that OpenSSL has for them.
_verdicts = {
    10: _EXPIRED,
    18: _UNTRUSTED,
    19: _UNTRUSTED,
    20: _UNTRUSTED,
    21: _UNTRUSTED,
    62: _OTHER_HOST,
    64: _OTHER_HOST,
}
# The client tells refused credentials by the server's words alone.
_refusals = {
    "account authentication expired": "whose account has expired; renew it",
    "authentication expired": "which has expired; renew it",
    "authentication timeout": "which came too late",
    "authorization": "check it, and that it is meant for this server",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """Where we wanted to go, and what we had to show.

    credentials: kinds of credentials, such as `the token`; never a secret. None when there were none
    with_tls: whether the connection was to be private
    """

    servers: Sequence[str]
    credentials: str | None
    with_tls: bool


def not_connected(reason: BaseException, attempt: Attempt) -> ProtocolError:
    """An error of the client from making the connection, or from making it again."""
    return ProtocolError("connection_failed", f"{_cannot(attempt)}: {_why_not(reason, attempt)}", cause=reason)


def without_tls(attempt: Attempt) -> ProtocolError:
    """The connection was to be private, and is not."""
    return ProtocolError("connection_failed", f"{_cannot(attempt)}: {_NO_TLS}")


def refused_by_server(reason: Exception, attempt: Attempt) -> ProtocolError:
    """Something the server refuses after it was sent."""
    found = _permission.search(str(reason))
    if found is None:
        text = f"the server complains: {_why_not(reason, attempt)}"
        return ProtocolError("connection_failed", text, cause=reason)
    return NotPermitted(found[1].lower(), found[2], reason)


def _cannot(attempt: Attempt) -> str:
    # Credentials may stand in an address, and do not belong in an error.
    return f"cannot connect to {', '.join(map(without_credentials, attempt.servers))}"


def _why_not(reason: BaseException, attempt: Attempt) -> str:
    if isinstance(reason, ProtocolError):
        return reason.raw_message
    if isinstance(reason, ssl.SSLError):
        return _why_not_trusted(reason)
    if isinstance(reason, ConnectionRefusedError):
        return _REFUSED
    if isinstance(reason, ConnectionResetError | BrokenPipeError | EOFError) and attempt.with_tls:
        return _CUT
    if isinstance(reason, socket.gaierror):
        return _UNKNOWN_HOST
    if isinstance(reason, asyncio.TimeoutError | TimeoutError):
        return _SILENT
    text = str(reason).lower()
    for words, advice in _refusals.items():
        if isinstance(reason, NatsError) and words in text:
            return _refused(attempt.credentials, advice)
    # On several addresses of one host at once.
    return _REFUSED if isinstance(reason, OSError) and "connect call failed" in text else message_of(reason)


def _why_not_trusted(reason: ssl.SSLError) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _verdicts.get(reason.verify_code, message_of(reason))
    return _OUR_CERTIFICATE if "ALERT" in (reason.reason or "") else message_of(reason)


def _refused(credentials: str | None, advice: str) -> str:
    if credentials is not None:
        return f"the server refuses {credentials}; {advice}"
    return "the server wants credentials; give user and password, token, credentials_file or nkey"
