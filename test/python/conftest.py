"""The two buses that everything that talks is tested on, and what tests hold of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from bus import Bus, MemoryBus, NatsBus
from nats_server import NatsServer


@pytest.fixture(scope="session")
def nats_server() -> Iterator[NatsServer]:
    """A server for all tests that do not stop it."""
    server = NatsServer(maximum_payload=8 * 1024 * 1024)
    yield server
    server.stop()


@pytest.fixture
def own_server() -> Iterator[NatsServer]:
    """A server that the test may stop."""
    server = NatsServer()
    yield server
    server.stop()


@pytest.fixture(params=["on the memory broker", "on a NATS server"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """A bus. Whatever connected to it is closed after the test."""
    on_nats = request.param == "on a NATS server"
    bus = NatsBus(request.getfixturevalue("nats_server").url) if on_nats else MemoryBus()
    yield bus
    await bus.close()
