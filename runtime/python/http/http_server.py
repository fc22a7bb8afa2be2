"""A few pages over HTTP, each made when somebody asks for it."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias, cast

from ..error import ProtocolError, located, message_of

# In s. Who asks has to do so within this time, and to take the answer.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered."""

    status: int
    type: str
    body: str


Pages: TypeAlias = Mapping[str, Callable[[], Awaitable[Page]]]
"""Pages by their path."""


class HttpServer:
    """A server that listens."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._server: asyncio.Server | None = None
        # One for each connection.
        self._answering: set[asyncio.Task[Any]] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        sockets = () if self._server is None else self._server.sockets
        return cast(int, sockets[0].getsockname()[1]) if sockets else 0

    async def start(self, port: int, host: str | None) -> None:
        """Listens from now on.

        port: 0: any that is free
        host: None: all that the machine has

        Raises ProtocolError `invalid_argument` when the address cannot be listened on.
        """
        try:
            if host is None:
                self._server = await asyncio.start_server(self._answer, sock=_socket_on(port))
            else:
                self._server = await asyncio.start_server(self._answer, host, port)
        except (OSError, OverflowError) as reason:
            why = errno.errorcode.get(getattr(reason, "errno", None) or 0, message_of(reason))
            text = f"port {port} of {host or 'this machine'} cannot be listened on ({why}): choose another"
            raise ProtocolError("invalid_argument", text, cause=reason) from reason

    async def close(self) -> None:
        """Ends all connections. May be called more than once."""
        if self._server is not None:
            self._server.close()
        for task in self._answering:
            task.cancel()
        if self._answering:
            await asyncio.wait(self._answering)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._answering.add(task)
        try:
            # Who goes away, or never asks, is answered nothing.
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, asyncio.TimeoutError):
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE)
                writer.write(await self._answer_to(head.decode("latin-1")))
                await asyncio.wait_for(writer.drain(), _PATIENCE)
        finally:
            self._answering.discard(task)
            writer.close()

    async def _answer_to(self, head: str) -> bytes:
        """The whole answer to a request, by what stands before its body."""
        method, _, rest = head.partition(" ")
        asks = method in ("GET", "HEAD")
        page = await self._page(rest.split(" ", 1)[0].split("?", 1)[0]) if asks else _NOT_ALLOWED
        body = page.body.encode()
        lines = [
            f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}",
            f"content-type: {page.type}",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "connection: close",
            *([] if asks else ["allow: GET, HEAD"]),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + (b"" if method == "HEAD" else body)

    async def _page(self, path: str) -> Page:
        make = self._pages.get(path)
        if make is None:
            return _text(404, "there is nothing here\n")
        (page,) = await asyncio.gather(make(), return_exceptions=True)
        return page if isinstance(page, Page) else _text(500, f"{located(page)}\n")


def _text(status: int, body: str) -> Page:
    return Page(status, "text/plain; charset=utf-8", body)


_NOT_ALLOWED = _text(405, "only GET and HEAD are answered here\n")


def _socket_on(port: int) -> socket.socket:
    """On all addresses of the machine, whatever their version."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))
