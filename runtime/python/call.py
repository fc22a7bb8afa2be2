"""Asking a service: from arguments to a result, or to an error that says who is at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from .address import Address
from .codec import decode, encode
from .envelope import CompiledTemplate
from .error import ProtocolError
from .invalid import Refused, read_value, write_value
from .json_value import Json
from .limits import check_limit
from .message import CommandDescriptor
from .service_error import failure_in, failure_in_headers
from .session import Session
from .stamp import stamp
from .transport import Delivery
from .violation import Violation

Args = TypeVar("Args")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What may be said about one call.

    timeout: how long to wait for the reply, in s; None for the client's `request_timeout`
    id: travels with the request; None for a new UUID
    even_if_ignored: sends a command that the service is known to ignore
    """

    timeout: float | None = None
    id: str | None = None
    even_if_ignored: bool = False


class Call(Generic[Args, Result]):
    """A command of one channel, ready to be sent."""

    def __init__(self, session: Session, command: CommandDescriptor[Args, Result], address: Address) -> None:
        """Raises ProtocolError `invalid_subject` when the address cannot be part of the command's subject."""
        wire = session.wire
        self._session = session
        self._command = command
        self._envelopes = wire.command_envelopes(command.envelope)
        self._result = None if command.result_template is None else CompiledTemplate(command.result_template)
        # What is the same in each of its requests.
        self._fixed = {**address, "service": command.service, "command": command.name, "source": session.source}
        self._subject = wire.command_subject(command).build(self._fixed)

    async def send(self, args: object, options: CallOptions) -> Result:
        """Sends the command and waits for its result; for one that nobody answers, None at once.

        Raises ProtocolError `invalid_request`, `ignored_command`, `message_too_large`, `no_responders`, `timeout`,
        `connection_closed`; what the service refuses with; `malformed_message`, `invalid_reply`, `invalid_result` when its
        answer is at fault.
        """
        limits, transport = self._session.limits, self._session.transport
        try:
            data = self._request(args, options)
            if self._envelopes.replies is None:
                await transport.publish(self._subject, data)
                return cast(Result, None)
            timeout = limits.request_timeout if options.timeout is None else options.timeout
            check_limit("timeout", timeout)
            return self._result_of(await transport.request(self._subject, data, timeout))
        except ProtocolError as error:
            raise error.at(subject=self._subject, ref=self._command.ref)

    def _request(self, args: object, options: CallOptions) -> bytes:
        if self._command.ignored is not None and not options.even_if_ignored:
            raise self._ignored()
        plain = write_value(self._command.args, args, Refused("the arguments", "invalid_request"))
        return encode(self._envelopes.request.write({**self._fixed, "args": plain, **stamp(options.id)}))

    def _ignored(self) -> ProtocolError:
        ignored = self._command.ignored
        because = "" if ignored is None else ignored.because
        instead = f"; use {ignored.instead} instead" if ignored is not None and ignored.instead is not None else ""
        reason = f"{self._command.ref} is answered with success and has no effect: {because}{instead}"
        return ProtocolError("ignored_command", f"{reason} (or send it all the same, with even_if_ignored=True)")

    def _result_of(self, reply: Delivery) -> Result:
        """Failures are looked for first: a reply may call itself a success and carry a failure."""
        failure = None if reply.data else failure_in_headers(reply.headers)
        if failure is not None:
            raise failure
        body = decode(reply.data, self._session.limits.maximum_message_bytes)
        refused = Refused("the reply", "invalid_reply")
        if self._envelopes.replies is None:
            raise refused.error([])
        for template in self._envelopes.replies.failures:
            values = template.read(body)
            if not isinstance(values, Violation):
                raise failure_in(values, reply.headers, self._command.errors)
        values = self._envelopes.replies.success.read(body)
        if isinstance(values, Violation):
            raise refused.error([values])
        return self._checked(values)

    def _checked(self, values: Mapping[str, Json]) -> Result:
        refused = Refused("the result", "invalid_result")
        if self._result is not None:
            unwrapped = self._result.read(values.get("result"))
            if isinstance(unwrapped, Violation):
                raise refused.error([unwrapped])
            values = unwrapped
        return read_value(self._command.result, values.get("result"), refused)
