"""Envelopes: written from values, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.protocol.envelope import CompiledTemplate
from kryten_protocol.runtime.protocol.template import Template
from kryten_protocol.runtime.value.json_value import Json
from kryten_protocol.runtime.value.violation import Violation

REQUEST: Template = {
    "service?": "{service}",
    "command": "{command}",
    "version": 1,
    "meta?": {"source?": "{source}", "id?": "{id}"},
    "...": "{args}",
}


def template(source: Template = REQUEST) -> CompiledTemplate:
    return CompiledTemplate(source)


def test_values_stand_in_the_holes_and_what_stands_for_itself_as_it_is() -> None:
    written = template().write({"command": "say", "service": "robot", "source": "bot", "args": {"text": "hi"}})
    assert written == {"service": "robot", "command": "say", "version": 1, "meta": {"source": "bot"}, "text": "hi"}


def test_an_optional_key_without_a_value_and_an_optional_object_without_content_are_left_out() -> None:
    assert template().write({"command": "say"}) == {"command": "say", "version": 1}


def test_null_is_a_value() -> None:
    assert template({"a?": "{a}"}).write({"a": None}) == {"a": None}
    assert template({"a?": "{a}"}).read({"a": None}) == {"a": None}


@pytest.mark.parametrize("values", [{}, {"command": "say", "args": [1]}, {"command": "say", "args": {"version": 2}}])
def test_what_cannot_be_written_is_an_argument_that_is_wrong(values: Mapping[str, Any]) -> None:
    with pytest.raises(ProtocolError) as refused:
        template().write(values)
    assert refused.value.code == "invalid_argument"


def test_reading_gives_the_values_of_holes_and_collects_the_rest() -> None:
    body: Json = {"command": "say", "version": 1, "meta": {"id": "7", "more": 1}, "text": "hi", "__proto__": 5}
    assert template().read(body) == {"command": "say", "id": "7", "args": {"text": "hi", "__proto__": 5}}


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        ([], Violation("", "must be an object, not an empty array")),
        ({"version": 1}, Violation("/command", "is missing")),
        ({"command": "a", "version": True}, Violation("/version", "must be 1, not true")),
        ({"command": "a", "version": "1"}, Violation("/version", 'must be 1, not "1"')),
        ({"command": "a", "version": 1, "meta": None}, Violation("/meta", "must be an object, not null")),
    ],
)
def test_a_body_of_another_form_says_where_it_differs(body: Any, violation: Violation) -> None:
    assert template().read(body) == violation


def test_a_whole_number_is_one_with_and_without_a_point() -> None:
    assert template({"version": 1}).read({"version": 1.0}) == {}


def test_a_hole_in_several_places_has_equal_values_there() -> None:
    twice = template({"a": "{x}", "b": ["{x}"]})
    assert twice.read({"a": {"n": [1]}, "b": [{"n": [1]}]}) == {"x": {"n": [1]}}
    assert isinstance(twice.read({"a": 1, "b": [True]}), Violation)
    assert isinstance(twice.read({"a": 1, "b": [1, 1]}), Violation)


@pytest.mark.parametrize("source", [{"...": "text"}, {"...": {"a": 1}}, {"a": "{x}", "...": "{x}"}])
def test_a_template_that_cannot_be_read_back_is_refused(source: Template) -> None:
    with pytest.raises(ProtocolError):
        template(source)
