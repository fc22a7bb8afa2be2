"""Some of the channels of a client, listened to as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .client_core import ClientCore
from .event_listening import EventListening


class BaseSomeChannels(EventListening):
    """Those whose address has certain parts. Generated code says what each of their events carries."""

    def __init__(self, core: ClientCore[Any], where: Mapping[str, str | None]) -> None:
        """where: the parts; None for any

        Raises ProtocolError `invalid_argument` when none of the client's channels is meant.
        """
        self._core = core
        self._channels = core.channels.chosen({part: text for part, text in where.items() if text is not None})

    def _meant(self, method: str) -> Sequence[Any]:
        return self._channels
