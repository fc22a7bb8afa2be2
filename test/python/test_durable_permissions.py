"""The guide on durable events cannot lie in Python either: the permissions that it names are those that it takes."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from bus import Collector, until
from durable import Handler, codes
from kryten_protocol import Client, DeadLetter, DurableContext, Event, ProtocolError, hopeless
from nats_server import NatsServer

GUIDE = Path(__file__).parents[2] / "docs/guides/durable-events.md"


async def test_a_consumer_with_the_permissions_of_the_guide_gets_its_events_and_gives_them_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [user] = re.findall(r"```conf\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    monkeypatch.setenv("LEDGER_PASSWORD", "for-the-ledger")
    server = NatsServer(configuration=f"authorization {{ users: [{{ user: robot, password: secret }}\n{user}] }}")
    letters, errors, seen = Collector[DeadLetter](), list[ProtocolError](), Collector[Event[str]]()

    def handle(event: Event[str], context: DurableContext[object]) -> None:
        seen(event)
        if event.payload == "two":
            raise hopeless("enough")

    async with AsyncExitStack() as clients:

        async def client(user: str, password: str) -> Client:
            connecting = Client.connect(
                server.url,
                nats={"user": user, "password": password},
                channels=["lounge"],
                request_timeout=0.5,
                on_error=errors.append,
            )
            return await clients.enter_async_context(await connecting)

        clients.callback(server.stop)
        robot = await client("robot", "secret")
        await robot.dead_letters("events", letters, name="review")
        await robot.publish_durable("setMotd", "one")
        ledger = await client("ledger", "for-the-ledger")
        await ledger.durable("setMotd", handle, name="ledger", start="beginning")
        await robot.publish_durable("setMotd", "two")
        assert [letter.message for letter in await letters.wait_for(1)] == ["enough"]
        assert [event.payload for event in seen.items] == ["one", "two"]
        await ledger.drain()

        # The same name for other events: the consumer is made anew.
        again, counts = await client("ledger", "for-the-ledger"), Handler()
        await again.durable(["setMotd", "usercount"], counts, name="ledger")
        await robot.publish_durable("usercount", 3)
        await counts.heard((3, 1))
        assert errors == []
        with pytest.raises(ProtocolError, match=r"^\[(timeout|stream_failed)\]"):
            await again.publish_durable("usercount", 1)
        await until(lambda: codes(errors) == ["connection_failed"])
