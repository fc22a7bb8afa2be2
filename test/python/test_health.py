"""How a client is, as operators ask it, on both buses."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import pytest
from bus import Bus, Interruptible, until
from kryten_protocol import Client, Event, ServiceInfo
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.nats.client import NatsConnection
from kryten_protocol.runtime.transport.transport import Transport, TransportStatus
from nats_server import NatsServer


def broken(event: Event[Any], channel: object) -> None:
    raise ValueError("broken")


async def test_it_says_who_it_is_what_it_speaks_and_what_went_wrong_so_far(bus: Bus) -> None:
    watched = await bus.watched(service=ServiceInfo("station", "1.2.3", "one"))
    client = watched.client
    client.on("usercount", broken)
    await client.publish("usercount", 1)
    await until(lambda: client.counts.errors == 1)
    health = client.health()
    assert (health.status, health.connected, health.counts) == ("healthy", True, client.counts)
    assert health.service is not None
    assert (health.service.name, health.service.version, health.service.instance) == ("station", "1.2.3", "one")
    spoken = health.protocol
    assert (spoken.name, spoken.version, spoken.hash) == (PROTOCOL.name, PROTOCOL.version, PROTOCOL.hash)
    assert 0 <= health.uptime < 60


async def test_it_is_degraded_while_there_is_no_connection(bus: Bus) -> None:
    connection = Interruptible(await bus.transport())
    client = Client(cast(Transport, connection))
    connection.is_lost = True
    health = client.health()
    assert (health.status, health.connected, health.service) == ("degraded", False, None)
    connection.is_lost = False
    assert (client.health().status, client.health().connected) == ("healthy", True)


async def test_a_connection_that_is_lost_and_back_is_a_line_of_the_log(
    own_server: NatsServer, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("operator")
    caplog.set_level(logging.INFO, logger.name)
    async with await Client.connect(own_server.url, nats={"reconnect_time_wait": 0}, logger=logger) as client:
        own_server.crash()
        await until(lambda: client.health().status == "degraded")
        own_server.restart()
        await until(lambda: len([record for record in caplog.records if record.name == logger.name]) == 2)
        assert client.health().status == "healthy"
    lines = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == logger.name]
    assert lines == [("WARNING", "the connection is lost"), ("INFO", "the connection is back")]


async def test_it_is_stopping_from_the_moment_it_drains_and_for_good(bus: Bus) -> None:
    client, begun, told = await bus.client(), asyncio.Event(), asyncio.Event()

    @client.on("usercount")
    async def work(event: Event[int], channel: object) -> None:
        begun.set()
        await told.wait()

    await client.publish("usercount", 1)
    await begun.wait()
    draining = asyncio.create_task(client.drain())
    await until(lambda: client.health().status == "stopping")
    assert client.health().connected
    told.set()
    await draining
    assert (client.health().status, client.health().connected) == ("stopping", False)


async def test_it_is_stopping_when_its_connection_was_closed_by_somebody_else(bus: Bus) -> None:
    transport = await bus.transport()
    client = Client(transport)
    await transport.close()
    assert (client.health().status, client.health().connected) == ("stopping", False)


async def test_so_it_is_over_a_connection_that_was_handed_in_and_closed_by_whoever_opened_it(
    nats_server: NatsServer,
) -> None:
    connection = NatsConnection()
    await connection.connect(nats_server.url)
    async with await Client.connect(connection=connection) as client:
        assert client.health().status == "healthy"
        await connection.close()
        assert (client.health().status, client.health().connected) == ("stopping", False)


async def test_what_a_listener_for_the_status_raises_is_reported_and_the_client_closes(bus: Bus) -> None:
    watched = await bus.watched()
    heard: list[str] = []

    def fail(_: TransportStatus) -> None:
        raise KeyError("status")

    watched.client.on_status(fail)
    watched.client.on_status(lambda status: heard.append(status.kind))
    await watched.client.close()
    assert heard == ["closed"]
    (error,) = watched.errors
    assert str(error) == "[handler_failed] a listener for the status of the connection raised: KeyError: 'status'"
