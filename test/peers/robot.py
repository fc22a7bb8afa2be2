"""The robot as it is published, run by its own `main`. Only CyTube's socket is replaced: what the robot sends there is told,
one JSON value a line, and what the standard input says CyTube sent, the robot gets."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kryten.__main__ import main
from kryten.cytube_connector import CytubeConnector
from kryten.socket_io import ConnectionClosed, SocketIO

# The robot logs to the standard output.
told = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
sys.stdout = sys.stderr

RECORDED = Path(__file__).parent.parent / "data/captures/cytube-events.jsonl"

# What CyTube sends when it gets a frame, as it was recorded.
ANSWERS = {
    "joinChannel": [
        "rank",
        "userlist",
        "playlist",
        "emoteList",
        "setMotd",
        "channelCSSJS",
        "channelOpts",
        "setPermissions",
    ],
    "playerReady": ["changeMedia"],
    "requestBanlist": ["banlist"],
    "requestChannelRanks": ["channelRanks"],
    "readChanLog": ["readChanLog"],
    "searchMedia": ["searchResults"],
    "queue": ["queue"],
}


def say(**said: object) -> None:
    """Tells the one who started this program."""
    print(json.dumps(said), file=told)


def recorded_events() -> dict[str, Any]:
    """The first recorded payload of each event."""
    lines = (json.loads(line) for line in RECORDED.read_text("utf-8").splitlines())
    return {line["event"]: line["payload"] for line in reversed(list(lines))}


class RecorderSocket:
    """CyTube's socket, as far as the robot uses it."""

    error: Exception | None = None
    current: RecorderSocket | None = None

    def __init__(self) -> None:
        self._events: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
        self._recorded = recorded_events()
        RecorderSocket.current = self

    async def emit(
        self,
        event: str,
        data: object,
        match_response: Callable[[str, Any], bool] | None = None,
        response_timeout: float | None = None,
    ) -> tuple[str, Any] | None:
        if event == "login":
            return ("login", {"success": True, "name": "robot", "rank": 3})
        say(frame=event, data=data)
        for name in ANSWERS.get(event, []):
            self.receive(name, self._recorded.get(name))
        return None

    def receive(self, event: str, payload: object) -> None:
        """Has the robot get something from CyTube."""
        self._events.put_nowait((event, payload))

    async def recv(self) -> tuple[str, Any]:
        found = await self._events.get()
        if found is None:
            raise ConnectionClosed
        return found

    async def close(self) -> None:
        self._events.put_nowait(None)


async def connect(**_: object) -> RecorderSocket:
    """Stands in for the connection to CyTube."""
    return RecorderSocket()


async def socket_config(_: CytubeConnector) -> dict[str, str]:
    """Stands in for the answer of CyTube's web server."""
    return {"url": "recorder"}


async def obey() -> None:
    """Has the robot get what the standard input says, until it ends; then ends the robot."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        order = json.loads(line)
        if RecorderSocket.current is not None:
            RecorderSocket.current.receive(order["event"], order["payload"])
    os.kill(os.getpid(), 15)


def configuration(url: str, folder: str) -> str:
    """A file with what the robot is configured with."""
    path = Path(folder) / "config.json"
    settings = {
        "cytube": {"domain": "cytu.be", "channel": "Lounge", "user": "robot", "password": "secret"},
        "nats": {"servers": [url]},
        "commands": {"enabled": True},
        "health": {"enabled": False},
        "logging": {"base_path": folder},
        "log_level": "WARNING",
    }
    path.write_text(json.dumps(settings))
    return str(path)


async def run(url: str) -> None:
    """Runs the robot until it stops."""
    SocketIO.connect = connect
    CytubeConnector._get_socket_config = socket_config
    reading = asyncio.create_task(obey())
    with tempfile.TemporaryDirectory() as folder:
        status = await main(configuration(url, folder))
    reading.cancel()
    say(ended=status)


asyncio.run(run(sys.argv[1]))
