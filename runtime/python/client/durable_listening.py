"""How a client gets at events that it must not miss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..durable.dead_letter import DeadLetterHandler
from ..durable.durable_events import ConsumerOptions
from ..durable.message import DurableHandler
from ..protocol.address import ChannelName
from ..protocol.message import EventDescriptor
from ..session.session import Registration
from .client_core import ClientCore


class DurableOptions(ConsumerOptions, total=False):
    """How durable events are consumed, and where.

    channels: whose events; by default all that the client was started for
    """

    channels: Sequence[ChannelName]


class DurableListening:
    """The events that streams keep. Generated code says what each of them carries."""

    _core: ClientCore[Any]

    async def _consume(
        self,
        events: str | EventDescriptor[Any] | Sequence[str | EventDescriptor[Any]],
        handler: DurableHandler[Any, Any],
        options: DurableOptions,
    ) -> Registration:
        """Calls the handler for each of these events, at least once."""
        core, chosen = self._core, options.get("channels")
        named = [events] if isinstance(events, str | EventDescriptor) else events
        names = [event if isinstance(event, str) else event.name for event in named]
        known = core.channels
        channels = known.started_for("durable") if chosen is None else [known.of(name) for name in chosen]
        return await core.durable.consume(names, handler, channels=channels, options=options)

    async def _consume_dead_letters(
        self, stream: str, handler: DeadLetterHandler, options: ConsumerOptions
    ) -> Registration:
        """Calls the handler for each event of a stream that was given up."""
        return await self._core.durable.consume_dead_letters(stream, handler, options)
