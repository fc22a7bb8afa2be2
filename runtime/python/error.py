"""The one error of the runtime, and the closed set of its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

from .value.violation import Violation

if TYPE_CHECKING:
    from .observe.trace import TraceContext

Code: TypeAlias = Literal[
    "invalid_subject",
    "invalid_argument",
    "invalid_message",
    "malformed_message",
    "message_too_large",
    "invalid_request",
    "invalid_reply",
    "invalid_result",
    "unknown_command",
    "ignored_command",
    "command_failed",
    "expired",
    "overloaded",
    "ambiguous_reply",
    "wrong_service",
    "no_responders",
    "timeout",
    "cancelled",
    "handler_failed",
    "handler_timeout",
    "postponed",
    "hopeless",
    "unsettled",
    "connection_failed",
    "connection_closed",
    "not_connected",
    "slow_consumer",
    "bucket_missing",
    "key_missing",
    "key_conflict",
    "invalid_configuration",
    "state_failed",
    "stream_failed",
    "internal",
]
"""What went wrong, for programs."""

CODES: Mapping[Code, str] = {
    "invalid_subject": "A name cannot be part of a subject, bucket or key. Use the name that the message suggests.",
    "invalid_argument": "A function of this package was called with something it does not take. Change the call.",
    "invalid_message": "A message has the wrong form. When sending: change the value. When receiving: its sender is at fault.",
    "malformed_message": "Bytes are not JSON, or nest too deep. Their sender is at fault.",
    "message_too_large": "A message is larger than the limit. Send less, or raise the limit on both sides.",
    "invalid_request": "The arguments of a command do not fit its schema. The violations say where.",
    "invalid_reply": "A service answered with something that is no reply. Check that both sides have the same contract.",
    "invalid_result": "The result of a command does not fit its schema. The service is at fault; the violations say where.",
    "unknown_command": "The service does not know the command. Check its name and the version of the service.",
    "ignored_command": "The service is known to answer success and do nothing. Use what the message names instead.",
    "command_failed": "The service refused, and says why. `service_code` holds its own code, when it has one.",
    "expired": "The time was over before the command was begun. It was not carried out: it may be sent again.",
    "overloaded": "Too much waits already. A command was not carried out: it may be sent again later.",
    "ambiguous_reply": (
        "More than one service answered a request. The first answer was taken; nothing tells whether it is from the one meant."
    ),
    "wrong_service": "The request reached a service that it was not meant for. Check the service's name.",
    "no_responders": "Nobody listens. Start the service, and check that it is on the same subject and account.",
    "timeout": (
        "What was waited for did not come in time. A command may have been carried out: repeat it only when that does no "
        "harm."
    ),
    "cancelled": "The caller gave up. In Python a caller that is cancelled gets asyncio's `CancelledError` instead.",
    "handler_failed": "A handler raised. `__cause__` is what it raised.",
    "handler_timeout": "A handler did not finish in time.",
    "postponed": "A handler of durable events asks for the event again later. It is no failure, and is not counted as one.",
    "hopeless": "A handler of durable events gave an event up. It is a dead letter now.",
    "unsettled": "A durable event was delivered as often as may be, and no program lived to say what came of it. It is a dead letter now.",
    "connection_failed": "The server cannot be reached or does not let us in. Check the address, credentials and permissions.",
    "connection_closed": "The connection is closed. Connect again.",
    "not_connected": (
        "There was no connection for as long as it might wait for one. It was not sent: whatever it was, it may be sent again."
    ),
    "slow_consumer": (
        "This program read too slowly, so messages for it were dropped. Keep handlers short, or raise the server's limits."
    ),
    "bucket_missing": "There is no such bucket. Start the service that creates it, or ask for it to be created.",
    "key_missing": "The bucket has no such key.",
    "key_conflict": "Somebody else changed the key in between. Read it again, and decide again.",
    "invalid_configuration": (
        "A configuration cannot be used. The message names every setting at fault, and where it stands."
    ),
    "state_failed": "The key-value store refused. `__cause__` says why.",
    "stream_failed": "The server does not keep messages as it should. The message and `__cause__` say why.",
    "internal": "A defect of this package. Please report it with the message and the stack.",
}
"""What each code means, and what to do about it. The codes are part of the interface; the texts of messages are not."""


class ProtocolError(Exception):
    """Everything that this package raises.

    Its text is `[code] raw_message (ref, subject)`, because tools often show nothing else; a place that the raw message
    names already is not repeated.

    raw_message: the text without its code and place
    subject: where it went wrong, when that is known
    ref: the message: `<protocol>/events/<event>`, `<protocol>/<service>/<command>` and so on
    violations: what is wrong with the value, when a value is
    service_code: the code that a service answered with
    details: what else a service answered with
    attempts: how often a command was sent
    trace: the step of a trace in which it happened
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        subject: str | None = None,
        ref: str | None = None,
        violations: Sequence[Violation] = (),
        service_code: str | None = None,
        details: object = None,
        trace: TraceContext | None = None,
        cause: BaseException | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code: Code = code
        self.raw_message = message
        self.subject = subject
        self.ref = ref
        self.violations = tuple(violations)
        self.service_code = service_code
        self.details = details
        self.attempts = 1
        self.trace = trace
        self.__cause__ = cause

    def __str__(self) -> str:
        places = [place for place in (self.ref, self.subject) if place is not None and place not in self.raw_message]
        return f"[{self.code}] {self.raw_message}" + (f" ({', '.join(places)})" if places else "")

    def at(
        self, *, subject: str | None = None, ref: str | None = None, trace: TraceContext | None = None
    ) -> ProtocolError:
        """The same error with the place it happened at. What it says of its own place stays."""
        self.subject = self.subject or subject
        self.ref = self.ref or ref
        self.trace = self.trace or trace
        return self


def located(
    reason: BaseException,
    *,
    subject: str | None = None,
    ref: str | None = None,
    trace: TraceContext | None = None,
    fallback: Code = "internal",
) -> ProtocolError:
    """Whatever was caught, as a ProtocolError with a place: itself when it is one, otherwise wrapped under `fallback`."""
    if isinstance(reason, ProtocolError):
        return reason.at(subject=subject, ref=ref, trace=trace)
    return ProtocolError(fallback, message_of(reason), subject=subject, ref=ref, trace=trace, cause=reason)


def raised_text(reason: BaseException) -> str:
    """What a handler raised: its class, which often says more than its text, and the text."""
    if isinstance(reason, ProtocolError):
        return reason.raw_message
    name, text = type(reason).__name__, _text_of(reason)
    return f"{name}: {text}" if text else name


def message_of(reason: BaseException) -> str:
    """What an error says; for one that says nothing, what it is."""
    if isinstance(reason, ProtocolError):
        return reason.raw_message
    return _text_of(reason) or type(reason).__name__


def _text_of(reason: BaseException) -> str:
    """What it says; nothing when asking it raises."""
    with suppress(Exception):
        return str(reason)
    return ""
