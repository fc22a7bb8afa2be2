"""Events, from the one who publishes them to their handlers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from bus import Bus, Collector, as_json, until
from kryten_protocol import Channel, Event, ProtocolError, models
from kryten_protocol.descriptors import CHAT_MSG, PROTOCOL
from kryten_protocol.runtime.protocol.contract_header import contract_header
from kryten_protocol.runtime.transport.transport import Delivery

LINE = models.ChatLine(username="alice", msg="hello", meta=models.ChatMeta(), time=1)
SUBJECT = "kryten.events.cytube.lounge.chatmsg"


def body(**more: Any) -> dict[str, Any]:
    payload = {"username": "alice", "msg": "hello", "meta": {}, "time": 1}
    return {"event_name": "chatMsg", "payload": payload, "channel": "Lounge", "domain": "cytu.be", **more}


async def test_header_fields_travel_with_an_event(bus: Bus) -> None:
    client, heard = await bus.client(), Collector[Event[int]]()
    client.on("usercount", heard)
    await client.publish("usercount", 1, headers={"traceparent": "00-1-2-01"})
    await client.publish("usercount", 2)
    assert [dict(event.headers) for event in await heard.wait_for(2)] == [
        {**contract_header(PROTOCOL), "traceparent": "00-1-2-01"},
        contract_header(PROTOCOL),
    ]


async def test_an_event_arrives_with_its_payload_and_with_where_when_and_by_which_name(bus: Bus) -> None:
    listener, publisher = await bus.client(), await bus.client()
    heard = Collector[Event[models.ChatMsgEvent]]()
    listener.on("chatMsg", heard)
    await listener.flush()
    await publisher.publish("chatMsg", LINE, id="7", timestamp="2026-01-31T12:00:00Z")
    assert await heard.wait_for(1) == [
        Event(
            name="chatMsg",
            payload=LINE,
            address={"domain": "cytu.be", "channel": "Lounge"},
            channel="Lounge",
            timestamp="2026-01-31T12:00:00Z",
            id="7",
            subject=SUBJECT,
            headers=contract_header(PROTOCOL),
        )
    ]


async def test_an_event_is_sent_in_its_envelope_with_a_new_id_and_the_time(bus: Bus) -> None:
    publisher, transport = await bus.client(), await bus.transport()
    sent = Collector[Delivery]()
    transport.subscribe("kryten.events.>", sent)
    await transport.flush()
    await publisher.publish("usercount", 5)
    await publisher.publish("usercount", 6)
    first, second = (json.loads(delivery.data) for delivery in await sent.wait_for(2))
    assert {**first, "timestamp": "", "correlation_id": ""} == {
        "event_name": "usercount",
        "payload": 5,
        "channel": "Lounge",
        "domain": "cytu.be",
        "timestamp": "",
        "correlation_id": "",
    }
    assert first["correlation_id"] != second["correlation_id"]
    assert first["timestamp"].endswith("Z")


async def test_an_event_may_say_more_than_the_schema_and_less_than_the_envelope(bus: Bus) -> None:
    listener, transport = await bus.watched(), await bus.transport()
    heard = Collector[Event[models.ChatMsgEvent]]()
    listener.client.on("chatMsg", heard)
    await listener.client.flush()
    await transport.publish(SUBJECT, as_json(body(version=2, payload={**body()["payload"], "emoji": True})))
    (event,) = await heard.wait_for(1)
    assert (event.payload, event.timestamp, event.id) == (LINE, None, None)
    assert listener.invalid == []


async def test_a_wrong_payload_is_not_sent(bus: Bus) -> None:
    publisher = await bus.client()
    wrong: Any = {"username": "alice", "msg": "hello", "meta": {}, "time": 1, "emoji": True}
    with pytest.raises(ProtocolError) as refused:
        await publisher.publish("chatMsg", wrong)
    assert refused.value.code == "invalid_message"
    assert (refused.value.subject, refused.value.ref) == (SUBJECT, "kryten/events/chatMsg")
    assert refused.value.violations[0].pointer == "/emoji"
    with pytest.raises(ProtocolError):
        await publisher.publish("usercount", -1)


async def test_a_payload_may_be_plain_json(bus: Bus) -> None:
    publisher, heard = await bus.client(), Collector[Event[models.ChatMsgEvent]]()
    publisher.on("chatMsg", heard)
    plain: Any = {"username": "alice", "msg": "hello", "meta": {}, "time": 1}
    await publisher.publish("chatMsg", plain)
    assert (await heard.wait_for(1))[0].payload == LINE


async def test_a_decorator_starts_a_handler_and_gives_it_back(bus: Bus) -> None:
    client, heard = await bus.client(), list[str]()

    @client.on("chatMsg")
    async def hear(event: Event[models.ChatMsgEvent], channel: Channel) -> None:
        heard.append(f"{event.payload.username} in {channel.address['channel']}")

    await client.publish("chatMsg", LINE)
    await until(lambda: heard)
    assert heard == ["alice in Lounge"]
    assert asyncio.iscoroutinefunction(hear)


async def test_an_event_may_be_named_by_its_descriptor(bus: Bus) -> None:
    client, heard = await bus.client(), Collector[Event[models.ChatMsgEvent]]()
    client.on(CHAT_MSG, heard)
    await client.publish(CHAT_MSG, LINE)
    assert (await heard.wait_for(1))[0].payload.msg == "hello"


async def test_handlers_of_a_channel_hear_nothing_of_another(bus: Bus) -> None:
    client = await bus.client(channels=["Lounge", "Movies"])
    lounge, movies = Collector[Event[int]](), Collector[Event[int]]()
    client.channel("lounge").on("usercount", lounge)
    client.channel("Movies").on("usercount", movies)
    await client.channel("Lounge").publish("usercount", 1)
    await client.channel("Movies").publish("usercount", 2)
    await lounge.wait_for(1)
    await movies.wait_for(1)
    assert ([event.payload for event in lounge.items], [event.payload for event in movies.items]) == ([1], [2])


async def test_another_server_with_the_same_subject_is_told_apart_by_the_body(bus: Bus) -> None:
    listener, transport = await bus.watched(), await bus.transport()
    heard = Collector[Event[models.ChatMsgEvent]]()
    listener.client.on("chatMsg", heard)
    await listener.client.flush()
    await transport.publish(SUBJECT, as_json(body(domain="other.example")))
    await transport.publish(SUBJECT, as_json(body(domain="CYTU.BE", channel="LOUNGE")))
    assert (await heard.wait_for(1))[0].address == {"domain": "CYTU.BE", "channel": "LOUNGE"}
    assert (len(heard.items), listener.invalid) == (1, [])


async def test_a_registration_ends_one_handler_and_leaves_the_others(bus: Bus) -> None:
    client = await bus.client()
    stopped, going_on = Collector[Event[int]](), Collector[Event[int]]()
    registration = client.on("usercount", stopped)
    client.on("usercount", going_on)
    registration.stop()
    registration.stop()
    await client.publish("usercount", 1)
    await going_on.wait_for(1)
    assert stopped.items == []


async def test_a_handler_can_be_added_after_the_last_was_stopped(bus: Bus) -> None:
    client, heard = await bus.client(), Collector[Event[int]]()
    client.on("usercount", print).stop()
    client.on("usercount", heard)
    await client.publish("usercount", 1)
    await heard.wait_for(1)


async def test_a_channel_that_does_not_exist_is_refused_with_the_nearest_as_the_program_spells_it(bus: Bus) -> None:
    client = await bus.client(channels=["Lounge", {"domain": "example.org", "channel": "Movies"}])
    with pytest.raises(ProtocolError, match='longue is not one of the channels .*; did you mean "Lounge"'):
        client.channel("longue")
    with pytest.raises(ProtocolError, match='did you mean "example.org/Movies"'):
        client.channel({"domain": "example.org", "channel": "movie"})
    with pytest.raises(ProtocolError, match="they are Lounge, example.org/Movies"):
        client.channel("quiz")


async def test_an_event_that_does_not_exist_is_refused_with_the_nearest_name(bus: Bus) -> None:
    client: Any = await bus.client()
    with pytest.raises(ProtocolError, match='has no event "chatmsg"; did you mean "chatMsg"'):
        client.on("chatmsg", print)


async def test_unknown_events_go_to_the_handler_for_them_and_only_those_do(bus: Bus) -> None:
    listener, transport = await bus.watched(), await bus.transport()
    unknown = Collector[Event[object]]()
    listener.client.on_unknown(unknown)
    await listener.client.flush()
    await transport.publish(SUBJECT, as_json(body()))
    await transport.publish("kryten.events.cytube.lounge.newthing", as_json(body(event_name="newThing", payload=[1])))
    (event,) = await unknown.wait_for(1)
    assert (event.name, event.payload, event.channel) == ("newThing", [1], "Lounge")
    assert listener.invalid == []


async def test_a_client_with_several_channels_does_not_guess_where_to_publish(bus: Bus) -> None:
    client = await bus.client(channels=["Lounge", "Movies"])
    with pytest.raises(ProtocolError, match="say which"):
        await client.publish("usercount", 1)


async def test_the_dialect_decides_about_the_subject(bus: Bus) -> None:
    client, transport = await bus.client(dialect="documented"), await bus.transport()
    sent = Collector[Delivery]()
    transport.subscribe("kryten.cytube.lounge.>", sent)
    await transport.flush()
    await client.publish("chatMsg", LINE)
    assert (await sent.wait_for(1))[0].subject == "kryten.cytube.lounge.chatMsg"
