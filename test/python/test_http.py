"""Watching a program over HTTP, on both buses."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any, cast

import pytest
from answers import Level, Playlist
from bus import PATIENCE, Bus, Interruptible, until
from kryten_protocol import Client, ProtocolError, ServiceInfo, models
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.http import HttpEndpoint, serve_http
from kryten_protocol.runtime.http import pages
from kryten_protocol.runtime.memory.broker import MemoryBroker
from kryten_protocol.runtime.transport.transport import Transport
from nats_server import NatsServer
from prometheus_client import CollectorRegistry, Counter

STATION = ServiceInfo("station", "1.2.3", "one", announce=False)


@dataclass
class Answer:
    """What an endpoint says."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Watching:
    """An endpoint, as those see it who look at it."""

    endpoint: HttpEndpoint

    async def get(self, path: str, method: str = "GET") -> Answer:
        return await asyncio.to_thread(self._get, path, method)

    async def samples(self, names: str, path: str = "/metrics") -> list[str]:
        """The samples of the metrics whose names match."""
        lines = (await self.get(path)).text.split("\n")
        return [line for line in lines if not line.startswith("#") and re.search(names, line)]

    def _get(self, path: str, method: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.endpoint.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            response: HTTPResponse = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read().decode())
        finally:
            connection.close()


@asynccontextmanager
async def watched(client: Client, **options: Any) -> AsyncIterator[Watching]:
    endpoint = await serve_http(client, **{"host": "127.0.0.1", **options})
    try:
        yield Watching(endpoint)
    finally:
        await endpoint.close()


@asynccontextmanager
async def watched_alone(**options: Any) -> AsyncIterator[Watching]:
    """An endpoint of a client for which nothing happens."""
    async with Client(MemoryBroker().connect()) as client, watched(client, **options) as watching:
        yield watching


async def test_the_health_of_a_client_is_200_while_it_can_do_its_work_and_503_while_it_cannot(bus: Bus) -> None:
    connection = Interruptible(await bus.transport())
    client = Client(cast(Transport, connection), service=STATION)
    async with watched(client) as watching:
        healthy = await watching.get("/health")
        assert (healthy.status, healthy.headers["content-type"]) == (200, "application/json")
        said = json.loads(healthy.text)
        assert said["service"] == {"name": "station", "version": "1.2.3", "instance": "one"}
        assert said["protocol"] == {"name": PROTOCOL.name, "version": PROTOCOL.version, "hash": PROTOCOL.hash}
        assert (said["status"], said["counts"]) == ("healthy", {"invalid": 0, "errors": 0, "dropped": 0})
        connection.is_lost = True
        degraded = await watching.get("/health?verbose")
        said = json.loads(degraded.text)
        assert (degraded.status, said["status"], said["connected"]) == (503, "degraded", False)


async def test_a_program_is_ready_when_its_client_is_and_the_program_says_so_too(bus: Bus) -> None:
    async def not_yet() -> bool:
        return False

    def broken() -> bool:
        raise ConnectionError("no database")

    answers: list[Any] = [lambda: True, not_yet, broken]
    connection = Interruptible(await bus.transport())
    client = Client(cast(Transport, connection))
    async with watched(client, is_ready=lambda: answers.pop(0)()) as watching:
        for status in (200, 503, 503):
            ready = await watching.get("/ready")
            assert (ready.status, json.loads(ready.text)) == (status, {"ready": status == 200, "status": "healthy"})
        connection.is_lost = True
        ready = await watching.get("/ready")
        assert (ready.status, json.loads(ready.text)) == (503, {"ready": False, "status": "degraded"})


