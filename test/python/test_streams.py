"""Streams: what a bus keeps for those who must not miss anything, and how consumers go through it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from bus import Bus, until
from kryten_protocol import ProtocolError
from kryten_protocol.runtime.nats.client import NatsConnection
from kryten_protocol.runtime.nats.connect import connect_nats
from kryten_protocol.runtime.nats.filter import around, filter_for
from kryten_protocol.runtime.transport.stream import (
    Again,
    ConsumeOptions,
    Done,
    GivenUp,
    Stored,
    Stream,
    StreamDelivery,
    StreamOptions,
)
from kryten_protocol.runtime.transport.stream_subjects import is_part_of, overlap
from kryten_protocol.runtime.transport.transport import Delivery, Transport
from nats_server import NatsServer

numbers = count(1)


def new_stream(**own: object) -> StreamOptions:
    """A stream that no other test uses, of all below a subject that no other test uses."""
    name = f"stream_{next(numbers)}"
    usual = StreamOptions(name=name, subjects=[f"{name}.*"], storage="file", maximum_age=60, duplicate_window=10)
    return replace(usual, **own)  # type: ignore[arg-type]


def group(options: StreamOptions, **own: object) -> ConsumeOptions:
    """Consumers of all that a stream keeps."""
    usual = ConsumeOptions(
        name="group", subjects=options.subjects, wait=5, in_flight=10, start="beginning", on_failure=fail
    )
    return replace(usual, **own)  # type: ignore[arg-type]


def fail(error: ProtocolError) -> None:
    raise AssertionError(str(error))


def text_of(delivery: StreamDelivery) -> str:
    return delivery.message.data.decode()


async def publish(transport: Transport, options: StreamOptions, *texts: str, token: str = "a") -> list[Stored]:
    """Publishes texts under ids that are the texts."""
    stream = await transport.stream(options)
    subject = f"{options.name}.{token}"
    sent = [stream.publish(subject, text.encode(), identifier=text, timeout=5) for text in texts]
    return list(await asyncio.gather(*sent))


class Takes:
    """Takes messages, and settles them unless it is told to hold them."""

    def __init__(self, *, hold: bool = False) -> None:
        self.held: list[StreamDelivery] = []
        self._hold = hold

    def __call__(self, delivery: StreamDelivery) -> None:
        self.held.append(delivery)
        if not self._hold:
            delivery.settle(Done())

    async def first(self, number: int) -> list[StreamDelivery]:
        """What was delivered, once it is so much."""
        await until(lambda: len(self.held) >= number)
        return self.held

    @property
    def texts(self) -> list[str]:
        return [text_of(delivery) for delivery in self.held]


async def test_a_stream_keeps_what_is_published_and_what_has_one_id_once(bus: Bus) -> None:
    transport, other, options = await bus.transport(), await bus.transport(), new_stream()
    assert await publish(transport, options, "1", "2") == [Stored(1, duplicate=False), Stored(2, duplicate=False)]
    assert await publish(other, options, "2", "3") == [Stored(2, duplicate=True), Stored(3, duplicate=False)]


async def test_it_keeps_what_is_published_by_those_who_know_nothing_of_it_and_they_are_heard_as_ever(bus: Bus) -> None:
    transport, options, heard = await bus.transport(), new_stream(), list[Delivery]()
    stream = await transport.stream(options)
    transport.subscribe(f"{options.name}.*", heard.append)
    await transport.flush()
    await transport.publish(f"{options.name}.a", b"plain", {"X-Colour": "red"})
    await publish(transport, options, "kept")
    takes = Takes()
    await stream.consume(group(options), takes)
    await until(lambda: takes.texts == ["plain", "kept"])
    first = takes.held[0]
    assert (first.sequence, first.deliveries, first.message.subject) == (1, 1, f"{options.name}.a")
    assert dict(first.message.headers or {}) == {"X-Colour": "red"}
    await until(lambda: [delivery.data for delivery in heard] == [b"plain", b"kept"])


@pytest.mark.parametrize("limit", [{"maximum_messages": 2}, {"maximum_bytes": 3500}])
async def test_it_lets_go_of_the_oldest_when_there_are_too_many_or_too_much(bus: Bus, limit: dict[str, int]) -> None:
    transport, options, takes = await bus.transport(), new_stream(**limit), Takes()
    await publish(transport, options, *(digit * 1000 for digit in "12345"))
    await (await transport.stream(options)).consume(group(options), takes)
    await until(lambda: takes.texts and takes.texts[-1][0] == "5")
    assert "1" not in {text[0] for text in takes.texts}


async def test_one_that_is_there_is_left_as_it_is_and_must_keep_all_that_it_is_opened_for(bus: Bus) -> None:
    transport, other, options = await bus.transport(), await bus.transport(), new_stream()
    await transport.stream(options)
    for again in (transport, other):
        await again.stream(replace(options, subjects=[f"{options.name}.a"], storage="memory", maximum_messages=1))
        with pytest.raises(ProtocolError) as refused:
            await again.stream(replace(options, subjects=[*options.subjects, "elsewhere.*"]))
        reason = f'the stream "{options.name}" does not keep elsewhere.*; add that to its subjects'
        assert (refused.value.code, refused.value.raw_message) == ("stream_failed", reason)
    await publish(transport, options, "1", "2")
    takes = Takes()
    await (await other.stream(options)).consume(group(options), takes)
    await until(lambda: takes.texts == ["1", "2"])


async def test_none_is_made_to_keep_what_another_keeps(bus: Bus) -> None:
    transport, options = await bus.transport(), new_stream()
    await transport.stream(options)
    for subject in (f"{options.name}.a", f"{options.name}.>"):
        with pytest.raises(ProtocolError, match="another stream keeps some of") as refused:
            await transport.stream(new_stream(subjects=[subject]))
        assert refused.value.code == "stream_failed"


async def test_what_cannot_be_is_refused(bus: Bus) -> None:
    transport, options = await bus.transport(), new_stream()
    stream = await transport.stream(options)
    with pytest.raises(ProtocolError, match=r"^\[stream_failed\]"):
        await stream.publish("elsewhere.a", b"", identifier="x", timeout=5)
    with pytest.raises(ProtocolError, match=r"^\[invalid_subject\]"):
        await transport.stream(new_stream(name="a.b"))
    with pytest.raises(ProtocolError, match=r"^\[invalid_subject\]"):
        await transport.stream(new_stream(subjects=["a b"]))
    with pytest.raises(ProtocolError, match=r"^\[invalid_argument\]"):
        await stream.consume(group(options, name="a b"), Takes())


async def test_consumers_of_one_name_share_what_there_is_and_those_of_another_get_all_of_it(bus: Bus) -> None:
    options, first, second, alone = new_stream(), Takes(), Takes(), Takes()
    for takes, name in ((first, "shared"), (second, "shared"), (alone, "own")):
        stream = await (await bus.transport()).stream(options)
        await stream.consume(group(options, name=name), takes)
    texts = [str(number) for number in range(200)]
    await publish(await bus.transport(), options, *texts)
    await until(lambda: len(first.held) + len(second.held) == 200 and len(alone.held) == 200)
    assert sorted(first.texts + second.texts) == sorted(texts)
    assert min(len(first.held), len(second.held)) > 20
    assert alone.texts == texts


async def test_they_go_on_where_their_group_had_got_to_also_when_nobody_of_it_was_there(bus: Bus) -> None:
    transport, options, takes = await bus.transport(), new_stream(), Takes()
    first = await bus.transport()
    await (await first.stream(options)).consume(group(options), takes)
    await publish(transport, options, "1", "2")
    await until(lambda: takes.texts == ["1", "2"])
    await first.close()
    await publish(transport, options, "3")
    await (await transport.stream(options)).consume(group(options, start="now"), takes)
    await publish(transport, options, "4")
    await until(lambda: takes.texts == ["1", "2", "3", "4"])


async def test_they_begin_now_or_at_the_beginning_when_they_are_new(bus: Bus) -> None:
    transport, options, now, beginning = await bus.transport(), new_stream(), Takes(), Takes()
    await publish(transport, options, "before")
    stream = await transport.stream(options)
    await stream.consume(group(options, name="now", start="now"), now)
    await stream.consume(group(options, name="beginning"), beginning)
    await publish(transport, options, "after")
    await until(lambda: (now.texts, beginning.texts) == (["after"], ["before", "after"]))


async def test_they_get_again_what_they_ask_for_again_and_what_they_do_not_settle(bus: Bus) -> None:
    transport, options, got, times = await bus.transport(), new_stream(), list[tuple[str, int]](), list[float]()

    def take(delivery: StreamDelivery) -> None:
        text = text_of(delivery)
        got.append((text, delivery.deliveries))
        if text == "later":
            times.append(asyncio.get_running_loop().time())
        if delivery.deliveries > 1:
            delivery.settle(Done())
        elif text == "later":
            delivery.settle(Again(0.1))
        elif text == "never":
            delivery.settle(GivenUp())

    # A server of 2.9 may lose a delivery that is due in the moment in which a request for messages ends, after 1 s.
    await (await transport.stream(options)).consume(group(options, wait=1.5), take)
    await publish(transport, options, "later", "never", "silent")
    await until(lambda: len(got) == 5)
    assert got == [("later", 1), ("never", 1), ("silent", 1), ("later", 2), ("silent", 2)]
    assert times[1] - times[0] >= 0.095


async def test_they_keep_a_message_for_as_long_as_they_show_signs_of_life(bus: Bus) -> None:
    transport, options, takes = await bus.transport(), new_stream(), Takes(hold=True)
    await (await transport.stream(options)).consume(group(options, wait=1.5), takes)
    await publish(transport, options, "long")
    await until(lambda: takes.held)
    for _ in range(12):
        takes.held[0].working()
        await asyncio.sleep(0.2)
    assert len(takes.held) == 1
    await until(lambda: len(takes.held) == 2)


async def test_they_hold_no_more_than_may_be_in_flight(bus: Bus) -> None:
    transport, options, takes = await bus.transport(), new_stream(), Takes(hold=True)
    await (await transport.stream(options)).consume(group(options, in_flight=3), takes)
    await publish(transport, options, *"1234567")
    await until(lambda: len(takes.held) == 3)
    await transport.flush()
    assert len(takes.held) == 3
    for number in range(7):
        (await takes.first(number + 1))[number].settle(Done())
    assert takes.texts == list("1234567")


async def test_they_may_want_other_subjects_from_now_on_and_lose_nothing_of_what_they_want(bus: Bus) -> None:
    transport, options, takes = await bus.transport(), new_stream(), Takes()
    stream = await transport.stream(options)
    stop = await stream.consume(group(options, subjects=[f"{options.name}.a"]), takes)
    await publish(transport, options, "1")
    await until(lambda: takes.texts == ["1"])
    stop()
    await publish(transport, options, "2")
    both = [f"{options.name}.{token}" for token in "ab"]
    await stream.consume(group(options, subjects=both, start="now"), takes)
    await publish(transport, options, "3", token="b")
    await until(lambda: takes.texts == ["1", "2", "3"])


async def test_they_get_nothing_more_once_they_have_stopped_and_others_get_what_they_held(bus: Bus) -> None:
    transport, options, first, second = await bus.transport(), new_stream(), Takes(hold=True), Takes()
    stream = await transport.stream(options)
    stop = await stream.consume(group(options), first)
    await publish(transport, options, "1")
    await until(lambda: first.held)
    stop()
    stop()
    await stream.consume(group(options), second)
    await publish(transport, options, "2")
    await until(lambda: second.texts == ["2"])
    first.held[0].settle(Again(0))
    await until(lambda: second.texts == ["2", "1"])
    assert first.texts == ["1"]


async def test_they_end_with_their_connection(bus: Bus) -> None:
    transport, options, takes = await bus.transport(), new_stream(), Takes(hold=True)
    stream = await transport.stream(options)
    await stream.consume(group(options), takes)
    await publish(transport, options, "1")
    await until(lambda: takes.held)
    await transport.close()
    takes.held[0].settle(Done())
    takes.held[0].working()
    closed = r"^\[connection_closed\]"
    with pytest.raises(ProtocolError, match=closed):
        await stream.publish(f"{options.name}.a", b"", identifier="x", timeout=1)
    with pytest.raises(ProtocolError, match=closed):
        await stream.consume(group(options), takes)
    with pytest.raises(ProtocolError, match=closed):
        await transport.stream(options)


async def test_they_go_on_after_a_crash_of_the_server_and_nothing_is_lost() -> None:
    server = NatsServer()
    transport = await connect_nats(server.url, reconnect_time_wait=0)
    try:
        options, takes = new_stream(), Takes()
        stream = await transport.stream(options)
        await stream.consume(group(options), takes)
        for text in ("1", "2", "3"):
            await publish_in_the_end(stream, f"{options.name}.a", text)
            server.crash()
            server.restart()
        await until(lambda: set(takes.texts) == {"1", "2", "3"})
    finally:
        await transport.close()
        server.stop()


async def test_a_consumer_that_an_operator_deleted_is_made_again_and_begins_as_it_would_have_at_first(
    nats_server: NatsServer,
) -> None:
    transport, operator = await connect_nats(nats_server.url), NatsConnection()
    await operator.connect(nats_server.url)
    try:
        options, takes = new_stream(), Takes()
        await (await transport.stream(options)).consume(group(options), takes)
        await publish(transport, options, "1")
        await until(lambda: takes.texts == ["1"])
        await operator.jetstream().delete_consumer(options.name, "group")
        await publish(transport, options, "2")
        await until(lambda: takes.texts == ["1", "1", "2"])
    finally:
        await transport.close()
        await operator.close()


async def test_a_stream_that_was_deleted_while_it_was_in_use_is_made_anew_by_who_publishes(
    nats_server: NatsServer,
) -> None:
    transport, operator = await connect_nats(nats_server.url), NatsConnection()
    await operator.connect(nats_server.url)
    try:
        options = new_stream()
        await publish(transport, options, "1", "2")
        await operator.jetstream().delete_stream(options.name)
        assert await publish(transport, options, "3") == [Stored(1, duplicate=False)]
    finally:
        await transport.close()
        await operator.close()


async def publish_in_the_end(stream: Stream, subject: str, text: str) -> None:
    """Tries until the server keeps it: with the same id, that does no harm."""
    while True:
        with suppress(ProtocolError):
            await stream.publish(subject, text.encode(), identifier=text, timeout=0.5)
            return


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.*", True),
        ("a.*", "a.b", False),
        ("a.*", "a.*", True),
        ("a.b.c", "a.>", True),
        ("a", "a.>", False),
        ("a.>", "a.*", False),
        ("a.>", "a.>", True),
        ("a.b", ">", True),
    ],
)
def test_whether_a_pattern_is_part_of_another(inner: str, outer: str, *, expected: bool) -> None:
    assert is_part_of(inner, outer) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.c", False),
        ("a.*", "*.b", True),
        ("a.*", "b.*", False),
        ("a.b", "a.b.c", False),
        ("a.>", "*.b.c", True),
        ("a.>", "a", False),
        (">", "a", True),
    ],
)
def test_whether_patterns_overlap(one: str, other: str, *, expected: bool) -> None:
    assert [overlap(one, other), overlap(other, one)] == [expected, expected]


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        (["a.b.c"], "a.b.c"),
        (["a.b.c", "a.b.d"], "a.b.*"),
        (["a.b.c", "a.x.c", "a.b.d"], "a.*.*"),
        (["a.b", "a.b.c"], "a.>"),
        (["a.b", "x.y"], "*.*"),
        (["a", "b.c"], ">"),
    ],
)
def test_a_consumer_asks_for_the_narrowest_pattern_around_its_subjects(subjects: list[str], expected: str) -> None:
    assert around(subjects) == expected


def test_that_pattern_is_within_one_that_the_stream_keeps_or_around_one() -> None:
    assert filter_for(["w.north.a", "w.north.b"], ["w.*.*"]) == "w.north.*"
    assert filter_for(["w.north.a", "w.north.b"], ["w.*.a", "w.*.b", "x.*.a"]) == "w.*.*"
    assert filter_for(["w.north.a"], ["w.*.a", "w.*.b"]) == "w.north.a"
