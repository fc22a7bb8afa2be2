"""How many handlers run at once, how much waits for them, and what becomes of the rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import Any

import pytest
from answers import Playlist
from bus import Bus, Watched, as_json, parsed, until
from kryten_protocol import Client, CommandContext, Event, ProtocolError, models
from kryten_protocol.runtime.memory.broker import MemoryBroker
from kryten_protocol.runtime.observe.health import Counts

TOWNS = ["Oslo", "Bergen", "Tromso"]


class Workers:
    """Handlers that run until they are told to end, in the order in which they began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._running: deque[asyncio.Event] = deque()

    async def work(self, name: str) -> None:
        """Runs until it is the first, and told to end."""
        self.begun.append(name)
        told = asyncio.Event()
        self._running.append(told)
        await told.wait()

    async def end(self, count: int) -> None:
        """Ends as many, each as soon as it has begun."""
        for _ in range(count):
            await until(lambda: self._running)
            self._running.popleft().set()


class SlowPlaylist(Playlist):
    """Takes its time for each name."""

    def __init__(self, workers: Workers) -> None:
        super().__init__()
        self._workers = workers

    async def blessed_add(
        self, args: models.PlaylistBlessedAddArgs, context: CommandContext
    ) -> models.PlaylistBlessedAddResult:
        await self._workers.work(args.username)
        return await super().blessed_add(args, context)


def listen(client: Client, workers: Workers, *names: str) -> None:
    """Works at the user counts of these channels."""
    for name in names:
        client.channel(name).on("usercount", lambda event, _, name=name: workers.work(f"{name} {event.payload}"))


async def publish(client: Client, name: str, *counts: int) -> None:
    for count in counts:
        await client.channel(name).publish("usercount", count)


async def code_of(action: Awaitable[object]) -> str:
    with pytest.raises(ProtocolError) as refused:
        await action
    return refused.value.code


async def test_no_more_handlers_run_at_once_than_may_and_who_waits_gets_a_turn(bus: Bus) -> None:
    client, workers = await bus.client(channels=TOWNS, max_concurrent_handlers=2), Workers()
    listen(client, workers, *TOWNS)
    for town in TOWNS:
        await publish(client, town, 1)
    await until(lambda: workers.begun == ["Oslo 1", "Bergen 1"])
    await client.flush()
    assert len(workers.begun) == 2
    await workers.end(3)
    await client.settled()
    assert workers.begun == ["Oslo 1", "Bergen 1", "Tromso 1"]


async def test_one_channel_with_much_to_do_does_not_keep_another_from_its_little(bus: Bus) -> None:
    client, workers = await bus.client(channels=TOWNS, max_concurrent_handlers=1), Workers()
    listen(client, workers, *TOWNS)
    await client.flush()
    await publish(client, "Oslo", 1, 2, 3, 4)
    await publish(client, "Bergen", 1, 2)
    await client.flush()
    await workers.end(6)
    await client.settled()
    assert [name for name in workers.begun if name.startswith("Oslo")] == ["Oslo 1", "Oslo 2", "Oslo 3", "Oslo 4"]
    assert workers.begun.index("Bergen 2") < 5


async def test_handlers_of_commands_take_turns_with_those_of_events(bus: Bus) -> None:
    client, caller, workers = await bus.client(max_concurrent_handlers=1), await bus.client(), Workers()
    await client.serve(SlowPlaylist(workers), channels="any")
    listen(client, workers, "Lounge")
    asking = [asyncio.create_task(add(caller, "first"))]
    await until(lambda: workers.begun == ["first"])
    for name in ("second", "third"):
        asking.append(asyncio.create_task(add(caller, name)))
        await arrived(caller, client)
    await publish(client, "Lounge", 1)
    await client.flush()
    await workers.end(4)
    await asyncio.gather(*asking)
    assert workers.begun == ["first", "second", "Lounge 1", "third"]


async def test_handlers_that_end_at_once_take_no_turn_from_anybody(bus: Bus) -> None:
    client, seen = await bus.client(max_concurrent_handlers=1), list[int]()
    client.on("usercount", lambda event, _: seen.append(event.payload))
    await publish(client, "Lounge", *range(1000))
    await until(lambda: len(seen) == 1000)
    assert client.counts == Counts(invalid=0, errors=0, dropped=0)


async def test_handlers_that_hang_give_their_turn_back_when_they_are_given_up(bus: Bus) -> None:
    watched = await bus.watched(channels=TOWNS, max_concurrent_handlers=1, handler_timeout=0.03)
    seen: list[str] = []

    @watched.client.on("usercount")
    async def hang(event: Event[int], channel: object) -> None:
        seen.append(event.channel)
        if len(seen) == 1:
            await asyncio.Event().wait()

    for town in TOWNS:
        await publish(watched.client, town, 1)
    await until(lambda: len(seen) == 3)
    assert [error.code for error in watched.errors] == ["handler_timeout"]


