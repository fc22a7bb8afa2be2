"""A connection that tells of each attempt to get it back. The client tells of those that fail, and not where they went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .flush import OrderedConnection


class ToldConnection(OrderedConnection):
    """A connection whose attempts to come back are told."""

    def __init__(self, on_attempt: Callable[[str], None]) -> None:
        """on_attempt: is told the address of the server, without what else stands in it"""
        super().__init__()
        self._on_attempt = on_attempt

    async def _connect_to_server(self, server: Any) -> None:
        if self.is_reconnecting:
            self._on_attempt(address_of(server))
        await super()._connect_to_server(server)

    @property
    def server(self) -> str:
        """The address of the server that it is connected to."""
        return address_of(self._current_server)


def address_of(server: Any) -> str:
    """The host and the port of a server, as the client knows it."""
    return f"{server.uri.hostname}:{server.uri.port}"
