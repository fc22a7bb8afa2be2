"""Ways to listen: to all events, in some channels, for one event, and in loops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from bus import Bus, Collector, as_json, until
from kryten_protocol import Channel, Client, Event, Exchange, Next, ProtocolError
from kryten_protocol.descriptors import PROTOCOL, USERCOUNT
from kryten_protocol.runtime.events.event import EventHandler
from kryten_protocol.runtime.protocol.address import ChannelName
from kryten_protocol.runtime.transport.transport import Receive, Subscription
from nats_server import NatsServer

REF = "kryten/events/usercount"
TOWNS = ["Oslo", "Bergen"]
KIEL = {"domain": "example.org", "channel": "Kiel"}
EVERYWHERE: list[ChannelName] = [*TOWNS, KIEL]


async def publish(client: Client, *counts: int, channel: str = "Lounge") -> None:
    """Sends user counts, and returns when the bus has them."""
    for count in counts:
        await client.channel(channel).publish("usercount", count)
    await client.flush()


class Subscriptions:
    """Those that a client has open."""

    def __init__(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open: set[Subscription] = set()
        transport = client._core.session.transport
        self._subscribe = transport.subscribe
        monkeypatch.setattr(transport, "subscribe", self._count)

    def _count(self, subject: str, receive: Receive, queue: str | None = None) -> Subscription:
        subscription: Any = self._subscribe(subject, receive, queue)
        unsubscribe = subscription.unsubscribe

        def forget() -> None:
            self.open.discard(subscription)
            unsubscribe()

        subscription.unsubscribe = forget
        self.open.add(subscription)
        return subscription  # type: ignore[no-any-return]


async def test_a_handler_of_all_gets_every_event_that_the_protocol_knows_once_each_in_order_and_one_at_a_time(
    bus: Bus,
) -> None:
    watched, running, seen = await bus.watched(), set[str](), list[object]()

    @watched.client.on("*")
    async def handle(event: Event[object], channel: Channel) -> None:
        running.add(event.name)
        assert len(running) == 1
        await asyncio.sleep(0)
        running.discard(event.name)
        seen.append((event.name, event.payload))

    await publish(watched.client, 1)
    await watched.client.publish("setLeader", "alice")
    await publish(watched.client, 2)
    await until(lambda: len(seen) == 3)
    assert seen == [("usercount", 1), ("setLeader", "alice"), ("usercount", 2)]
    assert (watched.errors, watched.invalid) == ([], [])


async def test_a_handler_of_all_does_not_get_what_the_protocol_does_not_know_and_takes_nothing_from_others(
    bus: Bus,
) -> None:
    watched, transport, seen = await bus.watched(), await bus.transport(), list[str]()
    watched.client.on("*", lambda event, _: seen.append(event.name))
    watched.client.on("usercount", lambda event, _: seen.append(f"{event.name} alone"))
    watched.client.on_unknown(lambda event, _: seen.append(f"{event.name} unknown"))
    await watched.client.flush()
    for name in ("snow", "usercount"):
        message = {"event_name": name, "payload": 2, "channel": "Lounge", "domain": "cytu.be"}
        await transport.publish(f"kryten.events.cytube.lounge.{name}", as_json(message))
    await until(lambda: len(seen) == 3)
    assert sorted(seen) == ["snow unknown", "usercount", "usercount alone"]
    assert watched.invalid == []


async def test_a_handler_of_all_that_raises_is_reported_as_what_it_is_and_goes_on(bus: Bus) -> None:
    watched = await bus.watched()

    async def fail(event: Event[object], channel: Channel) -> None:
        raise ValueError("broken")

    watched.client.on("*", fail)
    await publish(watched.client, 1, 2)
    await until(lambda: len(watched.errors) == 2)
    assert {(error.code, error.ref) for error in watched.errors} == {("handler_failed", "kryten/events/*")}


async def test_a_handler_of_all_gets_events_with_a_subject_of_their_own_too(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(USERCOUNT, subjects={"live": "kryten.counted.{channel}"})

    class Counted(Client):
        _protocol = replace(PROTOCOL, events={**PROTOCOL.events, "usercount": own})

    client, heard = (await bus.watched(Counted)).client, Collector[Event[object]]()
    subscriptions = Subscriptions(client, monkeypatch)
    registration = client.on("*", heard)
    await publish(client, 1)
    await client.publish("setLeader", "alice")
    assert {event.subject for event in await heard.wait_for(2)} == {
        "kryten.counted.lounge",
        "kryten.events.cytube.lounge.setleader",
    }
    assert len(subscriptions.open) == 2
    registration.stop()
    assert not subscriptions.open


async def test_a_handler_of_all_leaves_no_subscription_behind_when_it_is_stopped(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await bus.client()
    subscriptions = Subscriptions(client, monkeypatch)
    registration = client.on("*", print)
    assert len(subscriptions.open) == 1
    registration.stop()
    assert not subscriptions.open


async def test_some_channels_are_those_whose_address_has_these_parts_upper_and_lower_case_aside(bus: Bus) -> None:
    client, seen = await bus.client(channels=EVERYWHERE), list[str]()

    def note(where: str) -> EventHandler[object, Channel]:
        return lambda event, channel: seen.append(f"{where}: {event.name} in {channel.address['channel']}")

    client.where(domain="CYTU.BE").on("usercount", note("cytu.be"))
    client.where(channel="kiel").on("usercount", note("kiel"))
    client.where(domain="cytu.be", channel="OSLO").on("*", note("oslo"))
    client.where().on(USERCOUNT, note("any"))
    for channel in EVERYWHERE:
        await client.channel(channel).publish("usercount", 1)
    await client.channel("Oslo").publish("setLeader", "alice")
    await until(lambda: len(seen) == 8)
    assert sorted(seen) == [
        "any: usercount in Bergen",
        "any: usercount in Kiel",
        "any: usercount in Oslo",
        "cytu.be: usercount in Bergen",
        "cytu.be: usercount in Oslo",
        "kiel: usercount in Kiel",
        "oslo: setLeader in Oslo",
        "oslo: usercount in Oslo",
    ]


async def test_some_channels_have_loops_waits_and_decorators_too(bus: Bus) -> None:
    client, heard, unknown = await bus.client(channels=EVERYWHERE), list[int](), Collector[Event[object]]()
    north = client.where(domain="cytu.be")
    waiting, events = client.where(channel="Kiel").once("*"), north.events("*")
    north.on_unknown(unknown)

    @north.on("usercount")
    def hear(event: Event[int], channel: Channel) -> None:
        heard.append(event.payload)

    await client.channel(KIEL).publish("usercount", 1)
    await client.channel("Oslo").publish("usercount", 2)
    await client.channel("Bergen").publish("setLeader", "alice")
    seen = [(event.name, channel.address["channel"]) for event, channel in [await anext(events), await anext(events)]]
    assert sorted(seen) == [("setLeader", "Bergen"), ("usercount", "Oslo")]
    event, channel = await waiting
    assert (event.name, event.payload, channel.address["channel"]) == ("usercount", 1, "Kiel")
    await until(lambda: heard == [2])
    assert unknown.items == []


async def test_some_channels_are_refused_where_there_are_none_and_where_the_address_has_no_such_part(bus: Bus) -> None:
    client: Any = await bus.client(channels=TOWNS)
    with pytest.raises(ProtocolError) as refused:
        client.where(channel="Bergn")
    assert refused.value.code == "invalid_argument"
    assert refused.value.raw_message == 'no channel of this client is in {"channel": "Bergn"}; they are Oslo, Bergen'
    with pytest.raises(TypeError):
        client.where(chanel="Oslo")


async def test_some_channels_may_be_any_one_where_the_client_was_started_for_none(bus: Bus) -> None:
    unnamed: Any = {"channels": None}
    client, seen = await bus.client(**unnamed), list[int]()
    client.where(channel="oslo").on("usercount", lambda event, _: seen.append(event.payload))
    await client.flush()
    await publish(client, 1, channel="Oslo")
    await until(lambda: seen == [1])
    with pytest.raises(ProtocolError, match='lacks its "channel"'):
        client.where(domain="cytu.be")


async def test_one_event_can_be_waited_for_and_leaves_no_subscription_behind(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await bus.client()
    subscriptions = Subscriptions(client, monkeypatch)
    waiting = client.once("usercount")
    assert len(subscriptions.open) == 1
    await client.publish("setLeader", "alice")
    await publish(client, 2, 3)
    event, channel = await waiting
    assert (event.name, event.payload, event.channel) == ("usercount", 2, "Lounge")
    assert channel is client.channel("Lounge")
    assert not subscriptions.open


async def test_one_event_may_be_of_one_channel_or_of_any_and_named_by_its_descriptor(bus: Bus) -> None:
    client = await bus.client(channels=TOWNS)
    waiting = [client.once("usercount"), client.channel("Bergen").once(USERCOUNT)]
    await publish(client, 1, channel="Oslo")
    await publish(client, 2, channel="Bergen")
    assert [(event.payload, channel.address["channel"]) for event, channel in await asyncio.gather(*waiting)] == [
        (1, "Oslo"),
        (2, "Bergen"),
    ]


async def test_one_event_is_given_up_after_its_time_and_when_the_client_is_closed(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await bus.client()
    subscriptions = Subscriptions(client, monkeypatch)
    with pytest.raises(ProtocolError) as late:
        await client.once("usercount", timeout=0.005)
    assert (late.value.code, late.value.ref) == ("timeout", REF)
    assert late.value.raw_message == f"there was none of {REF} within 0.005 s"
    waiting = client.once("usercount")
    assert len(subscriptions.open) == 1
    await client.close()
    with pytest.raises(ProtocolError) as closed:
        await waiting
    assert (closed.value.code, closed.value.ref) == ("connection_closed", REF)
    assert not subscriptions.open


@pytest.mark.parametrize("begun", [True, False])
async def test_the_wait_for_one_event_may_be_cancelled(bus: Bus, monkeypatch: pytest.MonkeyPatch, begun: bool) -> None:
    client = await bus.client()
    subscriptions = Subscriptions(client, monkeypatch)
    waiting = client.once("usercount")
    if begun:
        await client.flush()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not subscriptions.open


async def test_one_event_cannot_be_one_that_does_not_exist_nor_take_no_time(bus: Bus) -> None:
    client: Any = await bus.client()
    with pytest.raises(ProtocolError, match="timeout must be above 0"):
        client.once("usercount", timeout=0)
    for method in (client.once, client.events):
        with pytest.raises(ProtocolError, match='did you mean "usercount"'):
            method("usercuont")


async def test_a_loop_gets_events_in_order_those_that_come_while_it_is_busy_too_and_ends_where_it_is_left(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, seen = await bus.client(), list[int]()
    subscriptions = Subscriptions(client, monkeypatch)

    async def loop() -> None:
        async for event, channel in client.events("usercount"):
            seen.append(event.payload)
            assert channel.address["channel"] == "Lounge"
            await asyncio.sleep(0)
            if event.payload == 3:
                break

    looping = asyncio.create_task(loop())
    await until(lambda: subscriptions.open)
    await publish(client, 1, 2, 3, 4)
    await looping
    await until(lambda: not subscriptions.open)
    assert seen == [1, 2, 3]


async def test_a_loop_listens_from_when_it_is_asked_for_until_it_is_stopped(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await bus.client()
    subscriptions = Subscriptions(client, monkeypatch)
    events = client.events("usercount")
    await publish(client, 1, 2)
    event, _ = await anext(events)
    assert event.payload == 1
    events.stop()
    events.stop()
    assert not subscriptions.open
    assert [pair async for pair in events] == []


async def test_a_loop_ends_when_the_client_is_closed_whatever_still_waits(bus: Bus) -> None:
    client, sender = await bus.client(), await bus.client()
    idle, busy, heard = client.events("usercount"), client.events("usercount"), Collector[Event[int]]()
    client.on("usercount", heard)
    await client.flush()
    await publish(sender, 1, 2)
    await heard.wait_for(2)
    event, _ = await anext(busy)
    assert event.payload == 1
    await client.close()
    for events in (busy, idle):
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_a_loop_is_waited_for_when_the_client_is_drained_until_it_has_seen_all_that_came(bus: Bus) -> None:
    client, sender, seen = await bus.client(), await bus.client(), list[int]()
    events, heard = client.events("usercount"), Collector[Event[int]]()
    client.on("usercount", heard)

    async def loop() -> None:
        async for event, _ in events:
            await client.flush()
            seen.append(event.payload)

    looping = asyncio.create_task(loop())
    await client.flush()
    await publish(sender, 1, 2, 3)
    await heard.wait_for(3)
    await client.drain()
    await looping
    assert seen == [1, 2, 3]


async def test_a_loop_holds_up_no_handler_however_long_it_takes(bus: Bus) -> None:
    watched = await bus.watched(handler_timeout=0.02)
    client, heard = watched.client, Collector[Event[int]]()
    events = client.events("usercount")
    client.on("usercount", heard)
    await publish(client, 1, 2)
    assert (await anext(events))[0].payload == 1
    await heard.wait_for(2)
    # Longer than a handler may take: settled all the same, and nothing was lost to the loop before.
    await client.settled()
    assert (await anext(events))[0].payload == 2
    assert watched.errors == []


async def test_a_loop_keeps_what_is_newest_when_more_waits_than_may_and_what_was_given_up_is_counted(bus: Bus) -> None:
    watched = await bus.watched(max_waiting=2)
    client = watched.client
    events = client.events("usercount")
    await publish(client, 1, 2, 3, 4, 5)
    await until(lambda: client.counts.dropped == 2)
    assert [(error.code, error.ref) for error in watched.errors] == [("overloaded", REF)]
    assert [(await anext(events))[0].payload for _ in range(3)] == [1, 4, 5]


async def test_a_wrong_message_ends_no_loop_and_is_reported(bus: Bus) -> None:
    watched, transport = await bus.watched(), await bus.transport()
    events = watched.client.events("usercount")
    await watched.client.flush()
    await transport.publish("kryten.events.cytube.lounge.usercount", b"{")
    await transport.flush()
    await publish(watched.client, 1)
    assert (await anext(events))[0].payload == 1
    assert [error.code for error in watched.invalid] == ["malformed_message"]


async def test_a_loop_gives_to_each_who_asks_when_several_ask_at_once(bus: Bus) -> None:
    client = await bus.client()
    events = client.events("usercount")
    asked = [asyncio.create_task(events.__anext__()) for _ in range(3)]
    await client.flush()
    await publish(client, 1, 2)
    assert [(await each)[0].payload for each in asked[:2]] == [1, 2]
    events.stop()
    with pytest.raises(StopAsyncIteration):
        await asked[2]


async def test_what_one_who_gave_up_was_given_is_for_the_next_who_asks(bus: Bus) -> None:
    client, heard = await bus.client(), Collector[Event[int]]()
    events = client.events("usercount")
    client.on("usercount", heard)
    asked = asyncio.create_task(events.__anext__())
    await client.flush()
    asked.cancel()
    await publish(client, 1)
    await heard.wait_for(1)
    # Each of these gives up at another moment on the way of an event to who asked for it.
    for steps in range(8):
        again = asyncio.create_task(events.__anext__())
        for _ in range(steps):
            await asyncio.sleep(0)
        if again.cancel():
            with pytest.raises(asyncio.CancelledError):
                await again
        else:
            assert (await again)[0].payload == 1
            break
    else:
        assert (await anext(events))[0].payload == 1
    await publish(client, 2)
    assert (await anext(events))[0].payload == 2


async def test_interceptors_stand_around_each_round_of_a_loop(bus: Bus) -> None:
    seen = list[str]()

    async def watch(exchange: Exchange, call_next: Next) -> object:
        if exchange.kind != "deliver":
            return await call_next()
        seen.append(f"{exchange.ref} begins")
        if exchange.value == 2:
            raise ValueError("no 2")
        outcome = await call_next()
        seen.append(f"{exchange.value} is over")
        return outcome

    watched = await bus.watched(interceptors=[watch])
    client = watched.client
    events = client.events("usercount")
    await publish(client, 1, 2, 3)
    async for event, _ in events:
        seen.append(f"{event.payload} is seen")
        if event.payload == 3:
            break
    events.stop()
    await client.settled()
    begins = f"{REF} begins"
    assert seen == [begins, "1 is seen", "1 is over", begins, begins, "3 is seen", "3 is over"]
    assert [(error.code, error.raw_message) for error in watched.errors] == [("handler_failed", "no 2")]


async def test_loops_take_turns_with_handlers(bus: Bus) -> None:
    client, heard = await bus.client(max_concurrent_handlers=1), Collector[Event[int]]()
    events = client.events("usercount")
    asked = asyncio.create_task(events.__anext__())
    await publish(client, 1)
    assert (await asked)[0].payload == 1
    client.on("usercount", heard)
    await publish(client, 2)
    assert heard.items == []
    assert (await anext(events))[0].payload == 2
    await heard.wait_for(1)


async def test_events_that_nobody_waits_for_any_more_are_not_read(bus: Bus) -> None:
    watched, transport, heard = await bus.watched(), await bus.transport(), Collector[Event[Any]]()
    client = watched.client
    client.on("setLeader", heard)
    waiting = client.once("usercount")
    await publish(client, 1)
    await waiting
    await transport.publish("kryten.events.cytube.lounge.usercount", b"{")
    await transport.flush()
    await client.publish("setLeader", "alice")
    await heard.wait_for(1)
    assert watched.invalid == []


async def test_loops_and_waits_fail_when_the_server_is_gone_for_good_and_do_not_wait_for_ever(
    own_server: NatsServer,
) -> None:
    nats: Any = {"allow_reconnect": False}
    async with await Client.connect(own_server.url, channels=["Lounge"], nats=nats) as client:
        one, loop, late = client.once("usercount"), client.events("usercount"), client.events("usercount")
        asked = asyncio.create_task(loop.__anext__())
        await client.flush()
        own_server.crash()
        for waiting in (one, asked):
            with pytest.raises(ProtocolError) as lost:
                await waiting
            assert lost.value.code == "connection_failed"
        with pytest.raises(StopAsyncIteration):
            await anext(loop)
        with pytest.raises(ProtocolError, match="connection_failed"):
            await anext(late)
        with pytest.raises(StopAsyncIteration):
            await anext(late)


def test_a_loop_that_is_forgotten_with_its_client_hurts_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    from kryten_protocol.runtime.memory.broker import MemoryBroker

    kept: list[AsyncIterator[tuple[Event[int], Channel]]] = []

    async def program() -> None:
        kept.append(Client(MemoryBroker().connect(), channels=["Lounge"]).events("usercount"))

    asyncio.run(program())
    kept.clear()
    assert capfd.readouterr().err == ""
