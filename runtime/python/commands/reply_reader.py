"""Reading replies: whether one is for the request at all, and the result or the failure that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from ..error import ProtocolError
from ..protocol.address import Address, agrees
from ..protocol.envelope import CompiledTemplate
from ..protocol.message import CommandDescriptor
from ..session.session import Session
from ..transport.transport import Delivery
from ..value.codec import decode
from ..value.invalid import Refused, read_value
from ..value.json_value import Json
from ..value.violation import Violation
from .service_error import failure_in, failure_in_headers

Result = TypeVar("Result")

_Opened: TypeAlias = tuple[Literal["success", "failure"], Mapping[str, Json]]


class ReplyReader(Generic[Result]):
    """Reads the replies to one command of one channel.

    are_marked: whether replies say what they answer; most do not: their subject alone tells
    """

    def __init__(self, session: Session, command: CommandDescriptor[Any, Result], address: Address) -> None:
        self._command = command
        self._address = address
        self._maximum_bytes = session.limits.maximum_message_bytes
        self._replies = session.wire.command_envelopes(command.envelope).replies
        self._result = None if command.result_template is None else CompiledTemplate(command.result_template)
        templates = [] if self._replies is None else [self._replies.success, *self._replies.failures]
        holes = {hole for template in templates for hole in template.holes}
        self.are_marked = command.result_names_address or not holes.isdisjoint({"id", *address})

    def is_for(self, identifier: str, reply: Delivery) -> bool:
        """Whether nothing in a reply says that it answers another request, or comes from another address."""
        try:
            _, values = self._open(decode(reply.data, self._maximum_bytes))
        except ProtocolError:
            # Whoever reads it will tell what is wrong with it.
            return True
        result = values.get("result")
        said = {**values, **result} if self._command.result_names_address and isinstance(result, dict) else values
        named = said.get("id")
        return (not isinstance(named, str) or named == identifier) and agrees(said, self._address)

    def read(self, reply: Delivery) -> Result:
        """The result.

        Raises ProtocolError what the service refuses with; `malformed_message`, `message_too_large`, `invalid_reply`,
        `invalid_result` when the reply is at fault.
        """
        failure = None if reply.data else failure_in_headers(reply.headers)
        if failure is not None:
            raise failure
        kind, values = self._open(decode(reply.data, self._maximum_bytes))
        if kind == "failure":
            raise failure_in(values, reply.headers, self._command.errors)
        return self._checked(values)

    def _open(self, body: Json) -> _Opened:
        """Failures are looked for first: a reply may call itself a success and carry a failure."""
        refused = Refused("the reply", "invalid_reply")
        if self._replies is None:
            raise refused.error([])
        for template in self._replies.failures:
            values = template.read(body)
            if not isinstance(values, Violation):
                return "failure", values
        values = self._replies.success.read(body)
        if isinstance(values, Violation):
            raise refused.error([values])
        return "success", values

    def _checked(self, values: Mapping[str, Json]) -> Result:
        refused = Refused("the result", "invalid_result")
        if self._result is not None:
            unwrapped = self._result.read(values.get("result"))
            if isinstance(unwrapped, Violation):
                raise refused.error([unwrapped])
            values = unwrapped
        return read_value(self._command.result, values.get("result"), refused)
