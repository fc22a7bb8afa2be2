"""Who is on the bus, as one client sees it, and requests that all restart."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from bus import Bus, Collector, as_json, until
from kryten_protocol import Client, ProtocolError, Registry, RegistryChange, RestartRequest, ServiceInfo, models
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.transport.transport import Transport

HEARTBEAT = "kryten.lifecycle.bot.heartbeat"


class Following:
    """A registry, and what it told."""

    def __init__(self, client: Client, registry: Registry) -> None:
        self.client = client
        self.registry = registry
        self.changes: list[str] = []
        registry.on_change(self._take)

    def _take(self, change: RegistryChange) -> None:
        report = change.instance.report
        self.changes.append(f"{report.instance or report.hostname} {change.kind}")


async def following(bus: Bus, **options: float) -> Following:
    client = await bus.client()
    return Following(client, await client.registry(**options))


def bot(instance: str, heartbeat_interval: float = 30.0) -> ServiceInfo:
    return ServiceInfo(
        "bot",
        "1",
        instance,
        "vm",
        heartbeat_interval,
        endpoints={"health": {"port": 80, "path": "/"}},
        metadata={"a": 1},
    )


async def beat(transport: Transport, hostname: str, **more: Any) -> None:
    said = {"service": "bot", "version": "1", "hostname": hostname, "timestamp": "2026-01-31T12:00:00Z"}
    await transport.publish(HEARTBEAT, as_json({**said, "uptime_seconds": 60, **more}))


async def test_it_knows_who_was_there_before_for_it_asks(bus: Bus) -> None:
    await bus.client(service=bot("one"))
    await bus.client(service=bot("two"))
    registry = (await following(bus)).registry
    await until(lambda: len(registry.instances("bot")) == 2)
    one = next(each for each in registry.instances() if each.report.instance == "one")
    assert (one.status, one.report.version, one.report.hostname) == ("alive", "1", "vm")
    assert (one.report.contract, one.report.interval) == (PROTOCOL.hash, 30)
    assert one.report.endpoints == {"health": {"port": 80, "path": "/"}}
    assert one.report.metadata["a"] == 1
    assert one.report.started_at is not None
    assert abs((one.report.started_at - one.first_heard).total_seconds()) < 60
    assert one.first_heard <= one.last_heard


async def test_it_tells_who_comes_and_who_goes(bus: Bus) -> None:
    view = await following(bus)
    assert not view.registry.is_alive("bot")
    one = await bus.client(service=bot("one"))
    await until(lambda: view.changes == ["one appeared"])
    two = await bus.client(service=bot("two"))
    await until(lambda: view.changes[1:] == ["two appeared"])
    await one.close()
    await until(lambda: view.changes[2:] == ["one stopped"])
    assert view.registry.is_alive("bot")
    await two.close()
    await until(lambda: view.registry.instances() == [])


async def test_programs_without_an_id_are_told_apart_by_their_machine(bus: Bus) -> None:
    view, transport = await following(bus), await bus.transport()
    for hostname in ("vm", "pi", "vm"):
        await beat(transport, hostname)
    await until(lambda: [each.report.hostname for each in view.registry.instances()] == ["pi", "vm"])
    assert view.changes == ["vm appeared", "pi appeared"]


async def test_who_is_silent_for_three_heartbeats_is_stale_until_it_is_heard_of_and_forgotten_in_the_end(
    bus: Bus,
) -> None:
    view, transport = await following(bus, heartbeat_interval=0.02, forget_after=0.5), await bus.transport()
    await beat(transport, "vm")
    await until(lambda: view.changes == ["vm appeared", "vm stale"])
    assert not view.registry.is_alive("bot")
    await beat(transport, "vm")
    await until(lambda: view.changes[2:3] == ["vm recovered"])
    await until(lambda: view.changes[3:] == ["vm stale", "vm forgotten"])
    assert view.registry.instances() == []


async def test_whoever_makes_up_names_does_not_fill_the_memory(bus: Bus) -> None:
    view, transport = await following(bus), await bus.transport()
    for number in range(1001):
        await beat(transport, f"vm{number}")
    await until(lambda: view.changes[-1:] == ["vm0 forgotten"])
    assert len(view.registry.instances()) == 1000


async def test_it_survives_a_listener_that_raises_and_ends_with_its_client(bus: Bus) -> None:
    def fail(change: RegistryChange) -> None:
        raise ValueError("broken")

    watched, transport = await bus.watched(), await bus.transport()
    registry = await watched.client.registry()
    heard = Collector[RegistryChange]()
    registry.on_change(fail)
    registry.on_change(heard)
    await beat(transport, "vm")
    await heard.wait_for(1)
    await until(lambda: [error.code for error in watched.errors] == ["handler_failed"])
    await watched.client.close()
    await beat(transport, "pi")
    await transport.flush()
    assert len(heard.items) == 1


@pytest.mark.parametrize("options", [{"heartbeat_interval": 0}, {"forget_after": -1}])
async def test_it_needs_times_of_some_length(bus: Bus, options: dict[str, float]) -> None:
    client = await bus.client()
    with pytest.raises(ProtocolError, match="must be above 0"):
        await client.registry(**options)


async def test_a_request_to_restart_is_heard_after_its_delay_and_the_handler_may_close_the_client(bus: Bus) -> None:
    client, sender, heard = await bus.client(), await bus.client(), list[RestartRequest]()

    async def restart(request: RestartRequest) -> None:
        heard.append(request)
        await client.drain("restart")

    client.on_restart(restart)
    await client.flush()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await sender.publish_lifecycle("groupRestart", models.GroupRestartMessage(initiator="mod", delay_seconds=0.05))
    await until(client._core.closed.is_set)
    assert loop.time() - begun >= 0.05
    assert [(request.source, request.reason, request.delay) for request in heard] == [("mod", None, 0.05)]


async def test_of_several_requests_the_one_that_is_due_first_counts(bus: Bus) -> None:
    client, sender, heard = await bus.client(), await bus.client(), Collector[RestartRequest]()
    client.on_restart(heard)
    await client.flush()
    for delay in (3600, 0.02, 60):
        await sender.publish_lifecycle("groupRestart", models.GroupRestartMessage(delay_seconds=delay))
    assert [request.delay for request in await heard.wait_for(1)] == [0.02]


async def test_a_restart_that_is_waited_for_does_not_happen_once_the_client_is_closed(bus: Bus) -> None:
    client, sender, heard = await bus.client(), await bus.client(), Collector[RestartRequest]()
    other = Collector[RestartRequest]()
    client.on_restart(heard)
    sender.on_restart(other)
    await client.flush()
    await sender.publish_lifecycle("groupRestart", models.GroupRestartMessage(delay_seconds=0.05))
    await sender.flush()
    await client.flush()
    await client.close()
    await other.wait_for(1)
    assert heard.items == []


async def test_a_handler_of_restarts_that_raises_is_reported(bus: Bus) -> None:
    async def fail(request: RestartRequest) -> None:
        raise ValueError("broken")

    watched = await bus.watched()
    watched.client.on_restart(fail)
    await watched.client.publish_lifecycle("groupRestart", models.GroupRestartMessage(delay_seconds=0))
    await until(lambda: [error.code for error in watched.errors] == ["handler_failed"])
