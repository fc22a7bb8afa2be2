"""What has reached the server when a round trip to it has ended: NATS alone, where nats-py sends a PING too early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from bus import PATIENCE
from kryten_protocol import ProtocolError
from kryten_protocol.runtime.nats.client import NatsConnection
from kryten_protocol.runtime.nats.connect import connect_nats, nats_transport
from kryten_protocol.runtime.transport.transport import Transport
from nats_server import NatsServer
from relay import relay_to


@asynccontextmanager
async def observed(server: NatsServer) -> AsyncIterator[tuple[Transport, list[str]]]:
    """A connection, and what it sent to the server."""
    async with relay_to(server.url) as (url, commands):
        transport = await connect_nats(url)
        try:
            yield transport, commands
        finally:
            await transport.close()


def ignore(_: object) -> None:
    """For subscriptions that nothing is sent to."""


def is_followed_by_round_trip(name: str, commands: list[str]) -> bool:
    return "PING" in commands[commands.index(name) :]


async def test_the_server_knows_a_subscription_when_flush_returns(nats_server: NatsServer) -> None:
    async with observed(nats_server) as (transport, commands):
        transport.subscribe("a", ignore)
        await transport.flush()
        assert is_followed_by_round_trip("SUB", commands)


async def test_the_server_has_a_message_when_flush_returns(nats_server: NatsServer) -> None:
    async with observed(nats_server) as (transport, commands):
        await transport.publish("a", b"")
        await transport.flush()
        assert is_followed_by_round_trip("PUB", commands)


async def test_the_server_has_stopped_sending_when_a_subscription_is_drained(nats_server: NatsServer) -> None:
    async with observed(nats_server) as (transport, commands):
        subscription = transport.subscribe("a", ignore)
        await transport.flush()
        await subscription.drain()
        assert is_followed_by_round_trip("UNSUB", commands)


async def test_the_server_has_a_message_over_a_connection_that_was_handed_in(nats_server: NatsServer) -> None:
    async with relay_to(nats_server.url) as (url, commands):
        connection = NatsConnection()
        await connection.connect(url)
        try:
            transport = nats_transport(connection)
            await transport.publish("a", b"")
            await transport.flush()
            assert is_followed_by_round_trip("PUB", commands)
        finally:
            await connection.close()


@pytest.mark.parametrize("handed_in", [False, True])
async def test_a_client_goes_on_reading_when_a_round_trip_was_given_up(own_server: NatsServer, handed_in: bool) -> None:
    connection = NatsConnection()
    await connection.connect(own_server.url)
    transport = nats_transport(connection) if handed_in else await connect_nats(own_server.url)
    try:
        own_server.hang()
        giving_up = asyncio.ensure_future(transport.flush())
        await asyncio.wait({giving_up}, timeout=0.01)
        giving_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await giving_up
        own_server.go_on()
        heard = asyncio.Event()
        transport.subscribe("a", lambda _: heard.set())
        await transport.flush()
        await transport.publish("a", b"")
        await asyncio.wait_for(heard.wait(), PATIENCE)
    finally:
        await transport.close()
        await connection.close()


async def test_nobody_waits_for_ever_for_a_server_that_hangs(
    own_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kryten_protocol.runtime.nats.transport._LONGEST_SILENCE", 0.05)
    transport = await connect_nats(own_server.url)
    subscription = transport.subscribe("a", ignore)
    await transport.flush()
    own_server.hang()
    with pytest.raises(ProtocolError, match=r"\[timeout\] the server has said nothing for 0.05 s"):
        await transport.flush()
    begun = asyncio.get_running_loop().time()
    await subscription.drain()
    await transport.close()
    # A container engine waits 10 s.
    assert asyncio.get_running_loop().time() - begun < 9
