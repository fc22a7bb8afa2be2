"""Subjects: built, read back and subscribed to as in every other language."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.protocol.subject import compile_subject
from kryten_protocol.runtime.value.tokens import Lowercase, Replace, TokenRule, Truncate, is_token, to_token

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "generated/kryten/vectors/subjects.json").read_text("utf-8")
)
ROOM = TokenRule(steps=[Lowercase(), Replace(".", ""), Replace(" ", "-"), Truncate(8)])
TOKENS = {"room": ROOM, "code": TokenRule(pattern="^[a-z]+$")}


@pytest.mark.parametrize("vector", VECTORS["tokens"], ids=lambda vector: f"{vector['token']}:{vector['text']!r}")
def test_text_becomes_the_stated_token(vector: dict[str, Any]) -> None:
    rule = PROTOCOL.tokens[vector["token"]]
    if vector["becomes"] is not None:
        assert to_token(vector["text"], rule, "text") == vector["becomes"]
        return
    with pytest.raises(ProtocolError, match="cannot be part of a subject") as refused:
        to_token(vector["text"], rule, "text")
    assert refused.value.code == "invalid_subject"


def test_every_template_builds_and_reads_back_the_stated_subjects() -> None:
    assert len(VECTORS["subjects"]) > 100
    for vector in VECTORS["subjects"]:
        subject = compile_subject(vector["template"], PROTOCOL.tokens)
        if vector["subject"] is None:
            with pytest.raises(ProtocolError):
                subject.build(vector["parameters"])
            continue
        assert subject.build(vector["parameters"]) == vector["subject"]
        assert subject.match(vector["subject"]) == vector["parsed"]


def test_a_template_knows_its_parameters() -> None:
    assert compile_subject("app.{room}.{topic:exact}", TOKENS).parameters == ("room", "topic")


def test_what_lacks_a_text_is_a_wildcard() -> None:
    subject = compile_subject("app.{room}.x{topic}.{event}", TOKENS)
    assert subject.wildcard({"room": "My Room"}) == "app.my-room.*.*"
    assert subject.wildcard({"topic": "t"}) == "app.*.xt.*"


def test_a_subject_of_another_template_is_none_of_its_own() -> None:
    subject = compile_subject("app.{room}.opened", TOKENS)
    assert subject.match("app.a.b.opened") is None
    assert subject.match("app..opened") is None
    assert subject.match("app.a.opened\n") is None


def test_the_message_says_which_parameter_lacks_a_text() -> None:
    with pytest.raises(ProtocolError, match=r'needs a text for \{room\}, and was given one for "rom"') as refused:
        compile_subject("app.{room}", TOKENS).build({"rom": "a"})
    assert refused.value.subject == "app.{room}"


def test_the_message_says_what_was_given_what_became_of_it_and_what_to_do() -> None:
    with pytest.raises(ProtocolError) as refused:
        to_token("..", ROOM, "room")
    assert str(refused.value) == (
        '[invalid_subject] room "..", which becomes "", cannot be part of a subject: '
        "nothing is left of it; use a name with at least one letter or digit"
    )


@pytest.mark.parametrize("text", ["a\tb", "a*b", ">", "a\u00a0b", "a\u2028b", "\x00", "\x7f", "\ud800"])
def test_what_is_illegal_in_a_token_is_refused_and_never_changed(text: str) -> None:
    with pytest.raises(ProtocolError, match="use a name without it"):
        to_token(text, ROOM, "room")


def test_what_does_not_match_the_pattern_of_a_rule_is_refused() -> None:
    with pytest.raises(ProtocolError, match="does not match"):
        compile_subject("app.{code}", TOKENS).build({"code": "A"})


def test_white_space_control_characters_and_halves_of_characters_are_illegal_and_nothing_else() -> None:
    spaces = {0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}
    for code in range(0x11000):
        character = chr(code)
        meant = character in ".*>" or code in spaces or unicodedata.category(character) in ("Cc", "Cs")
        assert is_token(character) is not meant, f"U+{code:04X}"


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("a..b", "has an empty token"),
        ("a.{x}{y}", "two parameters with nothing between them"),
        ("a.{x}.{x}", r"has \{x\} twice"),
        ("a.{1x}", "no parameter's name"),
        ("a.b c", "cannot contain"),
        ("a.{x", "cannot contain"),
        ("a.*", "cannot contain"),
    ],
)
def test_a_template_that_gives_no_legal_subject_is_refused(template: str, problem: str) -> None:
    with pytest.raises(ProtocolError, match=problem):
        compile_subject(template, TOKENS)


def test_a_subject_longer_than_nats_takes_is_refused() -> None:
    with pytest.raises(ProtocolError, match="NATS takes 3584"):
        compile_subject("app.{name}", {}).build({"name": "\u00e9" * 1800})
