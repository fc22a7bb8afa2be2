"""Bytes to values and back."""

from __future__ import annotations

import json
import math

import pytest
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.value.codec import decode, decode_text, encode, encode_text

LIMIT = 1024 * 1024


def nested(levels: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * levels + closing * levels).encode()


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{'a': 1}", b"nul", b"1 2", b"NaN", b"Infinity", b"-Infinity", b"[1,]", b'"\x01"', b"\xef\xbb\xbf1"]
    + [b"\xff", b'"\xed\xa0\x80"', b"\xc0\x80"],
)
def test_what_is_not_json_in_utf_8_is_malformed(data: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        decode(data, LIMIT)
    assert refused.value.code == "malformed_message"


def test_of_repeated_keys_the_last_counts() -> None:
    assert decode(b'{"a": 1, "a": 2}', LIMIT) == {"a": 2}


def test_a_message_may_have_as_many_bytes_as_the_limit_and_no_more() -> None:
    assert decode(b'"abc"', 5) == "abc"
    with pytest.raises(ProtocolError) as refused:
        decode(b"\xff\xff\xff\xff\xff\xff", 5)
    assert refused.value.code == "message_too_large"


@pytest.mark.parametrize("data", [nested(101), nested(101, '{"a":', "}").replace(b'":}', b'":1}'), nested(200_000)])
def test_what_nests_deeper_than_100_levels_is_malformed(data: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        decode(data, LIMIT)
    assert refused.value.code == "malformed_message"


def test_what_nests_100_levels_is_read_and_so_are_brackets_side_by_side_or_in_a_text() -> None:
    assert decode(nested(100), LIMIT) is not None
    assert decode(b"[" + b",".join([b"[]"] * 500) + b"]", LIMIT) == [[]] * 500
    assert decode(json.dumps("[" * 500).encode(), LIMIT) == "[" * 500


def test_a_number_of_thousands_of_digits_is_read_as_every_other_language_reads_it() -> None:
    assert decode(b"1" * 10_000, LIMIT) == math.inf


@pytest.mark.parametrize(
    "value", [{"a": {1, 2}}, [object()], math.nan, [math.inf], {1: "a"}, {"a": b"bytes"}, (1, 2), {"f": print}]
)
def test_what_json_cannot_say_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(ProtocolError) as refused:
        encode(value)
    assert refused.value.code == "invalid_argument"
    assert len(refused.value.violations) == 1


def test_a_value_that_contains_itself_is_refused() -> None:
    circle: list[object] = []
    circle.append({"a": circle})
    with pytest.raises(ProtocolError, match="nests deeper than 100 levels, or contains itself"):
        encode(circle)


def test_the_place_of_what_cannot_be_said_is_a_json_pointer() -> None:
    with pytest.raises(ProtocolError) as refused:
        encode({"a/b": [0, {"~": math.nan}]})
    assert refused.value.violations[0].pointer == "/a~1b/1/~0"


def test_encoding_writes_utf_8_without_spaces_and_escapes_half_a_character() -> None:
    assert encode({"a": [1, "\u00e9"]}) == b'{"a":[1,"\xc3\xa9"]}'
    assert encode("\ud800") == b'"\\ud800"'
    assert decode(encode("\ud800"), LIMIT) == "\ud800"


def test_text_travels_as_it_is_and_only_when_it_is_unicode() -> None:
    assert decode_text(encode_text("\ufeff<b>\u00e9"), LIMIT) == "\ufeff<b>\u00e9"
    with pytest.raises(ProtocolError):
        encode_text("\ud800")
    with pytest.raises(ProtocolError):
        decode_text(b"\xff", LIMIT)
