"""The README cannot lie: its Python program runs, and answers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path

from bus import UNPACED
from kryten_protocol import Client
from kryten_protocol.runtime.nats.connect import connect_nats
from kryten_protocol.runtime.transport.transport import Delivery
from nats_server import NatsServer

ROOT = Path(__file__).parents[2]
DONE = b'{"service": "robot", "command": "say", "success": true, "data": {}}'
PING = {"username": "alice", "msg": "!ping", "meta": {}, "time": 1}


async def test_the_bot_answers_a_ping_on_a_real_server_and_stops_when_told_to(nats_server: NatsServer) -> None:
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    said: asyncio.Queue[object] = asyncio.Queue()
    answering: set[asyncio.Future[None]] = set()

    def robot(request: Delivery) -> None:
        said.put_nowait(json.loads(request.data)["args"])
        assert request.respond is not None
        answering.add(asyncio.ensure_future(request.respond(DONE)))

    transport = await connect_nats(nats_server.url)
    transport.subscribe("kryten.robot.command", robot)
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program.replace("nats://localhost:4222", nats_server.url),
        env={**os.environ, "PYTHONPATH": str(ROOT / "generated/python")},
    )
    async with await Client.connect(nats_server.url, channels=["lounge"], paces=UNPACED) as client:
        # It may not listen yet.
        while said.empty():
            await client.publish("chatMsg", PING)
            await asyncio.sleep(0.05)
        assert await said.get() == {"message": "pong"}
    bot.send_signal(signal.SIGTERM)
    assert await bot.wait() == 0
    await transport.close()
