"""State: what services keep for others to read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from traceback import format_exception
from typing import Any

import pytest
from bus import Bus, Collector, until
from kryten_protocol import (
    ProtocolError,
    StateChange,
    StateEntry,
    StateRecord,
    StateRecordChange,
    StateRevision,
    models,
)
from kryten_protocol.descriptors import (
    MODERATOR_ENTRIES_BUCKET,
    MODERATOR_ENTRIES_ENTRY_STATE,
    PROTOCOL,
    USERLIST_BUCKET,
    USERLIST_USERS_STATE,
)
from kryten_protocol.runtime.protocol.message import KeyDescriptor
from kryten_protocol.runtime.protocol.protocol_wire import Wire
from kryten_protocol.runtime.state.key_names import KeyNames
from kryten_protocol.runtime.transport.transport import BucketOptions
from kryten_protocol.state import ModeratorEntriesEntryParameters, PlaylistLikesUserLikeParameters
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


@pytest.mark.parametrize("revision", [-1, 1.5, True])
async def test_what_is_no_revision_is_refused(bus: Bus, revision: Any) -> None:
    name = channel_name(bus)
    users = (await bus.client(channels=[name])).channel(name).state.users
    with pytest.raises(ProtocolError) as refused:
        await users.put([], revision=revision)
    assert refused.value.code == "invalid_argument"
    assert refused.value.raw_message == f"revision must be a whole number from 0, not {revision}"


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


async def test_a_watcher_of_a_client_that_drains_is_told_of_nothing_more_and_finishes(bus: Bus) -> None:
    name, gate, log = channel_name(bus), asyncio.Event(), list[str]()
    watched, other = await bus.watched(channels=[name]), await bus.client(channels=[name])
    mine, theirs = (client.channel(name).state.users for client in (watched.client, other))

    async def handle(change: StateChange[models.UserlistUsersState]) -> None:
        log.append(f"begin {len(change.value or [])}")
        await gate.wait()
        log.append(f"end {len(change.value or [])}")

    await mine.put(USERS)
    await mine.watch(handle)
    await until(lambda: log == ["begin 1"])
    others = Collector[StateChange[models.UserlistUsersState]]()
    await theirs.watch(others)
    draining = asyncio.create_task(watched.client.drain())
    await theirs.put([])
    await others.wait_for(2)
    gate.set()
    await draining
    assert (log, watched.errors) == (["begin 1", "end 1"], [])


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


def entry_of(username: str) -> models.ModeratorEntriesEntryState:
    return models.ModeratorEntriesEntryState(
        username=username, action="ban", reason=None, moderator="admin", timestamp="2026-07-04T00:00:00+00:00", ips=[]
    )


def entries_bucket(channel: str) -> str:
    """The bucket of a channel whose keys are names of users."""
    return (
        Wire(PROTOCOL, None).subject(MODERATOR_ENTRIES_BUCKET.bucket).build({"domain": "cytu.be", "channel": channel})
    )


LIKE = models.PlaylistLikesUserLikeState(liked_at="2026-01-01T20:00:00Z", expires_at="2026-01-01T21:00:00Z")


async def test_a_watcher_that_is_stopped_is_told_of_nothing_more_also_not_of_what_waits_for_it(bus: Bus) -> None:
    name = channel_name(bus)
    client, opened, seen = await bus.client(channels=[name]), asyncio.Event(), list[object]()
    motd, others = client.channel(name).state.motd, Collector[StateChange[str]]()

    async def wait(change: StateChange[str]) -> None:
        seen.append(change.value)
        await opened.wait()

    await motd.put("one")
    registration = await motd.watch(wait)
    await motd.watch(others)
    await until(lambda: seen == ["one"])
    await motd.put("two")
    await others.wait_for(2)
    registration.stop()
    opened.set()
    await client.settled()
    assert seen == ["one"]


async def test_the_past_of_a_key_is_what_the_bucket_keeps_of_it_the_oldest_first(bus: Bus) -> None:
    name = channel_name(bus)
    state, transport = (await bus.client(channels=[name])).channel(name).state, await bus.transport()
    await transport.bucket(f"kryten_{name}_state", BucketOptions(history=3))
    await state.channel_css.put("in between, of another key")
    assert await state.motd.history() == []
    await state.motd.put("one")
    second = await state.motd.put("two")
    await state.motd.delete()
    last = await state.motd.put("four")
    assert await state.motd.history() == [
        StateRevision("two", second),
        StateRevision(None, last - 1),
        StateRevision("four", last),
    ]


async def test_keys_that_share_a_name_are_read_together_in_the_order_of_their_writing(bus: Bus) -> None:
    name = channel_name(bus)
    likes = (await bus.client(channels=[name])).channel(name).state.user_like
    alice = PlaylistLikesUserLikeParameters(namespace=name, username="alice", video="a1")
    bob = PlaylistLikesUserLikeParameters(namespace=name, username="bob", video="a1")
    mine = likes.where(namespace=name)
    first = await likes(namespace=name, username="alice", video="a1").put(LIKE)
    second = await likes(namespace=name, username="bob", video="a1").put(LIKE)
    await likes(namespace=name, username="bob", video="b2").put(LIKE)
    await likes(namespace=name, username="bob", video="b2").delete()
    assert await mine.all() == [StateRecord(LIKE, first, alice), StateRecord(LIKE, second, bob)]
    assert await mine.keys() == [alice, bob]
    assert {*await likes.keys()} >= {alice, bob}
    assert await mine.where(username="bob").all() == [StateRecord(LIKE, second, bob)]
    assert await likes.where(namespace=name, username="bob").where(video="a1").keys() == [bob]
    assert await mine.where(video="b2").keys() == []
    await likes(namespace=name, username="alice", video="a1").put(LIKE)
    assert await mine.keys() == [bob, alice]


async def test_keys_whose_names_are_alike_are_told_apart(bus: Bus) -> None:
    name = channel_name(bus)
    state, transport = (await bus.client(channels=[name])).channel(name).state, await bus.transport()
    await state.saved_playlists(namespace=name).put(models.PlaylistPlaylistsIndexState(playlists={}, schema_version=2))
    bucket = await transport.bucket("kryten_playlist_playlists")
    for key in (f"ns/{name}/playlists/7", f"ns/{name}/more/playlists/7", "other"):
        await bucket.put(key, b"{}")
    assert [each.id for each in await state.saved_playlist.where(namespace=name).keys()] == ["7"]
    assert name in [each.namespace for each in await state.saved_playlists.keys()]
    assert await state.saved_playlist.where(namespace=name[:-1]).keys() == []


def test_what_a_name_says_is_what_its_template_builds_and_what_says_more_of_it_counts() -> None:
    daily, hourly = (replace(USERLIST_USERS_STATE, key=key) for key in ("days/{day}/all", "days/{day}/{hour}"))
    bucket = replace(USERLIST_BUCKET, keys={"daily": daily, "hourly": hourly})

    def said(key: KeyDescriptor[Any], name: str, **some: str) -> object:
        names = KeyNames(Wire(PROTOCOL, None), bucket, key, {"domain": "cytu.be", "channel": "Oslo"})
        return names.several(some).parameters_of(name)

    assert said(daily, "days/1/all") == {"day": "1"}
    assert said(daily, "days/1/7") is None
    assert said(hourly, "days/1/all") is None
    assert said(hourly, "days/1/7") == {"day": "1", "hour": "7"}
    assert said(hourly, "days/1/7", day="1") == {"day": "1", "hour": "7"}
    assert said(hourly, "days/1/7", day="11") is None
    assert said(hourly, "hours/1/7") is None


async def test_no_keys_no_bucket_and_a_wrong_value_are_three_different_things(bus: Bus) -> None:
    name = channel_name(bus)
    client, transport = await bus.client(channels=[name]), await bus.transport()
    entries, ref = client.channel(name).state.moderation_entry, MODERATOR_ENTRIES_ENTRY_STATE.ref
    place, one = entries_bucket(name), entries(username="alice")
    actions: list[Callable[[], Awaitable[object]]] = [
        entries.all,
        entries.keys,
        one.history,
        lambda: entries.watch_all(print),
    ]
    for action in actions:
        with pytest.raises(ProtocolError) as missing:
            await action()
        assert (missing.value.code, missing.value.ref) == ("bucket_missing", ref)
    bucket = await transport.bucket(place, BucketOptions())
    assert (await entries.all(), await entries.keys(), await one.history()) == ([], [], [])
    await bucket.put("alice", b"{")
    for action in (entries.all, one.history):
        with pytest.raises(ProtocolError) as wrong:
            await action()
        assert (wrong.value.code, wrong.value.ref, wrong.value.subject) == ("malformed_message", ref, f"{place}/alice")


async def test_a_name_that_can_be_no_key_is_refused_before_anything_is_asked_of_the_bus(bus: Bus) -> None:
    name = channel_name(bus)
    entries = (await bus.client(channels=[name])).channel(name).state.moderation_entry
    for username in ("a.b", "*", ">", "", "a b", "\u00e9"):
        some, one = entries.where(username=username), entries(username=username)
        for action in (some.all(), some.keys(), some.watch_all(print), one.history(), one.get()):
            with pytest.raises(ProtocolError) as refused:
                await action
            assert (refused.value.code, refused.value.ref) == ("invalid_subject", MODERATOR_ENTRIES_ENTRY_STATE.ref)


async def test_all_keys_that_share_a_name_are_watched_together_those_to_come_included(bus: Bus) -> None:
    name = channel_name(bus)
    watched, transport = await bus.watched(channels=[name]), await bus.transport()
    entries, place = watched.client.channel(name).state.moderation_entry, entries_bucket(name)
    bucket = await transport.bucket(place, BucketOptions())
    changes = Collector[StateRecordChange[models.ModeratorEntriesEntryState, ModeratorEntriesEntryParameters]]()
    for username in ("alice", "gone"):
        await entries(username=username).put(entry_of(username))
    await entries(username="gone").delete()
    registration = await entries.watch_all(changes)
    await changes.wait_for(1)
    await entries(username="bob").put(entry_of("bob"))
    await entries(username="alice").delete()
    await changes.wait_for(3)
    await bucket.put("bob", b"{")
    await until(lambda: watched.invalid)
    registration.stop()
    await entries(username="carol").put(entry_of("carol"))
    assert [(change.parameters.username, change.value, change.subject) for change in changes.items] == [
        ("alice", entry_of("alice"), f"{place}/alice"),
        ("bob", entry_of("bob"), f"{place}/bob"),
        ("alice", None, f"{place}/alice"),
    ]
    assert [(error.code, error.subject) for error in watched.invalid] == [("malformed_message", f"{place}/bob")]


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
