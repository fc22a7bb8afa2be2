"""What stands between a program and its messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from answers import RANK, Level
from bus import Bus, Collector, Watched, until
from durable import World
from kryten_protocol import (
    Channel,
    CommandContext,
    DurableContext,
    Event,
    Exchange,
    Interceptor,
    Next,
    ProtocolError,
    ServiceInfo,
    models,
    refusal,
)
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.protocol.contract_header import contract_header
from kryten_protocol.testing import TestBed

COUNTED = "kryten/events/usercount"
SAID = contract_header(PROTOCOL)
"""What each message that arrives says."""
ASKED = "kryten/user-level/get"
BROKEN = ValueError("broken")


@dataclass
class Program:
    """A program that hears numbers of users, and asks itself for its rank."""

    watched: Watched
    heard: list[int] = field(default_factory=list)

    async def ask(self) -> models.UserLevelGetResult:
        return await self.watched.client.channel("Lounge").user_level.with_options(id="7").get_user_level()

    async def send(self, number: int) -> None:
        await self.watched.client.publish("usercount", number, id="5")


async def program(bus: Bus, *interceptors: Interceptor) -> Program:
    me = ServiceInfo("tester", announce=False)
    made = Program(await bus.watched(interceptors=interceptors, service=me))
    made.watched.client.on("usercount", lambda event, channel: made.heard.append(event.payload))
    await made.watched.client.serve(Level(RANK))
    return made


def at(kind: str, act: Interceptor) -> Interceptor:
    """Does something to the exchanges of one kind."""
    return lambda exchange, call_next: act(exchange, call_next) if exchange.kind == kind else call_next()


async def test_it_is_told_of_all_that_is_sent_and_received_which_message_where_and_what(bus: Bus) -> None:
    seen: list[Exchange] = []

    def see(exchange: Exchange, call_next: Next) -> object:
        seen.append(exchange)
        return call_next()

    tester = await program(bus, see)
    await tester.send(3)
    await until(lambda: tester.heard == [3])
    assert await tester.ask() == RANK
    published, delivered, called, served = seen
    assert [exchange.kind for exchange in seen] == ["publish", "deliver", "call", "serve"]
    for event in (published, delivered):
        assert (event.ref, event.subject) == (COUNTED, "kryten.events.cytube.lounge.usercount")
        assert (event.value, event.id, event.descriptor) == (3, "5", PROTOCOL.events["usercount"])
    for command in (called, served):
        assert (command.ref, command.subject) == (ASKED, "kryten.user_level.cytu.be.Lounge")
        assert command.descriptor is PROTOCOL.services["user-level"].commands["get_user_level"]
    assert {tuple(exchange.address.items()) for exchange in seen[:3]} == {
        (("domain", "cytu.be"), ("channel", "Lounge"))
    }
    assert (called.value, called.id) == ({}, "7")
    assert isinstance(served.value, models.UserLevelGetArgs)
    assert [exchange.headers for exchange in seen] == [{}, SAID, {}, SAID]


async def test_it_stands_around_those_after_it_the_first_begins_first_and_ends_last(bus: Bus) -> None:
    order: list[str] = []

    def noting(name: str) -> Interceptor:
        async def note(exchange: Exchange, call_next: Next) -> object:
            order.append(f"{name} {exchange.kind}")
            outcome = await call_next()
            order.append(f"{exchange.kind} {name}")
            return outcome

        return note

    tester = await program(bus, noting("a"), noting("b"))
    assert await tester.ask() == RANK
    assert order == ["a call", "b call", "a serve", "b serve", "serve b", "serve a", "call b", "call a"]


async def test_it_adds_header_fields_to_what_is_sent_and_sees_them_on_what_is_received_as_handlers_do(bus: Bus) -> None:
    handled: list[dict[str, str]] = []
    intercepted: list[tuple[str, dict[str, str]]] = []

    def add(exchange: Exchange, call_next: Next) -> object:
        if exchange.kind == "call" or exchange.kind == "publish":
            exchange.headers["X-Mood"] = "sunny"
        return call_next()

    def see(exchange: Exchange, call_next: Next) -> object:
        intercepted.append((exchange.kind, dict(exchange.headers)))
        return call_next()

    class Noting(Level):
        async def get_user_level(self, args: Any, context: CommandContext) -> models.UserLevelGetResult:
            handled.append(dict(context.headers))
            return RANK

    client, other = await bus.client(interceptors=[add]), await bus.client(interceptors=[see])
    other.on("usercount", lambda event, channel: handled.append(dict(event.headers)))
    await other.serve(Noting())
    await client.publish("usercount", 1, headers={"X-Own": "1"})
    await until(lambda: handled)
    await client.channel("Lounge").user_level.with_options(headers={"X-Own": "2"}).get_user_level()
    assert handled == [{**SAID, "X-Own": number, "X-Mood": "sunny"} for number in ("1", "2")]
    assert intercepted == [("deliver", handled[0]), ("serve", handled[1])]


async def test_it_may_answer_in_place_of_a_service_or_of_a_handler(bus: Bus) -> None:
    other = models.UserLevelGetResult(rank=5, username="cache")
    assert await (await program(bus, at("call", lambda exchange, call_next: other))).ask() == other


@pytest.mark.parametrize("result", [{"rank": "high"}, None])
async def test_what_it_answers_in_place_of_a_handler_is_held_to_the_schema(bus: Bus, result: object) -> None:
    lying = await program(bus, at("serve", lambda exchange, call_next: result))
    with pytest.raises(ProtocolError, match="what the service made cannot be sent"):
        await lying.ask()
    assert [error.code for error in lying.watched.errors] == ["invalid_result"]


async def test_it_may_keep_an_event_from_being_sent_and_from_its_handlers_which_then_get_the_next(bus: Bus) -> None:
    def dropping(kind: str, number: int) -> Interceptor:
        return at(kind, lambda exchange, call_next: None if exchange.value == number else call_next())

    tester = await program(bus, dropping("publish", 1), dropping("deliver", 2))
    for number in (1, 2, 3):
        await tester.send(number)
    await until(lambda: tester.heard == [3])
    assert tester.watched.errors == []


async def test_it_may_go_on_more_than_once(bus: Bus) -> None:
    served: list[Exchange] = []

    async def again(exchange: Exchange, call_next: Next) -> object:
        await call_next()
        return await call_next()

    def note(exchange: Exchange, call_next: Next) -> object:
        served.append(exchange)
        return call_next()

    tester = await program(bus, at("call", again), at("serve", note))
    assert await tester.ask() == RANK
    assert len(served) == 2


async def test_events_that_the_protocol_does_not_know_have_it_too(bus: Bus) -> None:
    seen: list[Exchange] = []

    def see(exchange: Exchange, call_next: Next) -> object:
        seen.append(exchange)
        return call_next()

    client, heard = await bus.client(interceptors=[see]), Collector[Event[Any]]()
    client.on_unknown(heard)
    await client.flush()
    known, other = b'"usercount"', b'"sparkle"'
    bodies: list[bytes] = []
    sender = await bus.client()
    recording = await bus.transport()
    recording.subscribe("kryten.events.cytube.lounge.usercount", lambda delivery: bodies.append(delivery.data))
    await recording.flush()
    await sender.publish("usercount", 1)
    await until(lambda: bodies)
    await recording.publish("kryten.events.cytube.lounge.sparkle", bodies[0].replace(known, other))
    await heard.wait_for(1)
    (exchange,) = seen
    assert (exchange.kind, exchange.ref, exchange.value) == ("deliver", "kryten/events/sparkle", 1)
    assert exchange.descriptor is None


async def test_they_stand_around_durable_events_as_around_all_others_and_header_fields_go_along(bus: Bus) -> None:
    world, seen = World(bus), list[object]()

    def paint(exchange: Exchange, call_next: Next) -> object:
        seen.append((exchange.kind, exchange.ref, exchange.headers.get("X-Colour")))
        if exchange.kind == "publish":
            exchange.headers["X-Colour"] = "red"
        return None if exchange.kind == "publish" and exchange.value == 13 else call_next()

    def handle(event: Event[int], context: DurableContext[Channel]) -> None:
        seen.append(event.headers["X-Colour"])

    client = (await world.watched(interceptors=[paint])).client
    await client.durable("usercount", handle, name=world.name)
    await client.publish_durable("usercount", 1)
    await until(lambda: seen == [("publish", COUNTED, None), ("deliver", COUNTED, "red"), "red"])
    with pytest.raises(ProtocolError) as refused:
        await client.publish_durable("usercount", 13)
    assert (refused.value.code, refused.value.ref) == ("cancelled", COUNTED)


def at_once(exchange: Exchange, call_next: Next) -> object:
    raise BROKEN


async def later(exchange: Exchange, call_next: Next) -> object:
    await asyncio.sleep(0)
    raise BROKEN


async def after_the_fact(exchange: Exchange, call_next: Next) -> object:
    await call_next()
    raise BROKEN


FAILING = pytest.mark.parametrize("act", [at_once, later, after_the_fact])


@FAILING
async def test_one_that_fails_is_a_failing_handler_to_the_one_who_asks_who_gets_one_answer(
    bus: Bus, act: Interceptor
) -> None:
    tester = await program(bus, at("serve", act))
    for _ in range(2):
        with pytest.raises(ProtocolError) as refused:
            await tester.ask()
        error = refused.value
        assert (error.code, error.raw_message, error.ref) == ("handler_failed", "handler failed", ASKED)
    reported = [(error.code, error.ref, error.__cause__) for error in tester.watched.errors]
    assert reported == [("handler_failed", ASKED, BROKEN)] * 2


@FAILING
async def test_one_that_fails_is_a_failing_handler_of_events_and_the_next_event_comes(
    bus: Bus, act: Interceptor
) -> None:
    tester = await program(bus, at("deliver", act))
    for number in (1, 2):
        await tester.send(number)
    await until(lambda: len(tester.watched.errors) == 2)
    reported = [(error.code, error.ref, error.__cause__) for error in tester.watched.errors]
    assert reported == [("handler_failed", COUNTED, BROKEN)] * 2


@FAILING
@pytest.mark.parametrize(("kind", "ref"), [("call", ASKED), ("publish", COUNTED)])
async def test_one_that_fails_is_an_error_of_the_package_to_the_one_who_calls_or_publishes(
    bus: Bus, act: Interceptor, kind: str, ref: str
) -> None:
    tester = await program(bus, at(kind, act))
    action: Callable[[], Awaitable[object]] = tester.ask if kind == "call" else lambda: tester.send(1)
    with pytest.raises(ProtocolError, match="^.handler_failed. broken") as failed:
        await action()
    assert (failed.value.ref, failed.value.__cause__) == (ref, BROKEN)
    assert tester.watched.errors == []


@pytest.mark.parametrize("kind", ["serve", "call"])
async def test_it_may_refuse_which_is_an_answer_and_no_failure(bus: Bus, kind: str) -> None:
    def guard(exchange: Exchange, call_next: Next) -> object:
        raise refusal("forbidden", "not you")

    tester = await program(bus, at(kind, guard))
    with pytest.raises(ProtocolError, match="not you") as refused:
        await tester.ask()
    error = refused.value
    assert (error.code, error.service_code, error.ref) == ("command_failed", "forbidden", ASKED)
    assert tester.watched.errors == []


async def test_one_that_never_ends_is_given_up_as_a_handler_is_and_its_caller_is_told(bus: Bus) -> None:
    async def hang(exchange: Exchange, call_next: Next) -> object:
        return await asyncio.Event().wait()

    service = await bus.watched(interceptors=[at("serve", hang)], handler_timeout=0.02)
    await service.client.serve(Level(RANK))
    with pytest.raises(ProtocolError) as refused:
        await service.client.channel("Lounge").user_level.get_user_level()
    assert refused.value.code == "handler_timeout"


async def test_an_event_is_right_before_any_sees_it(bus: Bus) -> None:
    seen: list[Exchange] = []
    tester = await program(bus, at("publish", lambda exchange, call_next: seen.append(exchange)))
    wrong: Any = "many"
    with pytest.raises(ProtocolError, match="^.invalid_message."):
        await tester.send(wrong)
    assert seen == []


async def test_a_test_bed_has_them_in_the_client_under_test_alone() -> None:
    kinds: list[str] = []

    def note(exchange: Exchange, call_next: Next) -> object:
        kinds.append(exchange.kind)
        return call_next()

    async with TestBed(channels=["Lounge"], interceptors=[note]) as bed:

        @bed.client.on("usercount")
        async def handle(event: Event[int], channel: Any) -> None:
            await channel.user_level.get_user_level()

        await bed.emit("usercount", "Lounge", 1)
    assert kinds == ["deliver", "call"]
