"""Asking services: what is sent, and what comes of the answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from bus import Bus, Collector, as_json, parsed
from kryten_protocol import Client, ProtocolError, ServiceInfo
from kryten_protocol.runtime.transport.transport import Delivery


async def serving(bus: Bus, subject: str, reply: bytes, **headers: str) -> Collector[Delivery]:
    """Answers whatever is asked on a subject. Returns what was asked."""
    transport, asked, tasks = await bus.transport(), Collector[Delivery](), set()

    def receive(delivery: Delivery) -> None:
        asked(delivery)
        if delivery.respond is not None:
            tasks.add(asyncio.ensure_future(delivery.respond(reply, headers or None)))

    transport.subscribe(subject, receive)
    await transport.flush()
    return asked


async def robot(bus: Bus, reply: object) -> Collector[Delivery]:
    return await serving(bus, "kryten.robot.command", as_json(reply))


async def refused_by(client: Client, message: str = "hi") -> ProtocolError:
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Lounge").robot.send_chat(message=message)
    return refused.value


OK = {"service": "robot", "command": "say", "success": True, "data": {"success": True}}


async def test_a_request_carries_service_command_arguments_and_who_asks_where_and_when(bus: Bus) -> None:
    asked = await robot(bus, OK)
    client = await bus.client(service=ServiceInfo("echo-bot", announce=False))
    await client.channel("lounge").robot.with_options(id="7").send_chat(message="hi")
    request: Any = parsed(asked.items[0])
    assert request["meta"].pop("timestamp").endswith("Z")
    assert request == {
        "service": "robot",
        "command": "say",
        "args": {"message": "hi"},
        "meta": {"source": "echo-bot", "domain": "cytu.be", "channel": "Lounge", "request_id": "7"},
    }


async def test_an_argument_that_is_not_given_is_not_sent_and_none_is_null(bus: Bus) -> None:
    asked = await robot(bus, {**OK, "data": {"success": True, "uid": 5}})
    client = await bus.client()
    result = await client.channel("lounge").robot.add_media(type="yt", id="abc")
    assert result.uid == 5
    request: Any = parsed(asked.items[0])
    assert request["args"] == {"type": "yt", "id": "abc"}


async def test_arguments_may_stand_beside_the_command(bus: Bus) -> None:
    asked = await serving(bus, "kryten.economy.command", as_json({"success": True, "data": {"found": False}}))
    client = await bus.client()
    await client.channel("Lounge").economy.get_balance(username="alice")
    request: Any = parsed(asked.items[0])
    assert (request["username"], request["channel"], request["command"]) == ("alice", "Lounge", "balance.get")
    assert "args" not in request


async def test_a_request_goes_where_the_dialect_says(bus: Bus) -> None:
    asked = await serving(bus, "kryten.command.robot", as_json(OK))
    client = await bus.client(dialect="documented")
    await client.channel("Lounge").robot.send_chat(message="hi")
    assert len(asked.items) == 1


async def test_a_command_that_nobody_answers_is_over_once_it_is_sent(bus: Bus) -> None:
    transport, sent, client = await bus.transport(), Collector[Delivery](), await bus.client()
    transport.subscribe("kryten.commands.cytube.lounge.chat", sent)
    await transport.flush()
    await client.channel("Lounge").robot_legacy.send_chat(message="hi")
    assert parsed((await sent.wait_for(1))[0]) == {"action": "chat", "data": {"message": "hi"}}


async def test_wrong_arguments_are_not_sent(bus: Bus) -> None:
    asked, client = await robot(bus, OK), await bus.client()
    wrong: Any = client.channel("Lounge").robot
    with pytest.raises(ProtocolError) as refused:
        await wrong.send_chat(message=5)
    error = refused.value
    assert (error.code, error.ref, error.subject) == ("invalid_request", "kryten/robot/say", "kryten.robot.command")
    assert [violation.pointer for violation in error.violations] == ["/message"]
    assert asked.items == []
    with pytest.raises(TypeError):
        await wrong.send_chat(massage="hi")


async def test_a_command_that_is_known_to_be_ignored_is_not_sent_and_what_works_is_named(bus: Bus) -> None:
    asked, client = await robot(bus, OK), await bus.client()
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Lounge").robot.pause()
    assert (refused.value.code, refused.value.ref) == ("ignored_command", "kryten/robot/pause")
    assert refused.value.raw_message == (
        "kryten/robot/pause is answered with success and has no effect. CyTube has no `pause` frame: the robot sends it, answers "
        "success, and nothing happens. Instead: `assignLeader`: what the leader's player does, everybody's does. To send it all "
        "the same, pass even_if_ignored=True"
    )
    await client.channel("Lounge").robot.with_options(even_if_ignored=True).pause()
    assert len(asked.items) == 1


async def test_a_request_fails_at_once_where_nobody_listens_and_after_its_time_where_nobody_answers(bus: Bus) -> None:
    client, transport = await bus.client(request_timeout=0.05), await bus.transport()
    assert (await refused_by(client)).code == "no_responders"
    transport.subscribe("kryten.robot.command", lambda delivery: None)
    await transport.flush()
    error = await refused_by(client)
    assert (error.code, error.ref) == ("timeout", "kryten/robot/say")
    assert "within 0.05 s" in str(error)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 2**31])
async def test_nothing_can_wait_for_such_a_time(bus: Bus, timeout: float) -> None:
    client = await bus.client()
    with pytest.raises(ProtocolError, match="timeout must be above 0"):
        await client.channel("Lounge").robot.with_options(timeout=timeout).send_chat(message="hi")


async def test_a_request_larger_than_the_bus_takes_is_not_sent(bus: Bus) -> None:
    client = await bus.client()
    css = "a" * (9 * 1024 * 1024)
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Lounge").robot.set_channel_css(css=css)
    assert refused.value.code in ("message_too_large", "invalid_request")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"success": False, "error": "no"}, ("command_failed", None, "no")),
        ({"success": False, "error": "no", "code": "tired"}, ("command_failed", "tired", "no")),
        ({"success": False}, ("command_failed", None, "the service gives no reason")),
        ({"success": True, "data": {"success": False, "error": "no"}}, ("command_failed", None, "no")),
        ({"success": True, "data": {"error": "no"}}, ("command_failed", None, "no")),
        (
            {"success": False, "error": "Command intended for 'x', not 'robot'"},
            ("wrong_service", "wrong_service", "Command intended for 'x', not 'robot'"),
        ),
        ({"success": False, "error": "Missing message"}, ("command_failed", "missing_message", "Missing message")),
        ({"success": False, "error": "late", "code": "timeout"}, ("command_failed", "timeout", "late")),
        (
            {"success": False, "error": "late", "code": "handler_timeout"},
            ("handler_timeout", "handler_timeout", "late"),
        ),
    ],
)
async def test_a_reply_that_carries_a_failure_is_one(bus: Bus, reply: object, expected: tuple[str, ...]) -> None:
    await robot(bus, reply)
    error = await refused_by(await bus.client())
    assert (error.code, error.service_code, error.raw_message) == expected
    assert (error.subject, error.ref) == ("kryten.robot.command", "kryten/robot/say")


async def test_what_else_a_failure_says_are_its_details(bus: Bus) -> None:
    await robot(bus, {"success": True, "data": {"success": False, "error": "full", "queue_fail": {"id": "x"}}})
    assert (await refused_by(await bus.client())).details == {"queue_fail": {"id": "x"}}


async def test_a_header_without_a_body_is_a_failure_as_other_services_send_it(bus: Bus) -> None:
    headers = {"Nats-Service-Error": "broken", "Nats-Service-Error-Code": "500"}
    await serving(bus, "kryten.robot.command", b"", **headers)
    error = await refused_by(await bus.client())
    assert (error.code, error.service_code, error.raw_message) == ("command_failed", "500", "broken")


async def test_a_code_in_the_header_alone_is_understood(bus: Bus) -> None:
    reply = json.dumps({"success": False, "error": "no"}).encode()
    await serving(bus, "kryten.robot.command", reply, **{"Nats-Service-Error-Code": "unknown_command"})
    assert (await refused_by(await bus.client())).code == "unknown_command"


async def test_a_result_may_say_more_than_the_schema_and_stand_inside_another_value(bus: Bus) -> None:
    entries = [{"id": 1, "ip": "*", "name": "bob", "reason": "r", "bannedby": "mod", "extra": 1}]
    await robot(bus, {"success": True, "data": {"banlist": {"event_name": "banlist", "payload": entries}}})
    client = await bus.client()
    (ban,) = await client.channel("Lounge").robot.get_banlist()
    assert (ban.id, ban.name) == (1, "bob")


async def test_a_result_that_lacks_what_should_be_around_it_is_none(bus: Bus) -> None:
    await robot(bus, {"success": True, "data": {"banlist": []}})
    client = await bus.client()
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Lounge").robot.get_banlist()
    assert refused.value.code == "invalid_result"


async def test_a_caller_that_is_cancelled_gives_up(bus: Bus) -> None:
    client, transport, asked = await bus.client(), await bus.transport(), Collector[Delivery]()
    transport.subscribe("kryten.robot.command", asked)
    await transport.flush()
    asking = asyncio.create_task(client.channel("Lounge").robot.send_chat(message="hi"))
    await asked.wait_for(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
