"""What a program says about itself while it runs, so that others know that it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Literal

from ..error import ProtocolError
from ..protocol.envelope import CompiledTemplate
from ..protocol.message import Role
from ..protocol.stamp import now
from ..session.session import Session
from ..transport.transport import Delivery, Stop, Subscription, TransportStatus
from ..value.json_value import Json
from .lifecycle import Lifecycle
from .service_info import Endpoints, ServiceInfo, endpoints_told

# In s. Nobody is to wait long for a sign of life.
_FIRST_HEARTBEAT = 1.0
# What is reached and left.
_TARGET = "NATS"


class Presence:
    """The presence of one program on a bus: from its announcement to its shutdown."""

    def __init__(self, session: Session, lifecycle: Lifecycle, info: ServiceInfo) -> None:
        self._session = session
        self._lifecycle = lifecycle
        self._info = info
        self._endpoints: Endpoints = {}
        self._metadata = info.metadata
        self._started_at = asyncio.get_running_loop().time()
        self._state: Literal["silent", "listening", "announced", "gone"] = "silent"
        # When the connection was lost, while it is.
        self._lost_at: str | None = None
        self._polls: Subscription | None = None
        self._unwatch: Stop | None = None
        self._heartbeat: asyncio.Task[None] | None = None

    def describe(self, endpoints: Endpoints, metadata: Mapping[str, Json]) -> None:
        """Adds to what is said from now on."""
        self._endpoints = {**self._endpoints, **endpoints}
        self._metadata = {**self._metadata, **metadata}

    async def announce(self) -> None:
        """Says that the program has started, once the bus has taken all its subscriptions.

        From the first time on it says that it is alive, until it is closed.
        Raises ProtocolError `invalid_message`, `invalid_argument` or `invalid_subject` when that cannot be said.
        """
        if self._state == "silent":
            self._listen()
        await self._session.outbox.flush()
        if self._info.plays("startup"):
            await self._send("startup")
        if self._state == "listening":
            self._state = "announced"
            if self._info.plays("connected"):
                await self._send("connected", target=_TARGET)
            if self._info.plays("heartbeat"):
                self._heartbeat = asyncio.create_task(self._beat())

    async def drain(self) -> None:
        """Answers no more."""
        if self._polls is not None:
            await self._polls.drain()

    async def close(self, reason: str) -> None:
        """Says that the program stops, if it ever said that it started."""
        was_announced = self._state == "announced"
        self._stop()
        if was_announced and self._lost_at is None and self._info.plays("shutdown"):
            await self._try_to_send("shutdown", reason=reason)

    def _listen(self) -> None:
        wire, transport = self._session.wire, self._session.transport
        self._state = "listening"
        self._unwatch = transport.on_status(self._follow)
        poll = wire.roles.messages.get("poll")
        if poll is not None and self._info.plays("poll"):
            subject = wire.lifecycle_subject(wire.lifecycle(poll)).wildcard({"kind": poll})
            self._polls = transport.subscribe(subject, self._take_poll)

    def _stop(self) -> None:
        self._state = "gone"
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        if self._polls is not None:
            self._polls.unsubscribe()
        if self._unwatch is not None:
            self._unwatch()

    def _follow(self, status: TransportStatus) -> None:
        """Nothing can be said while the connection is lost, so it is said afterwards."""
        if status.kind == "closed":
            self._stop()
        elif status.kind == "disconnected":
            self._lost_at = self._lost_at or now()
        elif status.kind == "reconnected" and self._lost_at is not None:
            lost_at, self._lost_at = self._lost_at, None
            self._session.dispatcher.start(self._tell_of_loss(lost_at))

    async def _tell_of_loss(self, lost_at: str) -> None:
        if self._info.plays("disconnected"):
            await self._try_to_send("disconnected", target=_TARGET, reason="connection lost", timestamp=lost_at)
        if self._info.plays("connected"):
            await self._try_to_send("connected", target=_TARGET)

    async def _beat(self) -> None:
        delay = min(_FIRST_HEARTBEAT, self._info.heartbeat_interval)
        while True:
            await asyncio.sleep(delay)
            if self._lost_at is None:
                await self._try_to_send("heartbeat")
            delay = self._info.heartbeat_interval

    def _take_poll(self, delivery: Delivery) -> None:
        self._session.dispatcher.start(self._answer(delivery))

    async def _answer(self, delivery: Delivery) -> None:
        """Everybody hears that the program is there, and one who waits for a reply gets it as that too."""
        sent = await self._try_to_send("startup")
        if sent is not None and delivery.respond is not None:
            await delivery.respond(sent)

    async def _try_to_send(self, role: Role, **facts: str) -> bytes | None:
        try:
            return await self._send(role, **facts)
        except ProtocolError as error:
            self._session.reporter.error(error)
            return None

    async def _send(self, role: Role, **facts: str) -> bytes | None:
        roles = self._session.wire.roles
        kind = roles.messages.get(role)
        if kind is None:
            return None
        payload = CompiledTemplate(roles.report).write({**self._facts(), **facts})
        return await self._lifecycle.publish(kind, payload, self._info.name)

    def _facts(self) -> dict[str, object]:
        info = self._info
        said = {"endpoints": endpoints_told(info.endpoints, self._endpoints), "metadata": self._metadata}
        return {
            "service": info.name,
            "version": info.version,
            "hostname": info.hostname,
            "instance": info.instance,
            "contract": self._session.wire.protocol.hash,
            "timestamp": now(),
            "uptime": round(asyncio.get_running_loop().time() - self._started_at, 3),
            **({"interval": info.heartbeat_interval} if info.plays("heartbeat") else {}),
            **{name: value for name, value in said.items() if value},
        }
