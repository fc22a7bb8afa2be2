"""Messages as they arrive over a connection of the NATS client."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from ..transport.transport import Delivery, Headers
from .client import NatsMessage


class Publisher(Protocol):
    """Sends answers."""

    def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> Awaitable[None]: ...


def delivery_of(message: NatsMessage, publisher: Publisher) -> Delivery:
    """A message as it arrived.

    publisher: how it is answered
    """
    reply = message.reply
    if not reply:
        return Delivery(message.subject, message.data, message.headers)

    async def respond(data: bytes, headers: Headers | None = None) -> None:
        await publisher.publish(reply, data, headers)

    return Delivery(message.subject, message.data, message.headers, respond)
