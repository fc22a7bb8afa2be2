"""State: what services keep for others to read."""

from __future__ import annotations

from traceback import format_exception
from typing import Any

import pytest
from bus import Bus, Collector, until
from kryten_protocol import ProtocolError, StateChange, StateEntry, models
from kryten_protocol.runtime.transport.transport import BucketOptions
from nats_server import NatsServer

USERS: models.UserlistUsersState = [
    models.RememberedUser(name="Alice", rank=1, profile=models.Profile(image="", text=""))
]


def channel_name(bus: Bus) -> str:
    """A channel of the test's own: the server's store outlives it."""
    return f"State{id(bus)}"


async def test_a_value_is_read_as_it_was_written_with_its_revision_by_everybody(bus: Bus) -> None:
    name = channel_name(bus)
    writer, reader = await bus.client(channels=[name]), await bus.client(channels=[name])
    first = await writer.channel(name).state.users.put(USERS)
    assert await reader.channel(name).state.users.get() == StateEntry(USERS, first)
    second = await writer.channel(name).state.users.put([])
    assert await reader.channel(name).state.users.get() == StateEntry([], second)
    assert second > first


async def test_a_missing_key_is_nothing_and_a_missing_bucket_is_an_error(bus: Bus) -> None:
    name = channel_name(bus)
    state = (await bus.client(channels=[name])).channel(name).state
    with pytest.raises(ProtocolError) as refused:
        await state.motd.get()
    error = refused.value
    assert (error.code, error.ref, error.subject) == (
        "bucket_missing",
        "kryten/state/state/motd",
        f"kryten_{name}_state",
    )
    assert "".join(format_exception(error)).count("[bucket_missing]") == 1
    assert error.__cause__ is not error
    await state.channel_css.put("a{}")
    assert await state.motd.get() is None


async def test_text_is_stored_bare_and_json_as_json(bus: Bus) -> None:
    name = channel_name(bus)
    state, transport = (await bus.client(channels=[name])).channel(name).state, await bus.transport()
    await state.motd.put('<b>"hi"</b>')
    await state.users.put([])
    motd = await (await transport.bucket(f"kryten_{name}_state")).get("motd")
    users = await (await transport.bucket(f"kryten_{name}_userlist")).get("users")
    assert motd is not None
    assert users is not None
    assert (motd.data, users.data) == (b'<b>"hi"</b>', b"[]")


async def test_what_a_name_takes_beside_the_address_is_given_by_name(bus: Bus) -> None:
    name = channel_name(bus)
    state = (await bus.client(channels=[name])).channel(name).state
    await state.saved_playlists(namespace="main").put(
        models.PlaylistPlaylistsIndexState(playlists={}, schema_version=2)
    )
    assert await state.saved_playlists(namespace="main").get() is not None
    assert await state.saved_playlists(namespace="other").get() is None
    with pytest.raises(ProtocolError) as refused:
        await state.saved_playlists(namespace="a/b").get()
    assert refused.value.code == "invalid_subject"


async def test_nobody_overwrites_what_they_have_not_seen(bus: Bus) -> None:
    name = channel_name(bus)
    users = (await bus.client(channels=[name])).channel(name).state.users
    first = await users.put([], revision=0)
    with pytest.raises(ProtocolError) as refused:
        await users.put(USERS, revision=0)
    assert refused.value.code == "key_conflict"
    assert await users.put(USERS, revision=first) > first


