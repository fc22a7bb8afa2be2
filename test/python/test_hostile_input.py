"""Bad input: it hurts nobody, is reported once, and gets a typed answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from bus import Bus, Collector, Watched, as_json, until
from kryten_protocol import Event, ProtocolError
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.transport.transport import Delivery

USERCOUNT = "kryten.events.cytube.lounge.usercount"
ECONOMY = "kryten.economy.command"

MALFORMED = {
    "nothing": b"",
    "bytes that are not UTF-8": b"\xff\xfe\x00",
    "no JSON": b"{'a': 1}",
    "half of a JSON value": b'{"event_name": "userc',
    "not a number": b"NaN",
    "200,000 brackets": b"[" * 200_000,
    "a value that nests deeper than 100 levels": b'{"a":' * 101 + b"1" + b"}" * 101,
    "2 MB": json.dumps("x" * 2_000_000).encode(),
}
EXPECTED = {**dict.fromkeys(MALFORMED, "malformed_message"), "2 MB": "message_too_large"}
"""What each is refused as."""

EVENT = {"event_name": "usercount", "payload": 1, "channel": "Lounge", "domain": "cytu.be"}

NO_EVENTS: dict[str, object] = {
    "null": None,
    "an array": [EVENT],
    "a text": "usercount",
    "an event without a payload": {**EVENT, "payload": None},
    "a payload of another type": {**EVENT, "payload": "1"},
    "a payload out of bounds": {**EVENT, "payload": -1},
    "true for a number": {**EVENT, "payload": True},
    "an address that is no text": {**EVENT, "channel": 5},
    "an event that has no business on the subject": {**EVENT, "event_name": "chatMsg"},
    "a name that is no text": {**EVENT, "event_name": ["usercount"]},
}

REQUEST = {"command": "balance.get", "channel": "Lounge", "domain": "cytu.be", "username": "alice"}

NO_REQUESTS: dict[str, tuple[object, str]] = {
    "null": (None, "invalid_request"),
    "an array": ([], "invalid_request"),
    "a request without a command": ({"username": "alice"}, "invalid_request"),
    "a command that is no text": ({**REQUEST, "command": 5}, "invalid_request"),
    "an unknown command": ({**REQUEST, "command": "balance.gte"}, "unknown_command"),
    "a name of every object": ({**REQUEST, "command": "__class__"}, "unknown_command"),
    "another service": ({**REQUEST, "service": "robot"}, "wrong_service"),
    "arguments of another type": ({**REQUEST, "username": 5}, "invalid_request"),
    "missing arguments": ({"command": "balance.get", "channel": "Lounge"}, "invalid_request"),
    "an address that is no text": ({**REQUEST, "channel": [1]}, "invalid_request"),
    "a service that is no text": ({**REQUEST, "service": {"a": 1}}, "wrong_service"),
}

NO_REPLIES: dict[str, tuple[object, str]] = {
    "null": (None, "invalid_reply"),
    "an array": ([], "invalid_reply"),
    "an empty object": ({}, "invalid_reply"),
    "neither data nor error": ({"success": True}, "invalid_reply"),
    "a success that is no truth value": ({"success": "yes", "data": {}}, "invalid_reply"),
    "a result of another type": ({"success": True, "data": {"found": "yes"}}, "invalid_result"),
    "a result that is no object": ({"success": True, "data": 5}, "invalid_result"),
}


async def heard_by(watched: Watched) -> Collector[Event[int]]:
    heard = Collector[Event[int]]()
    watched.client.on("usercount", heard)
    await watched.client.flush()
    return heard


@pytest.mark.parametrize("name", [*MALFORMED, *NO_EVENTS])
async def test_an_event_that_is_none_is_reported_once_and_the_next_one_arrives(bus: Bus, name: str) -> None:
    watched, transport = await bus.watched(), await bus.transport()
    heard = await heard_by(watched)
    await transport.publish(USERCOUNT, MALFORMED[name] if name in MALFORMED else as_json(NO_EVENTS[name]))
    await transport.publish(USERCOUNT, as_json(EVENT))
    assert [event.payload for event in await heard.wait_for(1)] == [1]
    (error,) = watched.invalid
    assert (error.code, error.subject) == (EXPECTED.get(name, "invalid_message"), USERCOUNT)
    assert (watched.client.counts.invalid, watched.errors) == (1, [])


async def serve_economy(watched: Watched) -> None:
    economy = PROTOCOL.services["economy"]
    handlers = dict.fromkeys(economy.commands, lambda args, context: {"found": False})
    await watched.client._core.serve(economy, handlers, channels=None, queue=None, dialects=None)


@pytest.mark.parametrize("name", [*MALFORMED, *NO_REQUESTS])
async def test_a_request_that_is_none_is_answered_once_reported_once_and_the_next_is_answered(
    bus: Bus, name: str
) -> None:
    service, transport = await bus.watched(), await bus.transport()
    await serve_economy(service)
    data = MALFORMED[name] if name in MALFORMED else as_json(NO_REQUESTS[name][0])
    reply: Any = json.loads((await transport.request(ECONOMY, data, 5)).data)
    expected = NO_REQUESTS[name][1] if name in NO_REQUESTS else EXPECTED[name]
    assert (reply["success"], reply["service"], reply["code"]) == (False, "economy", expected)
    assert [error.code for error in service.invalid] == [reply["code"]]
    following: Any = json.loads((await transport.request(ECONOMY, as_json(REQUEST), 5)).data)
    assert following == {"service": "economy", "command": "balance.get", "success": True, "data": {"found": False}}


@pytest.mark.parametrize("name", [*MALFORMED, *NO_REPLIES])
async def test_a_reply_that_is_none_is_a_typed_error(bus: Bus, name: str) -> None:
    client, transport, tasks = await bus.client(), await bus.transport(), set()
    data = MALFORMED[name] if name in MALFORMED else as_json(NO_REPLIES[name][0])

    def answer(delivery: Delivery) -> None:
        assert delivery.respond is not None
        tasks.add(asyncio.ensure_future(delivery.respond(data)))

    transport.subscribe(ECONOMY, answer)
    await transport.flush()
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Lounge").economy.get_balance(username="alice")
    error = refused.value
    assert error.code == (NO_REPLIES[name][1] if name in NO_REPLIES else EXPECTED[name])
    assert (error.subject, error.ref) == (ECONOMY, "kryten/economy/balance.get")


async def test_thousands_of_bad_messages_between_good_ones_hurt_nobody(bus: Bus) -> None:
    watched, transport = await bus.watched(), await bus.transport()
    heard = await heard_by(watched)
    bad = [*(value for value in MALFORMED.values() if len(value) < 1000), *map(as_json, NO_EVENTS.values())]
    for number in range(2000):
        await transport.publish(USERCOUNT, bad[number % len(bad)])
        if number % 100 == 0:
            await transport.publish(USERCOUNT, as_json(EVENT))
    await heard.wait_for(20)
    await until(lambda: len(watched.invalid) == 2000)
