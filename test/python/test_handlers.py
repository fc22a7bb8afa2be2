"""Handlers: their order, and what they may do without hurting anybody."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from bus import Bus, Collector, until
from kryten_protocol import Event, ProtocolError


async def test_a_handler_gets_one_event_at_a_time_in_order_of_arrival(bus: Bus) -> None:
    client, begun, running = await bus.client(), list[int](), set[int]()

    @client.on("usercount")
    async def handle(event: Event[int], _: object) -> None:
        running.add(event.payload)
        assert len(running) == 1
        await asyncio.sleep(0.001 if event.payload % 3 == 0 else 0)
        running.discard(event.payload)
        begun.append(event.payload)

    for number in range(30):
        await client.publish("usercount", number)
    await until(lambda: len(begun) == 30)
    assert begun == list(range(30))
    assert client.counts.errors == 0


async def test_a_slow_handler_holds_up_nobody_else(bus: Bus) -> None:
    client, release, quick = await bus.client(), asyncio.Event(), Collector[Event[int]]()
    client.on("usercount", lambda event, channel: release.wait())
    client.on("usercount", quick)
    for number in range(5):
        await client.publish("usercount", number)
    await quick.wait_for(5)
    release.set()


async def raising(event: Event[int], channel: object) -> None:
    raise ValueError(f"no {event.payload}")


def raising_at_once(event: Event[int], channel: object) -> None:
    raise ValueError(f"no {event.payload}")


async def cancelling_itself(event: Event[int], channel: object) -> None:
    raise asyncio.CancelledError("no 1")


@pytest.mark.parametrize("handler", [raising, raising_at_once, cancelling_itself])
async def test_a_handler_that_raises_is_reported_and_gets_the_next_event(bus: Bus, handler: Any) -> None:
    watched = await bus.watched()
    watched.client.on("usercount", handler)
    await watched.client.publish("usercount", 1)
    await watched.client.publish("usercount", 2)
    await until(lambda: len(watched.errors) == 2)
    first = watched.errors[0]
    assert (first.code, first.ref) == ("handler_failed", "kryten/events/usercount")
    assert first.subject == "kryten.events.cytube.lounge.usercount"
    assert first.__cause__ is not None
    assert watched.client.counts.errors == 2


async def test_a_handler_that_hangs_is_given_up_and_gets_the_next_event(bus: Bus) -> None:
    watched, heard = await bus.watched(handler_timeout=0.05), list[int]()

    @watched.client.on("usercount")
    async def handle(event: Event[int], _: object) -> None:
        heard.append(event.payload)
        if event.payload == 1:
            await asyncio.Event().wait()

    await watched.client.publish("usercount", 1)
    await watched.client.publish("usercount", 2)
    await until(lambda: heard == [1, 2])
    assert [error.code for error in watched.errors] == ["handler_timeout"]


async def test_a_handler_that_will_not_be_cancelled_holds_up_nothing(bus: Bus) -> None:
    watched, release = await bus.watched(handler_timeout=0.05), asyncio.Event()
    heard, released = list[int](), list[int]()

    @watched.client.on("usercount")
    async def stubborn(event: Event[int], _: object) -> None:
        heard.append(event.payload)
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        released.append(event.payload)
        raise ValueError("too late to be reported")

    await watched.client.publish("usercount", 1)
    await watched.client.publish("usercount", 2)
    await until(lambda: len(watched.errors) == 2)
    release.set()
    await until(lambda: len(released) == 2)
    await watched.client.flush()
    assert ([error.code for error in watched.errors], heard) == (["handler_timeout"] * 2, [1, 2])


async def test_a_listener_for_errors_that_fails_is_logged_and_hurts_nobody(
    bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    def listen(error: ProtocolError) -> None:
        raise RuntimeError("a bad day")

    client = await bus.client(on_error=listen)
    client.on("usercount", raising)
    await client.publish("usercount", 1)
    await until(lambda: client.counts.errors == 1 and caplog.records)
    assert "a listener for errors failed itself" in caplog.text


@pytest.mark.parametrize("name", ["on_error", "on_invalid"])
async def test_a_listener_for_errors_that_is_to_be_awaited_is_refused_as_nobody_would(bus: Bus, name: str) -> None:
    async def listen(error: ProtocolError) -> None: ...

    options: Any = {name: listen}
    with pytest.raises(ProtocolError, match=f"{name} must be a plain function") as refused:
        await bus.client(**options)
    assert refused.value.code == "invalid_argument"


async def test_without_a_listener_an_error_is_a_line_of_the_log_that_says_where_with_what_the_handler_raised_below(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from kryten_protocol import Client
    from kryten_protocol.runtime.memory.broker import MemoryBroker

    logger = logging.getLogger("bot")
    async with Client(MemoryBroker().connect(), channels=["Lounge"], logger=logger) as client:
        client.on("usercount", raising)
        await client.publish("usercount", 1)
        await until(lambda: caplog.records)
    (record,) = caplog.records
    assert record.name == "bot"
    assert record.exc_info is not None
    assert "in raising\n" in caplog.text
    assert record.getMessage() == (
        "[handler_failed] the handler of kryten/events/usercount raised: ValueError: no 1 (kryten.events.cytube.lounge.usercount)"
    )
