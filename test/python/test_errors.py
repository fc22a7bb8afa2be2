"""The one error, and its codes."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import get_args

import pytest
from kryten_protocol import ProtocolError, refusal
from kryten_protocol.runtime.commands.service_error import OwnCode
from kryten_protocol.runtime.error import CODES, Code, located
from kryten_protocol.runtime.value.invalid import Refused
from kryten_protocol.runtime.value.violation import Violation

RUNTIME = Path(__file__).parents[2] / "runtime"


def test_the_codes_are_those_of_every_other_language() -> None:
    table = (RUNTIME / "error.ts").read_text("utf-8").split("export const codes = {")[1].split("} as const")[0]
    codes = re.findall(r"^  ([a-z_]+):", table, re.MULTILINE)
    assert len(codes) > 20
    assert list(CODES) == list(get_args(Code))
    assert set(CODES) == set(codes)


def test_services_answer_with_the_codes_that_those_in_every_other_language_answer_with() -> None:
    source = (RUNTIME / "commands/service-error.ts").read_text("utf-8")
    table = source.split("const ownCodes: ReadonlySet<string> = new Set<Code>([")[1].split("])")[0]
    assert set(get_args(OwnCode)) == set(re.findall(r'"([a-z_]+)"', table))


def test_the_text_says_the_code_what_happened_and_where() -> None:
    error = ProtocolError("timeout", 'no reply on "a.b"', subject="a.b", ref="app/printer/print")
    assert str(error) == '[timeout] no reply on "a.b" (app/printer/print)'
    assert error.raw_message == 'no reply on "a.b"'
    assert str(ProtocolError("internal", "odd")) == "[internal] odd"


def test_a_place_is_added_only_where_there_is_none() -> None:
    error = ProtocolError("timeout", "late", subject="a")
    assert error.at(subject="b", ref="r") is error
    assert (error.subject, error.ref) == ("a", "r")


def test_whatever_is_caught_becomes_one_with_its_cause() -> None:
    cause = KeyError("x")
    error = located(cause, subject="a", fallback="state_failed")
    assert (error.code, error.raw_message, error.__cause__) == ("state_failed", "'x'", cause)
    assert located(ValueError(), fallback="internal").raw_message == "ValueError"
    assert located(error) is error


def test_a_refusal_carries_the_code_and_the_details_of_the_service() -> None:
    error = refusal("busy", "not now", {"until": 5})
    assert (error.code, error.service_code, error.details) == ("command_failed", "busy", {"until": 5})


def test_it_travels_between_processes() -> None:
    error = ProtocolError("timeout", "late", subject="a", service_code="x")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.code, copy.service_code) == (str(error), "timeout", "x")


MISSING = Violation("/name", "is missing")
UNKNOWN = Violation("/nme", 'is not a known field; did you mean "name"?')
WHOLE = Violation("", "must be an object, not 5")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([], "the payload is not what the schema says; its sender is at fault"),
        ([WHOLE], "the payload must be an object, not 5; its sender is at fault"),
        ([MISSING], "the payload: /name is missing; its sender is at fault"),
        (
            [MISSING, UNKNOWN],
            'the payload: /name is missing; /nme is not a known field; did you mean "name"? its sender is at fault',
        ),
        (
            [UNKNOWN, MISSING, WHOLE, WHOLE, WHOLE],
            (
                'the payload: /nme is not a known field; did you mean "name"? /name is missing; '
                "must be an object, not 5; and 2 more; its sender is at fault"
            ),
        ),
    ],
)
def test_the_first_three_things_that_are_wrong_with_a_value_are_told_and_how_many_more_there_are(
    found: list[Violation], message: str
) -> None:
    error = Refused("the payload", "invalid_message").error(found)
    assert error.raw_message == message
    assert list(error.violations) == found
