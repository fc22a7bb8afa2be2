"""Replies as a service sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..error import ProtocolError
from ..protocol.protocol_wire import CommandEnvelopes, Replies
from ..session.session import Session
from ..transport.transport import Delivery
from ..value.codec import encode
from ..value.json_value import Json
from .service_error import failure_of


@dataclass(frozen=True, slots=True)
class Answered:
    """What is answered, and how.

    envelopes: absent when nothing in the request tells
    values: what the request says of itself, for the reply to repeat: `service`, `command`, `id`
    """

    delivery: Delivery
    envelopes: CommandEnvelopes | None
    values: Mapping[str, Json]

    @property
    def replies(self) -> Replies | None:
        """Absent when nobody answers such a command, or nothing tells how."""
        return None if self.envelopes is None else self.envelopes.replies


async def send_success(answered: Answered, result: object, session: Session) -> None:
    """Answers with a result. Does nothing when nobody waits for it.

    Raises ProtocolError `invalid_argument`, `message_too_large`, `not_connected`, `connection_closed`; then nothing was sent.
    """
    replies = answered.replies
    if replies is not None and answered.delivery.respond is not None:
        data = encode(replies.success.write({**answered.values, "result": result}))
        await session.outbox.ready(answered.delivery.subject)
        await answered.delivery.respond(data)


async def send_failure(answered: Answered, error: ProtocolError, session: Session) -> None:
    """Answers with a failure. Does nothing when nobody waits for it.

    What cannot be sent is reported; when it is the details that cannot, the failure goes without them.
    """
    replies, delivery = answered.replies, answered.delivery
    if replies is None or delivery.respond is None:
        return
    failure = failure_of(error)
    command = answered.values.get("command")
    values = {**answered.values, "command": command if isinstance(command, str) else "unknown"}
    for said in (failure, replace(failure, details={})):
        told = {"code": said.code, "message": said.message, "details": said.details}
        try:
            data = encode(replies.failures[0].write({**values, **told}))
            await session.outbox.ready(delivery.subject)
            await delivery.respond(data, failure.headers)
            return
        except ProtocolError as reason:
            session.reporter.error(reason.at(subject=delivery.subject, ref=error.ref))
