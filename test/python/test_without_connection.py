"""What becomes of what a program sends while its connection is lost."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from answers import RANK, Level
from bus import UNPACED, Bus, Collector, Interruptible, Watched, as_json, parsed, until
from kryten_protocol import Client, CommandContext, Event, ProtocolError, Retry, ServiceInfo, models
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.handlers import UserLevelHandlers
from kryten_protocol.runtime.nats.client import NatsConnection
from kryten_protocol.runtime.session.retry import attempts
from kryten_protocol.runtime.transport.transport import Delivery, Transport
from kryten_protocol.runtime.value.sample import sample
from nats_server import NatsServer

PONG = sample(PROTOCOL.services["robot"].commands["ping"].result.json_schema())


class Lost(Watched):
    """A client whose connection is lost, and what arrives of what it sends."""

    arrived: list[object]
    connection: Interruptible


async def lost(bus: Bus, **options: Any) -> Lost:
    observing, arrived = await bus.transport(), list[object]()

    def note(delivery: Delivery) -> None:
        body: Any = parsed(delivery)
        arrived.append(body.get("payload", body.get("command")))
        if delivery.respond is not None:
            answer = as_json({"service": "robot", "success": True, "data": PONG})
            asyncio.ensure_future(delivery.respond(answer))

    # One subscription: the NATS client keeps no order among several.
    observing.subscribe("kryten.>", note)
    await observing.flush()
    connection = Interruptible(await bus.transport())
    errors: list[ProtocolError] = []
    settings: Any = {"channels": ["Lounge"], "pace": UNPACED, "on_error": errors.append, **options}
    watched = Lost(await Client.over(cast(Transport, connection), **settings), errors)
    watched.arrived, watched.connection = arrived, connection
    connection.is_lost = True
    return watched


async def code_of(asking: Any) -> str:
    with pytest.raises(ProtocolError) as refused:
        await asking
    return refused.value.code


async def test_what_is_sent_waits_and_goes_out_in_order(bus: Bus) -> None:
    watched = await lost(bus)
    client, robot = watched.client, watched.client.channel("Lounge").robot
    # The first request of a connection makes the inbox for the replies to all, which takes a moment.
    watched.connection.is_lost = False
    await robot.ping()
    watched.arrived.clear()
    watched.connection.is_lost = True
    sending = [
        asyncio.ensure_future(act)
        for act in (client.publish("usercount", 1), robot.ping(), client.publish("usercount", 2), client.flush())
    ]
    await asyncio.sleep(0)
    assert watched.arrived == []
    watched.connection.is_lost = False
    later = asyncio.ensure_future(client.publish("usercount", 3))
    await asyncio.gather(*sending, later)
    await until(lambda: watched.arrived == [1, "system.ping", 2, 3])
    await client.close()


async def test_what_needs_the_bus_to_know_of_it_waits_for_the_bus_and_leaves_nothing_when_that_does_not_come(
    bus: Bus,
) -> None:
    watched = await lost(bus, request_timeout=0.02, service=ServiceInfo("robot", announce=False))
    client = watched.client
    hear = lambda *_: None
    for needing in (
        client.serve(Level(RANK)),
        client.registry(),
        client.announce(),
        client.durable("usercount", hear, name="logger"),
    ):
        assert await code_of(needing) == "not_connected"
    core = client._core
    assert (core._services, core.lifecycle._subscriptions) == (set(), [])
    watched.connection.is_lost = False
    await client.close()


async def test_what_waited_in_vain_is_refused_and_not_sent_later(bus: Bus) -> None:
    watched = await lost(bus, request_timeout=0.02)
    client, lounge = watched.client, watched.client.channel("Lounge")
    with pytest.raises(ProtocolError) as refused:
        await client.publish("usercount", 1)
    assert str(refused.value).startswith(
        "[not_connected] there was no connection within 0.02 s, so it was not sent; it may be sent again"
    )
    assert refused.value.ref == "kryten/events/usercount"
    assert await code_of(lounge.robot.with_options(timeout=0.01).ping()) == "not_connected"
    assert await code_of(lounge.state.motd.get()) == "not_connected"
    assert await code_of(client.kv_get("some", "key")) == "not_connected"
    assert await code_of(client.flush()) == "not_connected"
    watched.connection.is_lost = False
    await client.publish("usercount", 5)
    await until(lambda: watched.arrived == [5])
    await client.close()


async def test_so_much_waits_and_no_more(bus: Bus) -> None:
    watched = await lost(bus, max_waiting=1)
    sending = asyncio.ensure_future(watched.client.publish("usercount", 1))
    await asyncio.sleep(0)
    assert await code_of(watched.client.publish("usercount", 2)) == "overloaded"
    await watched.client.close()
    assert await code_of(sending) == "connection_closed"


async def test_closing_ends_the_wait(bus: Bus) -> None:
    watched = await lost(bus)
    sending = [asyncio.ensure_future(watched.client.publish("usercount", 1)) for _ in range(2)]
    await asyncio.sleep(0)
    await watched.client.close()
    for each in sending:
        assert await code_of(each) == "connection_closed"
    assert watched.arrived == []


async def test_commands_keep_their_pace_when_the_connection_is_back(bus: Bus) -> None:
    watched = await lost(bus, pace={"chat": {"delay": 0.03, "jitter": 0}})
    robot, time = watched.client.channel("Lounge").robot, asyncio.get_running_loop().time
    saying = [asyncio.ensure_future(robot.send_chat(message=str(count))) for count in range(3)]
    await asyncio.sleep(0)
    begun = time()
    watched.connection.is_lost = False
    await asyncio.gather(*saying)
    assert time() - begun >= 0.059
    await watched.client.close()


async def test_commands_keep_their_order_when_the_connection_is_lost_at_one_turn_and_back_before_the_next(
    bus: Bus,
) -> None:
    watched = await lost(bus, pace={"chat": {"delay": 0.06, "jitter": 0}})
    robot, time = watched.client.channel("Lounge").robot, asyncio.get_running_loop().time
    ended: list[int] = []

    async def say(count: int) -> None:
        await robot.send_chat(message=str(count))
        ended.append(count)

    saying = [asyncio.ensure_future(say(count)) for count in range(3)]
    watched.connection.is_lost = False
    await saying[0]
    watched.connection.is_lost = True
    begun = time()
    # The turn of the second has come, that of the third has not, unless the machine is slow.
    await until(lambda: time() > begun + 0.065)
    watched.connection.is_lost = False
    await asyncio.gather(*saying)
    assert ended == [0, 1, 2]
    await watched.client.close()


async def test_a_command_that_may_not_be_repeated_is_sent_again_when_it_was_not_sent(bus: Bus) -> None:
    retry = Retry(times=1000, delay=0.001)
    watched = await lost(bus, request_timeout=0.01, retry=retry)
    asking = asyncio.ensure_future(watched.client.channel("Lounge").robot.send_chat(message="hi"))
    begun = asyncio.get_running_loop().time()
    await until(lambda: asyncio.get_running_loop().time() > begun + 0.03)
    watched.connection.is_lost = False
    await until(lambda: watched.arrived)
    await asyncio.wait({asking})
    error = asking.exception()
    assert not isinstance(error, ProtocolError) or error.code != "not_connected"
    assert len(watched.arrived) == 1
    await watched.client.close()


async def test_a_reply_waits_too(bus: Bus) -> None:
    connection = Interruptible(await bus.transport())

    class Levels(UserLevelHandlers):
        async def get_user_level(
            self, args: models.UserLevelGetArgs, context: CommandContext
        ) -> models.UserLevelGetResult:
            connection.is_lost = True
            return models.UserLevelGetResult(rank=2, username="alice")

    serving = await Client.over(cast(Transport, connection), channels=["Lounge"])
    await serving.serve(Levels())
    asking = asyncio.ensure_future((await bus.client()).channel("Lounge").user_level.get_user_level())
    await until(lambda: connection.is_lost)
    connection.is_lost = False
    assert (await asking).rank == 2
    await serving.close()


async def test_of_attempts_those_that_were_sent_count() -> None:
    async def outcome_of(*codes: Any) -> ProtocolError:
        left = list(codes)

        async def attempt(_: int) -> None:
            raise ProtocolError(left.pop(0), "no")

        with pytest.raises(ProtocolError) as failed:
            await attempts(attempt, Retry(times=len(codes) - 1, delay=0.001), left=lambda: 60)
        return failed.value

    mixed = await outcome_of("timeout", "not_connected", "timeout", "not_connected")
    assert (mixed.code, mixed.attempts, mixed.raw_message) == ("timeout", 2, "no; it was sent 2 times")
    unsent = await outcome_of("not_connected", "not_connected")
    assert (unsent.code, unsent.raw_message) == ("not_connected", "no")


@pytest.mark.parametrize("owned", [True, False])
async def test_a_server_that_was_away_gets_what_waited_and_nothing_that_was_refused(
    own_server: NatsServer, owned: bool
) -> None:
    connection = NatsConnection()
    await connection.connect(own_server.url, reconnect_time_wait=0, max_reconnect_attempts=-1, error_cb=_ignore)
    if owned:
        client = await Client.connect(own_server.url, nats={"reconnect_time_wait": 0}, channels=["Lounge"])
    else:
        client = await Client.connect(connection=connection, channels=["Lounge"])
    heard = Collector[Event[int]]()
    client.on("usercount", heard)
    await client.flush()
    own_server.crash()
    await until(lambda: client._core.session.transport.is_lost)
    assert await code_of(client.channel("Lounge").robot.with_options(timeout=0.02).ping()) == "not_connected"
    sending = [asyncio.ensure_future(client.publish("usercount", count)) for count in (1, 2, 3)]
    await asyncio.sleep(0)
    own_server.restart()
    await asyncio.gather(*sending)
    assert [event.payload for event in await heard.wait_for(3)] == [1, 2, 3]
    await client.close()
    await connection.close()


async def _ignore(_: Exception) -> None:
    """That the server is away is what is tested."""
