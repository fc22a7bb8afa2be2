"""What a caller waits for: its turn, an answer, and another attempt; and how long."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from traceback import format_exception
from typing import Any

import pytest
from bus import Bus, as_json, parsed, until
from kryten_protocol import Client, CommandContext, ProtocolError, Retry, models
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.handlers import UserLevelHandlers
from kryten_protocol.runtime.session.pace import PaceOptions
from kryten_protocol.runtime.transport.transport import Delivery, Headers
from kryten_protocol.runtime.value.sample import sample
from kryten_protocol.testing import TestBed

ROBOT = "kryten.robot.command"
OK = {
    "service": "robot",
    "success": True,
    "data": sample(PROTOCOL.services["robot"].commands["ping"].result.json_schema()),
}


class Robot:
    """Notes what it is asked. The first requests it leaves without an answer."""

    def __init__(self, unanswered: int = 0) -> None:
        self.asked: list[Delivery] = []
        self._unanswered = unanswered
        self._answering: set[asyncio.Future[None]] = set()

    def __call__(self, delivery: Delivery) -> None:
        self.asked.append(delivery)
        if delivery.respond is not None and len(self.asked) > self._unanswered:
            self._answering.add(asyncio.ensure_future(delivery.respond(as_json(OK))))

    @property
    def messages(self) -> list[str]:
        requests: list[Any] = [parsed(delivery) for delivery in self.asked]
        return [request["args"]["message"] for request in requests]

    async def listen(self, bus: Bus) -> Robot:
        transport = await bus.transport()
        transport.subscribe(ROBOT, self)
        await transport.flush()
        return self


async def code_of(asking: Any) -> str:
    with pytest.raises(ProtocolError) as refused:
        await asking
    return refused.value.code


def paced(delay: float) -> dict[str, PaceOptions]:
    return {"chat": {"delay": delay, "jitter": 0}}


async def test_commands_of_one_pace_follow_one_another_in_order_and_no_faster(bus: Bus) -> None:
    robot, client = await Robot().listen(bus), await bus.client(pace=paced(0.03))
    said, begun = ["one", "two", "three"], asyncio.get_running_loop().time()
    await asyncio.gather(*(client.channel("Lounge").robot.send_chat(message=each) for each in said))
    assert robot.messages == said
    assert asyncio.get_running_loop().time() - begun >= 0.059


async def test_other_channels_and_commands_do_not_wait(bus: Bus) -> None:
    robot, client = await Robot().listen(bus), await bus.client(channels=["Lounge", "Movies"], pace=paced(3600))
    for name in ("Lounge", "Movies"):
        await client.channel(name).robot.send_chat(message=name)
        await client.channel(name).robot.voteskip()
    assert len(robot.asked) == 4


async def test_every_command_of_a_pace_has_the_same_turns(bus: Bus) -> None:
    await Robot().listen(bus)
    client = await bus.client(pace=paced(3600))
    robot = client.channel("Lounge").robot
    await robot.send_chat(message="hi")
    assert await code_of(robot.with_options(timeout=0.02).send_pm(to="bob", message="hi")) == "expired"
    assert await code_of(client.channel("LOUNGE").robot.with_options(timeout=0.02).kick_user(username="b")) == "expired"


async def test_who_gives_up_leaves_the_turn_to_the_next(bus: Bus) -> None:
    robot, client = await Robot().listen(bus), await bus.client(pace=paced(0.05))
    talk = client.channel("Lounge").robot.send_chat
    await talk(message="one")
    impatient = asyncio.create_task(talk(message="two"))
    patient = asyncio.create_task(talk(message="three"))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert robot.messages == ["one", "three"]


async def test_who_waits_for_a_turn_when_the_client_is_closed_is_told(bus: Bus) -> None:
    await Robot().listen(bus)
    client = await bus.client(pace=paced(3600))
    talk = client.channel("Lounge").robot.send_chat
    await talk(message="one")
    waiting = asyncio.create_task(talk(message="two"))
    await asyncio.sleep(0)
    await client.close()
    assert await code_of(waiting) == "connection_closed"


@pytest.mark.parametrize("pace", [{"chatter": {}}, {"chat": {"delay": -1}}, {"chat": {"jitter": float("nan")}}])
async def test_a_pace_that_cannot_be_kept_is_refused(bus: Bus, pace: dict[str, PaceOptions]) -> None:
    assert await code_of(bus.client(pace=pace)) == "invalid_argument"


async def test_the_protocol_has_a_pace_and_a_test_bed_has_none() -> None:
    assert PROTOCOL.paces["chat"].delay > 0
    async with TestBed(channels=["Lounge"]) as bed:
        for message in ("one", "two"):
            await bed.client.channel("Lounge").robot.with_options(timeout=0.9).send_chat(message=message)


async def test_what_may_be_repeated_is_sent_again_with_the_same_id_until_it_is_answered(bus: Bus) -> None:
    robot = await Robot(unanswered=2).listen(bus)
    client = await bus.client(retry=Retry(times=100, delay=0.001), request_timeout=0.05)
    await client.channel("Lounge").robot.ping()
    ids: list[Any] = [parsed(delivery) for delivery in robot.asked]
    assert len({each["meta"]["request_id"] for each in ids}) == 1
    assert len(robot.asked) >= 3


async def test_an_attempt_that_fails_in_the_end_says_how_often_it_was_made(bus: Bus) -> None:
    client = await bus.client(retry=Retry(times=2, delay=0.001))
    with pytest.raises(ProtocolError, match="sent 3 times") as refused:
        await client.channel("Lounge").robot.ping()
    assert (refused.value.code, refused.value.attempts) == ("no_responders", 3)
    assert "".join(format_exception(refused.value)).count("[no_responders]") == 1
    assert await code_of(client.channel("Lounge").robot.with_options(retry=Retry()).ping()) == "no_responders"


async def test_what_may_not_be_repeated_never_is(bus: Bus) -> None:
    client = await bus.client(retry=Retry(times=2, delay=0.001))
    with pytest.raises(ProtocolError) as refused:
        await client.channel("Lounge").robot.send_chat(message="hi")
    assert (refused.value.code, refused.value.attempts) == ("no_responders", 1)
    again = client.channel("Lounge").robot.with_options(retry=Retry(times=1))
    assert await code_of(again.send_chat(message="hi")) == "invalid_argument"


async def test_what_takes_long_by_its_schema_is_waited_for_longer(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    client, waits = await bus.client(request_timeout=3), list[float]()

    async def request(subject: str, data: bytes, timeout: float, *_: object, **__: object) -> Delivery:
        waits.append(timeout)
        raise ProtocolError("timeout", "nobody answers")

    monkeypatch.setattr(client._core.session.transport, "request", request)
    robot = client.channel("Lounge").robot
    assert await code_of(robot.add_media(type="yt", id="dQw4w9WgXcQ")) == "timeout"
    assert await code_of(robot.voteskip()) == "timeout"
    assert waits == [11, 3]


async def test_the_time_of_a_caller_is_for_all_attempts(bus: Bus) -> None:
    robot, client = await Robot(unanswered=1000).listen(bus), await bus.client(request_timeout=0.02)
    asked = client.channel("Lounge").robot.with_options(timeout=0.1, retry=Retry(times=1000, delay=0.001))
    assert await code_of(asked.ping()) in ("timeout", "expired")
    assert 1 < len(robot.asked) < 10


@pytest.mark.parametrize("options", [{"times": -1}, {"delay": 0}, {"maximum_delay": -1}])
def test_a_retry_that_cannot_be_done_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="invalid_argument"):
        Retry(**options)


class Level(UserLevelHandlers):
    """Tells how long it has, or takes forever."""

    def __init__(self, hangs: bool = False) -> None:
        self.deadlines: list[datetime] = []
        self.headers: list[Headers] = []
        self._hangs = hangs

    async def get_user_level(self, args: models.UserLevelGetArgs, context: CommandContext) -> models.UserLevelGetResult:
        self.deadlines.append(context.deadline)
        self.headers.append(context.headers)
        if self._hangs:
            await asyncio.Event().wait()
        return models.UserLevelGetResult(rank=1, username="robot")


async def level_of(client: Client, timeout: float | None = None) -> object:
    return await client.channel("Lounge").user_level.with_options(timeout=timeout).get_user_level()


async def test_a_handler_is_told_how_long_its_caller_waits_when_the_caller_has_said_so(bus: Bus) -> None:
    service, caller, level = await bus.client(handler_timeout=60), await bus.client(), Level()
    await service.serve(level)
    begun = datetime.now(timezone.utc)
    await level_of(caller, 10)
    await level_of(caller)
    told, usual = (deadline - begun for deadline in level.deadlines)
    assert timedelta(seconds=9.9) < told < timedelta(seconds=20)
    assert usual >= timedelta(seconds=60)


async def test_nobody_works_for_a_caller_who_has_left(bus: Bus) -> None:
    service, caller = await bus.watched(handler_timeout=60), await bus.client()
    await service.client.serve(Level(hangs=True))
    assert await code_of(level_of(caller, 0.05)) in ("timeout", "handler_timeout")
    await until(lambda: [error.code for error in service.errors] == ["handler_timeout"])


@pytest.mark.parametrize("said", ["", "soon", "-1", "1e3", "99999999999"])
async def test_a_caller_who_says_nothing_that_can_be_understood_says_nothing(bus: Bus, said: str) -> None:
    service, transport, level = await bus.client(handler_timeout=60), await bus.transport(), Level()
    await service.serve(level)
    begun = datetime.now(timezone.utc)
    await transport.request("kryten.user_level.cytu.be.Lounge", b"{}", 5, {"Request-Timeout-Ms": said})
    assert level.deadlines[0] - begun >= timedelta(seconds=60)


async def test_only_a_caller_who_names_a_time_sends_it(bus: Bus) -> None:
    robot, client = await Robot().listen(bus), await bus.client()
    await client.channel("Lounge").robot.ping()
    await client.channel("Lounge").robot.with_options(timeout=2).ping()
    usual, told = (dict(delivery.headers or {}) for delivery in robot.asked)
    assert "Request-Timeout-Ms" not in usual
    assert 0 < int(told["Request-Timeout-Ms"]) <= 2000


async def test_header_fields_travel_with_a_request_beside_the_time_of_its_caller(bus: Bus) -> None:
    service, caller, level = await bus.client(), await bus.client(), Level()
    await service.serve(level)
    asked = caller.channel("Lounge").user_level.with_options(timeout=2, headers={"traceparent": "00-1-2-01"})
    await asked.get_user_level()
    await level_of(caller)
    assert [headers.get("traceparent") for headers in level.headers] == ["00-1-2-01", None]
    assert "Request-Timeout-Ms" in level.headers[0]
