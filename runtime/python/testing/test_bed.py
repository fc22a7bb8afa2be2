"""A world for one client: its bus, its services, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ..client.client import BaseClient
from ..commands.command_run import CommandHandler
from ..commands.serve import Service
from ..error import ProtocolError
from ..memory.broker import MemoryBroker
from ..protocol.address import ChannelName
from ..protocol.message import CommandDescriptor
from ..protocol.protocol_wire import Wire
from ..session.pace import PaceOptions
from ..transport.transport import Delivery
from ..value.sample import complete, sample
from .recorder import RecordedCommand, Recorder

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from ..client.client_options import ClientOptions

ClientType = TypeVar("ClientType", bound=BaseClient[Any])


class BaseTestBed(Generic[ClientType]):
    """A client under test, and the world around it: every service answers every command, with a sample of its result.

    `async with TestBed(channels=["lounge"]) as bed:` starts it, and ends it.

    client: the one under test
    errors: what was reported, to whichever client
    invalid: messages that were refused, by whichever client
    """

    # It is none of the tests that a test runner is to collect.
    __test__ = False

    _client_type: ClassVar[type[Any]]

    def __init__(self, **options: Unpack[ClientOptions]) -> None:
        """options: those of the client under test. Commands keep no pace, unless `pace` says so."""
        unpaced: dict[str, PaceOptions] = {
            name: {"delay": 0, "jitter": 0} for name in self._client_type._protocol.paces
        }
        self._options: ClientOptions = {**options, "pace": {**unpaced, **options.get("pace", {})}}
        self.errors: list[ProtocolError] = []
        self.invalid: list[ProtocolError] = []
        self._recorder = Recorder(Wire(self._client_type._protocol, options.get("dialect")))
        # Where the services are that nobody on the client's own bus stands in for.
        self._world = MemoryBroker()
        self._bus = MemoryBroker(fallback=self._world.connect())
        self._clients: list[ClientType] = []
        self._services: dict[str, Service] = {}
        self._published = 0

    async def __aenter__(self) -> Self:
        self.client: ClientType = self.connect()
        self._emitting = self._connect(self._bus, {})
        self._answering = self._connect(self._world, {})
        self._bus.observe(self._note)
        for service in self._client_type._protocol.services:
            await self.serve(service, {})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            await client.close()

    def connect(self, **options: Unpack[ClientOptions]) -> ClientType:
        """Another client on the same bus."""
        return self._connect(self._bus, {**self._options, **options})

    async def emit(self, event: str, channel: ChannelName | None = None, payload: object = None) -> None:
        """Sends an event, with what is left out filled in, and returns when everybody has dealt with it.

        channel: where it happens; None for a protocol without an address
        payload: as JSON has it, with anything left out; None when all is
        """
        descriptor = self._emitting._core.session.wire.event(event)
        schema = descriptor.payload.json_schema()
        sent = sample(schema) if payload is None else complete(schema, payload)
        target = self._emitting.without_address if channel is None else self._emitting.channel(channel)
        await target._send(descriptor, sent, {})
        await self.settled()

    def commands(self, service: str | None = None) -> list[RecordedCommand]:
        """The commands that were sent so far, to one service or to all."""
        return [each for each in self._recorder.commands if service in (None, each.service)]

    async def serve(self, service: str, handlers: Mapping[str, CommandHandler]) -> None:
        """Answers some commands of a service as the test says, by the names of their methods; the others with samples."""
        self.remove(service)
        descriptor = self._recorder.service(service)
        every = {method: handlers.get(method) or _sampling(each) for method, each in descriptor.commands.items()}
        self._services[service] = await self._answering._core.serve(
            descriptor, every, channels="any", queue=None, dialects=None
        )

    def remove(self, service: str) -> None:
        """Nobody answers for the service any more, unless a client does."""
        served = self._services.pop(service, None)
        if served is not None:
            served.stop()

    async def settled(self) -> None:
        """Returns when nothing is on its way, and no handler is running."""
        before = -1
        while before != self._published:
            before = self._published
            await self._bus.idle()
            await self._world.idle()
            for client in self._clients:
                await client.settled()

    def _connect(self, broker: MemoryBroker, options: ClientOptions) -> ClientType:
        listeners: ClientOptions = {"on_error": self.errors.append, "on_invalid": self.invalid.append}
        client: ClientType = self._client_type(broker.connect(), **{**listeners, **options})
        self._clients.append(client)
        return client

    def _note(self, published: Delivery) -> None:
        self._published += 1
        self._recorder.record(published)


def _sampling(command: CommandDescriptor[Any, Any]) -> CommandHandler:
    """A handler that answers with a sample of the command's result."""
    return lambda args, context: sample(command.result.json_schema())