async def test_a_wrong_value_is_not_written(bus: Bus) -> None:
    name = channel_name(bus)
    users: Any = (await bus.client(channels=[name])).channel(name).state.users
    with pytest.raises(ProtocolError) as refused:
        await users.put([{"name": 5}])
    assert refused.value.code == "invalid_message"
    assert refused.value.violations[0].pointer == "/0/name"
    with pytest.raises(ProtocolError) as missing:
        await users.get()
    assert missing.value.code == "bucket_missing"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xff", "malformed_message"), (b"[", "malformed_message"), (b'[{"name":1}]', "invalid_message")],
)
async def test_a_stored_value_that_is_wrong_is_an_error(bus: Bus, data: bytes, code: str) -> None:
    name = channel_name(bus)
    client, transport = await bus.client(channels=[name]), await bus.transport()
    await (await transport.bucket(f"kryten_{name}_userlist", BucketOptions())).put("users", data)
    with pytest.raises(ProtocolError) as refused:
        await client.channel(name).state.users.get()
    assert (refused.value.code, refused.value.ref) == (code, "kryten/state/userlist/users")


async def test_a_watcher_is_told_what_there_is_and_what_changes_and_survives_a_wrong_value(bus: Bus) -> None:
    name = channel_name(bus)
    watched, transport = await bus.watched(channels=[name]), await bus.transport()
    users, changes = watched.client.channel(name).state.users, Collector[StateChange[models.UserlistUsersState]]()
    await users.put(USERS)
    registration = await users.watch(changes)
    await changes.wait_for(1)
    await (await transport.bucket(f"kryten_{name}_userlist")).put("users", b"{")
    await users.put([])
    await users.delete()
    await changes.wait_for(3)
    assert [change.value for change in changes.items] == [USERS, [], None]
    assert changes.items[0].subject == f"kryten_{name}_userlist/users"
    assert [error.code for error in watched.invalid] == ["malformed_message"]
    registration.stop()
    await users.put(USERS)
    assert len(changes.items) == 3


async def test_a_watcher_that_raises_is_reported_and_told_of_the_next_change(bus: Bus) -> None:
    name = channel_name(bus)
    watched = await bus.watched(channels=[name])
    users = watched.client.channel(name).state.users

    async def fail(change: StateChange[models.UserlistUsersState]) -> None:
        raise ValueError("no")

    await users.put([])
    await users.watch(fail)
    await until(lambda: len(watched.errors) == 1)
    await users.put(USERS)
    await until(lambda: len(watched.errors) == 2)
    assert watched.errors[0].code == "handler_failed"


async def test_buckets_that_no_schema_describes_are_read_by_name(bus: Bus) -> None:
    client, bucket = await bus.client(), f"own-{id(bus)}"
    with pytest.raises(ProtocolError) as refused:
        await client.kv_get(bucket, "settings")
    assert refused.value.code == "bucket_missing"
    revision = await client.kv_put(bucket, "settings", {"a": [1]})
    assert revision == 1
    assert await client.kv_get(bucket, "settings") == {"a": [1]}
    await client.kv_put(bucket, "note", "hi", encoding="text")
    assert await client.kv_get(bucket, "note", encoding="text") == "hi"
    assert sorted(await client.kv_keys(bucket)) == ["note", "settings"]
    with pytest.raises(ProtocolError, match="malformed_message"):
        await client.kv_get_all(bucket)
    await client.kv_delete(bucket, "note")
    assert await client.kv_get_all(bucket) == {"settings": {"a": [1]}}
    with pytest.raises(ProtocolError) as missing:
        await client.kv_get(bucket, "note")
    assert (missing.value.code, missing.value.subject) == ("key_missing", f"{bucket}/note")
    assert await client.kv_get(bucket, "note", default=None) is None
    with pytest.raises(ProtocolError) as malformed:
        await client.kv_put(bucket, "note", b"bytes")
    assert malformed.value.code == "invalid_argument"


async def test_a_read_that_fails_is_neither_a_missing_key_nor_a_missing_bucket() -> None:
    from kryten_protocol import Client

    server = NatsServer(jetstream=False)
    try:
        async with await Client.connect(server.url, channels=["Lounge"]) as client:
            for action in (client.channel("Lounge").state.motd.get(), client.kv_get("own", "key")):
                with pytest.raises(ProtocolError, match="no JetStream") as refused:
                    await action
                assert refused.value.code == "state_failed"
    finally:
        server.stop()
