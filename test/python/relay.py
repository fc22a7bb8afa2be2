"""What a client sends to a server, as the server sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Relay:
    """Stands between clients and a NATS server, and keeps the names of the commands that pass."""

    def __init__(self, server: str) -> None:
        self.commands: list[str] = []
        self._server = urlsplit(server)
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connects a client to the server."""
        answers, server = await asyncio.open_connection(self._server.hostname, self._server.port)
        self._writers += [writer, server]
        self._tasks += [
            asyncio.create_task(self._pass_on(reader, server, self.commands)),
            asyncio.create_task(self._pass_on(answers, writer, [])),
        ]

    def close(self) -> None:
        """Parts clients and server."""
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, names: list[str]) -> None:
        while line := await reader.readline():
            names.append(line.split(b" ", 1)[0].strip().decode(errors="replace"))
            writer.write(line)


@asynccontextmanager
async def relay_to(server: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Where clients find the relay, and the commands that passed so far."""
    relay = Relay(server)
    listening = await asyncio.start_server(relay.accept, "127.0.0.1", 0)
    try:
        yield f"nats://127.0.0.1:{listening.sockets[0].getsockname()[1]}", relay.commands
    finally:
        listening.close()
        relay.close()
