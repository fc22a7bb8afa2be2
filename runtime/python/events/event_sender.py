"""What can send events: a channel, and a client that has one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ..protocol.message import EventDescriptor
from .event import PublishOptions


class EventSender(ABC):
    """Sends events. Generated code says what each of them carries."""

    @abstractmethod
    async def _send(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> None:
        """Sends an event, as the one who is its source."""
