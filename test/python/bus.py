"""What a test connects to."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from kryten_protocol import Client, ProtocolError
from kryten_protocol.runtime.memory.broker import MemoryBroker
from kryten_protocol.runtime.nats.connect import connect_nats
from kryten_protocol.runtime.transport.transport import Delivery, Transport

if TYPE_CHECKING:
    from kryten_protocol.runtime.client.client_options import ClientOptions
    from kryten_protocol.runtime.session.pace import PaceOptions
    from typing_extensions import Unpack

# In s. The machine may be busy.
PATIENCE = 20.0
UNPACED: dict[str, PaceOptions] = {"chat": {"delay": 0, "jitter": 0}}

Item = TypeVar("Item")


@dataclass
class Watched:
    """A client, and what it reported."""

    client: Client
    errors: list[ProtocolError] = field(default_factory=list)
    invalid: list[ProtocolError] = field(default_factory=list)


class Bus(ABC):
    """Connects tests, and ends what they connected."""

    def __init__(self) -> None:
        self._transports: list[Transport] = []
        self._clients: list[Client] = []

    @abstractmethod
    async def connect(self) -> Transport:
        """A new connection, for the test to close."""

    async def transport(self) -> Transport:
        """A bare connection."""
        transport = await self.connect()
        self._transports.append(transport)
        return transport

    async def watched(self, client_type: type[Client] = Client, /, **options: Unpack[ClientOptions]) -> Watched:
        """A client whose reports are kept instead of logged; in the channel Lounge unless others are named."""
        errors: list[ProtocolError] = []
        invalid: list[ProtocolError] = []
        settings: ClientOptions = {
            "channels": ["Lounge"],
            "on_error": errors.append,
            "on_invalid": invalid.append,
            "pace": UNPACED,
            "request_timeout": PATIENCE,
            **options,
        }
        client = await client_type.over(await self.connect(), **settings)
        self._clients.append(client)
        return Watched(client, errors, invalid)

    async def client(self, **options: Unpack[ClientOptions]) -> Client:
        """A client that has nothing to report."""
        return (await self.watched(**options)).client

    async def close(self) -> None:
        """Ends everything."""
        for client in self._clients:
            await client.close()
        for transport in self._transports:
            await transport.close()


class Interruptible:
    """A connection that says that it is lost, when it is not."""

    def __init__(self, transport: Transport) -> None:
        self.is_lost = False
        self._transport = transport

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


class MemoryBus(Bus):
    """Within the process."""

    def __init__(self) -> None:
        super().__init__()
        self._broker = MemoryBroker(maximum_payload=8 * 1024 * 1024)

    async def connect(self) -> Transport:
        return self._broker.connect()


class NatsBus(Bus):
    """On a real server."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def connect(self) -> Transport:
        return await connect_nats(self._url)


class Collector(Generic[Item]):
    """A handler that collects what it is given."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def __call__(self, item: Item, *_: object) -> None:
        self.items.append(item)

    async def wait_for(self, count: int) -> list[Item]:
        """What has arrived, once it is so much."""
        await until(lambda: len(self.items) >= count)
        return self.items


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Returns when the condition holds. patience: in s"""
    deadline = asyncio.get_running_loop().time() + patience
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "what was waited for did not happen"
        await asyncio.sleep(0.002)


def as_json(value: object) -> bytes:
    """A value as the bytes of its JSON."""
    return json.dumps(value).encode()


def parsed(delivery: Delivery) -> object:
    """The value in a message."""
    return json.loads(delivery.data)
