"""What each message says of the contract that its sender keeps to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from answers import RANK, Level
from bus import Bus, Collector, as_json, parsed, until
from durable import Handler, World
from kryten_protocol import Client, Event, ServiceInfo
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.transport.transport import Delivery
from nats_server import NatsServer

SAID = {"Contract": f"kryten@{PROTOCOL.hash}"}
LEVEL = "kryten.user_level.cytu.be.Lounge"
USERCOUNT = "kryten.events.cytube.lounge.usercount"
BODY = as_json({"event_name": "usercount", "payload": 1, "channel": "Lounge", "domain": "cytu.be"})

OTHERS: list[Mapping[str, str] | None] = [
    None,
    {"Contract": "kryten@another"},
    {"Contract": "clock@clock"},
    {"Contract": ""},
    {"Contract": "@"},
    {"Contract": "a@b@c"},
    {"Contract": "\u00e9"},
    {"Contract": "x" * 10_000},
    {"contract": "kryten", "CONTRACT": "clock"},
]
"""What others may say in its place."""


def said_by(delivery: Delivery) -> str | None:
    return (delivery.headers or {}).get("Contract")


def subjects_of(heard: Collector[Delivery]) -> list[str]:
    return [delivery.subject for delivery in heard.items]


async def test_events_requests_and_lifecycle_messages_say_it(bus: Bus) -> None:
    heard, service, world = Collector[Delivery](), await bus.client(), World(bus)
    transport = await bus.transport()
    transport.subscribe("kryten.>", heard)
    await transport.flush()
    await service.serve(Level(RANK))
    client = (await world.watched(service=ServiceInfo("echo-bot"))).client
    await client.publish("usercount", 1)
    await client.publish_durable("usercount", 2)
    await service.channel("Lounge").user_level.get_user_level()
    event = f"kryten.events.cytube.{world.channel}.usercount"
    expected = [event, event, LEVEL, "kryten.lifecycle.echo-bot.startup"]
    await until(lambda: all(subjects_of(heard).count(subject) >= expected.count(subject) for subject in expected))
    assert {said_by(delivery) for delivery in heard.items} == {SAID["Contract"]}


@pytest.mark.parametrize("request_", [as_json({"service": "user_level", "command": "get"}), b"{"])
async def test_replies_say_it_results_and_failures(bus: Bus, request_: bytes) -> None:
    service, asker = await bus.client(), await bus.transport()
    await service.serve(Level(RANK))
    assert said_by(await asker.request(LEVEL, request_, 5)) == SAID["Contract"]


async def test_handlers_read_it_beside_what_else_is_said(bus: Bus) -> None:
    sender, receiver, heard, level = await bus.client(), await bus.client(), Collector[Event[int]](), Level(RANK)
    receiver.on("usercount", heard)
    await receiver.serve(level)
    await receiver.flush()
    await sender.publish("usercount", 1, headers={"X-Own": "1"})
    (event,) = await heard.wait_for(1)
    assert dict(event.headers) == {**SAID, "X-Own": "1"}
    await sender.channel("Lounge").user_level.get_user_level()
    assert dict(level.asked[0].headers) == SAID


async def test_nothing_is_refused_for_the_lack_of_it_or_for_another(bus: Bus) -> None:
    watched, events, lifecycle = await bus.watched(), Collector[object](), Collector[object]()
    durable, level, sender = Handler(), Level(RANK), await bus.transport()
    watched.client.on("usercount", events)
    watched.client.on_lifecycle("shutdown", lifecycle)
    await watched.client.durable("usercount", durable, name="contract")
    await watched.client.serve(level)
    said = {"service": "bot", "version": "1", "hostname": "vm", "timestamp": "2026-01-31T12:00:00Z", "reason": "tired"}
    for headers in OTHERS:
        await sender.publish(USERCOUNT, BODY, headers)
        await sender.publish("kryten.lifecycle.bot.shutdown", as_json(said), headers)
        reply = await sender.request(LEVEL, as_json({"service": "user_level", "command": "get"}), 5, headers)
        assert "error" not in str(parsed(reply))
    await until(lambda: len(events.items) == len(lifecycle.items) == len(durable.calls) == len(OTHERS))
    assert len(level.asked) == len(OTHERS)
    assert [*watched.errors, *watched.invalid] == []


async def test_no_reply_is_refused_for_it(bus: Bus) -> None:
    service, watched, waiting = await bus.transport(), await bus.watched(), list(OTHERS)
    answering = set[asyncio.Future[None]]()
    done = as_json({"service": "robot", "command": "say", "success": True, "data": {"success": True}})

    def answer(request: Delivery) -> None:
        assert request.respond is not None
        answering.add(asyncio.ensure_future(request.respond(done, waiting.pop())))

    service.subscribe("kryten.robot.command", answer)
    await service.flush()
    for _ in OTHERS:
        await watched.client.channel("Lounge").robot.send_chat(message="hi")
    assert [*waiting, *watched.errors] == []


async def test_a_dead_letter_says_what_the_sender_of_its_event_said(bus: Bus) -> None:
    world, transport, letters = World(bus), await bus.transport(), Collector[Delivery]()
    client = (await world.watched()).client
    await client.durable("usercount", Handler(), name=world.name)
    transport.subscribe("kryten.dead-letters.>", letters)
    await transport.flush()
    await transport.publish(f"kryten.events.cytube.{world.channel}.usercount", b"{", {"Contract": "kryten@older"})
    (letter,) = await letters.wait_for(1)
    assert said_by(letter) == "kryten@older"


async def test_it_is_left_out_where_the_server_carries_no_header_fields() -> None:
    server = NatsServer(configuration="no_header_support: true", jetstream=False)
    try:
        async with await Client.connect(server.url, channels=["Lounge"]) as client:
            heard = Collector[Event[int]]()
            client.on("usercount", heard)
            await client.serve(Level(RANK))
            await client.publish("usercount", 1)
            (event,) = await heard.wait_for(1)
            assert dict(event.headers) == {}
            assert await client.channel("Lounge").user_level.get_user_level() == RANK
    finally:
        server.stop()
