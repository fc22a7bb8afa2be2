"""What happens to a connection, for those who listen."""

from __future__ import annotations

from ..transport.transport import StatusListener, Stop, TransportStatus


class Statuses:
    """Tells what happens to a connection to those who listen."""

    def __init__(self) -> None:
        self._listeners: dict[object, StatusListener] = {}

    def listen(self, listener: StatusListener) -> Stop:
        """Calls the listener from now on; returns what ends that."""
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    def tell(self, status: TransportStatus) -> None:
        """Calls all listeners."""
        for listener in list(self._listeners.values()):
            listener(status)
