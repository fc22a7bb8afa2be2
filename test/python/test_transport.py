"""What every bus does, in the process and on a server alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from bus import Bus, Collector, as_json, parsed, until
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.transport.transport import BucketOptions, Delivery, EntryChange, Transport, TransportStatus


def answering(transport: Transport, text: bytes, **headers: str) -> Callable[[Delivery], None]:
    tasks = set()

    def receive(delivery: Delivery) -> None:
        assert delivery.respond is not None
        task = asyncio.ensure_future(delivery.respond(text, headers or None))
        tasks.add(task)

    return receive


async def code_of(action: Awaitable[object]) -> str:
    with pytest.raises(ProtocolError) as refused:
        await action
    return refused.value.code


async def test_messages_reach_everybody_who_listens_in_order_with_wildcards(bus: Bus) -> None:
    listening, sending = await bus.transport(), await bus.transport()
    one, rest, other = Collector[Delivery](), Collector[Delivery](), Collector[Delivery]()
    listening.subscribe("app.*.x", one)
    listening.subscribe("app.>", rest)
    listening.subscribe("app.a.y", other)
    await listening.flush()
    for number in range(20):
        await sending.publish("app.a.x", as_json(number))
    await sending.publish("app.a.b.x", as_json("deep"))
    await rest.wait_for(21)
    assert [parsed(delivery) for delivery in one.items] == list(range(20))
    assert [parsed(delivery) for delivery in rest.items] == [*range(20), "deep"]
    assert other.items == []


async def test_messages_reach_one_of_each_queue_group(bus: Bus) -> None:
    transport = await bus.transport()
    workers = [Collector[Delivery]() for _ in range(3)]
    everybody = Collector[Delivery]()
    for worker in workers:
        transport.subscribe("work", worker, "workers")
    transport.subscribe("work", everybody)
    await transport.flush()
    for _ in range(60):
        await transport.publish("work", b"")
    await everybody.wait_for(60)
    await until(lambda: sum(len(worker.items) for worker in workers) == 60)
    assert all(worker.items for worker in workers)


async def test_messages_carry_headers(bus: Bus) -> None:
    transport, heard = await bus.transport(), Collector[Delivery]()
    transport.subscribe("a", heard)
    await transport.publish("a", b"x", {"Kind": "test"})
    (delivery,) = await heard.wait_for(1)
    assert delivery.headers is not None
    assert dict(delivery.headers) == {"Kind": "test"}
    assert delivery.respond is None


async def test_messages_carry_what_their_sender_is_labelled_with(bus: Bus) -> None:
    transport, other, heard = await bus.transport(), await bus.transport(), Collector[Delivery]()
    transport.subscribe("answered", answering(transport, b"x"))
    other.subscribe("headed", heard)
    await transport.flush()
    await other.flush()
    await transport.publish("headed", b"x")
    transport.label({"By": "me"})
    await transport.publish("headed", b"x")
    await transport.publish("headed", b"x", {"Kind": "test"})
    await transport.publish("headed", b"x", {"By": "another"})
    reply = await other.request("answered", b"x", 5)
    assert dict(reply.headers or {}) == {"By": "me"}
    labelled = [{"By": "me"}, {"By": "me", "Kind": "test"}, {"By": "another"}]
    assert [dict(delivery.headers or {}) for delivery in await heard.wait_for(4)] == [{}, *labelled]


async def test_header_fields_are_part_of_a_message_that_is_too_large(bus: Bus) -> None:
    transport = await bus.transport()
    filling = b"x" * (transport.maximum_payload - 20)
    await transport.publish("headed", filling, {"a": "1"})
    assert await code_of(transport.publish("headed", filling, {"a": "1" * 10})) == "message_too_large"
    transport.label({"a": "1" * 10})
    assert await code_of(transport.publish("headed", filling)) == "message_too_large"
    await transport.flush()


async def test_what_is_sent_after_subscribing_arrives_without_waiting_for_anything(bus: Bus) -> None:
    transport, heard = await bus.transport(), Collector[Delivery]()
    transport.subscribe("a", heard)
    await transport.publish("a", b"x")
    await heard.wait_for(1)


async def test_nobody_hears_anything_after_unsubscribing(bus: Bus) -> None:
    transport, heard, last = await bus.transport(), Collector[Delivery](), Collector[Delivery]()
    subscription = transport.subscribe("a", heard)
    transport.subscribe("a", last)
    await transport.flush()
    subscription.unsubscribe()
    subscription.unsubscribe()
    await transport.publish("a", b"")
    await last.wait_for(1)
    assert heard.items == []


async def test_what_is_on_its_way_when_a_subscription_is_drained_is_delivered(bus: Bus) -> None:
    listening, sending = await bus.transport(), await bus.transport()
    heard = Collector[Delivery]()
    subscription = listening.subscribe("a", heard)
    await listening.flush()
    for _ in range(50):
        await sending.publish("a", b"")
    await sending.flush()
    await subscription.drain()
    assert len(heard.items) == 50


@pytest.mark.parametrize("subject", ["", "a..b", ".a", "a.", "a b", "a\tb", "a.*", "a.>", "a\x00b"])
async def test_subjects_that_cannot_be_published_to_are_refused(bus: Bus, subject: str) -> None:
    transport = await bus.transport()
    assert await code_of(transport.publish(subject, b"")) == "invalid_subject"
    assert await code_of(transport.request(subject, b"", 1)) == "invalid_subject"


@pytest.mark.parametrize("subject", ["", "a..b", "a b", "a.>.b", ">.a", "a\r\nb"])
async def test_subjects_that_cannot_be_subscribed_to_are_refused(bus: Bus, subject: str) -> None:
    transport = await bus.transport()
    with pytest.raises(ProtocolError) as refused:
        transport.subscribe(subject, print)
    assert refused.value.code == "invalid_subject"


async def test_messages_cannot_be_larger_than_the_bus_takes(bus: Bus) -> None:
    transport = await bus.transport()
    assert await code_of(transport.publish("a", b"x" * (transport.maximum_payload + 1))) == "message_too_large"


async def test_requests_get_the_first_answer_with_its_headers(bus: Bus) -> None:
    service, caller = await bus.transport(), await bus.transport()
    service.subscribe("ask", answering(service, b"yes", Mood="good"))
    await service.flush()
    reply = await caller.request("ask", b"?", 5)
    assert reply.data == b"yes"
    assert reply.headers is not None
    assert reply.headers["Mood"] == "good"


async def test_requests_fail_at_once_where_nobody_listens_and_in_time_where_nobody_answers(bus: Bus) -> None:
    service, caller = await bus.transport(), await bus.transport()
    service.subscribe("silent", lambda delivery: None)
    await service.flush()
    assert await code_of(caller.request("nobody", b"", 30)) == "no_responders"
    assert await code_of(caller.request("silent", b"", 0.05)) == "timeout"


async def test_a_request_whose_task_is_cancelled_is_given_up(bus: Bus) -> None:
    transport, asked = await bus.transport(), Collector[Delivery]()
    transport.subscribe("silent", asked)
    asking = asyncio.create_task(transport.request("silent", b"", 30))
    await asked.wait_for(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_closing_ends_what_waits_refuses_the_rest_and_says_so(bus: Bus) -> None:
    transport, statuses, asked = await bus.transport(), Collector[TransportStatus](), Collector[Delivery]()
    transport.subscribe("silent", asked)
    transport.on_status(statuses)
    asking = asyncio.create_task(transport.request("silent", b"", 30))
    await asked.wait_for(1)
    await transport.close()
    await transport.close()
    assert await code_of(asking) == "connection_closed"
    assert await code_of(transport.publish("a", b"")) == "connection_closed"
    assert await code_of(transport.flush()) == "connection_closed"
    assert await code_of(transport.bucket("a")) == "connection_closed"
    with pytest.raises(ProtocolError):
        transport.subscribe("a", print)
    assert [status.kind for status in statuses.items] == ["closed"]


async def test_buckets_keep_values_with_growing_revisions(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("values", BucketOptions())
    first = await bucket.put("a/b", b"1")
    second = await bucket.put("c", b"")
    assert second == first + 1
    entry = await (await (await bus.transport()).bucket("values")).get("a/b")
    assert entry is not None
    assert (entry.key, entry.data, entry.revision) == ("a/b", b"1", first)
    assert sorted(await bucket.keys()) == ["a/b", "c"]
    assert await bucket.get("d") is None


async def test_buckets_must_exist_unless_they_are_to_be_made(bus: Bus) -> None:
    transport = await bus.transport()
    assert await code_of(transport.bucket("missing")) == "bucket_missing"
    empty = await transport.bucket("empty", BucketOptions())
    assert await empty.keys() == []


async def test_buckets_let_nobody_overwrite_what_they_have_not_seen(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("seen", BucketOptions())
    first = await bucket.put("a", b"1", 0)
    assert await code_of(bucket.put("a", b"2", 0)) == "key_conflict"
    second = await bucket.put("a", b"2", first)
    assert await code_of(bucket.put("a", b"3", first)) == "key_conflict"
    assert await bucket.put("a", b"3", second) > second


async def test_buckets_take_a_value_at_the_revision_at_which_its_key_was_deleted(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("deletions", BucketOptions())
    deletions: list[int] = []
    await bucket.watch("a", lambda change: None if change.data is not None else deletions.append(change.revision))
    first = await bucket.put("a", b"1", 0)
    await bucket.delete("a")
    await until(lambda: len(deletions) == 1)
    assert await code_of(bucket.put("a", b"2", first)) == "key_conflict"
    second = await bucket.put("a", b"2", deletions[0])
    assert second > deletions[0]
    assert await code_of(bucket.put("a", b"3", deletions[0])) == "key_conflict"


async def test_buckets_forget_what_is_deleted_after_which_it_is_new_again(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("deleted", BucketOptions())
    await bucket.delete("never")
    await bucket.put("a", b"1")
    await bucket.delete("a")
    assert await bucket.get("a") is None
    assert await bucket.keys() == []
    await bucket.put("a", b"2", 0)


async def test_buckets_find_keys_by_a_pattern_in_the_order_in_which_they_were_written(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("found", BucketOptions())
    assert await bucket.entries("*") == []
    for key in ("days/1.noon", "days/2.noon", "days/1.night", "noon"):
        await bucket.put(key, key.encode())
    await bucket.delete("days/1.night")
    last = await bucket.put("days/1.noon", b"again")
    assert await bucket.keys() == ["days/2.noon", "noon", "days/1.noon"]
    assert await bucket.keys("*.noon") == ["days/2.noon", "days/1.noon"]
    assert [(entry.key, entry.data) for entry in await bucket.entries("*.noon")] == [
        ("days/2.noon", b"days/2.noon"),
        ("days/1.noon", b"again"),
    ]
    assert (await bucket.entries("days/1.*"))[0].revision == last
    assert await bucket.keys("*.*.*") == []
    for pattern in ("a.", ">", "a.>", "a b", ""):
        assert await code_of(bucket.keys(pattern)) == "invalid_subject"
        assert await code_of(bucket.entries(pattern)) == "invalid_subject"
        assert await code_of(bucket.watch(pattern, print)) == "invalid_subject"


async def test_buckets_keep_so_much_of_the_past_of_a_key_as_they_are_made_for_deletions_included(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("past", BucketOptions(history=3))
    await bucket.put("b", b"of another key")
    assert await bucket.history("a") == []
    for data in (b"1", b"2"):
        await bucket.put("a", data)
    await bucket.delete("a")
    last = await bucket.put("a", b"4")
    past = [(change.key, change.data, change.revision) for change in await bucket.history("a")]
    assert past == [("a", b"2", last - 2), ("a", None, last - 1), ("a", b"4", last)]
    assert await code_of(bucket.history("*")) == "invalid_subject"


async def test_a_watcher_of_several_keys_is_told_of_each_that_the_pattern_finds(bus: Bus) -> None:
    bucket, changes = await (await bus.transport()).bucket("several", BucketOptions()), Collector[EntryChange]()
    for key in ("x.a", "x.b", "y.a"):
        await bucket.put(key, b"1")
    await bucket.delete("x.b")
    stop = await bucket.watch("x.*", changes)
    await changes.wait_for(1)
    await bucket.put("x.b", b"2")
    await bucket.put("y.a", b"2")
    await bucket.delete("x.a")
    await changes.wait_for(3)
    stop()
    assert [(change.key, change.data) for change in changes.items] == [("x.a", b"1"), ("x.b", b"2"), ("x.a", None)]


async def test_a_watcher_is_told_what_there_is_and_what_happens(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("watched", BucketOptions())
    changes, others = Collector[EntryChange](), Collector[EntryChange]()
    await bucket.put("a", b"1")
    stop = await bucket.watch("a", changes)
    await changes.wait_for(1)
    await bucket.put("a", b"2")
    await bucket.put("b", b"other")
    await bucket.delete("a")
    await changes.wait_for(3)
    assert [change.data for change in changes.items] == [b"1", b"2", None]
    stop()
    await bucket.watch("a", others)
    await bucket.put("a", b"3")
    await others.wait_for(1)
    assert len(changes.items) == 3


async def test_a_new_watcher_is_not_told_of_a_key_that_was_deleted_before(bus: Bus) -> None:
    bucket, changes = await (await bus.transport()).bucket("gone", BucketOptions()), Collector[EntryChange]()
    await bucket.put("a", b"1")
    await bucket.delete("a")
    await bucket.watch("a", changes)
    await bucket.put("a", b"2")
    assert (await changes.wait_for(1))[0].data == b"2"


async def test_buckets_take_values_up_to_their_own_size(bus: Bus) -> None:
    bucket = await (await bus.transport()).bucket("small", BucketOptions(maximum_value_size=10))
    await bucket.put("a", b"x" * 10)
    assert await code_of(bucket.put("a", b"x" * 11)) == "message_too_large"


@pytest.mark.parametrize("key", ["", ".a", "a.", "a b", "a:b", "a*", "\u00e9"])
async def test_buckets_have_no_such_key(bus: Bus, key: str) -> None:
    bucket = await (await bus.transport()).bucket("keys", BucketOptions())
    for action in (bucket.get(key), bucket.put(key, b""), bucket.delete(key), bucket.watch(key, print)):
        assert await code_of(action) == "invalid_subject"


@pytest.mark.parametrize("name", ["", "a.b", "a b"])
async def test_buckets_have_no_such_name(bus: Bus, name: str) -> None:
    assert await code_of((await bus.transport()).bucket(name, BucketOptions())) == "invalid_subject"
