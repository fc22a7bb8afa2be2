"""What all parts of one client share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..error import ProtocolError
from ..protocol.protocol_wire import Wire
from ..transport.transport import Transport
from .dispatch import Dispatcher
from .interceptor import Interceptor
from .limits import Limits
from .outbox import Outbox
from .pace import Pacing
from .report import Reporter


@dataclass(frozen=True, slots=True)
class Session:
    """The shared parts of one client, and its settings after defaults.

    source: what the program calls itself in what it sends
    interceptors: from the outermost to the innermost; whoever has something to intercept asks whether there are any
    endings: what ends with the client, or with its connection: then with the failure
    watches: what ends each watch of state: a client that is drained is told of no more changes
    """

    wire: Wire
    transport: Transport
    dispatcher: Dispatcher
    reporter: Reporter
    limits: Limits
    pacing: Pacing
    outbox: Outbox
    source: str
    interceptors: Sequence[Interceptor]
    endings: set[Callable[[ProtocolError | None], None]] = field(default_factory=set)
    watches: set[Callable[[], None]] = field(default_factory=set)


class Registration:
    """Something that goes on until it is stopped."""

    def __init__(self, *endings: Callable[[], None]) -> None:
        self._endings = endings

    def stop(self) -> None:
        """Ends it at once. A handler that is running finishes. May be called more than once."""
        for end in self._endings:
            end()
