"""Who is on the bus: a view that is kept up to date by what services say about themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Literal, TypeAlias

from ..error import ProtocolError
from ..protocol.envelope import CompiledTemplate
from ..protocol.message import Role
from ..protocol.stamp import now
from ..session.handler_run import lane_to
from ..session.lane import Lane
from ..session.limits import check_limit
from ..session.session import Registration, Session
from ..value.violation import Violation
from .lifecycle import Lifecycle, LifecycleMessage
from .service_instance import ServiceInstance, ServiceReport, instance_key, report_of

_MISSED_HEARTBEATS = 3
# A bus on which somebody makes up names does not fill the memory.
_MOST_INSTANCES = 1000

Kind: TypeAlias = Literal["appeared", "stale", "recovered", "stopped", "forgotten"]


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """What happened to an instance, and what is known of it since.

    kind: `appeared`: it was heard of for the first time; `stale`: three of its heartbeats are missing; `recovered`: it was
        stale, and was heard of again; `stopped`: it said that it stops; `forgotten`: it was silent for too long
    """

    kind: Kind
    instance: ServiceInstance


RegistryListener: TypeAlias = Callable[[RegistryChange], object]
"""Called for each change, in order. It may be asynchronous; what it raises is reported, and nothing else happens."""


@dataclass(slots=True)
class _Known:
    """An instance, and when something is to be done about its silence, by the clock of the loop."""

    instance: ServiceInstance
    stale_at: float
    forgotten_at: float

    @property
    def due(self) -> float:
        return self.forgotten_at if self.instance.status == "stale" else min(self.stale_at, self.forgotten_at)


class Registry:
    """The services on a bus, until it is stopped. Times are in s."""

    def __init__(self, session: Session, lifecycle: Lifecycle, heartbeat_interval: float, forget_after: float) -> None:
        """Raises ProtocolError `invalid_argument` when services say nothing of themselves, or for a time of no length."""
        check_limit("heartbeat_interval", heartbeat_interval)
        check_limit("forget_after", forget_after)
        self._session = session
        self._lifecycle = lifecycle
        self._heartbeat_interval = heartbeat_interval
        self._forget_after = forget_after
        self._loop = asyncio.get_running_loop()
        # In the order in which they were last heard of.
        self._known: dict[tuple[str, ...], _Known] = {}
        self._lanes: list[Lane[RegistryChange]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._registrations = [
            *self._listen("startup", self._hear),
            *self._listen("heartbeat", self._hear),
            *self._listen("shutdown", lambda report: self._remove(instance_key(report), "stopped")),
        ]
        if not self._registrations:
            name = session.wire.protocol.name
            raise ProtocolError("invalid_argument", f"services of {name} do not say that they are there")
        session.endings.add(self._end)

    async def ask(self) -> None:
        """Asks who is there, once the bus has taken the subscriptions. The answers come in from then on."""
        await self._session.outbox.flush()
        roles = self._session.wire.roles
        kind = roles.messages.get("poll")
        if kind is not None:
            payload = CompiledTemplate(roles.poll).write({"source": self._session.source, "timestamp": now()})
            await self._lifecycle.publish(kind, payload, None)

    def instances(self, service: str | None = None) -> list[ServiceInstance]:
        """All instances of all services, or of one."""
        instances = [known.instance for known in self._known.values()]
        return [each for each in instances if service in (None, each.report.service)]

    def is_alive(self, service: str) -> bool:
        """Whether an instance of the service is alive."""
        return any(each.status == "alive" for each in self.instances(service))

    def on_change(self, listener: RegistryListener) -> Registration:
        """Calls the listener for each change from now on."""
        lane = lane_to(self._session, "changes of the registry", listener)
        self._lanes.append(lane)

        def end() -> None:
            if lane in self._lanes:
                self._lanes.remove(lane)
            lane.clear()

        return Registration(end)

    def stop(self) -> None:
        """Follows no more."""
        self._session.endings.discard(self._end)
        for registration in self._registrations:
            registration.stop()
        if self._timer is not None:
            self._timer.cancel()
        for lane in self._lanes:
            lane.clear()
        self._lanes = []

    def _end(self, _: ProtocolError | None) -> None:
        self.stop()

    def _listen(self, role: Role, take: Callable[[ServiceReport], None]) -> list[Registration]:
        roles = self._session.wire.roles
        kind = roles.messages.get(role)
        if kind is None:
            return []
        template = CompiledTemplate(roles.report)
        payload_of = self._session.wire.lifecycle(kind).payload

        def read(message: LifecycleMessage[Any]) -> None:
            values = template.read(payload_of.adapter.dump_python(message.payload))
            take(report_of({} if isinstance(values, Violation) else values, message.service or ""))

        return [self._lifecycle.on(kind, read, None)]

    def _hear(self, report: ServiceReport) -> None:
        key, heard = instance_key(report), datetime.now(timezone.utc)
        known = self._known.pop(key, None)
        first = heard if known is None else known.instance.first_heard
        instance = ServiceInstance(report=report, status="alive", first_heard=first, last_heard=heard)
        time = self._loop.time()
        stale_at = time + _MISSED_HEARTBEATS * (report.interval or self._heartbeat_interval)
        self._known[key] = _Known(instance, stale_at, time + self._forget_after)
        self._look_at(self._known[key].due)
        if known is None:
            self._tell("appeared", instance)
        elif known.instance.status == "stale":
            self._tell("recovered", instance)
        if len(self._known) > _MOST_INSTANCES:
            self._remove(next(iter(self._known)), "forgotten")

    def _remove(self, key: tuple[str, ...], kind: Kind) -> None:
        known = self._known.pop(key, None)
        if known is not None:
            self._tell(kind, known.instance)

    def _look_at(self, due: float) -> None:
        """Looks again at a time, unless that is to happen sooner."""
        if self._timer is None or due < self._timer.when():
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(due, self._age)

    def _age(self) -> None:
        self._timer, time = None, self._loop.time()
        for key, known in list(self._known.items()):
            if known.forgotten_at <= time:
                self._remove(key, "forgotten")
            elif known.due <= time:
                known.instance = replace(known.instance, status="stale")
                self._tell("stale", known.instance)
        for known in self._known.values():
            self._look_at(known.due)

    def _tell(self, kind: Kind, instance: ServiceInstance) -> None:
        for lane in self._lanes:
            lane.push(RegistryChange(kind, instance))
