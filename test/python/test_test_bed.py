"""The test bed: a world for one client, within the process."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from kryten_protocol import Channel, Client, Event, ProtocolError, models, refusal
from kryten_protocol.testing import TestBed


def echo(client: Client) -> None:
    """A program to test: says pong to who says ping."""

    @client.on("chatMsg")
    async def answer(event: Event[models.ChatMsgEvent], channel: Channel) -> None:
        if event.payload.msg == "!ping":
            await channel.robot.send_chat(message=f"pong, {event.payload.username}")


async def test_it_shows_what_a_program_does_about_an_event() -> None:
    async with TestBed(channels=["lounge"]) as bed:
        echo(bed.client)
        await bed.emit("chatMsg", "lounge", {"username": "alice", "msg": "!ping"})
        await bed.emit("chatMsg", "lounge", {"msg": "hello"})
        (command,) = bed.commands("robot")
        assert (command.command, command.method, command.channel) == ("say", "send_chat", "lounge")
        assert command.args == {"message": "pong, alice"}
        assert (bed.errors, bed.invalid, bed.commands("economy")) == ([], [], [])


async def test_it_fills_in_what_a_test_leaves_out_and_keeps_what_it_says() -> None:
    heard: list[Any] = []
    async with TestBed(channels=["lounge"]) as bed:
        bed.client.on("chatMsg", lambda event, channel: heard.append(event.payload))
        bed.client.on("playlist", lambda event, channel: heard.append(event.payload))
        bed.client.on("usercount", lambda event, channel: heard.append(event.payload))
        await bed.emit("chatMsg", "lounge")
        await bed.emit("chatMsg", "lounge", {"username": "alice"})
        await bed.emit("playlist", "lounge", [{"uid": 7, "media": {"title": "Film"}}])
        await bed.emit("usercount", "lounge", 3)
    example, alice, (item,), count = heard
    assert example.username == "Bob"
    assert (alice.username, alice.msg) == ("alice", "")
    assert (item.uid, item.media.title, item.temp) == (7, "Film", False)
    assert count == 3


@pytest.mark.parametrize("event", sorted(Client._protocol.events))
async def test_every_event_can_be_left_out_whole(event: str) -> None:
    async with TestBed(channels=["lounge"]) as bed:
        await bed.emit(event, "lounge")
        assert bed.errors == bed.invalid == []


async def test_it_does_not_send_what_the_schema_does_not_have() -> None:
    async with TestBed(channels=["lounge"]) as bed:
        with pytest.raises(ProtocolError) as refused:
            await bed.emit("chatMsg", "lounge", {"username": 5})
        assert refused.value.code == "invalid_message"


async def test_every_command_is_answered_with_a_sample_of_its_result() -> None:
    async with TestBed(channels=["lounge"]) as bed:
        lounge = bed.client.channel("lounge")
        assert (await lounge.robot.ping()).pong is True
        assert isinstance(await lounge.robot.get_banlist(), list)
        assert (await lounge.economy.get_balance(username="alice")).found is not None


async def test_it_answers_as_the_test_says_and_the_rest_with_samples() -> None:
    def busy(args: object, context: object) -> None:
        raise refusal("busy", "not now")

    async with TestBed(channels=["lounge"]) as bed:
        await bed.serve("robot", {"send_chat": busy})
        lounge = bed.client.channel("lounge")
        with pytest.raises(ProtocolError, match="not now"):
            await lounge.robot.send_chat(message="hi")
        assert (await lounge.robot.get_version()).version != ""


async def test_it_can_do_without_a_service() -> None:
    async with TestBed(channels=["lounge"]) as bed:
        bed.remove("robot")
        with pytest.raises(ProtocolError) as refused:
            await bed.client.channel("lounge").robot.ping()
        assert refused.value.code == "no_responders"


async def test_it_settles_only_when_everybody_has_dealt_with_everything() -> None:
    done: list[str] = []
    async with TestBed(channels=["lounge"]) as bed:

        @bed.client.on("chatMsg")
        async def slow(event: Event[models.ChatMsgEvent], channel: Channel) -> None:
            await asyncio.sleep(0.02)
            await channel.publish("usercount", 1)

        bed.client.on("usercount", lambda event, channel: done.append("usercount"))
        await bed.emit("chatMsg", "lounge")
        assert done == ["usercount"]


async def test_it_keeps_errors_of_handlers() -> None:
    def fail(event: object, channel: object) -> None:
        raise ValueError("no")

    async with TestBed(channels=["lounge"]) as bed:
        bed.client.on("usercount", fail)
        await bed.emit("usercount", "lounge", 1)
        assert [error.code for error in bed.errors] == ["handler_failed"]


async def test_it_keeps_state_on_a_bus_of_its_own() -> None:
    async with TestBed(channels=["lounge"]) as bed, TestBed(channels=["lounge"]) as other:
        await bed.connect().channel("lounge").state.motd.put("hi")
        entry = await bed.client.channel("lounge").state.motd.get()
        assert entry is not None
        assert entry.value == "hi"
        with pytest.raises(ProtocolError, match="no bucket"):
            await other.client.channel("lounge").state.motd.get()