async def test_a_program_that_cannot_say_whether_it_is_ready_is_not(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LONGEST_DOUBT", 0.01)
    async with watched((await bus.watched()).client, is_ready=asyncio.Event().wait) as watching:
        assert (await watching.get("/ready")).status == 503


async def test_metrics_count_events_what_is_refused_and_what_goes_wrong(bus: Bus) -> None:
    client = (await bus.watched(service=STATION)).client

    def broken(event: object, channel: object) -> None:
        raise ValueError("broken")

    async with watched(client) as watching:
        client.on("usercount", lambda event, channel: None)
        client.on("setMotd", broken)
        await client.flush()
        for count in (1, 2):
            await client.publish("usercount", count)
        await client.publish("setMotd", "hello")
        await (await bus.transport()).publish("kryten.events.cytube.lounge.usercount", b"{")
        await until(lambda: (client.counts.invalid, client.counts.errors) == (1, 1))
        await client.settled()
        assert sorted(await watching.samples("^kryten_.*(_total|_count)")) == [
            'kryten_errors_total{code="handler_failed",message="kryten/events/setMotd"} 1.0',
            'kryten_events_published_total{message="kryten/events/setMotd"} 1.0',
            'kryten_events_published_total{message="kryten/events/usercount"} 2.0',
            'kryten_events_received_total{message="kryten/events/setMotd"} 1.0',
            'kryten_events_received_total{message="kryten/events/usercount"} 2.0',
            'kryten_handler_duration_seconds_count{message="kryten/events/setMotd",outcome="handler_failed"} 1.0',
            'kryten_handler_duration_seconds_count{message="kryten/events/usercount",outcome="succeeded"} 2.0',
            'kryten_invalid_messages_total{code="malformed_message",message="kryten/events/usercount"} 1.0',
            "kryten_reconnections_total 0.0",
        ]
        assert await watching.samples("_created") == []


async def test_metrics_count_what_is_given_up(bus: Bus) -> None:
    client = (await bus.watched(handler_timeout=0.02, max_waiting=1)).client
    async with watched(client) as watching:
        client.on("usercount", lambda event, channel: asyncio.Event().wait())
        await client.flush()
        for count in range(4):
            await client.publish("usercount", count)
        await until(lambda: client.counts.dropped == 2)
        found = await watching.samples("^kryten_dropped_messages_total")
        assert found == ['kryten_dropped_messages_total{message="kryten/events/usercount"} 2.0']


async def test_metrics_time_requests_on_both_sides_by_outcome(bus: Bus) -> None:
    client = (await bus.watched()).client

    async def slow() -> models.UserLevelGetResult:
        await asyncio.sleep(0.03)
        return models.UserLevelGetResult(rank=3, username="robot")

    async with watched(client) as watching:
        await client.serve(Level(slow))
        await client.serve(Playlist())
        lounge = client.channel("Lounge")
        await lounge.user_level.get_user_level()
        with pytest.raises(ProtocolError):
            await lounge.playlist.blessed_remove(username="alice", requested_by="bob")
        assert sorted(await watching.samples("^kryten_(command|request)_.*_count")) == [
            f'kryten_{side}_duration_seconds_count{{message="kryten/{ref}",outcome="{outcome}"}} 1.0'
            for side in ("command", "request")
            for ref, outcome in (("playlist/blessed_remove", "handler_failed"), ("user-level/get", "succeeded"))
        ]
        (total,) = await watching.samples("^kryten_command_duration_seconds_sum.*user-level")
        assert 0.025 < float(total.split(" ")[-1]) < PATIENCE


async def test_metrics_say_who_the_client_is_and_how_its_connection_fares(own_server: NatsServer) -> None:
    client = await Client.connect(own_server.url, service=STATION, nats={"reconnect_time_wait": 0})
    async with client, watched(client) as watching:
        names = "^kryten_(connected|healthy|info|reconnections)"
        info = f'contract="{PROTOCOL.hash}",instance_id="one",service="station",version="1.2.3"'
        good = [
            "kryten_connected 1.0",
            "kryten_healthy 1.0",
            f"kryten_info{{{info}}} 1.0",
            "kryten_reconnections_total 0.0",
        ]
        assert sorted(await watching.samples(names)) == good
        own_server.crash()
        await until(lambda: not client.health().connected)
        assert {"kryten_connected 0.0", "kryten_healthy 0.0"} < set(await watching.samples(names))
        own_server.restart()
        await until(lambda: client.health().connected)
        await client.flush()
        assert {"kryten_connected 1.0", "kryten_reconnections_total 1.0"} < set(await watching.samples(names))
        assert len(await watching.samples("^kryten_uptime_seconds ")) == 1


async def test_others_on_the_bus_are_told_where(bus: Bus) -> None:
    registry = await (await bus.client()).registry()
    client = await bus.client(service=STATION)
    async with watched(client, paths={"metrics": "/measured"}) as watching:
        await client.announce()
        await until(lambda: registry.instances("station"))
        (instance,) = registry.instances("station")
        port = watching.endpoint.port
        assert instance.report.endpoints == {
            "health": {"port": port, "path": "/health"},
            "metrics": {"port": port, "path": "/measured"},
        }


@pytest.mark.parametrize("how", ["client", "endpoint"])
async def test_nothing_is_left_when_the_client_is_closed_or_the_endpoint(bus: Bus, how: str) -> None:
    client = await bus.client()
    async with watched(client) as watching:
        assert (await watching.get("/health")).status == 200
        # One that says nothing, and would be waited for.
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.endpoint.port)
        await (client.close() if how == "client" else watching.endpoint.close())
        assert await reader.read() == b""
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await watching.get("/health")


