"""What generated models are made of gives the verdict of every other language."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, nan
from typing import Annotated, Any, Literal

import pytest
from kryten_protocol.runtime import wire
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.value.codec import decode
from kryten_protocol.runtime.value.explain import violations_of
from pydantic import TypeAdapter, ValidationError

ASTRAL, COMBINED, HALF = "\U0001f600", "e\u0301", "\ud800"


class Address(wire.Model):
    street: wire.Text
    house_number: Annotated[wire.Optionally[wire.Whole], wire.name("houseNumber")] = None


class Person(wire.Model):
    name: Annotated[str, wire.text(minimum=1, maximum=4)]
    age: Annotated[wire.Optionally[int], wire.whole(ge=0, le=150)] = None
    nickname: wire.Text | None = None
    address: wire.Optionally[Address] = None
    friends: wire.Optionally[list[Person]] = None


class Closed(wire.Model, extra="forbid"):
    kind: Literal["closed"]


class Open(wire.Model):
    kind: Literal["open"]
    rest: dict[wire.Text, wire.Number] = wire.rest()


def accepts(annotation: Any, value: object, context: str | None = None) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value, context=context)
    except ValidationError:
        return False
    return True


def accepted(annotation: Any, *values: object) -> Iterator[object]:
    return (value for value in values if accepts(annotation, value))


class TestNumbers:
    def test_a_whole_number_may_be_spelt_with_a_fraction_of_nothing(self) -> None:
        values = [TypeAdapter(wire.Whole).validate_python(value) for value in (1, 1.0, 1e2, -0.0, 2**53 - 1)]
        assert [(value, type(value)) for value in values] == [(v, int) for v in (1, 1, 100, 0, 2**53 - 1)]

    def test_what_is_not_whole_or_not_exact_everywhere_is_refused(self) -> None:
        refused = ("1", True, 1.5, 2**53, -(2**53), 2.0**53, 2**53 + 1, inf, nan, 10**400, None, [1])
        assert list(accepted(wire.Whole, *refused)) == []

    def test_a_number_is_finite_and_no_boolean(self) -> None:
        refused = ("1.5", True, False, inf, -inf, nan, 10**400, None)
        assert list(accepted(wire.Number, *refused)) == []
        assert list(accepted(wire.Number, 1, 1.5, 2**53 + 1, -1e300)) == [1, 1.5, 2**53 + 1, -1e300]

    def test_bounds_hold_on_both_sides(self) -> None:
        assert list(accepted(Annotated[int, wire.whole(ge=1, lt=3)], 0, 1, 2, 2.5, 3)) == [1, 2]
        assert list(accepted(Annotated[float, wire.number(gt=1, le=3)], 1, 1.5, 3, 3.5)) == [1.5, 3]

    def test_a_number_without_a_fraction_is_written_without_one(self) -> None:
        assert repr(TypeAdapter(wire.Number).dump_python(5.0)) == "5"


class TestTexts:
    def test_lengths_count_code_points(self) -> None:
        four = Annotated[str, wire.text(minimum=4, maximum=4)]
        texts = ("abcd", ASTRAL * 4, COMBINED * 2, HALF * 4, "abc", ASTRAL * 2, COMBINED * 4, "abcde")
        assert list(accepted(four, *texts)) == ["abcd", ASTRAL * 4, COMBINED * 2, HALF * 4]

    def test_half_a_surrogate_pair_is_a_text(self) -> None:
        assert list(accepted(wire.Text, HALF, "", ASTRAL, 1, b"a", None)) == [HALF, "", ASTRAL]

    def test_patterns_are_searched_for_and_compiled_when_they_are_needed(self) -> None:
        assert list(accepted(Annotated[str, wire.text(pattern="b+")], "abc", "ac")) == ["abc"]
        assert Annotated[str, wire.text(pattern="(")] is not None


class TestConstants:
    def test_true_is_not_one_and_one_is_not_text(self) -> None:
        assert list(accepted(Annotated[Literal[1], wire.one_of()], 1, 1.0, True, "1", None, [])) == [1, 1.0]
        assert list(accepted(Annotated[Literal[True], wire.one_of()], True, 1, "true", False)) == [True]
        assert list(accepted(Annotated[float | str, wire.one_of(1.5, "a")], 1.5, "a", 1, "1.5")) == [1.5, "a"]
        assert list(accepted(Literal["a"], "a", "b", HALF, None, {})) == ["a"]

    def test_an_open_enumeration_lets_other_texts_through(self) -> None:
        open_enumeration = Annotated[Literal["a"] | str, wire.text()]
        assert list(accepted(open_enumeration, "a", "b", HALF, 1, None)) == ["a", "b", HALF]


class TestObjects:
    def test_absent_and_null_are_kept_apart(self) -> None:
        assert accepts(Person, {"name": "Bob"}) and accepts(Person, {"name": "Bob", "nickname": None})
        assert not accepts(Person, {"name": "Bob", "age": None})
        written = [
            Person.model_validate(value).model_dump() for value in ({"name": "B"}, {"name": "B", "nickname": None})
        ]
        assert written == [{"name": "B"}, {"name": "B", "nickname": None}]

    def test_nulls_are_never_invented_wherever_an_object_stands(self) -> None:
        bob = Person(name="Bob", friends=[Person(name="Ann", address=Address(street="x", house_number=7))])
        expected = {"name": "Bob", "friends": [{"name": "Ann", "address": {"street": "x", "houseNumber": 7}}]}
        assert bob.model_dump() == expected
        assert TypeAdapter(list[Person]).dump_python([bob]) == [expected]
        assert decode(bob.model_dump_json()) == expected
        assert Person.model_validate_json(bob.model_dump_json()) == bob

    def test_fields_have_their_own_names_on_the_wire_and_pythons_in_python(self) -> None:
        assert Address.model_validate({"street": "x", "houseNumber": 7}) == Address(street="x", house_number=7)
        assert Address.model_validate({"street": "x", "house_number": 7}).house_number is None
        assert Address(street="x", house_number=7).model_dump(by_alias=False) == {"street": "x", "house_number": 7}

    def test_a_reader_drops_unknown_fields_and_a_writer_refuses_them_at_any_depth(self) -> None:
        values: list[object] = [
            {"name": "B", "x": 1},
            {"name": "B", "address": {"street": "", "x": 1}},
            {"name": "B", "__proto__": 1},
        ]
        assert [accepts(Person, value) for value in values] == [True] * 3
        assert [accepts(Person, value, "refuse") for value in values] == [False] * 3
        assert Person.model_validate(values[0]).model_dump() == {"name": "B"}

    def test_a_constructor_takes_no_unknown_field(self) -> None:
        with pytest.raises(TypeError, match="Person has no field 'nick'"):
            Person(name="Bob", nick="B")  # type: ignore[call-arg]

    def test_a_closed_object_refuses_them_always_and_an_open_one_keeps_them(self) -> None:
        assert not accepts(Closed, {"kind": "closed", "x": 1})
        assert Open.model_validate({"kind": "open", "x": 1, HALF: 2}).rest == {"x": 1, HALF: 2}
        assert Open(kind="open", rest={"x": 1}).model_dump() == {"kind": "open", "x": 1}
        assert not accepts(Open, {"kind": "open", "x": "1"})

    def test_what_was_added_to_an_open_object_is_written(self) -> None:
        opened = Open(kind="open")
        opened.rest["..."] = 1.0
        assert opened.model_dump() == {"kind": "open", "...": 1}

    def test_unions_are_told_apart_by_their_tag(self) -> None:
        union = Annotated[Closed | Open, wire.tagged("kind")]
        assert [type(TypeAdapter(union).validate_python({"kind": kind})) for kind in ("closed", "open")] == [
            Closed,
            Open,
        ]
        tags: list[object] = ["other", HALF, None, 1, [], {}]
        assert list(accepted(union, *({"kind": tag} for tag in tags), {}, [], None)) == []


class TestExplanations:
    @staticmethod
    def why(annotation: Any, value: object, context: str | None = None) -> list[tuple[str, str]]:
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(annotation).validate_python(value, context=context)
        return [(found.pointer, found.message) for found in violations_of(caught.value, value)]

    def test_name_the_place_and_the_value(self) -> None:
        friends = [{"name": "Ann"}, {"name": "", "age": "7"}]
        assert self.why(Person, {"name": "Bob", "friends": friends}) == [
            ("/friends/1/name", 'must have at least 1 character, not ""'),
            ("/friends/1/age", 'must be a number, not "7"'),
        ]

    def test_say_types_and_limits_as_in_every_language(self) -> None:
        whole, few = (
            Annotated[int, wire.whole(ge=1, le=9007199254740991)],
            Annotated[list[wire.Number], wire.items(minimum=2)],
        )
        assert self.why(whole, 0) == [("", "must be at least 1, not 0")]
        assert self.why(Annotated[float, wire.number(le=0.5)], 1) == [("", "must be at most 0.5, not 1")]
        assert self.why(whole, 2**60)[0][1].startswith("must be at most 9007199254740991, not ")
        assert self.why(few, 1) == [("", "must be an array, not 1")]
        assert self.why(few, [1]) == [("", "must have at least 2 items, not 1")]
        assert self.why(Person, "Bob") == [("", 'must be an object, not "Bob"')]
        assert self.why(str, 1) == [("", "must be a string, not 1")]

    def test_name_what_is_missing_and_what_is_not_known(self) -> None:
        assert self.why(Person, {}) == [("/name", "is missing")]
        assert self.why(Person, {"name": "Bob", "a/b": 1}, "refuse") == [("/a~1b", "is not a known field")]
        assert self.why(Person, {"name": "Bob", "frends": []}, "refuse") == [
            ("/frends", 'is not a known field; did you mean "friends"?')
        ]

    def test_do_not_name_the_members_of_a_union(self) -> None:
        union = Annotated[Closed | Open, wire.tagged("kind")]
        assert self.why(union, {"kind": "open", "x": "1"}) == [("/x", 'must be a number, not "1"')]
        assert self.why(list[union], [{"kind": "closed", "x": 1}]) == [("/0/x", "is not a known field")]

    def test_have_an_end(self) -> None:
        assert len(self.why(list[wire.Whole], ["x"] * 100)) == 20


class TestJson:
    def test_numbers_are_read_as_everywhere(self) -> None:
        assert decode("[1, 1.0, 1e2, -0, 1e400]") == [1, 1.0, 100.0, 0, inf]
        assert not accepts(wire.Number, decode("1e400"))
        assert not accepts(wire.Whole, decode("9007199254740993"))
        assert not accepts(wire.Number, decode("1" * 5000))

    def test_of_repeated_fields_the_last_counts(self) -> None:
        assert decode('{"a": 1, "a": 2, "__proto__": 3}') == {"a": 2, "__proto__": 3}

    @pytest.mark.parametrize(
        "text", ["NaN", "[Infinity]", "-Infinity", "", "{a: 1}", "[1,]", "01", "\ufeff1", "'a'", "1 2"]
    )
    def test_what_is_not_json_is_refused(self, text: str) -> None:
        with pytest.raises(ProtocolError, match="malformed_message"):
            decode(text)

    @pytest.mark.parametrize(
        "data", [b"\xff", b'"\xed\xa0\x80"', b"[" * 101 + b"]" * 101, b"[" * 100_000, "1".encode("utf-16")]
    )
    def test_what_is_not_utf8_or_too_deep_is_refused(self, data: bytes) -> None:
        with pytest.raises(ProtocolError, match="malformed_message"):
            decode(data)
