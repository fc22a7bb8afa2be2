"""Traces through programs: each request, event and handler is a step, part of the one that it comes from."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from answers import RANK, Level
from bus import Bus, Collector, Watched, until
from durable import Handler, World, raising
from kryten_protocol import (
    Client,
    CommandContext,
    Event,
    ProtocolError,
    TraceContext,
    current_trace,
    log_trace,
    models,
    read_trace,
    trace_headers,
    tracing,
)

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE_ID, SPAN_ID = PARENT[3:35], PARENT[36:52]


async def traced(bus: Bus, **options: Any) -> Watched:
    return await bus.watched(**{"interceptors": [tracing()], **options})


async def listening(bus: Bus) -> Collector[Event[Any]]:
    """What is said of the topic of the channel, by whomever."""
    client, heard = await bus.client(), Collector[Event[Any]]()
    client.on("setMotd", heard)
    await client.flush()
    return heard


async def step(heard: Collector[Event[Any]], number: int = 0) -> TraceContext:
    """The step that an event is, as its header fields say."""
    trace = read_trace((await heard.wait_for(number + 1))[number].headers)
    assert trace is not None
    return trace


async def count(bus: Bus, **headers: str) -> None:
    """Sends a number of users with these header fields."""
    client = await bus.client()
    await client.publish("usercount", 1, headers=headers)
    await client.flush()


async def test_it_goes_through_events_and_requests_from_program_to_program_each_step_part_of_the_one_before(
    bus: Bus,
) -> None:
    heard, steps = await listening(bus), list[TraceContext | None]()
    bot, service = (await traced(bus)).client, (await traced(bus)).client

    class Telling(Level):
        async def get_user_level(self, args: Any, context: CommandContext) -> models.UserLevelGetResult:
            steps.append(current_trace())
            await asyncio.create_task(service.publish("setMotd", "hi"))
            return RANK

    @bot.on("usercount")
    async def handle(event: Event[int], channel: Any) -> None:
        steps.append(current_trace())
        await bot.flush()
        await channel.user_level.get_user_level()

    await service.serve(Telling())
    await bot.flush()
    await count(bus, traceparent=PARENT, tracestate="congo=t61rcWkgMzE")
    last = await step(heard)
    assert (last.trace_id, last.sampled, last.state) == (TRACE_ID, True, "congo=t61rcWkgMzE")
    first, asked = steps
    assert first is not None
    assert asked is not None
    assert (first.trace_id, asked.trace_id, first.parent_id) == (TRACE_ID, TRACE_ID, SPAN_ID)
    # Between them are the request and the event, which are steps of their own.
    assert len({first.span_id, first.parent_id, asked.span_id, asked.parent_id, last.span_id}) == 5


async def publishing(client: Client) -> list[TraceContext | None]:
    """Has each number of users followed by an event. Returns the steps that the handler was."""
    steps: list[TraceContext | None] = []

    @client.on("usercount")
    async def handle(event: Event[int], channel: Any) -> None:
        steps.append(current_trace())
        await channel.publish("setMotd", "hi")

    await client.flush()
    return steps


async def test_it_says_to_others_what_it_says_of_itself_where_it_was_not_recorded_too(bus: Bus) -> None:
    heard = await listening(bus)
    await publishing((await traced(bus)).client)
    await count(bus, traceparent=PARENT[:-2] + "00")
    trace = await step(heard)
    assert (trace.trace_id, trace.sampled, trace.state) == (TRACE_ID, False, None)


@pytest.mark.parametrize(
    "headers",
    [{}, {"traceparent": PARENT.upper(), "tracestate": "a=1"}, {"traceparent": PARENT, "Traceparent": PARENT}],
    ids=["no header field", "one that is not allowed", "two"],
)
async def test_it_begins_anew_for_a_message_without_a_trace(bus: Bus, headers: dict[str, str]) -> None:
    heard = await listening(bus)
    steps = await publishing((await traced(bus)).client)
    await count(bus, **headers)
    trace, (first,) = await step(heard), steps
    assert first is not None
    assert (first.trace_id, first.parent_id, first.sampled, first.state) == (trace.trace_id, None, True, None)
    assert trace.trace_id != TRACE_ID


async def test_it_begins_anew_for_each_thing_that_a_program_sends_of_itself_and_is_recorded_when_that_is_wanted(
    bus: Bus,
) -> None:
    heard = await listening(bus)
    client = (await traced(bus, interceptors=[tracing(sample=lambda exchange: exchange.value == "two")])).client
    for text in ("one", "two"):
        await client.publish("setMotd", text)
    one, two = await step(heard), await step(heard, 1)
    assert (one.sampled, two.sampled) == (False, True)
    assert one.trace_id != two.trace_id
    assert current_trace() is None


async def test_it_is_kept_apart_from_those_of_handlers_that_run_at_the_same_time(bus: Bus) -> None:
    heard, client = await listening(bus), (await traced(bus)).client
    spans, all_begun = set[str](), asyncio.Event()

    async def handle(event: Event[int], channel: Any) -> None:
        trace = current_trace()
        assert trace is not None
        spans.add(trace.span_id)
        if len(spans) == 3:
            all_begun.set()
        await all_begun.wait()
        assert current_trace() == trace
        await channel.publish("setMotd", trace.span_id)

    for _ in range(3):
        client.on("usercount", handle)
    await client.flush()
    await count(bus, traceparent=PARENT)
    traces = [await step(heard, number) for number in range(3)]
    assert {trace.trace_id for trace in traces} == {TRACE_ID}
    assert {event.payload for event in heard.items} == spans
    assert len(spans) == len({trace.span_id for trace in traces}) == 3


async def test_what_is_said_by_hand_counts_for_more(bus: Bus) -> None:
    heard, client = await listening(bus), (await traced(bus)).client
    other = PARENT.replace("4bf9", "beef")

    @client.on("usercount")
    async def handle(event: Event[int], channel: Any) -> None:
        await channel.publish("setMotd", "hi", headers={"Traceparent": other, "X-Mood": "sunny"})

    await client.flush()
    await count(bus, traceparent=PARENT)
    trace = await step(heard)
    assert (trace.trace_id, trace.span_id != SPAN_ID) == (other[3:35], True)
    headers = dict(heard.items[0].headers)
    assert headers.pop("Contract").startswith("kryten@")
    assert headers == {**trace_headers(trace), "X-Mood": "sunny"}


async def test_it_is_told_to_whoever_reads_the_log_by_what_a_handler_writes_and_by_what_is_reported_of_it(
    bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(log_trace)
    logger = logging.getLogger("bot")
    caplog.set_level(logging.INFO, "bot")
    logging_errors: Any = {"logger": logger, "on_error": None}
    client = (await traced(bus, **logging_errors)).client
    steps: list[TraceContext | None] = []

    @client.on("usercount")
    async def handle(event: Event[int], channel: object) -> None:
        steps.append(current_trace())
        await client.flush()
        logger.info("warm")
        raise ValueError("too warm")

    await client.flush()
    logger.info("ready")
    await count(bus, traceparent=PARENT)
    await until(lambda: len(caplog.records) == 3)
    (trace,) = steps
    assert trace is not None
    said = [(record.__dict__.get("trace_id"), record.__dict__.get("span_id")) for record in caplog.records]
    assert said == [(None, None), (TRACE_ID, trace.span_id), (TRACE_ID, trace.span_id)]


async def test_it_is_told_of_errors_of_a_handler_and_of_a_request_that_failed(bus: Bus) -> None:
    watched = await traced(bus)

    @watched.client.on("usercount")
    async def handle(event: Event[int], channel: Any) -> None:
        await channel.user_level.get_user_level()

    await watched.client.flush()
    await count(bus, traceparent=PARENT)
    await until(lambda: watched.errors)
    (error,) = watched.errors
    cause = error.__cause__
    assert isinstance(cause, ProtocolError)
    assert (error.code, cause.code) == ("handler_failed", "no_responders")
    assert error.trace is not None
    assert cause.trace is not None
    assert (error.trace.trace_id, cause.trace.trace_id) == (TRACE_ID, TRACE_ID)
    assert cause.trace.parent_id == error.trace.span_id


async def test_it_is_told_of_errors_of_a_service(bus: Bus) -> None:
    service = await traced(bus)
    await service.client.serve(Level(ValueError("no")))
    asked = service.client.channel("Lounge").user_level.with_options(headers={"traceparent": PARENT})
    with pytest.raises(ProtocolError):
        await asked.get_user_level()
    (error,) = service.errors
    assert error.trace is not None
    assert error.trace.trace_id == TRACE_ID


async def test_it_is_told_of_errors_of_handlers_of_durable_events(bus: Bus) -> None:
    world = World(bus)
    watched = await world.watched(interceptors=[tracing()])
    await watched.client.durable("usercount", Handler(raising(ValueError)), name=world.name)
    await watched.client.publish_durable("usercount", 1, headers={"traceparent": PARENT})
    await until(lambda: watched.errors)
    trace = watched.errors[0].trace
    assert trace is not None
    assert trace.trace_id == TRACE_ID


async def test_it_is_nothing_to_a_program_without_it(bus: Bus) -> None:
    client, seen = await bus.client(), list[tuple[dict[str, str], TraceContext | None]]()
    client.on("usercount", lambda event, channel: seen.append((dict(event.headers), current_trace())))
    await client.flush()
    sender = (await traced(bus)).client

    @sender.on("setMotd")
    async def handle(event: Event[str], channel: Any) -> None:
        await channel.publish("usercount", 1)

    await sender.flush()
    await sender.publish("setMotd", "hi", headers={"traceparent": PARENT})
    await until(lambda: seen)
    ((headers, trace),) = seen
    assert headers["traceparent"].startswith(PARENT[:35])
    assert trace is None
