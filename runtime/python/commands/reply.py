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
from .service_error import Failure, failure_of

# In characters. The names of a protocol are shorter by far.
_LONGEST_NAME = 200
_LONGEST_TEXT = 1000


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
        await session.outbox.ready(answered.delivery.subject)
        try:
            data = encode(replies.success.write({**answered.values, "result": result}))
            await answered.delivery.respond(data)
        except ProtocolError:
            data = encode(replies.success.write({**_least_of(answered.values), "result": result}))
            await answered.delivery.respond(data)


async def send_failure(answered: Answered, error: ProtocolError, session: Session) -> None:
    """Answers with a failure. Does nothing when nobody waits for it.

    What cannot be sent is reported; when it is the details that cannot, the failure goes without them, and when that is too
    long too, with its first words.
    """
    replies, delivery = answered.replies, answered.delivery
    if replies is None or delivery.respond is None:
        return
    failure = failure_of(error)
    command = answered.values.get("command")
    values = {**answered.values, "command": command if isinstance(command, str) else "unknown"}
    attempts = ((values, failure), (values, replace(failure, details={})), (_least_of(values), _first_of(failure)))
    reasons: list[ProtocolError] = []
    for repeated, said in attempts:
        told = {"code": said.code, "message": said.message, "details": said.details}
        try:
            data = encode(replies.failures[0].write({**repeated, **told}))
            await session.outbox.ready(delivery.subject)
            await delivery.respond(data, failure.headers)
            break
        except ProtocolError as reason:
            reasons.append(reason)
    for first in reasons[:1]:
        session.reporter.error(first.at(subject=delivery.subject, ref=error.ref))


def _least_of(values: Mapping[str, Json]) -> Mapping[str, Json]:
    """What any reply can repeat: an id, and the name of a command that there is not, may be as long as a message."""
    command = values.get("command")
    is_short = isinstance(command, str) and len(command) <= _LONGEST_NAME
    return {"service": values.get("service"), "command": command if is_short else "unknown"}


def _first_of(failure: Failure) -> Failure:
    """What there is always room for."""
    return Failure(failure.code[:_LONGEST_NAME], failure.message[:_LONGEST_TEXT])
