"""When more than one service answers a request: which answer counts, and what the program is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from bus import Bus, as_json, until
from kryten_protocol import ProtocolError
from kryten_protocol.runtime.transport.latest import Latest
from kryten_protocol.runtime.transport.transport import Delivery, Respond, Transport

ROBOT = "kryten.robot.command"
LEVEL = "kryten.user_level.cytu.be.Lounge"
ADD = "kryten.playlist.cmd.blessed_add"
ABOUT = {"service": "robot", "version": "1.12.4", "uptime_seconds": 1, "timestamp": "2026-11-20T10:13:57Z"}
ALICE: dict[str, Any] = {"namespace": "main", "requested_by": "mod", "username": "alice"}


async def answering(transport: Transport, subject: str, *answers: object) -> None:
    """Answers each request with all of these, one after another."""

    async def answer(respond: Respond) -> None:
        for each in answers:
            await respond(as_json(each))

    def receive(delivery: Delivery) -> None:
        assert delivery.respond is not None
        tasks.add(asyncio.ensure_future(answer(delivery.respond)))

    tasks = set[asyncio.Future[None]]()
    transport.subscribe(subject, receive)
    await transport.flush()


def pong(channel: str | None = None) -> object:
    where = {} if channel is None else {"cytube_connected": True, "channel": channel, "domain": "cytu.be"}
    data = {"pong": True, **ABOUT, **where}
    return {"service": "robot", "command": "system.ping", "success": True, "data": data}


def added(username: str, identifier: str | None = None) -> object:
    named = {} if identifier is None else {"correlation_id": identifier}
    return {**named, "status": "ok", "username": username, "blessed": [username]}


def level(rank: int) -> object:
    return {"success": True, "rank": rank, "username": "robot"}


async def test_the_one_is_taken_that_comes_from_the_channel_that_was_asked_where_the_result_tells(bus: Bus) -> None:
    await answering(await bus.transport(), ROBOT, pong("Lounge"), pong("MOVIES"), pong("Lounge"))
    caller = await bus.watched(channels=["Lounge", "Movies"])
    assert (await caller.client.channel("Movies").robot.ping()).channel == "MOVIES"
    assert (await caller.client.channel("Lounge").robot.ping()).channel == "Lounge"
    assert caller.errors == []


async def test_the_one_is_taken_that_has_the_id_of_the_request_where_replies_have_one(bus: Bus) -> None:
    await answering(await bus.transport(), ADD, added("eve", "1"), added("alice", "2"))
    playlist = (await bus.client()).channel("Lounge").playlist.with_options(id="2")
    assert (await playlist.blessed_add(**ALICE)).username == "alice"


async def test_a_failure_of_another_is_nobodys(bus: Bus) -> None:
    await answering(
        await bus.transport(), ADD, {"correlation_id": "1", "status": "error", "error": "full"}, added("alice")
    )
    playlist = (await bus.client()).channel("Lounge").playlist.with_options(id="2")
    assert (await playlist.blessed_add(**ALICE)).username == "alice"


async def test_none_is_taken_when_all_are_for_others(bus: Bus) -> None:
    await answering(await bus.transport(), ROBOT, pong("Lounge"), pong("Lounge"))
    client = await bus.client(channels=["Lounge", "Movies"])
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Movies").robot.with_options(timeout=0.05).ping()
    assert refused.value.code == "timeout"


async def test_one_that_cannot_be_read_is_taken_for_what_it_is(bus: Bus) -> None:
    await answering(await bus.transport(), ROBOT, ["?"], pong("Lounge"))
    with pytest.raises(ProtocolError) as refused:
        await (await bus.client()).channel("Lounge").robot.ping()
    assert refused.value.code == "invalid_reply"


async def test_the_first_is_taken_where_nothing_tells_and_the_caller_is_told_that_there_was_another(bus: Bus) -> None:
    await answering(await bus.transport(), LEVEL, level(1), level(2))
    caller = await bus.watched()
    assert (await caller.client.channel("Lounge").user_level.get_user_level()).rank == 1
    await until(lambda: caller.errors)
    (error,) = caller.errors
    assert (error.code, error.ref, error.subject) == ("ambiguous_reply", "kryten/user-level/get", LEVEL)
    reason = "was answered by more than one service; the first answer counts, whoever it is from"
    assert error.raw_message == f"{error.ref} {reason}"


@pytest.mark.parametrize(("replies", "told"), [(2, []), (3, ["ambiguous_reply"]), (5, ["ambiguous_reply"])])
async def test_as_many_as_one_service_sends_are_unremarkable_and_one_more_is_told_once(
    bus: Bus, replies: int, told: list[str]
) -> None:
    transport, caller = await bus.transport(), await bus.watched()
    await answering(transport, ROBOT, *[pong()] * replies)
    await answering(transport, LEVEL, level(1))
    await caller.client.channel("Lounge").robot.ping()
    # What one connection sends arrives in order: the answers to the first were heard once the second is answered.
    await caller.client.channel("Lounge").user_level.get_user_level()
    assert [error.code for error in caller.errors] == told


async def test_one_that_comes_after_its_caller_gave_up_is_nobodys(bus: Bus) -> None:
    transport, waiting = await bus.transport(), list[Respond]()

    def receive(delivery: Delivery) -> None:
        assert delivery.respond is not None
        waiting.append(delivery.respond)

    transport.subscribe(LEVEL, receive)
    await transport.flush()
    caller = await bus.watched()
    user_level = caller.client.channel("Lounge").user_level
    with pytest.raises(ProtocolError, match="no reply"):
        await user_level.with_options(timeout=0.02).get_user_level()
    cancelled = asyncio.create_task(user_level.get_user_level())
    await until(lambda: len(waiting) == 2)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    last = asyncio.create_task(user_level.get_user_level())
    await until(lambda: len(waiting) == 3)
    for rank, respond in enumerate(waiting):
        await respond(as_json(level(rank)))
    assert (await last).rank == 2
    assert caller.errors == []


async def test_none_is_heard_after_the_client_is_closed(bus: Bus) -> None:
    transport, waiting = await bus.transport(), list[Respond]()
    tasks = set[asyncio.Future[None]]()

    def receive(delivery: Delivery) -> None:
        assert delivery.respond is not None
        waiting.append(delivery.respond)
        tasks.add(asyncio.ensure_future(delivery.respond(as_json(level(1)))))

    transport.subscribe(LEVEL, receive)
    await transport.flush()
    caller = await bus.watched()
    await caller.client.channel("Lounge").user_level.get_user_level()
    await caller.client.close()
    for respond in waiting:
        await respond(as_json(level(1)))
    await transport.flush()
    assert caller.errors == []


def test_what_is_remembered_of_what_is_over_is_the_latest_of_it() -> None:
    forgotten = list[int]()
    latest = Latest[int](2, forgotten.append)
    for key, value in {"a": 1, "b": 2, "c": 3}.items():
        latest.add(key, value)
    assert [latest.get(key) for key in "abc"] == [None, 2, 3]
    assert forgotten == [1]