async def test_the_endpoint_shows_what_it_is_told_to_where_it_is_told_to() -> None:
    async with watched_alone(paths={"health": "/alive", "ready": None}) as watching:
        assert (await watching.get("/alive")).status == 200
        for path in ("/health", "/ready", "/", "/alive/"):
            assert (await watching.get(path)).status == 404


async def test_it_listens_on_all_addresses_of_the_machine_unless_told_otherwise() -> None:
    async with Client(MemoryBroker().connect()) as client:
        endpoint = await serve_http(client)
        assert (await Watching(endpoint).get("/health")).status == 200


async def test_it_answers_get_and_head_and_refuses_all_else() -> None:
    async with watched_alone() as watching:
        head = await watching.get("/health", "HEAD")
        assert (head.status, head.text) == (200, "")
        refused = await watching.get("/health", "POST")
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("head", [b"\r\n\r\n", b"GET\r\n\r\n", b"GET /health HTTP/1.1", b"\xff" * 70_000, b""])
async def test_what_is_no_request_hurts_nobody(head: bytes) -> None:
    async with watched_alone() as watching:
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.endpoint.port)
        writer.write(head)
        writer.write_eof()
        answer = await asyncio.gather(reader.read(), return_exceptions=True)
        assert b"200" not in (answer[0] if isinstance(answer[0], bytes) else b"")
        writer.close()
        assert (await watching.get("/health")).status == 200


async def test_it_shows_the_metrics_of_the_process_once_however_many_endpoints_there_are() -> None:
    async with watched_alone() as one, watched_alone() as other, watched_alone(process_metrics=False) as without:
        for watching in (one, other):
            assert len(await watching.samples("^process_resident_memory_bytes ")) == 1
        assert await without.samples("^(process|python)_") == []


async def test_it_shows_the_programs_own_metrics_under_names_that_do_not_clash() -> None:
    registry = CollectorRegistry()
    Counter("songs", "Songs.", registry=registry).inc()
    async with watched_alone(registry=registry, prefix="my_") as watching:
        names = "^songs_total|^my_connected|^kryten_|^process_"
        assert await watching.samples(names) == ["my_connected 1.0", "songs_total 1.0"]


async def test_it_says_what_is_wrong_when_a_page_cannot_be_made() -> None:
    class Broken:
        def collect(self) -> list[Any]:
            raise KeyError("no such metric")

    async with watched_alone(registry=Broken()) as watching:
        answer = await watching.get("/metrics")
        assert (answer.status, answer.text) == (500, "[internal] 'no such metric'\n")


async def test_it_does_not_start_where_it_cannot() -> None:
    async with watched_alone() as watching:
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"port": watching.endpoint.port}, r"port \d+ of 127.0.0.1 cannot be listened on \(EADDRINUSE\): choose"),
            ({"port": 70_000}, "port 70000 of 127.0.0.1 cannot be listened on"),
            *(({"paths": paths}, "the path") for paths in ({"health": "h"}, {"health": "/metrics"}, {"ready": "/a b"})),
            ({"prefix": "my-"}, 'no metric can begin with "my-"'),
        ]
        for options, text in wrong:
            with pytest.raises(ProtocolError, match=text) as refused:
                async with watched_alone(**options):
                    pass
            assert refused.value.code == "invalid_argument"
