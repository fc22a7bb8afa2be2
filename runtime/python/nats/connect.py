"""Making a connection to a NATS server."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any, TypedDict

from ..transport.transport import Transport, TransportStatus
from .attention import Attention
from .client import NatsConnection, NatsError, NoServersError, SlowConsumerError, StaleConnectionError, is_private
from .credentials import credentials_of
from .error import too_slow
from .reconnecting import ToldConnection
from .refusal import Attempt, not_connected, refused_by_server, without_tls
from .statuses import Statuses
from .tls import TlsFiles, context_of
from .transport import NatsTransport

if TYPE_CHECKING:
    from typing_extensions import Unpack

# In s. How long nothing is said of messages that are dropped, once it was said.
_QUIET = 10.0


class NatsOptions(TypedDict, total=False):
    """How to reach a server, and all else that the NATS client takes. Times are in s.

    credentials_file: path of a credentials file, which holds a JWT and a seed. It is read again for each connection
    nkey: seed of an nkey: `SU...`
    tls: the connection is private: by the names of files, `{}` for the certificates that the system trusts; or as Python has it
    """

    name: str
    user: str
    password: str
    token: str
    credentials_file: str
    nkey: str
    user_credentials: str
    nkeys_seed: str
    tls: ssl.SSLContext | TlsFiles
    tls_hostname: str
    connect_timeout: int
    reconnect_time_wait: int
    max_reconnect_attempts: int
    ping_interval: int
    inbox_prefix: str


async def connect_nats(servers: str | Sequence[str], **options: Unpack[NatsOptions]) -> Transport:
    """Connects to a server. Once connected, it reconnects for ever unless told otherwise.

    Raises ProtocolError `connection_failed`.
    """
    urls = [servers] if isinstance(servers, str) else list(servers)
    credentials = credentials_of(options, urls)
    tls = options.get("tls")
    with_tls = tls is not None or any(url.startswith("tls://") for url in urls)
    attempt = Attempt(urls, credentials.name, with_tls)
    given: dict[str, Any] = {"max_reconnect_attempts": -1, **credentials.options}
    if isinstance(tls, dict):
        given["tls"] = context_of(tls)
    watch = _Watch(attempt)
    connection = watch.connection
    connecting = asyncio.ensure_future(
        connection.connect(
            urls,
            error_cb=watch.error,
            disconnected_cb=watch.disconnected,
            reconnected_cb=watch.reconnected,
            closed_cb=watch.closed,
            lame_duck_mode_cb=watch.leaving,
            **given,
        )
    )
    try:
        # The client tries for ever, also when it has never been connected.
        outcomes: set[asyncio.Future[Any]] = {connecting, watch.given_up}
        await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
        reason = connecting.exception() if connecting.done() else watch.given_up.result()
    finally:
        connecting.cancel()
    if reason is not None:
        await asyncio.wait({connecting})
        raise not_connected(reason, attempt) from reason
    # The client goes on without, whatever it was told.
    if with_tls and not is_private(connection):
        await connection.close()
        raise without_tls(attempt)
    return watch.begin(NatsTransport(connection, watch.statuses, owned=True))


def nats_transport(connection: NatsConnection) -> Transport:
    """A transport over a connection that somebody else opened. It stays open when the transport is closed.

    What happens to the connection is told to whoever opened it.
    """
    return NatsTransport(connection, Statuses(), owned=False)


class _Watch:
    """Hears what the client tells. Before there is a connection, each error is a failed attempt to reach a server."""

    def __init__(self, attempt: Attempt) -> None:
        self.connection = ToldConnection(self._attempted)
        self._attempt = attempt
        self.statuses = Statuses()
        self.given_up: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        # Once there is a connection.
        self.transport: NatsTransport | None = None
        self._attention: Attention | None = None
        self._attempts = len(attempt.servers)
        # Why the latest attempt to reach a server failed.
        self._failure: Exception | None = None
        # By the clock of the loop.
        self._quiet_until = -inf

    def begin(self, transport: NatsTransport) -> NatsTransport:
        """There is a connection."""
        self.transport = transport
        self._attention = Attention()
        return transport

    async def error(self, reason: Exception) -> None:
        if isinstance(reason, SlowConsumerError):
            self._tell_of_slowness(reason)
            return
        self._failure = reason
        if self.transport is not None:
            # That the connection was lost is told otherwise, and nobody can do anything about a failed attempt to get it back.
            if isinstance(reason, NatsError) and not isinstance(reason, StaleConnectionError):
                self.statuses.tell(TransportStatus("refused", refused_by_server(reason, self._attempt)))
            return
        self._attempts -= 1
        if self._attempts <= 0 and not self.given_up.done():
            self.given_up.set_result(reason)

    async def disconnected(self) -> None:
        # The client tells so when it is closed, too.
        if self._attention is not None and not self.connection.is_closed:
            self.statuses.tell(TransportStatus("disconnected", self._attention.inattention()))

    def _attempted(self, server: str) -> None:
        self.statuses.tell(TransportStatus("reconnecting", server=server))

    async def leaving(self) -> None:
        self.statuses.tell(TransportStatus("leaving", server=self.connection.server))

    async def reconnected(self) -> None:
        self.statuses.tell(TransportStatus("reconnected"))

    async def closed(self) -> None:
        if self._attention is not None:
            self._attention.stop()
        is_ours = self.transport is None or self.transport.has_ended
        self.statuses.tell(TransportStatus("closed", None if is_ours else not_connected(self._reason(), self._attempt)))

    def _tell_of_slowness(self, reason: SlowConsumerError) -> None:
        """The client tells of each message that it drops."""
        now = asyncio.get_running_loop().time()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET
            self.statuses.tell(TransportStatus("refused", too_slow(reason)))

    def _reason(self) -> Exception:
        """Why the client gave the connection up. That it has no servers left says less than why it reached none."""
        last = self.connection.last_error
        return self._failure or NoServersError() if last is None or isinstance(last, NoServersError) else last
