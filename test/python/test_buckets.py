"""Buckets, whatever happens to the server and to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import cast

import pytest
from bus import until
from kryten_protocol import Client, StateEntry
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.nats.client import JetStreamContext, KeyValueConfig, NatsConnection, NatsKeyValue
from kryten_protocol.runtime.nats.connect import connect_nats, nats_transport
from kryten_protocol.runtime.nats.watch import BucketWatch, Changes
from kryten_protocol.runtime.transport.transport import Bucket, BucketOptions, Transport
from nats_server import NatsServer

# In s. A server that was away needs some to find its buckets again. The NATS client itself finds out in 10 to 20.
PATIENCE = 10.0


@dataclass
class Watched:
    """A bucket, and what a watch of its key `colour` tells: a value, or None when it was deleted."""

    transport: Transport
    bucket: Bucket
    told: list[bytes | None] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[Watched]:
    transport = await connect_nats(url, reconnect_time_wait=0)
    try:
        watched = Watched(transport, await transport.bucket("weather", BucketOptions()))
        watched.stop = await watched.bucket.watch("colour", lambda change: watched.told.append(change.data))
        yield watched
    finally:
        await transport.close()


@asynccontextmanager
async def another_program(url: str) -> AsyncIterator[JetStreamContext]:
    connection = NatsConnection()
    await connection.connect(url)
    yield connection.jetstream()
    await connection.close()


async def delete_bucket(url: str, name: str) -> None:
    async with another_program(url) as jetstream:
        await jetstream.delete_key_value(name)


async def create_bucket(url: str, name: str, *, direct: bool) -> None:
    """direct: whether values are read past the queue of JetStream, as in buckets that programs in TypeScript make"""
    async with another_program(url) as jetstream:
        await jetstream.create_key_value(KeyValueConfig(name, direct=direct))


async def restarted(server: NatsServer, transport: Transport) -> None:
    """Returns when the server crashed and is back, and its buckets with it."""
    is_back: list[bool] = []
    stop = transport.on_status(lambda status: is_back.append(True) if status.kind == "reconnected" else None)
    server.crash()
    server.restart()
    await until(lambda: is_back, PATIENCE)
    stop()


async def written(bucket: Bucket, value: bytes | None) -> None:
    """Writes the colour, or deletes it, as soon as the server takes it."""

    async def attempt() -> bool:
        try:
            await (bucket.delete("colour") if value is None else bucket.put("colour", value))
        except ProtocolError:
            return False
        return True

    while not await attempt():
        pass


async def test_a_watch_tells_once_of_each_change_also_of_those_while_it_had_no_connection(
    own_server: NatsServer,
) -> None:
    async with watched(own_server.url) as colour:
        await colour.bucket.put("colour", b"red")
        await until(lambda: colour.told == [b"red"])
        await restarted(own_server, colour.transport)
        await written(colour.bucket, b"blue")
        await until(lambda: colour.told == [b"red", b"blue"], PATIENCE)
        await restarted(own_server, colour.transport)
        await written(colour.bucket, None)
        await until(lambda: colour.told == [b"red", b"blue", None], PATIENCE)
        await written(colour.bucket, b"green")
        await until(lambda: colour.told == [b"red", b"blue", None, b"green"], PATIENCE)


async def test_a_watch_goes_on_in_a_bucket_that_was_deleted_and_made_anew(own_server: NatsServer) -> None:
    async with watched(own_server.url) as colour:
        await colour.bucket.put("colour", b"red")
        await until(lambda: colour.told == [b"red"])
        await delete_bucket(own_server.url, "weather")
        await restarted(own_server, colour.transport)
        async with watched(own_server.url) as again:
            await again.bucket.put("colour", b"green")
            # Both values may have the revision 1, each of its own bucket.
            await until(lambda: colour.told == [b"red", b"green"], PATIENCE)


class _Entries:
    """Changes that come at once, and then no more."""

    def __init__(self, entries: list[NatsKeyValue.Entry]) -> None:
        self._entries = entries

    async def __aiter__(self) -> AsyncIterator[NatsKeyValue.Entry]:
        for entry in self._entries:
            yield entry
        await asyncio.Event().wait()

    async def stop(self) -> None: ...


async def test_a_watch_does_not_go_back_when_it_begins_anew_at_a_server_that_has_not_heard_the_latest() -> None:
    def value(revision: int) -> NatsKeyValue.Entry:
        return NatsKeyValue.Entry("weather", "colour", str(revision).encode(), revision, 0, None, None)

    def deleted(revision: int) -> NatsKeyValue.Entry:
        return NatsKeyValue.Entry("weather", "colour", None, revision, 0, None, "DEL")

    beginnings = [
        [value(1), value(2)],
        [value(1), value(2), value(3), deleted(4)],
        [value(3), deleted(4), value(5)],
    ]
    told = list[bytes | None]()

    async def open_changes() -> Changes:
        return Changes(
            cast(NatsKeyValue.KeyWatcher, _Entries(beginnings.pop(0))), datetime(2026, 11, 26, tzinfo=timezone.utc)
        )

    watch = BucketWatch(lambda change: told.append(change.data), open_changes, asyncio.ensure_future)
    await watch.begin()
    await until(lambda: told == [b"1", b"2"])
    watch.resume()
    await until(lambda: told == [b"1", b"2", b"3", None])
    watch.resume()
    await until(lambda: told == [b"1", b"2", b"3", None, b"5"])
    watch.close()


async def test_a_watch_of_several_keys_tells_of_each_once_also_of_what_happened_while_it_had_no_connection(
    own_server: NatsServer,
) -> None:
    async with watched(own_server.url) as weather:
        told: list[tuple[str, bytes | None]] = []
        await weather.bucket.put("north.sky", b"red")
        await weather.bucket.watch("*.sky", lambda change: told.append((change.key, change.data)))
        await weather.bucket.put("south.sky", b"grey")
        await until(lambda: told == [("north.sky", b"red"), ("south.sky", b"grey")])
        await weather.bucket.delete("north.sky")
        await until(lambda: len(told) == 3)
        await restarted(own_server, weather.transport)
        await written(weather.bucket, b"blue")
        await weather.bucket.put("south.sky", b"white")
        await weather.bucket.put("north.sky", b"black")
        await until(lambda: len(told) == 5, PATIENCE)
        assert told[2:] == [("north.sky", None), ("south.sky", b"white"), ("north.sky", b"black")]


async def test_a_watch_that_is_stopped_tells_nothing_more_whatever_the_server_does(own_server: NatsServer) -> None:
    async with watched(own_server.url) as stopped, watched(own_server.url) as other:
        await stopped.bucket.put("colour", b"red")
        await until(lambda: stopped.told == [b"red"] and other.told == [b"red"])
        stopped.stop()
        stopped.stop()
        await restarted(own_server, stopped.transport)
        await written(stopped.bucket, b"blue")
        await until(lambda: other.told == [b"red", b"blue"], PATIENCE)
        assert stopped.told == [b"red"]


@pytest.mark.parametrize("direct", [True, False])
async def test_a_bucket_that_another_program_deletes_is_missing_and_made_anew_by_who_writes(
    own_server: NatsServer, direct: bool
) -> None:
    async def code_of(action: Awaitable[object]) -> str:
        with pytest.raises(ProtocolError) as refused:
            await action
        return refused.value.code

    bucket = "kryten_lounge_state"
    async with await Client.connect(own_server.url, channels=["lounge"]) as client:
        state = client.channel("lounge").state
        await create_bucket(own_server.url, bucket, direct=direct)
        await state.motd.put("one")
        await state.motd.put("two")
        await delete_bucket(own_server.url, bucket)
        assert await code_of(state.motd.get()) == "bucket_missing"
        # Not always 1: a server may count on where a bucket of the same name ended.
        revision = await state.motd.put("three")
        assert await state.motd.get() == StateEntry("three", revision)
        for action in (
            lambda: client.kv_keys(bucket),
            lambda: client.kv_get(bucket, "motd"),
            lambda: client.kv_delete(bucket, "motd"),
            lambda: state.motd.watch(print),
        ):
            await state.motd.put("four")
            await delete_bucket(own_server.url, bucket)
            assert await code_of(action()) == "bucket_missing"
        await client.kv_put(bucket, "motd", "five", encoding="text")
        await delete_bucket(own_server.url, bucket)
        await client.kv_put(bucket, "motd", "six", encoding="text")
        assert await state.channel_css.get() is None


async def test_a_bucket_over_a_connection_that_stays_open_is_closed_with_its_transport(own_server: NatsServer) -> None:
    connection = NatsConnection()
    await connection.connect(own_server.url)
    other = await connect_nats(own_server.url)
    try:
        transport, seen = nats_transport(connection), list[str]()
        bucket = await transport.bucket("left_open", BucketOptions())
        beginning = asyncio.create_task(bucket.watch("colour", lambda change: seen.append("closed")))
        await asyncio.sleep(0)
        await transport.close()
        await asyncio.wait({beginning})
        attempts: list[Callable[[], Awaitable[object]]] = [
            lambda: bucket.get("colour"),
            lambda: bucket.put("colour", b"red"),
            lambda: bucket.keys(),
            lambda: bucket.watch("colour", lambda change: seen.append("closed")),
        ]
        for attempt in attempts:
            with pytest.raises(ProtocolError, match="connection_closed"):
                await attempt()
        open_bucket = await other.bucket("left_open")
        await open_bucket.watch("colour", lambda change: seen.append("open"))
        await open_bucket.put("colour", b"blue")
        await until(lambda: "open" in seen)
        await connection.flush()
        assert seen == ["open"]
    finally:
        await connection.close()
        await other.close()


async def test_a_watch_that_is_stopped_at_once_leaves_nothing_behind(nats_server: NatsServer) -> None:
    connection = NatsConnection()
    await connection.connect(nats_server.url)
    transport = nats_transport(connection)
    try:
        bucket = await transport.bucket("stopped_at_once", BucketOptions())
        usual = set(connection._subs)
        stop = await bucket.watch("a", lambda _: None)
        assert set(connection._subs) > usual
        stop()
        await until(lambda: set(connection._subs) == usual)
    finally:
        await transport.close()
        await connection.close()
