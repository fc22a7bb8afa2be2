"""A client as it is inside the runtime, where no type of the protocol is known. `client.py` says what programs see."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..commands.command_run import CommandHandler
from ..commands.serve import Service, ServiceParts
from ..durable.durable_events import DurableEvents
from ..error import ProtocolError
from ..lifecycle.lifecycle import Lifecycle
from ..lifecycle.service_info import ServiceInfo
from ..lifecycle.service_life import ServiceLife
from ..protocol.address import ChannelName
from ..protocol.contract_header import contract_header
from ..protocol.message import ProtocolDescriptor, ServiceDescriptor
from ..protocol.protocol_wire import Wire
from ..session.dispatch import Dispatcher
from ..session.interceptor import Interceptor
from ..session.limits import Limits
from ..session.outbox import Outbox
from ..session.pace import PaceOptions, Pacing
from ..session.report import ErrorListener, Reporter
from ..session.session import Session
from ..transport.transport import Transport, TransportStatus
from .channel import ChannelCore
from .channels import Channels

Face = TypeVar("Face")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a client behaves, after defaults."""

    channels: Sequence[ChannelName] | None
    service: ServiceInfo | None
    dialect: str | None
    limits: Limits
    pace: Mapping[str, PaceOptions]
    interceptors: Sequence[Interceptor]
    on_error: ErrorListener | None
    on_invalid: ErrorListener | None
    logger: logging.Logger


class ClientCore(Generic[Face]):
    """All that one client holds. Its transport is its own, and closes with it."""

    def __init__(
        self,
        protocol: ProtocolDescriptor,
        transport: Transport,
        settings: Settings,
        make_face: Callable[[ChannelCore], Face],
    ) -> None:
        """make_face: what programs are given of a channel."""
        reporter = Reporter(settings.logger, settings.on_error, settings.on_invalid)
        dispatcher = Dispatcher(settings.limits.handler_timeout, settings.limits.max_concurrent_handlers)
        wire = Wire(protocol, settings.dialect)
        self.protocol = protocol
        transport.label(contract_header(protocol))
        source = "anonymous" if settings.service is None else settings.service.name
        pacing = Pacing(protocol.paces, settings.pace, settings.limits.max_waiting)
        outbox = Outbox(transport, settings.limits)
        self.session = Session(
            wire, transport, dispatcher, reporter, settings.limits, pacing, outbox, source, settings.interceptors
        )
        self.durable = DurableEvents(self.session)
        self.lifecycle = Lifecycle(self.session)
        self.life = ServiceLife(self.session, self.lifecycle, settings.service)
        self._program = settings.service
        self.closed = asyncio.Event()
        # What closed the connection, when it was not this program.
        self.failure: ProtocolError | None = None
        self._services: set[Service] = set()
        self._closing: asyncio.Future[None] | None = None
        self.channels = Channels(self.session, settings.channels, make_face)
        transport.on_status(self._note)

    async def serve(
        self,
        service: ServiceDescriptor,
        handlers: Mapping[str, CommandHandler],
        *,
        channels: Sequence[ChannelName] | str | None,
        queue: str | None,
        dialects: Sequence[str] | None,
        discoverable: bool = True,
    ) -> Service:
        """Answers the requests to a service, and returns when the bus knows of it."""
        addresses = self.channels.served(channels)
        parts = ServiceParts(service, handlers, addresses, queue, dialects, discoverable, self._program)
        served = Service(self.session, parts, self._services)
        await served.start()
        return served

    async def drain(self, reason: str) -> None:
        """Takes nothing more, lets handlers finish, and closes."""
        if self._closing is None:
            for unwatch in list(self.session.watches):
                unwatch()
            services = [service.drain() for service in self._services]
            others = [self.durable.drain(), self.life.drain(), self.lifecycle.drain()]
            await asyncio.gather(self.channels.drain(), *services, *others)
            await self.session.dispatcher.idle()
        await self.close(reason)

    async def close(self, reason: str) -> None:
        """Cancels handlers, and closes."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(reason))
        await asyncio.shield(self._closing)

    async def _close(self, reason: str) -> None:
        self._end(None)
        self.channels.close()
        for service in list(self._services):
            service.stop()
        self.durable.stop()
        self.lifecycle.close()
        self.session.pacing.close()
        self.session.outbox.close()
        await self.session.dispatcher.close()
        self.life.stop()
        await self.life.close(reason)
        await self.session.transport.close()
        self.closed.set()

    def _end(self, failure: ProtocolError | None) -> None:
        """Ends what ends with the connection. failure: what ended that, when it was not this program"""
        for end in list(self.session.endings):
            end(failure)

    def _note(self, status: TransportStatus) -> None:
        if status.kind == "closed":
            self._end(status.error)
            self.failure = status.error
            self.closed.set()
        elif status.error is not None:
            self.session.reporter.error(status.error)
