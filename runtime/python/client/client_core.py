"""A client as it is inside the runtime, where no type of the protocol is known. `client.py` says what programs see."""

from __future__ import annotations

import asyncio
import json
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
from ..protocol.address import Address, ChannelName, address_of, key_of, spelling
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
from ..value.wording import did_you_mean
from .channel import ChannelCore

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


@dataclass(frozen=True, slots=True)
class _KnownChannel(Generic[Face]):
    core: ChannelCore
    face: Face


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
        # Whether there may be channels that were not named at the start.
        self._is_open = settings.channels is None and len(protocol.address) > 0
        self._make_face = make_face
        # By the key of their address.
        self._channels: dict[str, _KnownChannel[Face]] = {}
        self._services: list[Service] = []
        self._closing: asyncio.Future[None] | None = None
        self._add_channels(settings.channels or [])
        transport.on_status(self._note)

    @property
    def channels(self) -> list[Face]:
        """The channels it was started for, and those that were named since."""
        return [known.face for known in self._channels.values()]

    def channel(self, name: ChannelName) -> Face:
        """Raises ProtocolError `invalid_argument` when the client was started for other channels."""
        address = address_of(self.protocol.address, name)
        key = key_of(address)
        if key not in self._channels and not self._is_open:
            parts = self.protocol.address
            names = [spelling(parts, known.core.address) for known in self._channels.values()]
            wanted = spelling(parts, address)
            hint = did_you_mean(wanted, names) or f"; they are {', '.join(names)}"
            raise _invalid(f"{wanted} is not one of the channels this client was started for{hint}")
        return (self._channels.get(key) or self._add_channel(address)).face

    def started_for(self, method: str) -> list[Face]:
        """The channels that the client was started for, for a method that is about all of them."""
        if self._is_open:
            advice = f"name them to connect, or use client.channel(name).{method}"
            raise _invalid(f"this client was started for no channels: {advice}")
        return self.channels

    def without_address(self) -> Face:
        """The only channel of a protocol without an address."""
        if self.protocol.address:
            parts = ", ".join(part.name for part in self.protocol.address)
            raise _invalid(f"the messages of {self.protocol.name} have an address ({parts}): use client.channel(name)")
        return self.channels[0]

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
        addresses = self._addresses_of(channels)
        parts = ServiceParts(service, handlers, addresses, queue, dialects, discoverable, self._program)
        served = Service(self.session, parts)
        served.start()
        self._services.append(served)
        await self.session.transport.flush()
        return served

    async def drain(self, reason: str) -> None:
        """Takes nothing more, lets handlers finish, and closes."""
        if self._closing is None:
            channels = [known.core.drain() for known in self._channels.values()]
            services = [service.drain() for service in self._services]
            others = [self.durable.drain(), self.life.drain(), self.lifecycle.drain()]
            await asyncio.gather(*channels, *services, *others)
            await self.session.dispatcher.idle()
        await self.close(reason)

    async def close(self, reason: str) -> None:
        """Cancels handlers, and closes."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(reason))
        await asyncio.shield(self._closing)

    async def _close(self, reason: str) -> None:
        for known in self._channels.values():
            known.core.close()
        for service in self._services:
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

    def _note(self, status: TransportStatus) -> None:
        if status.kind == "refused" and status.error is not None:
            self.session.reporter.error(status.error)
        if status.kind == "closed":
            self.failure = status.error
            self.closed.set()

    def _add_channels(self, names: Sequence[ChannelName]) -> None:
        parts = self.protocol.address
        addresses: list[Address] = [address_of(parts, name) for name in names] if names or parts else [{}]
        by_pattern: dict[str, Address] = {}
        for address in addresses:
            pattern = self._add_channel(address).core.event_pattern
            if pattern in by_pattern:
                both = f"{json.dumps(by_pattern[pattern])} and {json.dumps(address)}"
                reason = f"the channels {both} share the subject {pattern}, and cannot be told apart"
                raise _invalid(f"{reason}: leave one out")
            by_pattern[pattern] = address

    def _add_channel(self, address: Address) -> _KnownChannel[Face]:
        core = ChannelCore(self.session, address)
        known = self._channels[key_of(address)] = _KnownChannel(core, self._make_face(core))
        return known

    def _addresses_of(self, channels: Sequence[ChannelName] | str | None) -> list[Address] | None:
        if channels == "any":
            return None
        if channels is not None and not isinstance(channels, str):
            return [address_of(self.protocol.address, name) for name in channels]
        if self._is_open or not self.protocol.address:
            return None
        return [known.core.address for known in self._channels.values()]


def _invalid(reason: str) -> ProtocolError:
    return ProtocolError("invalid_argument", reason)
