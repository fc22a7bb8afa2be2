"""The client that services use today, as it is published: does what its standard input says, and tells what came of it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from kryten import KrytenClient
from kryten.models import RawEvent

# What the client logs is not what it tells.
told = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
sys.stdout = sys.stderr


def say(**said: object) -> None:
    """Tells the one who started this program."""
    print(json.dumps(said, default=str), file=told)


def plain(event: Any) -> object:
    """An event as its handler gets it."""
    return event.payload if isinstance(event, RawEvent) else event.model_dump(mode="json")


class Peer:
    """Does what it is told, each thing by the method of its name."""

    def __init__(self, client: KrytenClient) -> None:
        self.client = client

    async def call(self, method: str, args: list[Any], options: dict[str, Any]) -> object:
        """Calls a method of the client."""
        return await getattr(self.client, method)(*args, **options)

    async def listen(self, event: str) -> None:
        """Tells of each event of that name."""

        @self.client.on(event)
        async def handle(heard: Any) -> None:
            say(heard=event, type=type(heard).__name__, payload=plain(heard))

    async def publish_connected(self, target: str) -> None:
        """Says that the program has reached something."""
        if self.client.lifecycle is not None:
            await self.client.lifecycle.publish_connected(target)

    async def restart_all(self, reason: str) -> None:
        """Asks everybody to restart."""
        if self.client.lifecycle is not None:
            await self.client.lifecycle.publish_group_restart(reason=reason, delay_seconds=1)

    async def on_restart(self) -> None:
        """Tells of each request to restart."""

        async def handle(request: dict[str, Any]) -> None:
            say(heard="restart", payload=request)

        self.client.on_group_restart(handle)


async def obey(peer: Peer, order: dict[str, Any]) -> None:
    """Does one thing, and says what came of it."""
    identifier, action = order.pop("id"), order.pop("do")
    try:
        say(id=identifier, result=await getattr(peer, action)(**order))
    except Exception as error:  # noqa: BLE001 (whatever it raises is told)
        say(id=identifier, error=f"{type(error).__name__}: {error}")


async def main(url: str, settings: dict[str, Any]) -> None:
    """Obeys until its input ends."""
    orders = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    channels = [{"domain": "cytu.be", "channel": "Lounge"}]
    nats = {"servers": [url]}
    usual = {"nats": nats, "channels": channels, "chat_min_delay": 0, "chat_jitter": 0, "log_level": "ERROR"}
    async with KrytenClient({**usual, **settings}) as client:
        peer = Peer(client)
        say(ready=True)
        while line := await orders.readline():
            await obey(peer, json.loads(line))


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
