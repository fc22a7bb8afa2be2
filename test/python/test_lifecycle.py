"""Lifecycle: what services say about themselves."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Any

import pytest
from answers import RANK, Level
from bus import Bus, Collector, as_json, until
from kryten_protocol import LifecycleMessage, ProtocolError, ServiceInfo, models
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.lifecycle.service_info import Endpoints
from kryten_protocol.runtime.transport.transport import Delivery

BOT = ServiceInfo("echo-bot", "1.2.3", hostname="vm", endpoints={"health": {"port": 8080, "path": "/health"}})


KINDS = ("startup", "heartbeat", "shutdown", "connected", "disconnected")


async def listening(bus: Bus, *names: str) -> Collector[LifecycleMessage[Any]]:
    """What a client hears of these messages."""
    client, heard = await bus.client(), Collector[LifecycleMessage[Any]]()
    for name in names:
        client.on_lifecycle(PROTOCOL.lifecycle[name], heard)
    await client.flush()
    return heard


def names_of(heard: Collector[LifecycleMessage[Any]]) -> list[str]:
    return [message.name for message in heard.items]


async def test_a_message_reaches_those_who_listen_with_the_service_it_is_about(bus: Bus) -> None:
    listener, sender = await bus.client(), await bus.client()
    all_of_them, one = Collector[LifecycleMessage[Any]](), Collector[LifecycleMessage[Any]]()
    listener.on_lifecycle("shutdown", all_of_them)
    listener.on_lifecycle("shutdown", one, service="bot-a")
    await listener.flush()
    message = models.ShutdownMessage(
        service="bot-a", version="1", hostname="vm", timestamp="2026-01-31T12:00:00Z", reason="tired"
    )
    await sender.publish_lifecycle("shutdown", message, service="bot-a")
    await sender.publish_lifecycle("shutdown", message, service="bot-b")
    await all_of_them.wait_for(2)
    assert [each.service for each in all_of_them.items] == ["bot-a", "bot-b"]
    assert one.items == [LifecycleMessage("shutdown", message, "bot-a", "kryten.lifecycle.bot-a.shutdown")]


async def test_a_decorator_starts_a_handler(bus: Bus) -> None:
    client, heard = await bus.client(), list[str]()

    @client.on_lifecycle("groupRestart")
    async def restart(message: LifecycleMessage[models.GroupRestartMessage]) -> None:
        heard.append(message.payload.reason or "")

    await client.publish_lifecycle("groupRestart", models.GroupRestartMessage(reason="update"))
    await until(lambda: heard == ["update"])


async def test_a_message_without_a_body_reads_as_null(bus: Bus) -> None:
    transport = await bus.transport()
    heard = await listening(bus, "discoveryPoll")
    await transport.publish("kryten.service.discovery.poll", b"")
    assert (await heard.wait_for(1))[0].payload is None


async def test_a_wrong_message_is_reported_and_the_next_one_arrives(bus: Bus) -> None:
    watched, transport = await bus.watched(), await bus.transport()
    heard = Collector[LifecycleMessage[Any]]()
    watched.client.on_lifecycle("groupRestart", heard)
    await watched.client.flush()
    for data in (b"{", as_json([]), as_json({"delay_seconds": "5"}), as_json({"delay_seconds": 5})):
        await transport.publish("kryten.lifecycle.group.restart", data)
    await heard.wait_for(1)
    assert [error.code for error in watched.invalid] == ["malformed_message", "invalid_message", "invalid_message"]
    assert {error.ref for error in watched.invalid} == {"kryten/lifecycle/groupRestart"}


async def test_a_wrong_message_is_not_sent(bus: Bus) -> None:
    client: Any = await bus.client()
    with pytest.raises(ProtocolError) as refused:
        await client.publish_lifecycle("shutdown", {"service": "bot"})
    assert (refused.value.code, refused.value.ref) == ("invalid_message", "kryten/lifecycle/shutdown")
    with pytest.raises(ProtocolError, match='has no lifecycle message "startu"; did you mean "startup"'):
        await client.publish_lifecycle("startu", {})
    report = {"service": "my svc", "version": "1", "hostname": "vm", "timestamp": "2026-01-31T12:00:00Z"}
    with pytest.raises(ProtocolError) as unnamed:
        await client.publish_lifecycle("startup", report, service="my svc")
    assert unnamed.value.code == "invalid_subject"


async def test_a_program_says_that_it_starts_is_alive_and_stops(bus: Bus) -> None:
    heard = await listening(bus, "startup", "heartbeat", "shutdown", "connected")
    bot = await bus.client(service=BOT)
    await until(lambda: "heartbeat" in names_of(heard))
    await bot.close("tired")
    await until(lambda: "shutdown" in names_of(heard))
    by_name = {message.name: message.payload for message in heard.items}
    startup = by_name["startup"].model_dump(exclude_unset=True)
    assert (startup["service"], startup["version"], startup["hostname"]) == ("echo-bot", "1.2.3", "vm")
    assert startup["metadata"]["instance"] == BOT.instance
    assert startup["metadata"]["contract"] == PROTOCOL.hash
    assert startup["metadata"]["heartbeat_interval"] == 30
    assert startup["metadata"]["endpoints"] == {"health": {"port": 8080, "path": "/health"}}
    assert by_name["heartbeat"].uptime_seconds >= 0.9
    assert by_name["shutdown"].reason == "tired"
    assert by_name["connected"].target == "NATS"


async def test_a_program_that_is_asked_who_is_there_tells_everybody_and_the_one_who_waits(bus: Bus) -> None:
    transport = await bus.transport()
    await bus.client(service=BOT)
    heard = await listening(bus, "startup")
    reply = await transport.request("kryten.service.discovery.poll", b"", 5)
    assert json.loads(reply.data)["service"] == "echo-bot"
    assert (await heard.wait_for(1))[0].payload.service == "echo-bot"


async def test_a_program_says_by_itself_only_what_it_is_to_say(bus: Bus) -> None:
    transport, heard = await bus.transport(), await listening(bus, *KINDS)
    mute = await bus.client(service=ServiceInfo("mute", lifecycle=False))
    switches: Any = dict.fromkeys(("heartbeat", "connected", "poll"), False)
    quiet = await bus.client(service=ServiceInfo("quiet", lifecycle=switches))
    await transport.publish("kryten.service.discovery.poll", b"")
    await transport.flush()
    for client in (mute, quiet):
        await client.flush()
        await client.close()
    await heard.wait_for(2)
    assert [(message.name, message.service) for message in heard.items] == [("startup", "quiet"), ("shutdown", "quiet")]
    assert "heartbeat_interval" not in heard.items[0].payload.model_dump(exclude_unset=True)["metadata"]


async def test_a_program_announces_itself_when_it_is_ready_if_it_wants(bus: Bus) -> None:
    heard = await listening(bus, "startup", "shutdown")
    quiet = ServiceInfo("quiet-bot", announce=False)
    bot, other = await bus.client(service=quiet), await bus.client(service=quiet)
    await other.close()
    await bot.announce()
    await heard.wait_for(1)
    await bot.drain()
    await heard.wait_for(2)
    assert names_of(heard) == ["startup", "shutdown"]


async def test_it_tells_what_it_learned_about_itself_later_and_of_its_endpoints_rather_what_its_options_say(
    bus: Bus,
) -> None:
    heard = await listening(bus, "startup")
    chosen: Endpoints = {"health": {"port": 80}, "metrics": {"path": "/measured"}}
    bot = await bus.client(service=ServiceInfo("bot", endpoints=chosen, metadata={"mood": "sunny"}))
    told = (await heard.wait_for(1))[0].payload.model_dump(exclude_unset=True)["metadata"]
    assert told["endpoints"] == {"health": {"port": 80, "path": "/health"}}
    bot.describe(endpoints={"health": {"port": 1, "path": "/ok"}, "metrics": {"port": 1, "path": "/metrics"}})
    bot.describe(metadata={"load": 2})
    await bot.announce()
    told = (await heard.wait_for(2))[1].payload.model_dump(exclude_unset=True)["metadata"]
    assert told["endpoints"] == {"health": {"port": 80, "path": "/ok"}, "metrics": {"port": 1, "path": "/measured"}}
    assert (told["mood"], told["load"]) == ("sunny", 2)


async def test_a_program_that_could_not_announce_itself_at_first_says_that_it_is_alive_when_it_can(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = await listening(bus, "startup", "connected", "heartbeat")
    bot = await bus.client(service=ServiceInfo("echo-bot", announce=False, heartbeat_interval=0.02))

    async def fail() -> None:
        raise ProtocolError("connection_failed", "the connection was lost on the way")

    with monkeypatch.context() as patched:
        patched.setattr(bot._core.session.transport, "flush", fail)
        with pytest.raises(ProtocolError, match="lost on the way"):
            await bot.announce()
    await bot.announce()
    await heard.wait_for(3)
    assert names_of(heard)[:3] == ["startup", "connected", "heartbeat"]


async def test_a_program_that_does_not_say_who_it_is_cannot_be_announced(bus: Bus) -> None:
    client = await bus.client()
    with pytest.raises(ProtocolError, match="has not said who it is"):
        await client.announce()
    with pytest.raises(ProtocolError, match="has not said who it is"):
        client.describe()


async def test_a_program_without_a_name_is_never_heard_of(bus: Bus) -> None:
    transport, heard = await bus.transport(), Collector[Delivery]()
    transport.subscribe("kryten.lifecycle.>", heard)
    await transport.flush()
    await (await bus.client()).close()
    await transport.publish("kryten.lifecycle.other.startup", b"")
    assert [delivery.subject for delivery in await heard.wait_for(1)] == ["kryten.lifecycle.other.startup"]


@pytest.mark.parametrize("interval", [0, -1, float("nan"), 2**31])
def test_nothing_can_beat_at_such_an_interval(interval: float) -> None:
    with pytest.raises(ProtocolError, match="heartbeat_interval must be above 0"):
        ServiceInfo("bot", heartbeat_interval=interval)


async def test_what_was_stopped_is_forgotten(bus: Bus) -> None:
    client = await bus.client()

    async def stopped() -> list[weakref.ref[object]]:
        registry, service = await client.registry(), await client.serve(Level(RANK))
        restart, lifecycle = client.on_restart(print), client.on_lifecycle("startup", print)
        started = (registry, service, restart, lifecycle)
        for each in started:
            each.stop()
        return [weakref.ref(each) for each in started]

    forgotten = await stopped()
    await client.flush()
    gc.collect()
    assert [each() for each in forgotten] == [None, None, None, None]
    assert client._core.lifecycle._subscriptions == []
