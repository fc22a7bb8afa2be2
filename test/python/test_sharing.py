"""Instances of a service, whose channels may overlap in any way: each request is carried out by one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from answers import RANK, Level
from bus import Bus, Watched, as_json
from kryten_protocol import Client, CommandContext, ProtocolError, refusal
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.transport.transport import Delivery, Transport

TOWNS = ["Oslo", "Bergen", "Kiel"]
SUBJECT = "kryten.economy.command"
OVERLAPS = [
    pytest.param([["Oslo", "Bergen"], ["bergen", "OSLO"]], id="the same channels"),
    pytest.param([["Oslo", "Bergen"], ["Bergen"]], id="channels that overlap"),
    pytest.param([["Oslo", "Bergen"], ["Bergen", "Kiel"], ["Kiel"]], id="channels that overlap in a chain"),
    pytest.param([["Oslo"], ["Bergen", "Kiel"]], id="different channels"),
    pytest.param([["Oslo", "OSLO"], ["oslo"]], id="a channel that is named twice"),
]


class Instances:
    """Instances that refuse everything, what each has been asked, and how many replies all have sent."""

    def __init__(self, transport: Transport) -> None:
        self.asked: list[list[str]] = []
        self.replies = 0
        self._watched: list[Watched] = []
        self._transport = transport

    async def start(self, bus: Bus, channels: Sequence[Sequence[str]]) -> None:
        economy = PROTOCOL.services["economy"]
        for names in channels:
            asked: list[str] = []

            def note(args: Any, _: CommandContext, asked: list[str] = asked) -> object:
                asked.append(args.username)
                raise refusal("seen", "it was seen")

            watched = await bus.watched(channels=TOWNS)
            handlers = dict.fromkeys(economy.commands, note)
            await watched.client._core.serve(economy, handlers, channels=names, queue=None, dialects=None)
            self.asked.append(asked)
            self._watched.append(watched)
        self._transport.subscribe("_INBOX.>", self._count)
        await self._transport.flush()

    async def settled(self) -> None:
        for watched in [*self._watched, *self._watched]:
            await watched.client.flush()
            await watched.client._core.session.dispatcher.idle()
        await self._transport.flush()

    @property
    def invalid(self) -> list[ProtocolError]:
        return [error for watched in self._watched for error in watched.invalid]

    def _count(self, _: Delivery) -> None:
        self.replies += 1


async def _instances(bus: Bus, channels: Sequence[Sequence[str]]) -> Instances:
    instances = Instances(await bus.transport())
    await instances.start(bus, channels)
    return instances


async def _ask(client: Client, town: str, username: str) -> None:
    with pytest.raises(ProtocolError, match="it was seen"):
        await client.channel(town).economy.get_balance(username=username)


@pytest.mark.parametrize("channels", OVERLAPS)
async def test_each_request_is_carried_out_once_by_one_that_it_is_for(
    bus: Bus, channels: Sequence[Sequence[str]]
) -> None:
    instances, caller = await _instances(bus, channels), await bus.watched(channels=TOWNS)
    served = {name.lower() for names in channels for name in names}
    requests = [(town, f"{town}-{index}") for town in TOWNS if town.lower() in served for index in range(40)]
    await asyncio.gather(*(_ask(caller.client, *request) for request in requests))
    await instances.settled()
    assert sorted(name for asked in instances.asked for name in asked) == sorted(name for _, name in requests)
    assert instances.replies == len(requests)
    assert caller.errors == []
    for names, asked in zip(channels, instances.asked, strict=True):
        assert {name.split("-")[0].lower() for name in asked} <= {name.lower() for name in names}
        assert asked


@pytest.mark.parametrize("channels", OVERLAPS)
@pytest.mark.parametrize(
    "meta", [{}, {"source": "a test"}, {"channel": "OSLO"}], ids=["nothing", "no channel", "a part"]
)
async def test_what_says_little_of_its_channel_is_carried_out_once(
    bus: Bus, channels: Sequence[Sequence[str]], meta: dict[str, str]
) -> None:
    instances, transport = await _instances(bus, channels), await bus.transport()
    request = {"command": "balance.get", "username": "alice", "meta": meta}
    await transport.request(SUBJECT, as_json(request), 5)
    await instances.settled()
    assert [name for asked in instances.asked for name in asked] == ["alice"]
    assert instances.replies == 1


@pytest.mark.parametrize("channels", OVERLAPS)
@pytest.mark.parametrize("request_", [b"{", b"{}", as_json({"command": "balance.get", "meta": {"channel": 7}})])
async def test_what_is_no_request_is_answered_and_reported_once(
    bus: Bus, channels: Sequence[Sequence[str]], request_: bytes
) -> None:
    instances, transport = await _instances(bus, channels), await bus.transport()
    await transport.request(SUBJECT, request_, 5)
    await instances.settled()
    assert (instances.asked, instances.replies, len(instances.invalid)) == ([[] for _ in channels], 1, 1)


async def test_two_requests_that_are_the_same_to_the_last_byte_are_both_carried_out(bus: Bus) -> None:
    instances, transport = await _instances(bus, [["Oslo", "Bergen"]]), await bus.transport()
    meta = {"channel": "Oslo", "domain": "cytu.be"}
    for _ in range(2):
        await transport.publish(SUBJECT, as_json({"command": "balance.get", "username": "alice", "meta": meta}))
    await transport.flush()
    await instances.settled()
    assert instances.asked == [["alice", "alice"]]


async def test_instances_for_any_channel_share_with_those_for_one_what_has_its_channel_in_its_subject(bus: Bus) -> None:
    levels = [Level(RANK), Level(RANK)]
    await (await bus.client()).serve(levels[0], channels="any")
    await (await bus.client()).serve(levels[1], channels=["Lounge"])
    caller = await bus.client()
    for _ in range(40):
        await caller.channel("Lounge").user_level.get_user_level()
    counts = [len(level.asked) for level in levels]
    assert sum(counts) == 40
    assert min(counts) > 0
