"""Being found by the standard tools for NATS services."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from time import perf_counter
from typing import Any, cast

import pytest
from answers import RANK, Level, Playlist
from bus import Bus, as_json, parsed
from kryten_protocol import Client, ProtocolError, ServiceInfo, models
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.protocol.stamp import now
from kryten_protocol.runtime.transport.transport import Transport

ME = ServiceInfo("list-keeper", "2.1.0-beta.1", "keeper-7", announce=False)
PLAYLIST = PROTOCOL.services["playlist"]
MAIN: dict[str, Any] = {"namespace": "main", "requested_by": "mod"}


async def ask(transport: Transport, subject: str) -> dict[str, Any]:
    return cast(dict[str, Any], parsed(await transport.request(subject, b"", 5)))


async def found(bus: Bus, **options: Any) -> Transport:
    """A connection of tools, beside a playlist service."""
    client = await bus.client(service=ME)
    await client.serve(Playlist(), channels="any", **options)
    return await bus.transport()


async def statistics(transport: Transport) -> dict[str, dict[str, Any]]:
    """By the name of the endpoint."""
    endpoints = (await ask(transport, "$SRV.STATS.playlist"))["endpoints"]
    return {endpoint["name"]: endpoint for endpoint in endpoints}


async def test_a_service_says_who_it_is_and_which_contract_it_speaks(bus: Bus) -> None:
    answer = await ask(await found(bus), "$SRV.PING.playlist")
    assert re.fullmatch(r"[-\w]+", answer.pop("id"))
    assert answer == {
        "type": "io.nats.micro.v1.ping_response",
        "name": "playlist",
        "version": "2.1.0-beta.1",
        "metadata": {
            "protocol": "kryten",
            "protocol_version": PROTOCOL.version,
            "contract": PROTOCOL.hash,
            "program": "list-keeper",
            "program_version": "2.1.0-beta.1",
            "instance": "keeper-7",
        },
    }


@pytest.mark.parametrize("verb", ["PING", "INFO", "STATS"])
async def test_it_answers_those_who_ask_all_or_by_name_or_it_alone(bus: Bus, verb: str) -> None:
    transport = await found(bus)
    identifier = (await ask(transport, "$SRV.PING.playlist"))["id"]
    for subject in (f"$SRV.{verb}", f"$SRV.{verb}.playlist", f"$SRV.{verb}.playlist.{identifier}"):
        answer = await ask(transport, subject)
        told = (answer["type"], answer["name"], answer["id"])
        assert told == (f"io.nats.micro.v1.{verb.lower()}_response", "playlist", identifier)


async def test_it_lists_its_commands_as_endpoints_each_with_the_identity_of_its_messages(bus: Bus) -> None:
    answer = await ask(await found(bus), "$SRV.INFO.playlist")
    assert answer["description"] == f"The service playlist of the protocol kryten {PROTOCOL.version}."
    commands = list(PLAYLIST.commands.values())
    assert [each["metadata"]["command"] for each in answer["endpoints"]] == [command.name for command in commands]
    (first, *_), (command, *_) = answer["endpoints"], commands
    assert first == {
        "name": "blessed_add",
        "subject": "kryten.playlist.cmd.blessed_add",
        "queue_group": "kryten.playlist.cmd.blessed_add",
        "metadata": {
            "command": command.name,
            "ref": "kryten/playlist/blessed_add",
            "hash": command.hash,
            "dialect": "live",
        },
    }


async def test_it_counts_what_it_is_asked_what_fails_and_why_and_how_long_it_takes(bus: Bus) -> None:
    transport, caller = await found(bus), await bus.client()
    playlist = caller.channel("Lounge").playlist
    for _ in range(2):
        await playlist.blessed_add(**MAIN, username="alice")
    with pytest.raises(ProtocolError):
        await playlist.blessed_list(**MAIN)
    with pytest.raises(ProtocolError):
        await playlist.blessed_remove(**MAIN, username="alice")

    counted = await statistics(transport)
    added, refused, raised = counted["blessed_add"], counted["blessed_list"], counted["blessed_remove"]
    assert (added["num_requests"], added["num_errors"], added["last_error"]) == (2, 0, "")
    assert added["processing_time"] > 0
    assert added["average_processing_time"] == added["processing_time"] // 2
    assert (refused["num_errors"], refused["last_error"]) == (1, "forbidden: you are not blessed")
    assert (raised["num_errors"], raised["last_error"]) == (1, "handler_failed: handler failed")
    assert counted["catalog_refresh"] == {
        "name": "catalog_refresh",
        "subject": "kryten.playlist.cmd.catalog_refresh",
        "queue_group": "kryten.playlist.cmd.catalog_refresh",
        "num_requests": 0,
        "num_errors": 0,
        "last_error": "",
        "processing_time": 0,
        "average_processing_time": 0,
    }


async def test_it_counts_the_time_of_a_handler_that_is_waited_for(bus: Bus) -> None:
    service, caller, within = await bus.client(), await bus.client(), list[float]()

    async def answer() -> models.UserLevelGetResult:
        begun = perf_counter()
        await asyncio.sleep(0)
        within.append(perf_counter() - begun)
        return RANK

    await service.serve(Level(answer))
    begun = perf_counter()
    await caller.channel("Lounge").user_level.get_user_level()
    around = perf_counter() - begun
    (endpoint,) = (await ask(await bus.transport(), "$SRV.STATS"))["endpoints"]
    assert within[0] - 1e-6 < endpoint["processing_time"] / 1e9 < around + 1e-6


async def test_it_counts_a_request_whose_arguments_are_refused_and_one_whose_result_is(bus: Bus) -> None:
    transport, service = await found(bus), await bus.watched()
    await transport.request("kryten.playlist.cmd.blessed_add", as_json(MAIN), 5)
    counted = (await statistics(transport))["blessed_add"]
    assert (counted["num_requests"], counted["num_errors"]) == (1, 1)
    assert re.match("invalid_request: .*username", counted["last_error"])

    await service.client.serve(Level(None))
    await transport.request("kryten.user_level.cytu.be.Lounge", b"{}", 5)
    (endpoint,) = (await ask(transport, "$SRV.STATS.user-level"))["endpoints"]
    assert endpoint["last_error"] == "invalid_result: what the service made cannot be sent"


async def test_it_says_since_when(bus: Bus) -> None:
    before = now()
    started = (await ask(await found(bus), "$SRV.STATS"))["started"]
    assert before <= started <= now()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", started)


async def test_it_is_found_no_more_once_it_is_stopped(bus: Bus) -> None:
    client, transport = await bus.client(), await bus.transport()
    service = await client.serve(Level(RANK))
    service.stop()
    await client.flush()
    with pytest.raises(ProtocolError, match="nobody listens"):
        await ask(transport, "$SRV.PING")


async def test_it_is_not_found_when_it_does_not_want_to(bus: Bus) -> None:
    transport = await found(bus, discoverable=False)
    with pytest.raises(ProtocolError, match="nobody listens"):
        await ask(transport, "$SRV.PING")


async def test_it_has_endpoints_for_each_dialect_that_it_listens_in(bus: Bus) -> None:
    client, robot = await bus.client(), PROTOCOL.services["robot"]
    handlers: dict[str, Any] = dict.fromkeys(robot.commands, lambda args, context: {})
    await client._core.serve(robot, handlers, channels=None, queue=None, dialects=["live", "documented"])
    endpoints = (await ask(await bus.transport(), "$SRV.INFO"))["endpoints"]
    spelt = {(each["subject"], each["metadata"]["dialect"]) for each in endpoints if each["name"] == "say"}
    assert spelt == {("kryten.robot.command", "live"), ("kryten.command.robot", "documented")}


@pytest.mark.parametrize(
    ("version", "told"),
    [("1.0", "0.0.0"), ("v1.2.3", "0.0.0"), ("1.2.3+build.5", "1.2.3+build.5"), ("1.2.3\n", "0.0.0")],
)
async def test_a_version_is_told_where_only_semantic_versions_are_allowed(bus: Bus, version: str, told: str) -> None:
    client = await bus.client(service=replace(ME, version=version))
    await client.serve(Level(RANK))
    answer = await ask(await bus.transport(), "$SRV.PING")
    assert (answer["version"], answer["metadata"]["program_version"]) == (told, version)


async def test_a_program_that_has_not_said_who_it_is_can_be_found_all_the_same(bus: Bus) -> None:
    await (await bus.client()).serve(Level(RANK))
    answer = await ask(await bus.transport(), "$SRV.PING")
    assert answer["version"] == "0.0.0"
    contract = {"protocol": "kryten", "protocol_version": PROTOCOL.version, "contract": PROTOCOL.hash}
    assert answer["metadata"] == contract


async def test_names_are_written_as_nats_services_may_be_called(bus: Bus) -> None:
    client: Client = await bus.client()
    economy = replace(PROTOCOL.services["economy"], name="economy\u00e9")
    handlers: dict[str, Any] = dict.fromkeys(economy.commands, lambda args, context: {})
    await client._core.serve(economy, handlers, channels=None, queue=None, dialects=None)
    answer = await ask(await bus.transport(), "$SRV.INFO")
    assert answer["name"] == "economy_"
    names = {each["name"]: each["metadata"]["command"] for each in answer["endpoints"]}
    assert names["balance_get"] == "balance.get"
