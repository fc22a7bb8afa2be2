"""Consumers of JetStream: made, and made what their programs say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..transport.stream import ConsumeOptions
from .client import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy, JetStreamContext
from .error import jetstream_code_of
from .filter import filter_for

# A number of JetStream's errors.
_CONSUMER_MISSING = 10014


@dataclass(frozen=True, slots=True)
class ConsumedStream:
    """Where a consumer is.

    subjects: what the stream keeps
    """

    jetstream: JetStreamContext
    name: str
    subjects: Sequence[str]


async def open_consumer(
    stream: ConsumedStream, options: ConsumeOptions, change: Literal["as asked", "as found"]
) -> None:
    """Sees to it that there is a consumer.

    change: whether one that is there becomes what the options say. Whoever only comes back leaves it as it is found: two
        programs would change it to and fro
    """
    info = await _find(stream, options.name)
    if info is None:
        policy = DeliverPolicy.NEW if options.start == "now" else DeliverPolicy.ALL
        await _make(stream, options, ConsumerConfig(deliver_policy=policy))
    elif change == "as asked":
        await _adapt(stream, options, info)


async def _find(stream: ConsumedStream, name: str) -> ConsumerInfo | None:
    try:
        info: ConsumerInfo = await stream.jetstream.consumer_info(stream.name, name)
    except Exception as reason:
        if jetstream_code_of(reason) == _CONSUMER_MISSING:
            return None
        raise
    return info


async def _make(stream: ConsumedStream, options: ConsumeOptions, beginning: ConsumerConfig) -> None:
    config = beginning.evolve(
        name=options.name,
        durable_name=options.name,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=options.wait,
        filter_subject=filter_for(options.subjects, stream.subjects),
        max_ack_pending=options.in_flight,
        # The runtime counts: a server that does lets go of what was delivered too often without a word.
        max_deliver=-1,
    )
    await stream.jetstream.add_consumer(stream.name, config)


async def _adapt(stream: ConsumedStream, options: ConsumeOptions, info: ConsumerInfo) -> None:
    config = info.config
    if config.filter_subject != filter_for(options.subjects, stream.subjects):
        # A new filter silences a consumer of 2.9 for ever, so it is made anew, and begins with what was not settled.
        await stream.jetstream.delete_consumer(stream.name, options.name)
        first = 1 if info.ack_floor is None else info.ack_floor.stream_seq + 1
        policy = DeliverPolicy.BY_START_SEQUENCE
        await _make(stream, options, ConsumerConfig(deliver_policy=policy, opt_start_seq=first))
    elif (config.ack_wait, config.max_ack_pending) != (options.wait, options.in_flight):
        changed = config.evolve(name=options.name, ack_wait=options.wait, max_ack_pending=options.in_flight)
        await stream.jetstream.add_consumer(stream.name, changed)
