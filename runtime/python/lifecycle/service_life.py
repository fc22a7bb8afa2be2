"""The life of a client among others: what it says about itself, whom it knows of, and when it is to restart."""

from __future__ import annotations

from ..error import ProtocolError
from ..session.session import Registration, Session
from .lifecycle import Lifecycle
from .presence import Presence
from .registry import Registry
from .restart import RestartHandler, Restarts
from .service_info import ServiceInfo


class ServiceLife:
    """What one client has to do with the life of services."""

    def __init__(self, session: Session, lifecycle: Lifecycle, service: ServiceInfo | None) -> None:
        self._session = session
        self._lifecycle = lifecycle
        self._presence = None if service is None else Presence(session, lifecycle, service)
        self._restarts = Restarts(session, lifecycle)
        self._registries: list[Registry] = []

    async def announce(self) -> None:
        """Says that the program has started. Raises ProtocolError `invalid_argument` when it has not said who it is."""
        if self._presence is None:
            advice = 'give it a service, as in service=ServiceInfo("name", "1.0.0")'
            raise ProtocolError("invalid_argument", f"this client has not said who it is: {advice}")
        await self._presence.announce()

    def on_restart(self, handler: RestartHandler) -> Registration:
        """Calls the handler after the delay of a request to restart."""
        return self._restarts.on(handler)

    async def registry(self, heartbeat_interval: float, forget_after: float) -> Registry:
        """Starts to follow who is on the bus, and asks who is there."""
        registry = Registry(self._session, self._lifecycle, heartbeat_interval, forget_after)
        self._registries.append(registry)
        await registry.ask()
        return registry

    async def drain(self) -> None:
        """Answers no more."""
        if self._presence is not None:
            await self._presence.drain()

    def stop(self) -> None:
        """Follows no more, and nothing that waits happens."""
        for registry in self._registries:
            registry.stop()
        self._restarts.close()

    async def close(self, reason: str) -> None:
        """Says that the program stops, if it ever said that it started."""
        if self._presence is not None:
            await self._presence.close(reason)
