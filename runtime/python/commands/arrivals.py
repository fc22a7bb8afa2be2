"""Requests as they arrive on one subject: a copy of each for every queue group that the instance is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..error import ProtocolError
from ..value.codec import decode
from .served_subject import OpenedRequest, RefusedRequest, ServedSubject
from .sharing import Sharing

Request: TypeAlias = OpenedRequest | RefusedRequest


@dataclass(slots=True)
class _Sorted:
    """A message, and what it is.

    queue: whose it is
    request: until it is taken
    """

    data: bytes
    queue: str | None
    request: Request | None


class Arrivals:
    """Takes each request once."""

    def __init__(self, served: ServedSubject, sharing: Sharing, maximum_bytes: int) -> None:
        """maximum_bytes: how long a message may be"""
        self._served = served
        self._sharing = sharing
        self._maximum_bytes = maximum_bytes
        # The copies come one after the other, so they are read once.
        self._latest: _Sorted | None = None

    def take(self, data: bytes, queue: str) -> Request | None:
        """What the copy for a queue group asks, if it is for that one."""
        found = self._sorted_once(data, queue)
        if found.queue != queue:
            return None
        request, found.request = found.request, None
        return request

    def _sorted_once(self, data: bytes, queue: str) -> _Sorted:
        latest = self._latest
        # What was taken already belongs to its handler: these bytes are another request, which says the same.
        if latest is None or latest.data != data or (latest.queue == queue and latest.request is None):
            latest = self._latest = self._sorted(data)
        return latest

    def _sorted(self, data: bytes) -> _Sorted:
        try:
            request = self._served.open(decode(data, self._maximum_bytes))
            return _Sorted(data, self._sharing.queue_of(request.values), request)
        except ProtocolError as error:
            return _Sorted(data, self._sharing.rest, RefusedRequest(error, {}))
