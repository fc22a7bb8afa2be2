"""Watching what passes through a client, on both buses."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise
from time import perf_counter
from typing import Any

import pytest
from answers import Level, Playlist
from bus import PATIENCE, UNPACED, Bus, until
from durable import Handler, World, raising
from kryten_protocol import Client, Event, Observer, Outcome, ProtocolError, hopeless, later, refusal
from kryten_protocol.runtime.memory.broker import MemoryBroker

USERCOUNT = "kryten/events/usercount"


class Noting(Observer):
    """Notes what it is told, and whether times are times."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def received(self, ref: str) -> None:
        self.told.append(f"received {ref}")

    def published(self, ref: str) -> None:
        self.told.append(f"published {ref}")

    def handled(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._timed("handled", ref, outcome, duration)

    def served(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._timed("served", ref, outcome, duration)

    def requested(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._timed("requested", ref, outcome, duration)

    def refused(self, error: ProtocolError) -> None:
        self.told.append(f"refused {error.ref} {error.code}")

    def failed(self, error: ProtocolError) -> None:
        self.told.append(f"failed {error.ref} {error.code}")

    def dropped(self, ref: str) -> None:
        self.told.append(f"dropped {ref}")

    def _timed(self, what: str, ref: str, outcome: Outcome, duration: float) -> None:
        self.told.append(f"{what} {ref} {outcome}" + ("" if 0 <= duration < PATIENCE else f" in {duration}"))


def noting(client: Client) -> list[str]:
    """What an observer of this client is told."""
    observer = Noting()
    client.observe(observer)
    return observer.told


def broken(event: Event[Any], channel: object) -> None:
    raise ValueError("broken")


async def test_it_is_told_of_every_event_once_as_it_comes_and_once_for_each_handler(bus: Bus) -> None:
    client = (await bus.watched()).client
    told = noting(client)
    client.on("usercount", lambda event, channel: None)
    client.on("usercount", broken)
    await client.flush()
    await client.publish("usercount", 1)
    await until(lambda: len(told) == 5)
    assert sorted(told) == [
        f"failed {USERCOUNT} handler_failed",
        f"handled {USERCOUNT} handler_failed",
        f"handled {USERCOUNT} succeeded",
        f"published {USERCOUNT}",
        f"received {USERCOUNT}",
    ]


async def test_it_is_told_of_every_round_of_a_loop_but_of_one_that_took_its_time(bus: Bus) -> None:
    client = (await bus.watched(handler_timeout=0.3)).client
    told, events = noting(client), client.events("usercount")
    handled = f"handled {USERCOUNT} succeeded"
    await client.publish("usercount", 1)
    await client.publish("usercount", 2)
    await anext(events)
    await client.settled()
    assert handled not in told
    await anext(events)
    events.stop()
    await until(lambda: handled in told)
    await client.settled()
    assert told.count(handled) == 1


async def test_it_is_told_of_a_handler_that_took_too_long_and_of_what_was_given_up_meanwhile(bus: Bus) -> None:
    client = (await bus.watched(handler_timeout=0.05, max_waiting=1)).client
    told = noting(client)
    client.on("usercount", lambda event, channel: asyncio.Event().wait())
    await client.flush()
    for count in range(3):
        await client.publish("usercount", count)
    await until(lambda: told.count(f"handled {USERCOUNT} handler_timeout") == 2)
    assert told.count(f"dropped {USERCOUNT}") == 1
    assert told.count(f"failed {USERCOUNT} overloaded") == 1


async def test_it_is_told_of_what_is_refused(bus: Bus) -> None:
    client = (await bus.watched()).client
    told = noting(client)
    client.on("usercount", lambda event, channel: None)
    await client.flush()
    await (await bus.transport()).publish("kryten.events.cytube.lounge.usercount", b"{")
    await until(lambda: told)
    assert told == [f"refused {USERCOUNT} malformed_message"]


async def test_it_is_told_of_every_request_at_both_ends_with_its_outcome(bus: Bus) -> None:
    serving, asking = (await bus.watched()).client, (await bus.watched()).client
    served, requested = noting(serving), noting(asking)
    await serving.serve(Playlist())
    await serving.serve(Level(refusal("forbidden", "not you")))
    lounge = asking.channel("Lounge")
    await lounge.playlist.blessed_add(username="alice", requested_by="bob")
    for refused in (
        lounge.playlist.blessed_remove(username="alice", requested_by="bob"),
        lounge.user_level.get_user_level(),
        lounge.robot.ping(),
    ):
        with pytest.raises(ProtocolError):
            await refused
    assert served == [
        "served kryten/playlist/blessed_add succeeded",
        "failed kryten/playlist/blessed_remove handler_failed",
        "served kryten/playlist/blessed_remove handler_failed",
        "served kryten/user-level/get command_failed",
    ]
    assert [line.rsplit(" ", 1) for line in requested] == [
        ["requested kryten/playlist/blessed_add", "succeeded"],
        ["requested kryten/playlist/blessed_remove", "handler_failed"],
        ["requested kryten/user-level/get", "command_failed"],
        ["requested kryten/robot/system.ping", "no_responders"],
    ]


async def test_a_request_whose_caller_is_cancelled_ends_so(bus: Bus) -> None:
    client, asked = await bus.client(), asyncio.Event()

    async def never() -> None:
        asked.set()
        await asyncio.Event().wait()

    await client.serve(Level(never))
    told = noting(client)
    asking = asyncio.create_task(client.channel("Lounge").user_level.get_user_level())
    await asked.wait()
    asking.cancel()
    await asyncio.wait({asking})
    assert told == ["requested kryten/user-level/get cancelled"]


async def test_it_is_told_of_durable_events_and_of_what_came_of_each_delivery(bus: Bus) -> None:
    world = World(bus)
    client = (await world.watched()).client
    told = noting(client)
    raised = iter([ValueError("broken"), later(0.01), hopeless("for good")])
    handler = Handler(raising(lambda: next(raised)))
    await client.durable("usercount", handler, name=world.name)
    await client.publish_durable("usercount", 7)
    await until(lambda: f"handled {USERCOUNT} hopeless" in told)
    await client.settled()
    assert [line for line in told if not line.startswith(("failed", "received"))] == [
        f"published {USERCOUNT}",
        f"handled {USERCOUNT} handler_failed",
        f"handled {USERCOUNT} postponed",
        f"handled {USERCOUNT} hopeless",
    ]
    assert told.count(f"received {USERCOUNT}") >= 2


async def test_it_times_the_whole_of_a_handler_the_part_before_it_waits_included(bus: Bus) -> None:
    client, durations = await bus.client(), list[float]()

    class Timing(Observer):
        def handled(self, ref: str, outcome: Outcome, duration: float) -> None:
            durations.append(duration)

    client.observe(Timing())
    times: list[float] = []

    @client.on("usercount")
    async def work(event: Event[int], channel: object) -> None:
        times.append(perf_counter())
        while perf_counter() - times[0] < 0.02:
            pass
        await asyncio.sleep(0.02)
        times.append(perf_counter())

    await client.publish("usercount", 1)
    await until(lambda: durations)
    ((begun, ended),) = pairwise(times)
    assert durations[0] >= ended - begun


async def test_it_is_one_of_several_until_it_is_stopped(bus: Bus) -> None:
    client, one, other = await bus.client(), Noting(), Noting()
    watching = client.observe(one)
    client.observe(other)
    await client.publish("usercount", 1)
    watching.stop()
    watching.stop()
    await client.publish("usercount", 2)
    assert (len(one.told), len(other.told)) == (1, 2)


async def test_one_that_raises_watches_no_more_and_hurts_nobody(bus: Bus) -> None:
    class Broken(Observer):
        def published(self, ref: str) -> None:
            raise ValueError("broken")

        def failed(self, error: ProtocolError) -> None:
            raise error

    watched = await bus.watched()
    watched.client.observe(Broken())
    told = noting(watched.client)
    for count in (1, 2):
        await watched.client.publish("usercount", count)
    (error,) = watched.errors
    assert (error.code, str(error.__cause__)) == ("handler_failed", "broken")
    assert "an observer raised, and watches no more: ValueError: broken" in error.raw_message
    assert told.count(f"published {USERCOUNT}") == 2


async def test_at_the_level_debug_all_that_passes_is_a_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("chatty")
    caplog.set_level(logging.DEBUG, logger.name)
    client = Client(MemoryBroker().connect(), channels=["Lounge"], logger=logger, pace=UNPACED)
    async with client:
        client.on("usercount", lambda event, channel: None)
        await client.publish("usercount", 1)
        with pytest.raises(ProtocolError):
            await client.channel("Lounge").robot.ping()
        await until(lambda: len(caplog.records) == 4)
    lines = [record.getMessage().split(" after ")[0] for record in caplog.records]
    assert sorted(lines) == [
        f"handled {USERCOUNT}: succeeded",
        f"published {USERCOUNT}",
        f"received {USERCOUNT}",
        "requested kryten/robot/system.ping: no_responders",
    ]
    assert all(record.levelno == logging.DEBUG for record in caplog.records)
