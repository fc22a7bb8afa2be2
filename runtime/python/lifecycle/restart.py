"""Requests to all services that they restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..error import ProtocolError, raised_text
from ..protocol.envelope import CompiledTemplate
from ..session.dispatch import called
from ..session.session import Registration, Session
from ..value.json_value import Json
from ..value.violation import Violation
from .lifecycle import Lifecycle, LifecycleMessage

# When a request does not say: time enough for everybody to hear of it.
_USUAL_DELAY = 5.0
# What a timer can wait for.
_LONGEST = float(2**31 - 1)


@dataclass(frozen=True, slots=True)
class RestartRequest:
    """A request to restart, whose delay is over.

    source: who wants it, as they call themselves. Nobody has checked that
    reason: why, for people
    delay: how long it was to be waited for, in s
    payload: the whole request
    """

    source: str | None
    reason: str | None
    delay: float
    payload: Any


RestartHandler: TypeAlias = Callable[[RestartRequest], object]
"""Restarts what it has to. May be asynchronous, and may close the client."""


class Restarts:
    """The handlers of one client, and what they wait for."""

    def __init__(self, session: Session, lifecycle: Lifecycle) -> None:
        self._session = session
        self._lifecycle = lifecycle
        self._pending: list[_PendingRestart] = []
        # Not among the handlers that a client waits for or cancels: these may close it.
        self._running: set[asyncio.Task[object]] = set()

    def on(self, handler: RestartHandler) -> Registration:
        """Calls the handler after the delay of a request. Raises `invalid_argument` when the protocol has no such request."""
        wire = self._session.wire
        kind = wire.message_for("restart")
        template, payload_of = CompiledTemplate(wire.roles.restart), wire.lifecycle(kind).payload
        pending = _PendingRestart(lambda request: self._begin(handler, request))
        self._pending.append(pending)

        def take(message: LifecycleMessage[Any]) -> None:
            values = template.read(payload_of.adapter.dump_python(message.payload))
            pending.add(_request_of(message.payload, {} if isinstance(values, Violation) else values))

        def forget() -> None:
            pending.cancel()
            if pending in self._pending:
                self._pending.remove(pending)

        return Registration(self._lifecycle.on(kind, take, None).stop, forget)

    def close(self) -> None:
        """Whatever waits does not happen."""
        for pending in self._pending:
            pending.cancel()

    def _begin(self, handler: RestartHandler, request: RestartRequest) -> None:
        task = asyncio.ensure_future(called(lambda: handler(request)))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        reason = None if task.cancelled() else task.exception()
        if reason is not None:
            text = f"the handler of restarts raised: {raised_text(reason)}"
            self._session.reporter.error(ProtocolError("handler_failed", text, cause=reason))


class _PendingRestart:
    """The restart that comes next. Of several requests the one that is due first counts."""

    def __init__(self, begin: Callable[[RestartRequest], None]) -> None:
        self._begin = begin
        self._timer: asyncio.TimerHandle | None = None

    def add(self, request: RestartRequest) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None and self._timer.when() <= loop.time() + request.delay:
            return
        self.cancel()
        self._timer = loop.call_later(request.delay, self._take, request)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _take(self, request: RestartRequest) -> None:
        self._timer = None
        self._begin(request)


def _request_of(payload: object, values: Mapping[str, Json]) -> RestartRequest:
    source, reason = values.get("source"), values.get("reason")
    return RestartRequest(
        source=source if isinstance(source, str) else None,
        reason=reason if isinstance(reason, str) else None,
        delay=_delay_of(values.get("delay")),
        payload=payload,
    )


def _delay_of(said: Json) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or said < 0:
        return _USUAL_DELAY
    return min(float(said), _LONGEST)
