"""Being found by the standard tools for NATS services, such as `nats micro list`, as NATS has it in its ADR-32.

The services module of the NATS client is not used: an endpoint there is a subject, and here many commands share one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import uuid4

from ..error import ProtocolError
from ..protocol.message import ServiceDescriptor
from ..protocol.stamp import now
from ..session.session import Session
from ..transport.transport import Delivery, Receive, Subscription
from ..value.codec import encode
from .entrances import Entrance

_Facts: TypeAlias = dict[str, object]


class Program(Protocol):
    """The program that serves."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def instance(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Discoverable:
    """What there is to be found.

    program: None when it has not said who it is
    """

    service: ServiceDescriptor
    entrances: Sequence[Entrance]
    program: Program | None


def become_discoverable(session: Session, found: Discoverable) -> list[Subscription]:
    """Answers the tools from now on, until the subscriptions end."""
    identity, started = _identity_of(session, found), now()
    answers: dict[str, Callable[[], _Facts]] = {
        "PING": dict,
        "INFO": lambda: {"description": _description_of(session, found), "endpoints": _endpoints_of(found)},
        "STATS": lambda: {"started": started, "endpoints": _statistics_of(found)},
    }
    subscriptions = []
    for verb, answer in answers.items():
        known = {"type": f"io.nats.micro.v1.{verb.lower()}_response", **identity}
        receive = _receiver_of(session, known, answer)
        everybody = f"$SRV.{verb}"
        namesakes = f"{everybody}.{identity['name']}"
        # Without a queue group: every instance is to answer.
        for subject in (everybody, namesakes, f"{namesakes}.{identity['id']}"):
            subscriptions.append(session.transport.subscribe(subject, receive))
    return subscriptions


def _receiver_of(session: Session, known: _Facts, answer: Callable[[], _Facts]) -> Receive:
    async def respond(delivery: Delivery) -> None:
        try:
            if delivery.respond is not None:
                await delivery.respond(encode({**known, **answer()}))
        except ProtocolError as error:
            session.reporter.error(error.at(subject=delivery.subject))

    return lambda delivery: session.dispatcher.start(respond(delivery))


def _identity_of(session: Session, found: Discoverable) -> _Facts:
    """Who answers. The id is new for each service: one program may serve several."""
    protocol, program = session.wire.protocol, found.program
    metadata = {"protocol": protocol.name, "protocol_version": protocol.version, "contract": protocol.hash}
    if program is not None:
        metadata |= {"program": program.name, "program_version": program.version, "instance": program.instance}
    return {
        "name": _legal_name(found.service.name),
        "id": str(uuid4()),
        "version": "0.0.0" if program is None else _semantic_version(program.version),
        "metadata": metadata,
    }


def _description_of(session: Session, found: Discoverable) -> str:
    protocol = session.wire.protocol
    return f"The service {found.service.name} of the protocol {protocol.name} {protocol.version}."


def _endpoints_of(found: Discoverable) -> list[_Facts]:
    return [
        {
            **_named(command.descriptor.name, entrance),
            "metadata": {
                "command": command.descriptor.name,
                "ref": command.descriptor.ref,
                "hash": command.descriptor.hash,
                "dialect": entrance.dialect,
            },
        }
        for entrance in found.entrances
        for command in entrance.served.commands
    ]


def _statistics_of(found: Discoverable) -> list[_Facts]:
    statistics = []
    for entrance in found.entrances:
        for command in entrance.served.commands:
            tally = command.tally
            nanoseconds = round(tally.duration * 1_000_000_000)
            counted = {
                "num_requests": tally.requests,
                "num_errors": tally.errors,
                "last_error": tally.last_error,
                "processing_time": nanoseconds,
                "average_processing_time": nanoseconds // max(tally.requests, 1),
            }
            statistics.append({**_named(command.descriptor.name, entrance), **counted})
    return statistics


def _named(command: str, entrance: Entrance) -> _Facts:
    # There is room for one queue group: that of the first channel.
    return {"name": _legal_name(command), "subject": entrance.subject, "queue_group": entrance.sharing.queues[0]}


def _legal_name(name: str) -> str:
    """Names are narrower there than in a protocol: what they cannot hold becomes `_`. The metadata has the command as it is."""
    return re.sub("[^-_A-Za-z0-9]", "_", name)


def _semantic_version(version: str) -> str:
    return version if _semantic.fullmatch(version) else "0.0.0"


# As semver.org has it.
_NUMBER = "(?:0|[1-9][0-9]*)"
_IDENTIFIER = f"(?:{_NUMBER}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_BUILD = "[0-9a-zA-Z-]+"
_semantic = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?(?:\+{_BUILD}(?:\.{_BUILD})*)?"
)
