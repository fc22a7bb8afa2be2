"""What operators see of a client, and what it says to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..error import ProtocolError, raised_text
from ..lifecycle.service_info import Endpoints
from ..observe.health import Counts, Health
from ..observe.observer import Observer
from ..session.session import Registration
from ..transport.transport import StatusListener, TransportStatus
from ..value.json_value import Json
from .client_core import ClientCore


class Watchable:
    """How a client is, and all that passes through it."""

    _core: ClientCore[Any]

    @property
    def counts(self) -> Counts:
        """How often what happened."""
        return self._core.session.reporter.counts

    def health(self) -> Health:
        """How the client is, at this moment."""
        return self._core.life.health()

    def describe(self, *, endpoints: Endpoints | None = None, metadata: Mapping[str, Json] | None = None) -> None:
        """Adds to what the program says of itself from now on, whenever it says something.

        endpoints: where it can be watched over HTTP; what its `service` says of them counts for more

        Raises ProtocolError `invalid_argument` for a client that has not said who it is.
        """
        self._core.life.describe(endpoints or {}, metadata or {})

    def observe(self, observer: Observer) -> Registration:
        """Shows all that passes to an observer, from now on."""
        return Registration(self._core.session.reporter.observers.add(observer))

    def on_status(self, listener: StatusListener) -> Registration:
        """Calls the listener with what happens to the connection. What it raises is reported."""
        session = self._core.session

        def tell(status: TransportStatus) -> None:
            try:
                _show(listener, status)
            except ProtocolError as failure:
                session.reporter.error(failure)

        return Registration(session.transport.on_status(tell))


def _show(listener: StatusListener, status: TransportStatus) -> None:
    try:
        listener(status)
    except Exception as cause:
        reason = f"a listener for the status of the connection raised: {raised_text(cause)}"
        raise ProtocolError("handler_failed", reason, cause=cause) from cause
