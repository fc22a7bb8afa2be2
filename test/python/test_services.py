"""Being a service: each request gets exactly one reply."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from answers import RANK, Level, Playlist
from bus import Bus, as_json, parsed, until
from kryten_protocol import Client, CommandContext, ProtocolError, ServiceInfo, models, refusal
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.handlers import PlaylistHandlers, RobotHandlers
from kryten_protocol.runtime.protocol.contract_header import contract_header
from kryten_protocol.runtime.transport.transport import Delivery
from kryten_protocol.service_clients import RobotClient
from pydantic import BaseModel

LEVEL = "kryten.user_level.cytu.be.Lounge"
ADD = "kryten.playlist.cmd.blessed_add"


async def ask(bus: Bus, subject: str, request: object) -> Any:
    reply = await (await bus.transport()).request(subject, as_json(request), 5)
    return parsed(reply)


async def test_a_typed_request_gets_a_typed_result(bus: Bus) -> None:
    service, caller = await bus.client(), await bus.client()
    await service.serve(Level(RANK))
    assert await caller.channel("Lounge").user_level.get_user_level() == RANK


async def test_a_handler_is_told_who_asks_and_until_when(bus: Bus) -> None:
    service, caller = await bus.client(), await bus.client(service=ServiceInfo("echo-bot", announce=False))
    seen: list[CommandContext] = []

    class Recorded(Playlist):
        async def blessed_add(
            self, args: models.PlaylistBlessedAddArgs, context: CommandContext
        ) -> models.PlaylistBlessedAddResult:
            seen.append(context)
            return await super().blessed_add(args, context)

    await service.serve(Recorded(), channels="any")
    playlist = caller.channel("Lounge").playlist.with_options(id="7")
    result = await playlist.blessed_add(namespace="main", requested_by="mod", username="alice")
    assert result.blessed == ["alice"]
    (context,) = seen
    assert (context.id, context.subject) == ("7", ADD)
    assert context.deadline.tzinfo is not None


async def test_many_requests_are_answered_at_once_the_quick_before_the_slow(bus: Bus) -> None:
    service, caller, release = await bus.client(), await bus.client(), asyncio.Event()
    turns = iter([release.wait(), None])

    async def answer() -> models.UserLevelGetResult:
        turn = next(turns)
        if turn is not None:
            await turn
        return RANK

    level = Level(answer)
    await service.serve(level)
    slow = asyncio.create_task(caller.channel("Lounge").user_level.get_user_level())
    await until(lambda: level.asked)
    await caller.channel("Lounge").user_level.get_user_level()
    assert not slow.done()
    release.set()
    await slow


async def test_a_service_is_not_made_without_all_its_handlers() -> None:
    class Incomplete(PlaylistHandlers):
        pass

    incomplete: Any = Incomplete
    with pytest.raises(TypeError, match="abstract"):
        incomplete()


async def test_a_refusal_is_told_with_its_code_and_details_and_is_not_reported(bus: Bus) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Playlist(), channels="any")
    with pytest.raises(ProtocolError) as refused:
        await caller.channel("Lounge").playlist.blessed_list(namespace="main", requested_by="mod")
    error = refused.value
    assert (error.code, error.service_code, error.raw_message) == ("command_failed", "forbidden", "you are not blessed")
    assert error.details == {"role": "viewer"}
    assert service.errors == []


async def test_what_a_handler_raises_stays_with_the_service(bus: Bus) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Playlist(), channels="any")
    with pytest.raises(ProtocolError, match="handler failed") as refused:
        await caller.channel("Lounge").playlist.blessed_remove(namespace="main", requested_by="mod", username="alice")
    assert refused.value.code == "handler_failed"
    assert "secret" not in str(refused.value)
    assert [(error.code, type(error.__cause__)) for error in service.errors] == [("handler_failed", KeyError)]


class Unsayable(Exception):
    """What cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("secret")


def refuse_with_a_number() -> None:
    number: Any = 404
    raise refusal(number, "there is nothing")


def raise_unsayable() -> None:
    raise Unsayable


@pytest.mark.parametrize(
    ("fail", "told"),
    [
        (raise_unsayable, "raised: Unsayable"),
        (refuse_with_a_number, "service_code of a refusal must be a text, not 404"),
    ],
)
async def test_what_cannot_be_told_is_answered_all_the_same(bus: Bus, fail: Any, told: str) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Level(fail))
    with pytest.raises(ProtocolError, match="handler failed"):
        await caller.channel("Lounge").user_level.get_user_level()
    (reported,) = service.errors
    assert told in reported.raw_message


async def test_what_looks_like_a_refusal_stays_with_the_service_only_refusal_makes_one(bus: Bus) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Playlist(), channels="any")
    with pytest.raises(ProtocolError) as failed:
        await caller.channel("Lounge").playlist.queue_apply(
            namespace="main", requested_by="mod", playlist_id="p", mode="append"
        )
    assert (failed.value.code, failed.value.raw_message) == ("handler_failed", "handler failed")
    assert [error.code for error in service.errors] == ["handler_failed"]


