"""What tests of durable events have in common: a client that does not wait for long, and a world that no other test uses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from bus import Bus, Watched, until
from kryten_protocol import Client, DeadLetter, DurableContext, Event, ProtocolError
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.protocol.message import DeliveryRules
from kryten_protocol.runtime.transport.stream import ConsumeOptions, Stream, StreamDelivery, StreamOptions, Take
from kryten_protocol.runtime.transport.transport import Stop, Transport

_numbers = count(1)
_RULES = DeliveryRules(limit=3, backoff=[0.05, 0.1], wait=1.5)


class SoonClient(Client):
    """A client for which nothing takes as long as in the schema."""

    _protocol = replace(PROTOCOL, streams={"events": replace(PROTOCOL.streams["events"], delivery=_RULES)})


@dataclass
class World:
    """A channel, and a name for consumers, that no other test uses."""

    bus: Bus
    channel: str = field(default_factory=lambda: f"durable{next(_numbers)}")

    @property
    def name(self) -> str:
        return f"group-{self.channel}"

    async def watched(self, **options: Any) -> Watched:
        """A client in the channel."""
        return await self.bus.watched(SoonClient, **{"channels": [self.channel], **options})

    async def letters(self) -> list[DeadLetter]:
        """The dead letters of the name, as they come."""
        client, letters = (await self.watched()).client, list[DeadLetter]()

        def keep(letter: DeadLetter, _: DurableContext[None]) -> None:
            if letter.consumer == self.name:
                letters.append(letter)

        await client.dead_letters("events", keep, name=f"{self.name}-review", start="beginning")
        return letters


class Handler:
    """A handler that keeps what it is called with, and then does what it is told."""

    def __init__(self, act: Callable[[Event[int], DurableContext[Any]], object] = lambda event, context: None) -> None:
        self.calls: list[tuple[int, int]] = []
        self._act = act

    def __call__(self, event: Event[int], context: DurableContext[Any]) -> object:
        self.calls.append((event.payload, context.deliveries))
        return self._act(event, context)

    async def heard(self, *calls: tuple[int, int]) -> None:
        """Returns when these were the calls."""
        await until(lambda: len(self.calls) >= len(calls))
        assert self.calls == list(calls)


class LastOfMany:
    """A connection that gets what others got three times before, and never settled."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    async def stream(self, options: StreamOptions) -> Stream:
        """A stream whose messages come for the fourth time."""
        return _LastStream(await self._transport.stream(options))


class _LastStream:
    def __init__(self, stream: Stream) -> None:
        self.publish = stream.publish
        self._stream = stream

    async def consume(self, options: ConsumeOptions, take: Take) -> Stop:
        return await self._stream.consume(options, lambda delivery: take(_Last(delivery)))


class _Last:
    """A delivery after three others."""

    def __init__(self, delivery: StreamDelivery) -> None:
        self.message, self.sequence = delivery.message, delivery.sequence
        self.deliveries = delivery.deliveries + 3
        self.settle, self.working = delivery.settle, delivery.working


def raising(reason: Callable[[], Exception]) -> Callable[[object, object], object]:
    """A handler that raises."""

    def act(_event: object, _context: object) -> object:
        raise reason()

    return act


def codes(errors: list[ProtocolError]) -> list[str]:
    return [error.code for error in errors]


async def refusal_of(action: Any) -> ProtocolError:
    """The error that something ends with."""
    outcome = (await asyncio.gather(action, return_exceptions=True))[0]
    assert isinstance(outcome, ProtocolError), outcome
    return outcome
