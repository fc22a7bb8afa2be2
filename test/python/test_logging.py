"""The log for programs, and what it does not say."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count
from typing import Any

import pytest
from kryten_protocol import Client, JsonFormatter, ProtocolError, models, redact, redact_text
from kryten_protocol.runtime.memory.broker import MemoryBroker
from kryten_protocol.runtime.session.report import Reporter

_numbers = count(1)


class Written(logging.Handler):
    """Keeps lines."""

    def __init__(self, fields: Mapping[str, object] | None = None) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter(fields))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def records(self) -> list[Any]:
        return [json.loads(line) for line in self.lines]


def logger_of(written: Written) -> logging.Logger:
    """A logger that nobody else has."""
    logger = logging.getLogger(f"written.{next(_numbers)}")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(written)
    return logger


def logged(message: str, *arguments: object, **options: Any) -> dict[str, Any]:
    """What one line says."""
    written = Written()
    logger_of(written).warning(message, *arguments, **options)
    (record,) = written.records
    assert isinstance(record, dict)
    return record


def test_a_line_is_one_object_when_how_grave_the_message_and_the_fields() -> None:
    written = Written({"service": "station"})
    logger_of(written).info("two\n%s", "lines", extra={"count": 2})
    (line,) = written.lines
    assert "\n" not in line
    (record,) = written.records
    time = datetime.fromisoformat(record.pop("time").replace("Z", "+00:00"))
    assert abs((datetime.now(timezone.utc) - time).total_seconds()) < 60
    assert record == {"level": "info", "message": "two\nlines", "service": "station", "count": 2}


def test_a_line_keeps_its_own_fields_whatever_the_others_are_called() -> None:
    record = logged("real", extra={"level": "x", "time": "x", "other": 1})
    assert (record["level"], record["message"], record["other"]) == ("warn", "real", 1)
    assert record["time"] != "x"


def test_levels_are_called_as_in_other_languages() -> None:
    written = Written()
    for level in (logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logger_of(written).log(level, "x")
    assert [record["level"] for record in written.records] == ["info", "warn", "error", "critical"]


def test_what_was_raised_is_an_object_with_its_cause_and_its_traceback() -> None:
    try:
        try:
            raise KeyError("inner")
        except KeyError as reason:
            raise ProtocolError("handler_failed", "outer", ref="kryten/events/chatMsg") from reason
    except ProtocolError:
        error = logged("x", exc_info=True)["error"]
    assert (error["name"], error["code"], error["ref"]) == ("ProtocolError", "handler_failed", "kryten/events/chatMsg")
    assert "test_logging.py" in error["stack"]
    assert (error["cause"]["name"], error["cause"]["message"]) == ("KeyError", "'inner'")
    assert "test_logging.py" in error["cause"]["stack"]


def test_any_value_is_written_and_what_is_left_out_is_said() -> None:
    @dataclass
    class Song:
        title: str
        token: str

    endless: dict[str, Any] = {}
    endless["self"] = endless
    values = {
        "when": datetime(2026, 1, 31, tzinfo=timezone.utc),
        "no": float("nan"),
        "bytes": b"abc",
        "song": Song("Hello", "abc"),
        "model": models.ChatMsgEvent.model_construct(username="bob", msg="nats://a:b@c"),
        "some": (1, None, True),
        "kind": Song,
        "endless": endless,
    }
    record = logged("x", extra=values)
    assert record["when"] == "2026-01-31T00:00:00+00:00"
    assert (record["no"], record["bytes"], record["some"]) == (None, "[3 bytes]", [1, None, True])
    assert record["song"] == {"title": "Hello", "token": "[redacted]"}
    assert (record["model"]["username"], record["model"]["msg"]) == ("bob", "nats://[redacted]@c")
    assert isinstance(record["kind"], str)
    assert "[object]" in json.dumps(record["endless"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "hunter2"),
        ("pass", "hunter2"),
        ("natsPassword", "hunter2"),
        ("token", "abc"),
        ("access_token", "abc"),
        ("apiKey", "abc"),
        ("authorization", "abc"),
        ("nkeys_seed", "abc"),
        ("user_credentials", "abc"),
        ("creds", {"user": "a"}),
        ("clientSecret", ["a"]),
    ],
)
def test_secrets_under_such_a_name_are_left_out_however_deep(name: str, value: object) -> None:
    assert redact({"options": [{name: value, "user": "bob"}]}) == {"options": [{name: "[redacted]", "user": "bob"}]}


@pytest.mark.parametrize("name", ["user", "tokens_used", "hash", "message", "passed", "bypasses"])
def test_no_secrets_are_under_the_name(name: str) -> None:
    assert redact({name: "x", "password": None, "token": False}) == {name: "x", "password": None, "token": False}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nats://alice:hunter2@localhost:4222 failed", "nats://[redacted]@localhost:4222 failed"),
        ("nats://token@localhost, tls://b:c@d", "nats://[redacted]@localhost, tls://[redacted]@d"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [redacted]"),
        (f"the seed SU{'A' * 56}", "the seed [redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def", "[redacted]"),
        ("mail a@example.com about nats://localhost:4222/a@b", "mail a@example.com about nats://localhost:4222/a@b"),
    ],
)
def test_secrets_in_a_text_are_left_out(text: str, expected: str) -> None:
    assert redact_text(text) == expected


@pytest.mark.parametrize("seed", range(50))
def test_secrets_never_survive_wherever_they_stand(seed: int) -> None:
    choose, secret = random.Random(seed), "hunter2-hunter2"

    def value(depth: int) -> object:
        kind = choose.randrange(5 if depth > 0 else 3)
        if kind < 3:
            return ({"password": secret}, f"nats://me:{secret}@host", 1)[kind]
        parts = [value(depth - 1) for _ in range(choose.randrange(4))]
        return parts if kind == 3 else {f"key{number}": part for number, part in enumerate(parts)}

    assert secret not in json.dumps(redact(value(9)))


def test_a_report_is_one_line_without_secrets_and_the_same_as_fields() -> None:
    written = Written()
    reporter = Reporter(logger_of(written), None, None)
    error = ProtocolError("timeout", "no answer of nats://me:hunter2@host\nat all", ref="kryten/robot/system.ping")
    reporter.error(error)
    reporter.invalid(error)
    line = "[timeout] no answer of nats://[redacted]@host at all (kryten/robot/system.ping)"
    assert [(record["level"], record["message"]) for record in written.records] == [("error", line), ("warn", line)]
    for record in written.records:
        assert (record["code"], record["ref"], record["error"]["name"]) == ("timeout", error.ref, "ProtocolError")
        assert "subject" not in record
    assert "hunter2" not in "".join(written.lines)


async def test_what_a_handler_raised_is_a_line_that_says_where_and_shows_no_secret() -> None:
    written = Written()
    async with Client(MemoryBroker().connect(), channels=["Lounge"], logger=logger_of(written)) as client:

        @client.on("usercount")
        def fail(event: object, channel: object) -> None:
            raise ConnectionError("no way to nats://me:hunter2@host")

        await client.publish("usercount", 1)
        await client.flush()
        await client.settled()
    (record,) = [record for record in written.records if record["level"] == "error"]
    assert (record["code"], record["ref"]) == ("handler_failed", "kryten/events/usercount")
    cause = record["error"]["cause"]
    assert (cause["name"], cause["message"]) == ("ConnectionError", "no way to nats://[redacted]@host")
    assert "in fail" in cause["stack"]
    assert "hunter2" not in "".join(written.lines)