async def test_what_a_handler_asks_another_service_wrongly_stays_with_the_service(bus: Bus) -> None:
    service, caller = await bus.watched(), await bus.client()
    nobody: Any = 7

    async def rank() -> models.UserLevelGetResult:
        balance = await service.client.channel("Lounge").economy.get_balance(username=nobody)
        return models.UserLevelGetResult(rank=balance.balance, username="alice")

    await service.client.serve(Level(rank))
    with pytest.raises(ProtocolError) as failed:
        await caller.channel("Lounge").user_level.get_user_level()
    assert (failed.value.code, failed.value.raw_message) == ("handler_failed", "handler failed")
    (error,) = service.errors
    assert isinstance(error.__cause__, ProtocolError)
    assert error.__cause__.code == "invalid_request"
    assert service.invalid == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"success": False, "error": "row 77 is locked", "code": "locked"}, "command_failed"),
        ({"success": False, "error": "too late", "code": "expired"}, "expired"),
        ({"success": False, "error": "too busy", "code": "overloaded"}, "overloaded"),
        ({"weather": "fair"}, "invalid_reply"),
        (None, "no_responders"),
    ],
)
async def test_what_another_service_tells_a_handler_stays_with_the_service(bus: Bus, answer: object, code: str) -> None:
    service, caller, transport = await bus.watched(), await bus.client(), await bus.transport()
    economy = service.client.channel("Lounge").economy

    async def rank() -> models.UserLevelGetResult:
        return models.UserLevelGetResult(rank=(await economy.get_balance(username="alice")).balance, username="alice")

    async def respond(delivery: Delivery) -> None:
        assert delivery.respond is not None
        await delivery.respond(as_json(answer))

    await service.client.serve(Level(rank))
    if answer is not None:
        transport.subscribe("kryten.economy.command", lambda asked: asyncio.ensure_future(respond(asked)))
        await transport.flush()
    with pytest.raises(ProtocolError) as failed:
        await caller.channel("Lounge").user_level.get_user_level()
    assert (failed.value.code, failed.value.raw_message) == ("handler_failed", "handler failed")
    (error,) = service.errors
    cause = error.__cause__
    assert isinstance(cause, ProtocolError)
    assert (error.ref, cause.ref, cause.code) == ("kryten/user-level/get", "kryten/economy/balance.get", code)


async def test_a_handler_that_hangs_is_given_up_and_the_caller_is_told(bus: Bus) -> None:
    service, caller = await bus.watched(handler_timeout=0.05), await bus.client()
    await service.client.serve(Playlist(), channels="any")
    with pytest.raises(ProtocolError) as refused:
        await caller.channel("Lounge").playlist.catalog_refresh(namespace="main", requested_by="mod")
    assert refused.value.code == "handler_timeout"
    assert [error.code for error in service.errors] == ["handler_timeout"]


@pytest.mark.parametrize("result", [None, "text", {"rank": "3", "username": "x"}, {"rank": 3, "username": "x", "y": 1}])
async def test_a_result_that_the_schema_does_not_have_is_never_sent(bus: Bus, result: Any) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Level(result))
    with pytest.raises(ProtocolError, match="what the service made cannot be sent") as refused:
        await caller.channel("Lounge").user_level.get_user_level()
    assert refused.value.code in ("invalid_result", "command_failed")
    assert [error.code for error in service.errors] == ["invalid_result"]


async def test_a_result_larger_than_the_bus_takes_is_reported_and_the_caller_is_told(bus: Bus) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Level(models.UserLevelGetResult(rank=1, username="x" * 9 * 1024 * 1024)))
    with pytest.raises(ProtocolError):
        await caller.channel("Lounge").user_level.get_user_level()
    assert [error.code for error in service.errors] == ["message_too_large"]


async def test_a_refusal_in_more_words_than_the_bus_takes_is_answered_with_the_first_of_them(bus: Bus) -> None:
    service, caller = await bus.watched(), await bus.client()
    await service.client.serve(Level(refusal("no_user", "x" * 9 * 1024 * 1024)))
    with pytest.raises(ProtocolError) as refused:
        await caller.channel("Lounge").user_level.get_user_level()
    assert refused.value.raw_message == "x" * 1000
    assert [error.code for error in service.errors] == ["message_too_large"]


async def test_callers_that_say_little_and_use_other_names_are_answered(bus: Bus) -> None:
    client, asked = await bus.client(), list[object]()
    robot = PROTOCOL.services["robot"]

    def answer(args: BaseModel, context: CommandContext) -> object:
        asked.append(args.model_dump(exclude_unset=True))
        return {}

    handlers = dict.fromkeys(robot.commands, answer)
    await client._core.serve(robot, handlers, channels=None, queue=None, dialects=None)
    reply = await ask(bus, "kryten.robot.command", {"command": "set_motd", "args": {"motd": "m"}})
    assert reply == {"service": "robot", "command": "set_motd", "success": True, "data": {"success": True}}
    await ask(bus, "kryten.robot.command", {"service": "system", "command": "pm", "args": {"to": "b", "msg": "hi"}})
    assert asked == [{"motd": "m"}, {"to": "b", "message": "hi"}]


