"""What a program holds: one connection, speaking one protocol. Generated code adds the types of the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from ..commands.handlers import Handlers, methods_of, service_of
from ..commands.serve import Service
from ..lifecycle.registry import Registry
from ..lifecycle.restart import RestartHandler
from ..protocol.address import ChannelName
from ..protocol.message import ProtocolDescriptor
from ..session.session import Registration
from ..state.key_value import KeyValue
from ..state.key_value_source import KeyValueSource
from ..transport.transport import Transport
from .channel import BaseChannel
from .client_core import ClientCore
from .client_options import ClientOptions, settings_of
from .durable_listening import DurableListening
from .event_listening import EventListening
from .event_sending import EventSending
from .lifecycle_listening import LifecycleListening
from .run import run
from .watchable import Watchable

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from ..nats.client import NatsConnection
    from ..nats.connect import NatsOptions

ChannelType = TypeVar("ChannelType", bound=BaseChannel)


class BaseClient(
    EventListening,
    EventSending,
    DurableListening,
    LifecycleListening,
    KeyValueSource,
    Watchable,
    Generic[ChannelType],
):
    """A connection that speaks a protocol.

    `async with await Client.connect(...) as client:` closes it at the end.
    """

    _protocol: ClassVar[ProtocolDescriptor]
    _channel_type: ClassVar[type[Any]]

    def __init__(self, transport: Transport, **options: Unpack[ClientOptions]) -> None:
        """A client over any transport, which is the client's from now on, and closes with it."""
        self._core: ClientCore[ChannelType] = ClientCore(
            self._protocol, transport, settings_of(options), self._channel_type
        )
        self._key_value = KeyValue(self._core.session)

    @classmethod
    async def connect(
        cls,
        servers: str | Sequence[str] = "nats://localhost:4222",
        *,
        nats: NatsOptions | None = None,
        connection: NatsConnection | None = None,
        **options: Unpack[ClientOptions],
    ) -> Self:
        """A client over NATS.

        nats: credentials, TLS and how to reconnect
        connection: an open connection of the NATS client; it stays open when this client is closed

        Raises ProtocolError `connection_failed`; `invalid_argument` for channels or a dialect that the protocol has not.
        """
        # Who only tests within the process need not have the NATS client loaded.
        from ..nats.connect import connect_nats, nats_transport

        handed_in = None if connection is None else nats_transport(connection)
        return await cls.over(handed_in or await connect_nats(servers, **(nats or {})), **options)

    @classmethod
    async def over(cls, transport: Transport, **options: Unpack[ClientOptions]) -> Self:
        """A client over any other bus, such as one within the process; announced, as `connect` does."""
        try:
            client = cls(transport, **options)
            if "service" in options and options["service"].announce:
                await client.announce()
            return client
        except BaseException:
            await transport.close()
            raise

    @property
    def channels(self) -> list[ChannelType]:
        """The channels it was started for, and those that were named since."""
        return self._core.channels.all

    @property
    def without_address(self) -> ChannelType:
        """The services and the state of a protocol without an address; those of any other are with its channels."""
        return self._core.channels.without_address()

    def channel(self, name: ChannelName) -> ChannelType:
        """One channel; upper and lower case do not matter.

        Raises ProtocolError `invalid_argument` when the client was started for other channels.
        """
        return self._core.channels.of(name)

    async def serve(
        self,
        handlers: Handlers,
        *,
        channels: Sequence[ChannelName] | Literal["any"] | None = None,
        queue: str | None = None,
        dialects: Sequence[str] | None = None,
        discoverable: bool = True,
    ) -> Service:
        """Answers the requests to a service, and returns when the bus knows of it.

        channels: whose requests are answered; by default the client's; `any`: all, whatever their address and whoever
            else answers them. A request without an address is answered by any
        queue: of all instances with the same queue group, one gets each request, also if that is for the channel of
            another; by default one of those that answer for the channel of the request
        dialects: to listen in; by default the client's
        discoverable: whether the standard tools for NATS services find it, with what it can be asked and how that goes: it
            answers on `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`
        """
        return await self._core.serve(
            service_of(handlers),
            methods_of(handlers),
            channels=channels,
            queue=queue,
            dialects=dialects,
            discoverable=discoverable,
        )

    async def announce(self) -> None:
        """Says that the program has started, and from then on that it is alive, to all who are interested.

        Raises ProtocolError `invalid_argument` for a client that has not said who it is.
        """
        await self._core.life.announce()

    def on_restart(self, handler: RestartHandler) -> Registration:
        """Calls the handler when all services are asked to restart, after the delay that goes with it.

        Never when the client is closed before. The handler may close the client.
        Raises ProtocolError `invalid_argument` when the protocol has no such request.
        """
        return self._core.life.on_restart(handler)

    async def registry(self, *, heartbeat_interval: float = 30.0, forget_after: float = 600.0) -> Registry:
        """Starts to follow who is on the bus, and asks who is there. Lasts until it is stopped, or the client closed.

        heartbeat_interval: how often a service is expected to say that it is alive when it does not say how often, in s
        forget_after: after how long a silence a service is forgotten, in s

        Raises ProtocolError `invalid_argument` when the protocol's services do not say that they are there.
        """
        return await self._core.life.registry(heartbeat_interval, forget_after)

    async def flush(self) -> None:
        """Returns when the bus has taken all that was sent, subscriptions included: from then on nothing is missed."""
        await self._core.session.outbox.flush()

    async def settled(self) -> None:
        """Returns when no handler is running."""
        await self._core.session.dispatcher.idle()

    async def run(self, *, drain_timeout: float = 8.0) -> None:
        """Runs until SIGINT or SIGTERM, then drains. Returns early when this client is closed.

        drain_timeout: how long handlers may take to finish once the program is told to stop, in s; then they are cancelled,
            as they are by a second signal. By default less than what container engines wait

        Raises ProtocolError `connection_failed` when the connection is lost for good, so that whoever supervises the
        program starts it again; `invalid_argument`.
        """
        await run(self._core, drain_timeout, self._core.session.reporter.error)

    async def drain(self, reason: str = "Normal shutdown") -> None:
        """Takes nothing more, lets handlers finish, and closes.

        reason: why the program stops, for people
        """
        await self._core.drain(reason)

    async def close(self, reason: str = "Normal shutdown") -> None:
        """Cancels handlers, and closes. A connection that was handed in stays open."""
        await self._core.close(reason)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
