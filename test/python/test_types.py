"""What a type checker says of programs: what cannot work is an error before it runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from kryten_protocol import Channel, Client, CommandContext, Event, LifecycleMessage, models
from kryten_protocol.handlers import UserLevelHandlers
from kryten_protocol.testing import TestBed


async def program(client: Client) -> None:
    lounge = client.channel("lounge")
    client.on("chatMsg", lambda event, channel: print(event.payload.username, channel.robot))
    client.on("chatmsg", print)  # error
    client.on("chatMsg", lambda event, channel: event.payload.user)  # error
    client.on("*", lambda event, channel: print(event.name, channel.robot))
    client.on("*", lambda event, channel: event.payload.username)  # error
    client.where(domain="cytu.be").on("chatMsg", lambda event, channel: print(event.payload.username))
    client.where(planet="earth")  # error
    await client.where(domain="cytu.be").publish("usercount", 5)  # error
    line, channel = await client.once("chatMsg", timeout=1)
    print(line.payload.username, channel.robot)
    print(line.payload.user)  # error
    client.once("chatmsg")  # error
    async for number, _ in lounge.events("usercount"):
        print(number.payload + 1)
        print(number.payload.user)  # error
    async for event, _ in lounge.events("*"):
        if isinstance(event.payload, models.ChatMsgEvent):
            print(event.payload.username)
    result = await lounge.robot.add_media(type="yt", id="x", pos="end")
    print(result.uid)
    print(result.id)  # error
    await lounge.robot.send_chat(massage="hi")  # error
    await lounge.robot.send_chat(message=5)  # error
    await lounge.robot.send_chat()  # error
    await lounge.robot.send_chats(message="hi")  # error
    await lounge.publish("usercount", 5)
    await lounge.publish("usercount", "5")  # error
    entry = await lounge.state.motd.get()
    print(entry.value)  # error
    if entry is not None:
        print(entry.value.upper())
    await lounge.state.motd.put(5)  # error
    await lounge.state.saved_playlists(namespace="main").get()
    await lounge.state.saved_playlists.get()  # error
    await lounge.state.saved_playlists(namespace=5).get()  # error
    for like in await lounge.state.user_like.where(username="alice").all():
        print(like.parameters.video, like.value.liked_at, like.revision)
        print(like.parameters.vidoe)  # error
    lounge.state.user_like.where(user="alice")  # error
    print([session.namespace for session in await lounge.state.web_session.keys()])
    await lounge.state.user_like.watch_all(lambda change: print(change.parameters.username))
    print([revision.value for revision in await lounge.state.motd.history()])
    await client.publish_lifecycle("groupRestart", models.GroupRestartMessage(reason="update"))
    await client.publish_lifecycle("groupRestart", models.HeartbeatMessage)  # error
    await client.durable("usercount", lambda event, context: print(event.payload + 1, context.channel.robot), name="a")
    await client.durable("usercount", lambda event, context: print(event.payload.user), name="a")  # error
    await client.durable("usercuont", print, name="a")  # error
    await client.durable("usercount", print)  # error
    await client.durable(["usercount", "chatMsg"], print, name="a", start="beginning")
    await client.durable(["usercuont"], print, name="a")  # error
    await client.dead_letters("events", lambda letter, context: print(letter.reason), name="a")
    await client.dead_letters("event", print, name="a")  # error
    print((await lounge.publish_durable("usercount", 5, id="1")).duplicate)
    await client.publish_durable("usercount", "5")  # error
    await Client.connect("nats://localhost", chanels=["lounge"])  # error

    @client.on("usercount")
    async def count(event: Event[int], channel: Channel) -> None:
        print(event.payload + 1)

    @client.on("usercount")  # error
    async def name(event: Event[str], channel: Channel) -> None:
        print(event.payload)

    @client.on_lifecycle("startup")
    async def started(message: LifecycleMessage[models.StartupMessage]) -> None:
        print(message.payload.service, message.payload.sevrice)  # error


class Incomplete(UserLevelHandlers):
    pass


class Wrong(UserLevelHandlers):
    async def get_user_level(self, args: models.UserLevelGetArgs, context: CommandContext) -> str:  # error
        return "3"


async def serve(client: Client) -> None:
    await client.serve(Incomplete())  # error
    async with TestBed(channels=["lounge"]) as bed:
        await bed.client.channel("lounge").robot.ping()
"""


def test_what_cannot_work_is_an_error_and_nothing_else_is(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    generated = Path(__file__).parents[2] / "generated/python"
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)]
    found = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "MYPYPATH": str(generated)}
    )
    told = {int(line) for line in re.findall(r"program\.py:(\d+): error", found.stdout)}
    meant = {number for number, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# error")}
    assert told == meant, found.stdout