async def test_a_request_that_wants_no_answer_is_carried_out(bus: Bus) -> None:
    service, transport, level = await bus.client(), await bus.transport(), Level(RANK)
    await service.serve(level)
    await transport.publish(LEVEL, b"{}")
    await until(lambda: level.asked)


async def test_several_instances_share_the_requests_each_answered_by_one(bus: Bus) -> None:
    levels = [Level(RANK), Level(RANK)]
    for level in levels:
        await (await bus.client()).serve(level)
    caller = await bus.client()
    for _ in range(40):
        await caller.channel("Lounge").user_level.get_user_level()
    counts = [len(level.asked) for level in levels]
    assert sum(counts) == 40
    assert min(counts) > 0


async def test_services_for_different_channels_answer_for_their_own(bus: Bus) -> None:
    economy, asked = PROTOCOL.services["economy"], list[str]()
    for name in ("Lounge", "Movies"):
        client = await bus.client(channels=[name])

        def note(args: object, context: CommandContext, name: str = name) -> object:
            asked.append(name)
            raise refusal("seen", name)

        handlers = dict.fromkeys(economy.commands, note)
        await client._core.serve(economy, handlers, channels=None, queue=None, dialects=None)
    caller = await bus.client(channels=["Lounge", "Movies"])
    for name in ("Movies", "lounge", "MOVIES"):
        with pytest.raises(ProtocolError):
            await caller.channel(name).economy.get_balance(username="alice")
    assert asked == ["Movies", "Lounge", "Movies"]


async def test_a_service_may_listen_in_several_dialects(bus: Bus) -> None:
    service, playlist = await bus.client(), Playlist()
    await service.serve(playlist, channels="any", dialects=["live", "documented"])
    for dialect in ("live", "documented"):
        caller = await bus.client(dialect=dialect)
        await caller.channel("Lounge").playlist.blessed_add(namespace="n", requested_by="m", username=dialect)
    assert playlist.names == ["live", "documented"]


async def test_nothing_is_answered_once_it_is_stopped(bus: Bus) -> None:
    client, caller = await bus.client(), await bus.client()
    service = await client.serve(Level(RANK))
    service.stop()
    await client.flush()
    with pytest.raises(ProtocolError) as refused:
        await caller.channel("Lounge").user_level.get_user_level()
    assert refused.value.code == "no_responders"


async def test_a_service_that_closes_answers_what_it_is_in_the_middle_of(bus: Bus) -> None:
    service, caller, level = await bus.client(), await bus.client(), Level(lambda: asyncio.Event().wait())
    await service.serve(level)
    asking = asyncio.create_task(caller.channel("Lounge").user_level.get_user_level())
    await until(lambda: level.asked)
    await service.close()
    with pytest.raises(ProtocolError, match="the service was stopped"):
        await asking


async def test_draining_lets_handlers_finish_answers_included(bus: Bus) -> None:
    service, caller, release = await bus.client(), await bus.client(), asyncio.Event()

    async def answer() -> models.UserLevelGetResult:
        await release.wait()
        return RANK

    level = Level(answer)
    await service.serve(level)
    asking = asyncio.create_task(caller.channel("Lounge").user_level.get_user_level())
    await until(lambda: level.asked)
    draining = asyncio.create_task(service.drain())
    await service.flush()
    assert not draining.done()
    release.set()
    await draining
    assert await asking == RANK


async def test_replies_are_sent_in_the_envelope_of_the_service(bus: Bus) -> None:
    service = await bus.client()
    await service.serve(Playlist(), channels="any")
    request = {"correlation_id": "7", "namespace": "n", "requested_by": "m", "username": "alice"}
    assert await ask(bus, ADD, request) == {
        "correlation_id": "7",
        "status": "ok",
        "username": "alice",
        "blessed": ["alice"],
    }


async def test_a_failure_stands_in_headers_too(bus: Bus) -> None:
    service, transport = await bus.client(), await bus.transport()
    await service.serve(Level(refusal("tired", "\u00e9\nlate")))
    reply: Delivery = await transport.request(LEVEL, b"{}", 5)
    assert reply.headers is not None
    told = {"Nats-Service-Error": "? late", "Nats-Service-Error-Code": "tired"}
    assert dict(reply.headers) == {**contract_header(PROTOCOL), **told}
    assert json.loads(reply.data) == {"success": False, "error": "\u00e9\nlate"}


def test_handlers_and_clients_have_the_methods_of_the_schema() -> None:
    known = {
        "send_chat",
        "send_pm",
        "add_media",
        "delete_media",
        "kick_user",
        "ban_user",
        "set_motd",
        "shuffle_playlist",
    }
    assert known <= set(dir(RobotClient))
    assert known <= RobotHandlers.__abstractmethods__
    assert not hasattr(Client, "send_chat")
