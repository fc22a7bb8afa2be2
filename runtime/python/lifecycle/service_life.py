"""The life of a client among others: what it says about itself, whom it knows of, and how it is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import perf_counter
from typing import Literal

from ..error import ProtocolError
from ..observe.health import Health, ServiceName, SpokenProtocol
from ..session.session import Registration, Session
from ..transport.transport import TransportStatus
from ..value.json_value import Json
from .lifecycle import Lifecycle
from .presence import Presence
from .registry import Registry
from .restart import RestartHandler, Restarts
from .service_info import Endpoints, ServiceInfo


class ServiceLife:
    """What one client has to do with the life of services."""

    def __init__(self, session: Session, lifecycle: Lifecycle, service: ServiceInfo | None) -> None:
        self._session = session
        self._lifecycle = lifecycle
        self._service = service
        self._presence = None if service is None else Presence(session, lifecycle, service)
        self._restarts = Restarts(session, lifecycle)
        self._started_at = perf_counter()
        self._is_stopping = False
        session.transport.on_status(self._follow)

    async def announce(self) -> None:
        """Says that the program has started. Raises ProtocolError `invalid_argument` when it has not said who it is."""
        await self._itself.announce()

    def describe(self, endpoints: Endpoints, metadata: Mapping[str, Json]) -> None:
        """Adds to what the program says of itself. Raises as `announce` does."""
        self._itself.describe(endpoints, metadata)

    def on_restart(self, handler: RestartHandler) -> Registration:
        """Calls the handler after the delay of a request to restart."""
        return self._restarts.on(handler)

    async def registry(self, heartbeat_interval: float, forget_after: float) -> Registry:
        """Starts to follow who is on the bus, and asks who is there."""
        registry = Registry(self._session, self._lifecycle, heartbeat_interval, forget_after)
        try:
            await registry.ask()
        except BaseException:
            registry.stop()
            raise
        return registry

    def health(self) -> Health:
        """How the client is."""
        protocol, transport = self._session.wire.protocol, self._session.transport
        connected = not transport.is_lost and not transport.is_closed
        working: Literal["healthy", "degraded"] = "degraded" if transport.is_lost else "healthy"
        info = self._service
        return Health(
            status="stopping" if self._is_stopping or transport.is_closed else working,
            connected=connected,
            uptime=round(perf_counter() - self._started_at, 3),
            service=None if info is None else ServiceName(info.name, info.version, info.instance),
            protocol=SpokenProtocol(protocol.name, protocol.version, protocol.hash),
            counts=self._session.reporter.counts,
        )

    async def drain(self) -> None:
        """Answers no more."""
        self._is_stopping = True
        if self._presence is not None:
            await self._presence.drain()

    def stop(self) -> None:
        """Follows no more, and nothing that waits happens."""
        self._is_stopping = True
        self._restarts.close()

    async def close(self, reason: str) -> None:
        """Says that the program stops, if it ever said that it started."""
        if self._presence is not None:
            await self._presence.close(reason)

    @property
    def _itself(self) -> Presence:
        if self._presence is None:
            advice = 'give it a service, as in service=ServiceInfo("name", "1.0.0")'
            raise ProtocolError("invalid_argument", f"this client has not said who it is: {advice}")
        return self._presence

    def _follow(self, status: TransportStatus) -> None:
        if status.kind == "disconnected":
            self._session.reporter.log(logging.WARNING, "the connection is lost")
        elif status.kind == "reconnected":
            self._session.reporter.log(logging.INFO, "the connection is back")
