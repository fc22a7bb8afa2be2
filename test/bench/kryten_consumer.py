"""A consumer of chat in the client that services use today: says each time when as many lines as it was told have come."""

from __future__ import annotations

import asyncio
import sys

from kryten import ChatMessageEvent, KrytenClient

out, sys.stdout = sys.stdout, sys.stderr


async def main(url: str, size: int) -> None:
    """Counts until it is ended."""
    channels = [{"domain": "cytu.be", "channel": "kitchen"}]
    async with KrytenClient({"nats": {"servers": [url]}, "channels": channels, "log_level": "ERROR"}) as client:
        count = 0

        @client.on("chatmsg")
        async def handle(event: ChatMessageEvent) -> None:
            nonlocal count
            if len(event.message) > 0:
                count += 1
            if count == size:
                count = 0
                print("true", file=out, flush=True)

        print("true", file=out, flush=True)
        await client.run()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
