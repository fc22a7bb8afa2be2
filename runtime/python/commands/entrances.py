"""Where requests to a service arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..protocol.address import Address
from ..protocol.message import ServiceDescriptor
from ..protocol.protocol_wire import Wire
from .served_subject import AnyCommand, ServedSubject
from .sharing import SharedByAll, SharedByChannel, Sharing


@dataclass(frozen=True, slots=True)
class Entrance:
    """A subject that a service takes requests on."""

    subject: str
    dialect: str
    served: ServedSubject
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class _Arriving:
    """What arrives on one subject.

    anywhere: the subject for any address
    """

    anywhere: str
    commands: dict[str, AnyCommand] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)


def entrances_of(
    wire: Wire, service: ServiceDescriptor, addresses: Sequence[Address] | None = None, queue: str | None = None
) -> list[Entrance]:
    """The subjects of a service. They hold wildcards for the parts of any address.

    addresses: whose requests are answered; None for any
    queue: the one queue group to be in; None for those of the requests
    """
    entrances = []
    for subject, arriving in _arriving_by_subject(wire, service, addresses).items():
        commands = list(arriving.commands.values())
        parts = wire.protocol.address
        holes = {hole for each in commands for hole in wire.command_envelopes(each.envelope).request.holes}
        can_say_whose = any(part.name in holes for part in parts)
        if addresses is None or not can_say_whose:
            sharing: Sharing = SharedByAll(queue or arriving.anywhere)
        else:
            sharing = SharedByChannel(arriving.addresses, name=arriving.anywhere, queue=queue, parts=parts)
        entrances.append(Entrance(subject, wire.dialect, ServedSubject(wire, service, commands), sharing))
    return entrances


def _arriving_by_subject(
    wire: Wire, service: ServiceDescriptor, addresses: Sequence[Address] | None
) -> dict[str, _Arriving]:
    by_subject: dict[str, _Arriving] = {}
    for command in service.commands.values():
        template = wire.command_subject(command)
        values = {"service": service.name, "command": command.name}
        anywhere = template.wildcard(values)
        for address in [{}] if addresses is None else addresses:
            subject = template.wildcard({**address, **values})
            arriving = by_subject.setdefault(subject, _Arriving(anywhere))
            arriving.commands[command.name] = command
            if address not in arriving.addresses:
                arriving.addresses.append(address)
    return by_subject
