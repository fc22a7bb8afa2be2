"""Remembers the commands that were sent on a bus within the process, whoever answered them."""

from __future__ import annotations

from dataclasses import dataclass

from ..commands.entrances import entrances_of
from ..commands.served_subject import OpenedRequest, ServedSubject
from ..error import ProtocolError
from ..memory.exchange import subject_pattern
from ..protocol.address import address_in
from ..protocol.message import ServiceDescriptor
from ..protocol.protocol_wire import Wire
from ..transport.transport import Delivery
from ..value.codec import decode
from ..value.json_value import Json


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command as it went over the wire.

    command: as the request names it
    method: the method it was sent by
    channel: the last part of its address
    source: what its sender calls itself
    """

    service: str
    command: str
    method: str
    args: Json
    channel: str | None
    address: dict[str, str]
    source: str | None
    id: str | None


class Recorder:
    """Reads requests as the services do that they are for."""

    def __init__(self, wire: Wire) -> None:
        self.commands: list[RecordedCommand] = []
        self._wire = wire
        self._subjects = [
            (subject_pattern(entrance.subject), entrance.served)
            for service in wire.protocol.services.values()
            for entrance in entrances_of(wire, service)
        ]

    def service(self, name: str) -> ServiceDescriptor:
        """Raises ProtocolError `invalid_argument` when there is no such service."""
        return self._wire.service(name)

    def record(self, published: Delivery) -> None:
        """Remembers what was published, if it is a command."""
        for pattern, served in self._subjects:
            if pattern.fullmatch(published.subject):
                self._read(served, published.data)

    def _read(self, served: ServedSubject, data: bytes) -> None:
        try:
            request = served.open(decode(data))
        except ProtocolError:
            return
        if not isinstance(request, OpenedRequest):
            return
        descriptor, values = request.command.descriptor, request.values
        address = address_in(self._wire.protocol.address, values)
        self.commands.append(
            RecordedCommand(
                service=descriptor.service,
                command=_text(values.get("command")) or descriptor.name,
                method=descriptor.method,
                args=request.args,
                channel=next(reversed(address.values()), None),
                address=address,
                source=_text(values.get("source")),
                id=_text(values.get("id")),
            )
        )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
