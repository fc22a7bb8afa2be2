"""Connecting to a server, and what happens to a connection."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import warnings
from time import sleep
from typing import Any

import pytest
from bus import Bus, Collector, until
from kryten_protocol import Client, Event, LifecycleMessage, ProtocolError, ServiceInfo
from kryten_protocol.runtime.memory.broker import MemoryBroker
from kryten_protocol.runtime.nats.attention import Attention
from kryten_protocol.runtime.nats.client import NatsConnection
from kryten_protocol.runtime.nats.connect import NatsOptions, connect_nats
from kryten_protocol.runtime.nats.transport import NatsTransport
from kryten_protocol.runtime.transport.transport import Delivery, TransportStatus
from nats_server import NatsServer


async def refused(*servers: str, **options: Any) -> ProtocolError:
    with pytest.raises(ProtocolError) as error:
        await Client.connect(list(servers), **options)
    return error.value


async def test_connecting_fails_with_advice_where_nothing_listens_without_showing_credentials() -> None:
    error = await refused("nats://user:secret@127.0.0.1:1", "nats://127.0.0.1:2")
    assert error.code == "connection_failed"
    assert "nats://127.0.0.1:1, nats://127.0.0.1:2: nothing listens there" in str(error)
    assert "secret" not in str(error)


async def test_connecting_fails_with_advice_where_there_is_no_such_host() -> None:
    assert "there is no such host" in str(await refused("nats://no-such-host.invalid:4222"))


async def test_connecting_goes_on_to_the_next_server(nats_server: NatsServer) -> None:
    async with await Client.connect(["nats://127.0.0.1:1", nats_server.url], channels=["Lounge"]) as client:
        await client.flush()


async def test_wrong_options_leave_no_connection_behind(nats_server: NatsServer) -> None:
    for options in ({"dialect": "spoken"}, {"channels": ["a.b", "ab"]}, {"request_timeout": -1}):
        assert (await refused(nats_server.url, **options)).code == "invalid_argument"


async def test_channels_are_a_list_of_at_least_one(nats_server: NatsServer) -> None:
    assert 'channels must be a list, not "Lounge"' in str(await refused(nats_server.url, channels="Lounge"))
    assert "channels holds none" in str(await refused(nats_server.url, channels=[]))


async def test_credentials_are_checked_by_the_server() -> None:
    server = NatsServer(configuration='authorization { user: "bot", password: "right" }', jetstream=False)
    try:
        async with await Client.connect(server.url, nats={"user": "bot", "password": "right"}) as client:
            await client.flush()
        error = await refused(server.url, nats={"user": "bot", "password": "wrong"})
        assert 'the server refuses the password of the user "bot"; check it' in str(error)
    finally:
        server.stop()


async def test_what_the_server_does_not_permit_is_reported_with_the_subject() -> None:
    permitted = '{ user: "bot", password: "x", permissions: { publish: ">", subscribe: ["_INBOX.>"] } }'
    server = NatsServer(configuration=f"authorization {{ users: [{permitted}] }}", jetstream=False)
    errors: list[ProtocolError] = []
    try:
        nats = {"user": "bot", "password": "x"}
        async with await Client.connect(server.url, nats=nats, channels=["Lounge"], on_error=errors.append) as client:  # type: ignore[arg-type]
            client.on("usercount", print)
            await until(lambda: errors)
            assert (errors[0].code, errors[0].subject) == ("connection_failed", "kryten.events.cytube.lounge.*")
    finally:
        server.stop()


async def test_messages_that_are_dropped_because_too_many_wait_are_told_of_once(nats_server: NatsServer) -> None:
    errors, held = list[ProtocolError](), asyncio.Event()
    transport = await connect_nats(nats_server.url)
    async with await Client.over(transport, channels=["Lounge"], on_error=errors.append) as client:
        assert isinstance(transport, NatsTransport)

        async def hold(message: object) -> None:
            await held.wait()

        blocked = await transport.connection.subscribe("flood", cb=hold, pending_msgs_limit=1)
        for _ in range(5):
            await transport.publish("flood", b"")
        await client.flush()
        await until(lambda: errors)
        held.set()
        await blocked.unsubscribe()
        await client.flush()
        assert [(error.code, error.subject) for error in errors] == [("slow_consumer", "flood")]


async def test_an_open_connection_that_is_handed_in_stays_open(nats_server: NatsServer) -> None:
    connection = NatsConnection()
    await connection.connect(nats_server.url)
    heard = Collector[Event[int]]()
    async with await Client.connect(connection=connection, channels=["Lounge"]) as client:
        client.on("usercount", heard)
        await client.publish("usercount", 1)
        await heard.wait_for(1)
    assert connection.is_connected
    with pytest.raises(ProtocolError):
        await client.publish("usercount", 2)
    await connection.close()


async def test_a_server_that_goes_away_and_comes_back_is_told_of_and_subscriptions_survive(
    own_server: NatsServer,
) -> None:
    statuses, heard, lives = Collector[TransportStatus](), Collector[Event[int]](), Collector[LifecycleMessage[Any]]()
    nats = {"reconnect_time_wait": 0}
    bot = ServiceInfo("echo-bot", heartbeat_interval=60)
    async with await Client.connect(own_server.url, nats=nats, channels=["Lounge"], service=bot) as client:  # type: ignore[arg-type]
        client.on("usercount", heard)
        client.on_lifecycle("disconnected", lives)
        client.on_status(statuses)
        await client.publish("usercount", 1)
        await heard.wait_for(1)
        own_server.crash()
        await until(lambda: [status.kind for status in statuses.items][:2] == ["disconnected", "reconnecting"])
        own_server.restart()
        await until(lambda: statuses.items[-1].kind == "reconnected")
        first, *attempts, last = statuses.items
        assert (first.kind, last.kind) == ("disconnected", "reconnected")
        assert set(attempts) == {TransportStatus("reconnecting", server=own_server.url.removeprefix("nats://"))}
        await client.publish("usercount", 2)
        await heard.wait_for(2)
        assert (await lives.wait_for(1))[0].payload.reason == "connection lost"


async def test_a_connection_that_is_lost_after_this_program_read_nothing_for_seconds_says_so() -> None:
    now = 0.0
    attention = Attention(lambda: now)
    assert attention.inattention() is None
    now += 2.9
    found = attention.inattention()
    assert found is not None
    assert found.code == "slow_consumer"
    assert "the connection was lost after this program had read nothing for 1.9 s" in found.raw_message
    for _ in range(11):
        now += 1
        assert (attention.inattention() is None) == (now > 12.9)
    attention.stop()


async def test_it_is_reported_when_that_happens(own_server: NatsServer) -> None:
    errors, statuses = list[ProtocolError](), Collector[TransportStatus]()
    async with await Client.connect(own_server.url, on_error=errors.append) as client:
        client.on_status(statuses)
        own_server.crash()
        # Holds up all that reads, as a handler does that waits without `await`.
        asyncio.get_running_loop().call_soon(sleep, 2.1)
        await statuses.wait_for(1)
        first = statuses.items[0]
        assert (first.kind, first.error) == ("disconnected", errors[0])
        assert errors[0].code == "slow_consumer"


async def test_a_server_that_is_about_to_stop_says_so(own_server: NatsServer) -> None:
    statuses = Collector[TransportStatus]()
    async with await Client.connect(own_server.url) as client:
        client.on_status(statuses)
        own_server.send_signal(signal.SIGUSR2)
        await statuses.wait_for(1)
        address = own_server.url.removeprefix("nats://")
        assert statuses.items == [TransportStatus("leaving", server=address)]
    own_server.crash()


async def test_a_request_fails_when_the_connection_is_closed_under_it(own_server: NatsServer) -> None:
    client = await Client.connect(own_server.url, channels=["Lounge"], request_timeout=60)
    asked = Collector[Delivery]()
    client._core.session.transport.subscribe("kryten.robot.command", asked)
    asking = asyncio.create_task(client.channel("Lounge").robot.send_chat(message="hi"))
    await asked.wait_for(1)
    await client.close()
    with pytest.raises(ProtocolError) as error:
        await asking
    assert error.value.code == "connection_closed"


async def test_a_server_that_is_away_does_not_keep_a_client_from_closing(own_server: NatsServer) -> None:
    client = await Client.connect(own_server.url, channels=["Lounge"])
    client.on("usercount", print)
    await client.flush()
    own_server.crash()
    await asyncio.wait_for(client.close(), 3)
    own_server.restart()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_running_lasts_until_a_signal_and_drains(nats_server: NatsServer, number: int) -> None:
    client, finished = await Client.connect(nats_server.url, channels=["Lounge"]), list[int]()

    @client.on("usercount")
    async def slow(event: Event[int], channel: object) -> None:
        os.kill(os.getpid(), number)
        await client.flush()
        finished.append(event.payload)

    running = asyncio.create_task(client.run())
    await client.publish("usercount", 1)
    await asyncio.wait_for(running, 5)
    assert finished == [1]


async def test_running_waits_no_longer_for_handlers_than_it_may_and_says_goodbye_all_the_same(bus: Bus) -> None:
    watched, others = await bus.watched(service=ServiceInfo("echo-bot")), await bus.client()
    begun, cancelled, lives = asyncio.Event(), asyncio.Event(), Collector[LifecycleMessage[Any]]()
    others.on_lifecycle("shutdown", lives)
    await others.flush()

    @watched.client.on("usercount")
    async def hang(event: Event[int], channel: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    running = asyncio.create_task(watched.client.run(drain_timeout=0.05))
    await watched.client.publish("usercount", 1)
    await begun.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 5)
    assert cancelled.is_set()
    assert [error.code for error in watched.errors] == ["handler_timeout"]
    assert "did not finish within 0.05 s of being told to stop" in str(watched.errors[0])
    assert (await lives.wait_for(1))[0].payload.reason == "told to stop by a signal"


async def test_a_second_signal_cancels_handlers_at_once(bus: Bus) -> None:
    watched, begun = await bus.watched(), asyncio.Event()

    @watched.client.on("usercount")
    async def hang(event: Event[int], channel: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(watched.client.run(drain_timeout=600))
    await watched.client.publish("usercount", 1)
    await begun.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.wait_for(running, 5)
    assert watched.errors == []


async def test_running_fails_when_the_connection_is_lost_for_good(own_server: NatsServer) -> None:
    nats: NatsOptions = {"max_reconnect_attempts": 1, "reconnect_time_wait": 0}
    client = await Client.connect(own_server.url, nats=nats, channels=["Lounge"])
    running = asyncio.create_task(client.run())
    await client.flush()
    own_server.crash()
    with pytest.raises(ProtocolError, match="nothing listens there") as failed:
        await asyncio.wait_for(running, 10)
    assert failed.value.code == "connection_failed"
    own_server.restart()


@pytest.mark.parametrize("drain_timeout", [0, -1, 2**31])
async def test_running_takes_no_time_that_nothing_can_wait(drain_timeout: float) -> None:
    client = Client(MemoryBroker().connect(), channels=["Lounge"])
    with pytest.raises(ProtocolError, match="drain_timeout must be above 0"):
        await client.run(drain_timeout=drain_timeout)
    await client.close()


async def test_running_ends_when_the_client_is_closed() -> None:
    client = Client(MemoryBroker().connect(), channels=["Lounge"])
    running = asyncio.create_task(client.run())
    await asyncio.sleep(0)
    await client.close()
    await asyncio.wait_for(running, 5)


async def test_nothing_is_left_after_closing(nats_server: NatsServer) -> None:
    before = asyncio.all_tasks()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        client = await Client.connect(nats_server.url, channels=["Lounge"], service=ServiceInfo("echo-bot"))
        client.on("usercount", lambda event, channel: asyncio.sleep(60))
        await client.channel("Lounge").state.motd.put("m")
        await client.channel("Lounge").state.motd.watch(print)
        await client.publish("usercount", 1)
        await client.flush()
        await client.close()
        gc.collect()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
