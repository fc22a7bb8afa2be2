"""Watching a program over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..client.watchable import Watchable
from ..lifecycle.service_info import Endpoints
from ..session.session import Registration
from ..transport.transport import TransportStatus
from .http_options import HttpOptions, Paths, paths_of, prefix_of
from .http_server import HttpServer
from .metrics import watch_client
from .pages import ProgramPages

if TYPE_CHECKING:
    from typing_extensions import Unpack


class HttpEndpoint:
    """A program that is watched. It ends by itself when its client is closed."""

    def __init__(self, client: Watchable, server: HttpServer, metrics: Registration) -> None:
        self._server = server
        self._registrations = [metrics, client.on_status(self._follow)]
        self._closing: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    async def close(self) -> None:
        """Ends it. May be called more than once."""
        await asyncio.shield(self._close())

    def _close(self) -> asyncio.Task[None]:
        if self._closing is None:
            for registration in self._registrations:
                registration.stop()
            self._closing = asyncio.create_task(self._server.close())
        return self._closing

    def _follow(self, status: TransportStatus) -> None:
        if status.kind == "closed":
            self._close()


async def serve_http(client: Watchable, **options: Unpack[HttpOptions]) -> HttpEndpoint:
    """Shows the health and the metrics of a client over HTTP. The client tells others where, if it has a `service`.

    Raises ProtocolError `invalid_argument` when the port cannot be listened on, or a path or the prefix cannot be one.
    """
    paths, prefix = paths_of(options), prefix_of(options, client.health().protocol.name)
    pages = ProgramPages(client, options)
    server = HttpServer(pages.at(paths))
    await server.start(options.get("port", 0), options.get("host"))
    if client.health().service is not None:
        client.describe(endpoints=_endpoints_of(paths, server.port))
    return HttpEndpoint(client, server, watch_client(client, pages.own, prefix))


def _endpoints_of(paths: Paths, port: int) -> Endpoints:
    """Those that others may want to look at. Whether it is ready is for those who run the program."""
    shown = {name: paths[name] for name in ("health", "metrics")}
    return {name: {"port": port, "path": path} for name, path in shown.items() if path is not None}
