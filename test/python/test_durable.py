"""Durable events: handled at least once, settled by how the handler ends, and dead letters in the end."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any, cast

from bus import Bus, as_json, until
from durable import Handler, LastOfMany, SoonClient, World, codes, raising, refusal_of
from kryten_protocol import Channel, DurableContext, Event, ProtocolError, hopeless, later
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.nats.connect import connect_nats
from kryten_protocol.runtime.transport.transport import Transport
from nats_server import NatsServer

REF = "kryten/events/usercount"


async def test_it_reaches_a_consumer_that_was_away_with_its_payload_channel_and_id(bus: Bus) -> None:
    world, seen = World(bus), list[object]()
    client = (await world.watched()).client
    (await client.durable("usercount", Handler(), name=world.name)).stop()
    stored = await client.publish_durable("usercount", 7)

    def handle(event: Event[int], context: DurableContext[Channel]) -> None:
        seen.append((event.payload, event.id, context.channel.address["channel"], context.deliveries, context.subject))

    await (await world.watched()).client.durable("usercount", handle, name=world.name)
    await until(lambda: seen)
    subject = f"kryten.events.cytube.{world.channel}.usercount"
    assert seen == [(7, stored.id, world.channel, 1, subject)]


async def test_it_is_kept_once_however_often_it_is_published_with_one_id(bus: Bus) -> None:
    world, handler = World(bus), Handler()
    client = (await world.watched()).client
    await client.durable("usercount", handler, name=world.name)
    first = await client.publish_durable("usercount", 1, id=world.channel)
    second = await client.channel(world.channel).publish_durable("usercount", 1, id=world.channel)
    assert (first.id, first.duplicate) == (world.channel, False)
    assert (second.sequence, second.duplicate) == (first.sequence, True)
    await client.publish_durable("usercount", 2)
    await handler.heard((1, 1), (2, 1))


async def test_it_may_be_published_by_programs_that_know_nothing_of_streams(bus: Bus) -> None:
    world, handler = World(bus), Handler()
    client = (await world.watched()).client
    await client.durable("usercount", handler, name=world.name)
    await client.publish("usercount", 12)
    await handler.heard((12, 1))


async def test_it_is_one_of_those_that_are_asked_for_in_the_channels_that_are_asked_for(bus: Bus) -> None:
    here, there, seen = World(bus), World(bus), list[tuple[str, str]]()
    client = (await here.watched(channels=[here.channel, there.channel])).client

    def handle(event: Event[Any], context: DurableContext[Channel]) -> None:
        seen.append((event.name, context.channel.address["channel"]))

    await client.durable(["usercount", "setMotd"], handler=handle, name=here.name, channels=[here.channel])
    await client.durable("*", handle, name=there.name, channels=[there.channel])
    for channel in (here.channel, there.channel):
        await client.channel(channel).publish_durable("usercount", 1)
        await client.channel(channel).publish_durable("setMotd", "hi")
        await client.channel(channel).publish_durable("drinkCount", 1)
    expected = [(name, here.channel) for name in ("usercount", "setMotd")]
    expected += [(name, there.channel) for name in ("usercount", "setMotd", "drinkCount")]
    await until(lambda: sorted(seen) == sorted(expected))


async def test_it_is_handled_in_the_order_of_the_stream_one_at_a_time_in_each_channel(bus: Bus) -> None:
    here, there, log, gate = World(bus), World(bus), list[str](), asyncio.Event()
    client = (await here.watched(channels=[here.channel, there.channel])).client

    async def handle(event: Event[int], context: DurableContext[Channel]) -> None:
        channel = context.channel.address["channel"]
        log.append(f"begin {channel} {event.payload}")
        if channel == here.channel and event.payload == 0:
            await gate.wait()
        log.append(f"end {channel} {event.payload}")

    await client.durable("usercount", handle, name=here.name)
    for number in range(5):
        for world in (here, there):
            await client.channel(world.channel).publish_durable("usercount", number)

    def of(world: World) -> list[str]:
        return [line for line in log if f" {world.channel} " in line]

    def in_order(world: World) -> list[str]:
        return [f"{what} {world.channel} {number}" for number in range(5) for what in ("begin", "end")]

    await until(lambda: of(there) == in_order(there))
    assert of(here) == [f"begin {here.channel} 0"]
    gate.set()
    await until(lambda: of(here) == in_order(here))


async def test_it_keeps_the_order_over_repetitions_when_one_may_be_in_flight(bus: Bus) -> None:
    world = World(bus)

    def postpone(event: Event[int], context: DurableContext[Channel]) -> None:
        if event.payload == 1 and context.deliveries < 3:
            raise later(0.01)

    handler, client = Handler(postpone), (await world.watched()).client
    await client.durable("usercount", handler, name=world.name, in_flight=1)
    for number in range(3):
        await client.publish_durable("usercount", number)
    await handler.heard((0, 1), (1, 1), (1, 2), (1, 3), (2, 1))


async def test_it_reaches_one_of_those_that_share_a_name(bus: Bus) -> None:
    world, handlers = World(bus), [Handler(), Handler()]
    for handler in handlers:
        await (await world.watched()).client.durable("usercount", handler, name=world.name, in_flight=8)
    client = (await world.watched()).client
    await asyncio.gather(*(client.publish_durable("usercount", number) for number in range(100)))
    await until(lambda: sum(len(handler.calls) for handler in handlers) == 100)
    assert sorted(call for handler in handlers for call in handler.calls) == [(number, 1) for number in range(100)]
    assert min(len(handler.calls) for handler in handlers) > 5


async def test_a_handler_that_raises_gets_it_again_after_the_backoff_and_then_no_more(bus: Bus) -> None:
    world = World(bus)
    watched, letters = await world.watched(), await world.letters()
    handler = Handler(raising(lambda: RuntimeError("no luck")))
    await watched.client.durable("usercount", handler, name=world.name)
    stored = await watched.client.publish_durable("usercount", 5)
    await until(lambda: letters)
    assert handler.calls == [(5, 1), (5, 2), (5, 3)]
    letter = letters[0]
    assert (letter.reason, letter.message) == ("handler_failed", f"the handler of {REF} raised: RuntimeError: no luck")
    assert (letter.event, letter.id, letter.sequence) == ("usercount", stored.id, stored.sequence)
    assert (letter.consumer, letter.deliveries) == (world.name, 3)
    assert letter.subject == f"kryten.events.cytube.{world.channel}.usercount"
    assert json.loads(letter.data)["payload"] == 5
    assert codes(watched.errors) == ["handler_failed"] * 3
    what = ["delivery 1, and it comes again", "delivery 2, and it comes again", "it is a dead letter now"]
    assert [error.raw_message.split("; ")[1] for error in watched.errors] == what
    assert {error.ref for error in watched.errors} == {REF}


async def test_a_handler_that_succeeds_later_is_done(bus: Bus) -> None:
    world = World(bus)

    def fail_once(event: Event[int], context: DurableContext[Channel]) -> None:
        if event.payload == 1 and context.deliveries == 1:
            raise RuntimeError

    watched, handler = await world.watched(), Handler(fail_once)
    await watched.client.durable("usercount", handler, name=world.name)
    await watched.client.publish_durable("usercount", 1)
    await handler.heard((1, 1), (1, 2))
    await watched.client.publish_durable("usercount", 2)
    await handler.heard((1, 1), (1, 2), (2, 1))
    assert codes(watched.errors) == ["handler_failed"]


async def test_a_handler_may_ask_for_it_later_as_often_as_it_likes(bus: Bus) -> None:
    world, times, told = World(bus), list[float](), list[int]()
    watched, letters = await world.watched(), await world.letters()

    async def postpone(_event: Event[int], context: DurableContext[Channel]) -> None:
        times.append(asyncio.get_running_loop().time())
        told.append(context.deliveries)
        # More often than the limit of deliveries, and the failures after that are counted from the first.
        if context.deliveries <= 5:
            raise later(0.05, "the database is down")
        raise RuntimeError

    await watched.client.durable("usercount", postpone, name=world.name)
    await watched.client.publish_durable("usercount", 1)
    await until(lambda: letters)
    assert told[:6] == [1, 2, 3, 4, 5, 6]
    assert min(after - before for before, after in pairwise(times[:6])) >= 0.049
    assert (letters[0].reason, letters[0].deliveries) == ("handler_failed", 3)
    assert codes(watched.errors) == ["handler_failed"] * 3


async def test_what_is_postponed_is_taken_by_others_when_its_program_ends_and_no_sooner_than_asked(bus: Bus) -> None:
    world, asked, taken = World(bus), list[float](), list[float]()
    first, second = await world.watched(), await world.watched()
    time = asyncio.get_running_loop().time

    def postpone(_event: Event[int], _context: DurableContext[Channel]) -> None:
        asked.append(time())
        raise later(0.4)

    def take(_event: Event[int], _context: DurableContext[Channel]) -> None:
        taken.append(time())

    consuming = await first.client.durable("usercount", postpone, name=world.name)
    await first.client.publish_durable("usercount", 1)
    await until(lambda: asked)
    await second.client.durable("usercount", take, name=world.name)
    consuming.stop()
    await until(lambda: taken)
    assert taken[0] - asked[0] >= 0.395
    assert codes([*first.errors, *second.errors]) == []


async def test_a_handler_may_give_it_up_at_once(bus: Bus) -> None:
    world = World(bus)
    watched, letters = await world.watched(), await world.letters()
    handler = Handler(raising(lambda: hopeless("kein Gef\u00e4\u00df\r\nNats-Msg-Id: forged")))
    await watched.client.durable("usercount", handler, name=world.name)
    await watched.client.publish_durable("usercount", 1)
    await until(lambda: letters)
    assert (letters[0].reason, letters[0].message) == ("hopeless", "kein Gef\u00e4\u00df Nats-Msg-Id: forged")
    assert (handler.calls, watched.errors) == ([(1, 1)], [])


async def test_a_handler_may_give_up_one_whose_header_fields_leave_no_room_for_more(bus: Bus) -> None:
    world = World(bus)
    watched, letters = await world.watched(), await world.letters()
    handler = Handler(raising(lambda: hopeless("no such user")))
    await watched.client.durable("usercount", handler, name=world.name)
    await watched.client.publish_durable("usercount", 1, headers={"note": "x" * 65_000})
    await until(lambda: letters)
    assert (letters[0].reason, letters[0].deliveries, watched.errors) == ("hopeless", 1, [])


async def test_a_handler_that_does_not_finish_in_time_is_cancelled_and_gets_it_again(bus: Bus) -> None:
    world, cancelled = World(bus), list[int]()

    async def hang_once(_event: Event[int], context: DurableContext[Channel]) -> None:
        if context.deliveries > 1:
            return
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(context.deliveries)
            raise

    watched, handler = await world.watched(handler_timeout=0.1), Handler(hang_once)
    await watched.client.durable("usercount", handler, name=world.name)
    await watched.client.publish_durable("usercount", 1)
    await handler.heard((1, 1), (1, 2))
    assert (cancelled, codes(watched.errors)) == ([1], ["handler_timeout"])


async def test_a_handler_may_take_longer_than_the_server_waits_and_so_may_those_behind_it(bus: Bus) -> None:
    world, gate, ticks = World(bus), asyncio.Event(), World(bus)

    async def wait(event: Event[int], _context: DurableContext[Channel]) -> None:
        if event.payload == 0:
            await gate.wait()

    def tick(_event: Event[int], context: DurableContext[Channel]) -> None:
        if context.deliveries < 3:
            raise later(1.6)

    handler, others, ticking = Handler(wait), Handler(), Handler(tick)
    client = (await world.watched()).client
    await client.durable("usercount", handler, name=world.name)
    for number in range(3):
        await client.publish_durable("usercount", number)
    await handler.heard((0, 1))
    # Another program of the name would get what the server believes to be lost.
    await (await world.watched()).client.durable("usercount", others, name=world.name)
    clock = (await ticks.watched()).client
    await clock.durable("usercount", ticking, name=ticks.name)
    await clock.publish_durable("usercount", 1)
    await ticking.heard((1, 1), (1, 2), (1, 3))
    gate.set()
    await handler.heard((0, 1), (1, 1), (2, 1))
    assert others.calls == []


async def test_a_message_that_is_no_event_becomes_a_dead_letter_at_once_and_holds_up_nobody(bus: Bus) -> None:
    world, handler = World(bus), Handler()
    watched, letters, transport = await world.watched(), await world.letters(), await bus.transport()
    await watched.client.durable("usercount", handler, name=world.name)
    subject = f"kryten.events.cytube.{world.channel}.usercount"
    await transport.publish(subject, b"{ not JSON")
    await transport.publish(subject, as_json({"nonsense": True}), {"X-Colour": "red"})
    await transport.flush()
    await watched.client.publish_durable("usercount", 1)
    await until(lambda: len(letters) == 2)
    told = [(letter.reason, letter.event, letter.deliveries) for letter in letters]
    assert told == [("malformed_message", "usercount", 1), ("invalid_message", "usercount", 1)]
    assert codes(watched.invalid) == ["malformed_message", "invalid_message"]
    await handler.heard((1, 1))


async def test_dead_letters_come_again_to_a_handler_that_fails_for_ever(bus: Bus) -> None:
    world = World(bus)
    client = (await world.watched()).client
    await client.durable("usercount", raising(lambda: hopeless("no")), name=world.name)
    tried = list[int]()

    def read(letter: object, context: DurableContext[None]) -> None:
        if getattr(letter, "consumer", "") == world.name:
            tried.append(context.deliveries)
            raise later(0.01)

    await client.dead_letters("events", read, name=f"{world.name}-review")
    await client.publish_durable("usercount", 1)
    await until(lambda: tried[:5] == [1, 2, 3, 4, 5])


async def test_a_client_that_drains_finishes_what_runs_and_leaves_what_waits_to_others(bus: Bus) -> None:
    world, gate = World(bus), asyncio.Event()
    first, second = await world.watched(), await world.watched()
    handler, others = Handler(lambda event, context: gate.wait()), Handler()
    await first.client.durable("usercount", handler, name=world.name)
    for number in range(2):
        await second.client.publish_durable("usercount", number)
    await handler.heard((0, 1))
    draining = asyncio.create_task(first.client.drain())
    await second.client.durable("usercount", others, name=world.name)
    await until(lambda: [payload for payload, _ in others.calls] == [1])
    gate.set()
    await draining
    await second.client.publish_durable("usercount", 2)
    await until(lambda: [payload for payload, _ in others.calls] == [1, 2])
    assert (handler.calls, first.errors, second.errors) == ([(0, 1)], [], [])


async def test_a_client_that_drains_leaves_what_its_handler_asks_for_later_to_others(bus: Bus) -> None:
    world, gate = World(bus), asyncio.Event()
    first, second = await world.watched(), await world.watched()

    async def postpone(_event: Event[int], _context: DurableContext[Channel]) -> None:
        await gate.wait()
        raise later(0.01)

    handler, others = Handler(postpone), Handler()
    await first.client.durable("usercount", handler, name=world.name)
    await second.client.publish_durable("usercount", 0)
    await handler.heard((0, 1))
    draining = asyncio.create_task(first.client.drain())
    await second.client.durable("usercount", others, name=world.name)
    gate.set()
    await draining
    await until(lambda: [payload for payload, _ in others.calls] == [0])
    assert (handler.calls, first.errors, second.errors) == ([(0, 1)], [], [])


async def test_a_client_that_closes_leaves_what_runs_to_others_too(bus: Bus) -> None:
    world = World(bus)
    first, second = await world.watched(), await world.watched()
    handler, others = Handler(lambda event, context: asyncio.Event().wait()), Handler()
    await first.client.durable("usercount", handler, name=world.name)
    for number in range(2):
        await second.client.publish_durable("usercount", number)
    await handler.heard((0, 1))
    await first.client.close()
    await second.client.durable("usercount", others, name=world.name)
    await until(lambda: {payload for payload, _ in others.calls} == {0, 1})


async def test_a_client_that_closes_while_it_is_about_to_begin_begins_nothing(bus: Bus) -> None:
    world, handler = World(bus), Handler()
    client = (await world.watched()).client
    beginning = asyncio.create_task(client.durable("usercount", handler, name=world.name, start="beginning"))
    await client.close()
    await asyncio.wait({beginning})
    assert beginning.exception() is None or codes([await refusal_of(beginning)]) == ["connection_closed"]
    heir = Handler()
    other = (await world.watched()).client
    await other.durable("usercount", heir, name=f"{world.name}-2")
    await other.publish_durable("usercount", 1)
    await heir.heard((1, 1))
    assert handler.calls == []


async def test_a_client_that_is_closed_begins_nothing(bus: Bus) -> None:
    world = World(bus)
    client = (await world.watched()).client
    await client.close()
    for action in (
        client.durable("usercount", Handler(), name=world.name),
        client.dead_letters("events", raising(RuntimeError), name=world.name),
        client.publish_durable("usercount", 1),
    ):
        assert (await refusal_of(action)).code == "connection_closed"


async def test_one_that_has_ended_all_programs_before_becomes_a_dead_letter_and_is_not_handled(bus: Bus) -> None:
    world, errors, handler = World(bus), list[ProtocolError](), Handler()
    letters, client = await world.letters(), (await world.watched()).client
    transport = LastOfMany(await bus.transport())
    heir = SoonClient(cast("Transport", transport), channels=[world.channel], on_error=errors.append)
    await heir.durable("usercount", handler, name=world.name)
    await client.publish_durable("usercount", 1)
    await until(lambda: letters)
    await heir.close()
    assert (letters[0].reason, letters[0].deliveries, letters[0].event) == ("unsettled", 4, "usercount")
    assert (handler.calls, codes(errors), errors[0].ref) == ([], ["unsettled"], REF)


async def test_what_cannot_be_is_refused_with_what_to_do(bus: Bus) -> None:
    world, handler = World(bus), Handler()
    client: Any = (await world.watched()).client
    several: Any = (await world.watched(channels=[world.channel, "other"])).client
    refused = [
        (client.durable("usercuont", handler, name=world.name), 'did you mean "usercount"'),
        (client.durable([], handler, name=world.name), "no event is named"),
        (client.durable("usercount", handler, name=world.name, channels=[]), "no channel is named"),
        (client.durable("usercount", handler, name="a.b"), '"a.b" is no name'),
        (client.durable("usercount", handler, name=world.name, in_flight=0), "in_flight must be a whole number"),
        (client.dead_letters("event", handler, name=world.name), 'did you mean "events"'),
        (several.publish_durable("usercount", 1), "client.channel(name).publish_durable(...)"),
    ]
    for action, reason in refused:
        error = await refusal_of(action)
        assert error.code == "invalid_argument"
        assert reason in error.raw_message
    assert (await refusal_of(client.publish_durable("usercount", "many"))).code == "invalid_message"


async def test_all_are_delivered_though_the_server_crashes() -> None:
    server = NatsServer()
    url, handled = server.url, set[int]()
    clients = [
        await SoonClient.over(await connect_nats(url, reconnect_time_wait=0), channels=["Lounge"], request_timeout=0.5)
        for _ in range(3)
    ]
    publisher, *consumers = clients
    try:
        for consumer in consumers:
            await consumer.durable("usercount", lambda event, context: handled.add(event.payload), name="ledger")
        for number in range(60):
            if number % 20 == 10:
                server.crash()
                server.restart()
            while True:
                (outcome,) = await asyncio.gather(
                    publisher.publish_durable("usercount", number, id=f"{number}"), return_exceptions=True
                )
                if not isinstance(outcome, Exception):
                    break
        await until(lambda: handled == set(range(60)))
    finally:
        for client in clients:
            await client.close()
        server.stop()


def test_the_protocol_has_the_stream_that_the_schema_says() -> None:
    stream = PROTOCOL.streams["events"]
    assert set(stream.events) == set(PROTOCOL.events)
    assert stream.delivery.limit == 5
