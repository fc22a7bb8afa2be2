"""What becomes of requests on a real server, beyond what every bus does: `test_transport.py` has that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from bus import until
from kryten_protocol import ProtocolError
from kryten_protocol.runtime.nats.client import NatsConnection
from kryten_protocol.runtime.nats.connect import NatsOptions, connect_nats, nats_transport
from kryten_protocol.runtime.transport.transport import Delivery, Transport
from nats_server import NatsServer
from relay import relay_to

PERMISSIONS = """authorization { users: [
  { user: "echo", password: "x" }
  { user: "alice", password: "x", permissions: { publish: ["echo", "slow"], subscribe: ["_INBOX_alice.>"] } }
] }"""
ECHO: NatsOptions = {"user": "echo", "password": "x"}
ALICE: NatsOptions = {"user": "alice", "password": "x", "inbox_prefix": "_INBOX_alice"}


@pytest.fixture
def strict_server() -> Iterator[NatsServer]:
    """A server that permits little."""
    server = NatsServer(configuration=PERMISSIONS, jetstream=False)
    yield server
    server.stop()


@asynccontextmanager
async def closing(transport: Transport) -> AsyncIterator[Transport]:
    try:
        yield transport
    finally:
        await transport.close()


async def echo(transport: Transport) -> None:
    """Answers with what it was asked."""
    tasks = set[asyncio.Future[None]]()

    def receive(delivery: Delivery) -> None:
        assert delivery.respond is not None
        tasks.add(asyncio.ensure_future(delivery.respond(delivery.data)))

    transport.subscribe("echo", receive)
    await transport.flush()


async def test_replies_arrive_where_a_connection_that_is_made_here_has_its_inboxes(strict_server: NatsServer) -> None:
    url = strict_server.url
    async with closing(await connect_nats(url, **ECHO)) as service, closing(await connect_nats(url, **ALICE)) as alice:
        await echo(service)
        assert (await alice.request("echo", b"a", 10)).data == b"a"


async def test_replies_arrive_where_a_connection_that_is_handed_in_has_its_inboxes(strict_server: NatsServer) -> None:
    connection = NatsConnection()
    await connection.connect(strict_server.url, **ALICE)
    async with closing(await connect_nats(strict_server.url, **ECHO)) as service:
        await echo(service)
        async with closing(nats_transport(connection)) as alice:
            assert (await alice.request("echo", b"a", 10)).data == b"a"
    await connection.close()


async def test_what_the_server_does_not_permit_fails_the_request_that_was_refused_and_no_other(
    strict_server: NatsServer,
) -> None:
    url, answers = strict_server.url, list[Delivery]()
    async with closing(await connect_nats(url, **ECHO)) as service, closing(await connect_nats(url, **ALICE)) as alice:
        service.subscribe("slow", answers.append)
        await service.flush()
        slow = asyncio.create_task(alice.request("slow", b"a", 10))
        with pytest.raises(ProtocolError, match='does not permit the publish to "Forbidden"') as refused:
            await alice.request("Forbidden", b"", 10)
        assert (refused.value.code, refused.value.subject) == ("connection_failed", "Forbidden")
        await until(lambda: answers)
        assert answers[0].respond is not None
        await answers[0].respond(b"b")
        assert (await slow).data == b"b"


async def test_an_inbox_that_the_server_does_not_permit_fails_all_requests_and_those_that_come_later_too(
    strict_server: NatsServer,
) -> None:
    async with closing(await connect_nats(strict_server.url, user="alice", password="x")) as alice:
        for _ in range(2):
            asked = [alice.request("echo", b"", 10), alice.request("slow", b"", 10)]
            for outcome in await asyncio.gather(*asked, return_exceptions=True):
                assert isinstance(outcome, ProtocolError)
                assert 'does not permit the subscription to "_INBOX.' in str(outcome)


async def test_all_requests_share_one_subscription_that_is_made_for_the_first(nats_server: NatsServer) -> None:
    async with closing(await connect_nats(nats_server.url)) as service, relay_to(nats_server.url) as (url, commands):
        await echo(service)
        async with closing(await connect_nats(url)) as asking:
            await asking.publish("other", b"")
            await asking.flush()
            assert commands.count("SUB") == 0
            replies = await asyncio.gather(*(asking.request("echo", str(number).encode(), 10) for number in range(20)))
        assert [int(reply.data) for reply in replies] == list(range(20))
        assert commands.count("SUB") == 1


async def test_requests_are_answered_after_the_connection_was_lost_and_came_back() -> None:
    server, options = NatsServer(jetstream=False), NatsOptions(reconnect_time_wait=0)
    try:
        async with (
            closing(await connect_nats(server.url, **options)) as service,
            closing(await connect_nats(server.url, **options)) as asking,
        ):
            back = list[str]()
            for transport in (service, asking):
                transport.on_status(lambda status: back.append(status.kind) if status.kind == "reconnected" else None)
            await echo(service)
            assert (await asking.request("echo", b"before", 10)).data == b"before"
            server.crash()
            server.restart()
            await until(lambda: len(back) == 2)
            await service.flush()
            assert (await asking.request("echo", b"after", 10)).data == b"after"
    finally:
        server.stop()
