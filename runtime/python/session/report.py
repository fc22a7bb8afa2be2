"""Where things go that have no caller to raise at: refused messages, failing handlers, a connection in trouble."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ..error import ProtocolError
from ..observe.debug_log import DebugLog
from ..observe.health import Counts
from ..observe.observer import Observers
from ..observe.redact import redact_text
from ..observe.trace import trace_fields

ErrorListener: TypeAlias = Callable[[ProtocolError], object]
"""What a program may do about what went wrong. When it raises, that is logged and nothing else happens. Nobody awaits it."""


class Reporter:
    """Calls the listeners, so that nothing they do can hurt the one who reports.

    observers: those who count it too, and all else that passes

    Raises ProtocolError `invalid_argument` for a listener that is to be awaited.
    """

    def __init__(
        self, logger: logging.Logger, on_error: ErrorListener | None, on_invalid: ErrorListener | None
    ) -> None:
        _check_listener("on_error", on_error)
        _check_listener("on_invalid", on_invalid)
        self.observers = Observers(self.error)
        self._invalid = 0
        self._errors = 0
        self._dropped = 0
        self._logger = logger
        if logger.isEnabledFor(logging.DEBUG):
            self.observers.add(DebugLog(logger))
        self._on_error = on_error or self._log
        self._on_invalid = on_invalid or (lambda error: logger.warning("%s", line_of(error), extra=_facts_of(error)))

    @property
    def counts(self) -> Counts:
        """How often what happened."""
        return Counts(self._invalid, self._errors, self._dropped)

    def error(self, error: ProtocolError) -> None:
        """A handler failed or hung, a reply could not be sent, the server refused something."""
        self._errors += 1
        if self.observers.current is not None:
            self.observers.current.failed(error)
        self._tell(self._on_error, error)

    def invalid(self, error: ProtocolError) -> None:
        """A message was received that is not what the protocol says."""
        self._invalid += 1
        if self.observers.current is not None:
            self.observers.current.refused(error)
        self._tell(self._on_invalid, error)

    def dropped(self, ref: str) -> None:
        """A message of this reference was given up because too many waited."""
        self._dropped += 1
        if self.observers.current is not None:
            self.observers.current.dropped(ref)

    def log(self, level: int, message: str) -> None:
        """Writes a line."""
        self._logger.log(level, "%s", message)

    def _log(self, error: ProtocolError) -> None:
        self._logger.error("%s", line_of(error), exc_info=_raised(error), extra=_facts_of(error))

    def _tell(self, listener: ErrorListener, error: ProtocolError) -> None:
        try:
            listener(error)
        except Exception:
            self._logger.exception("a listener for errors failed itself, on: %s", line_of(error))


def _check_listener(name: str, listener: ErrorListener | None) -> None:
    if inspect.iscoroutinefunction(listener):
        advice = f"{name} must be a plain function, which nobody awaits; what takes longer it begins as a task"
        raise ProtocolError("invalid_argument", advice)


def _raised(error: ProtocolError) -> BaseException | None:
    """What a handler raised, whose traceback leads to the fault."""
    return error.__cause__ if error.code == "handler_failed" else None


def line_of(error: ProtocolError) -> str:
    """The message, on one line. An address may hold a password."""
    return redact_text(" ".join(str(error).split()))


def _facts_of(error: ProtocolError) -> Mapping[str, object]:
    """The same for programs."""
    facts = {"code": error.code, "subject": error.subject, "ref": error.ref, "error": error}
    return {**{name: fact for name, fact in facts.items() if fact is not None}, **trace_fields(error.trace)}
