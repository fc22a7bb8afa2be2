"""How a service says that it failed, on the wire and in programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast, get_args

from ..error import ProtocolError
from ..protocol.message import DeclaredError
from ..transport.transport import Headers
from ..value.json_value import Json
from ..value.wording import describe

# Header fields with the text and the code of a failure, as NATS services have them.
_TEXT_HEADER = "Nats-Service-Error"
_CODE_HEADER = "Nats-Service-Error-Code"

OwnCode: TypeAlias = Literal[
    "handler_failed",
    "handler_timeout",
    "invalid_request",
    "invalid_result",
    "malformed_message",
    "message_too_large",
    "expired",
    "overloaded",
    "unknown_command",
    "wrong_service",
]
"""The codes that this package's services answer with of themselves. They mean the same on the caller's side."""

_OWN_CODES: frozenset[str] = frozenset(get_args(OwnCode))

_NO_REASON = "the service gives no reason"


class Refusal(ProtocolError):
    """An answer of a handler. An error that another service answered with has the same form, and is none."""


def refusal(service_code: str, message: str, details: Mapping[str, Json] | None = None) -> ProtocolError:
    """What a handler raises to refuse a request: `raise refusal("no_such_station", "there is no station 7")`.

    The caller gets a `command_failed` with the code as its `service_code`, and the message. A refusal is an answer, so it
    is not reported.

    service_code: one of the codes that the command declares, or any other short name
    details: for the caller, where the envelope has a place for it

    Raises ProtocolError `invalid_argument` for a code or a message that is no text.
    """
    # There may be no type checker, and what cannot be sent would be no answer.
    for name, said in (("service_code", service_code), ("message", message)):
        if not isinstance(said, str):
            raise ProtocolError("invalid_argument", f"the {name} of a refusal must be a text, not {describe(said)}")
    return Refusal("command_failed", message, service_code=service_code, details=details)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is said of a failure, as it travels."""

    code: str
    message: str
    details: dict[str, Json] = field(default_factory=dict)

    @property
    def headers(self) -> Headers:
        """The header fields of the failure."""
        return {_TEXT_HEADER: _as_header(self.message), _CODE_HEADER: _as_header(self.code)}


def failure_of(error: ProtocolError) -> Failure:
    """What the caller is told of a failure."""
    details = dict(error.details) if isinstance(error.details, Mapping) else {}
    return Failure(error.service_code or error.code, error.raw_message, details)


def failure_in(values: Mapping[str, Json], headers: Headers | None, errors: Sequence[DeclaredError]) -> ProtocolError:
    """The error that a failure in a reply stands for.

    A declared error is recognised by its text where the wire has no code.
    """
    message, code = values.get("message"), values.get("code")
    text = message if isinstance(message, str) else _NO_REASON
    declared = (each.code for each in errors if each.matches and re.search(each.matches, text))
    given = str(code) if isinstance(code, str | int | float) else (headers or {}).get(_CODE_HEADER)
    return _failure(text, given or next(declared, None), values.get("details"))


def failure_in_headers(headers: Headers | None) -> ProtocolError | None:
    """The error that the header of a reply stands for, if it does: other NATS services fail with an empty body."""
    if headers is None or _CODE_HEADER not in headers:
        return None
    return _failure(headers.get(_TEXT_HEADER, _NO_REASON), headers[_CODE_HEADER])


def _failure(message: str, service_code: str | None, details: Json = None) -> ProtocolError:
    code = cast(OwnCode, service_code) if service_code in _OWN_CODES else "command_failed"
    return ProtocolError(code, message, service_code=service_code, details=details or None)


def _as_header(text: str) -> str:
    """A header field is one line of ASCII, and not a long one. The body has the whole text."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)
    return re.sub(r"[^ -~]", "?", line)[:200].strip()
