"""What can keep events: a client for its channels, a channel for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ..durable.publish import StoredEvent
from ..events.event import PublishOptions
from ..protocol.message import EventDescriptor


class DurableSource(ABC):
    """Sends events so that it is known that they are kept. Generated code says what each of them carries."""

    @abstractmethod
    async def _store(self, event: str | EventDescriptor[Any], payload: object, options: PublishOptions) -> StoredEvent:
        """Sends an event, and returns when its stream keeps it."""