async def test_a_handler_that_is_stopped_while_events_wait_for_it_gets_none_of_them(bus: Bus) -> None:
    client, workers = await bus.client(channels=TOWNS, max_concurrent_handlers=1), Workers()
    listen(client, workers, "Oslo")
    stopped = client.channel("Bergen").on("usercount", lambda event, _: workers.work("Bergen"))
    await publish(client, "Oslo", 1)
    await until(lambda: workers.begun == ["Oslo 1"])
    await publish(client, "Bergen", 1)
    await client.flush()
    stopped.stop()
    await workers.end(1)
    await client.settled()
    assert workers.begun == ["Oslo 1"]


async def test_a_handler_that_is_too_slow_gets_the_newest_events_and_the_rest_is_counted_and_reported_once(
    bus: Bus,
) -> None:
    watched, workers = await bus.watched(max_waiting=2), Workers()
    listen(watched.client, workers, "Lounge")
    for first in (1, 11):
        await publish(watched.client, "Lounge", *range(first, first + 5))
        await arrived(watched.client, watched.client)
        await workers.end(3)
        await watched.client.settled()
    assert workers.begun == [f"Lounge {count}" for count in (1, 4, 5, 11, 14, 15)]
    assert watched.client.counts == Counts(invalid=0, errors=2, dropped=4)
    ref = "kryten/events/usercount"
    assert [(error.code, error.ref) for error in watched.errors] == [("overloaded", ref)] * 2
    assert f"the handler of {ref} is too slow: 2 messages wait, so the oldest are given up" in str(watched.errors[0])


async def test_a_handler_that_is_too_slow_costs_the_others_nothing(bus: Bus) -> None:
    watched, seen = await bus.watched(max_waiting=1), list[int]()
    watched.client.on("usercount", lambda event, _: asyncio.Event().wait())
    watched.client.on("usercount", lambda event, _: seen.append(event.payload))
    for count in range(5):
        await publish(watched.client, "Lounge", count)
        await until(lambda: len(seen) == count + 1)  # noqa: B023
    assert seen == [0, 1, 2, 3, 4]


async def overloaded(bus: Bus) -> tuple[Watched, Client, Workers]:
    """A service that does one thing at a time while two wait, and who asks it."""
    watched, workers = await bus.watched(max_concurrent_handlers=1, max_waiting=2), Workers()
    await watched.client.serve(SlowPlaylist(workers), channels="any")
    return watched, await bus.client(), workers


async def add(caller: Client, name: str) -> models.PlaylistBlessedAddResult:
    playlist = caller.channel("Lounge").playlist
    return await playlist.blessed_add(namespace="main", requested_by="mod", username=name)


async def arrived(caller: Client, service: Client) -> None:
    """Returns when what was sent has arrived, and each request has its place."""
    await caller.flush()
    await service.flush()
    # Within the process there is nothing to wait for but the tasks that a request goes through.
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_service_refuses_more_requests_than_may_wait_and_answers_the_others_in_order(bus: Bus) -> None:
    watched, caller, workers = await overloaded(bus)
    asking = [asyncio.create_task(add(caller, name)) for name in ("1", "2", "3", "4", "5")]
    assert [await code_of(task) for task in asking[3:]] == ["overloaded", "overloaded"]
    await workers.end(3)
    for task, name in zip(asking, ("1", "2", "3"), strict=False):
        assert (await task).username == name
    assert workers.begun == ["1", "2", "3"]
    assert watched.client.counts == Counts(invalid=0, errors=1, dropped=2)
    assert [(error.code, error.ref) for error in watched.errors] == [("overloaded", "kryten/playlist")]


async def test_a_service_that_is_closed_answers_what_waits(bus: Bus) -> None:
    watched, caller, workers = await overloaded(bus)
    asking = [asyncio.create_task(add(caller, name)) for name in ("1", "2", "3")]
    await until(lambda: workers.begun == ["1"])
    await arrived(caller, watched.client)
    await watched.client.close()
    assert [await code_of(task) for task in asking] == ["handler_failed"] * 3
    assert workers.begun == ["1"]


async def test_a_request_whose_time_is_over_before_its_turn_is_not_begun(bus: Bus) -> None:
    watched, caller, workers = await overloaded(bus)
    asking, transport = asyncio.create_task(add(caller, "1")), await bus.transport()
    await until(lambda: workers.begun == ["1"])
    request = {"namespace": "main", "requested_by": "mod", "username": "late"}
    late = asyncio.create_task(
        transport.request("kryten.playlist.cmd.blessed_add", as_json(request), 5, {"Request-Timeout-Ms": "1"})
    )
    await arrived(caller, watched.client)
    # More than its caller waits.
    await asyncio.sleep(0.01)
    await workers.end(1)
    await asking
    answer: Any = parsed(await late)
    assert answer["code"] == "expired"
    assert workers.begun == ["1"]
    assert watched.client.counts == Counts(invalid=0, errors=0, dropped=1)


@pytest.mark.parametrize("options", [{"max_concurrent_handlers": 0}, {"max_waiting": -1}, {"max_waiting": 1.5}])
async def test_there_are_no_such_limits(options: Any) -> None:
    with pytest.raises(ProtocolError, match="must be a whole number above 0"):
        Client(MemoryBroker().connect(), **options)
