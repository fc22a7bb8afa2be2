"""Watching what passes through a client, to count it and to time it. While nobody watches, that costs next to nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Literal, TypeAlias, TypeVar

from ..error import Code, ProtocolError, located, raised_text
from ..transport.transport import Stop

Result = TypeVar("Result")

Outcome: TypeAlias = Literal["succeeded"] | Code
"""How something ended."""


class Observer:
    """Is told what passes; a program's own overrides what it wants to know.

    Messages are named by their references, times are in s. Its methods are called where messages pass: they must be quick. One
    that raises ends the watching.
    """

    def received(self, ref: str) -> None:
        """An event was received, found right, and is on its way to handlers."""

    def published(self, ref: str) -> None:
        """An event was sent."""

    def handled(self, ref: str, outcome: Outcome, duration: float) -> None:
        """A handler of an event, a lifecycle message or a change of state is done."""

    def served(self, ref: str, outcome: Outcome, duration: float) -> None:
        """A request was answered, by its handler or in its place."""

    def requested(self, ref: str, outcome: Outcome, duration: float) -> None:
        """A request of this program has its result, or will get none."""

    def refused(self, error: ProtocolError) -> None:
        """A message was received that is not what the protocol says."""

    def failed(self, error: ProtocolError) -> None:
        """Something else went wrong."""

    def dropped(self, ref: str) -> None:
        """A message was given up because too many were waiting for a handler."""


class Observers:
    """Those who watch one client.

    current: tells all of them; None while there are none, so that one look tells that nothing is to be done
    """

    def __init__(self, on_failure: Callable[[ProtocolError], None]) -> None:
        """on_failure: is told when an observer raised, and does not watch any more"""
        self.current: Observer | None = None
        self._everyone = _Everyone(self._tell)
        self._all: dict[object, Observer] = {}
        self._on_failure = on_failure

    def add(self, observer: Observer) -> Stop:
        """Shows it all that passes, from now on; returns what ends that."""
        key = object()
        self._all[key] = observer
        self.current = self._everyone
        return lambda: self._remove(key)

    def _remove(self, key: object) -> None:
        self._all.pop(key, None)
        if not self._all:
            self.current = None

    def _tell(self, act: Callable[[Observer], None]) -> None:
        for key, observer in list(self._all.items()):
            try:
                _show(observer, act)
            except ProtocolError as failure:
                # First: the report of its failure must not reach it.
                self._remove(key)
                self._on_failure(failure)


class _Everyone(Observer):
    """All observers as one."""

    def __init__(self, tell: Callable[[Callable[[Observer], None]], None]) -> None:
        self._tell = tell

    def received(self, ref: str) -> None:
        self._tell(lambda each: each.received(ref))

    def published(self, ref: str) -> None:
        self._tell(lambda each: each.published(ref))

    def handled(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._tell(lambda each: each.handled(ref, outcome, duration))

    def served(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._tell(lambda each: each.served(ref, outcome, duration))

    def requested(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._tell(lambda each: each.requested(ref, outcome, duration))

    def refused(self, error: ProtocolError) -> None:
        self._tell(lambda each: each.refused(error))

    def failed(self, error: ProtocolError) -> None:
        self._tell(lambda each: each.failed(error))

    def dropped(self, ref: str) -> None:
        self._tell(lambda each: each.dropped(ref))


def _show(observer: Observer, act: Callable[[Observer], None]) -> None:
    try:
        act(observer)
    except Exception as cause:
        reason = f"an observer raised, and watches no more: {raised_text(cause)}"
        raise ProtocolError("handler_failed", reason, cause=cause) from cause


async def observe_request(observer: Observer, ref: str, request: Awaitable[Result]) -> Result:
    """Waits for the result of a request, and tells an observer how it ends."""
    begun = perf_counter()
    try:
        result = await request
    except BaseException as reason:
        code: Code = located(reason).code if isinstance(reason, Exception) else "cancelled"
        observer.requested(ref, code, perf_counter() - begun)
        raise
    observer.requested(ref, "succeeded", perf_counter() - begun)
    return result
