"""The generated models come to the verdicts that the vectors state, on values and on JSON."""

import json

from kryten_protocol import PAYLOADS
from kryten_protocol.runtime.value.codec import decode
from kryten_protocol.runtime.value.json_value import is_same
from vectors import Judge, disagreements, read_vectors


def model(ref: str) -> Judge:
    return PAYLOADS[ref].accepts


def test_every_payload_has_vectors_of_each_verdict() -> None:
    assert {vector.ref for vector in read_vectors()} == PAYLOADS.keys()
    assert {vector.accepted_by for vector in read_vectors()} == {
        frozenset(),
        frozenset({"tolerate"}),
        frozenset({"tolerate", "refuse"}),
    }


def test_the_models_have_the_stated_verdict() -> None:
    assert disagreements(model) == set()


def test_the_models_have_the_same_verdict_on_json() -> None:
    def reader(ref: str) -> Judge:
        return lambda value, fields: PAYLOADS[ref].accepts(decode(json.dumps(value).encode()), fields)

    assert disagreements(reader) == set()


def test_a_judge_that_lets_everything_through_is_seen() -> None:
    refusals = {(vector.ref, vector.why) for vector in read_vectors() if "refuse" not in vector.accepted_by}
    assert len(disagreements(lambda _ref: lambda _value, _fields: True)) > len(refusals) > 1000


def test_a_judge_that_takes_null_for_absent_is_seen() -> None:
    def forgetful(ref: str) -> Judge:
        return lambda value, fields: PAYLOADS[ref].accepts(without_null(value), fields)

    assert len(disagreements(forgetful)) > 100


def test_what_is_read_is_written_as_it_was() -> None:
    changed = {
        f"{vector.ref}: {json.dumps(vector.value)}"
        for vector in read_vectors()
        if "refuse" in vector.accepted_by and not is_same(written_again(vector.ref, vector.value), vector.value)
    }
    assert changed == set()


def test_a_reader_drops_the_fields_that_nothing_lists_and_so_a_writer_accepts_the_rest() -> None:
    refused = {
        f"{vector.ref}: {json.dumps(vector.value)}"
        for vector in read_vectors()
        if "tolerate" in vector.accepted_by
        and not PAYLOADS[vector.ref].accepts(written_again(vector.ref, vector.value), "refuse")
    }
    assert refused == set()


def written_again(ref: str, value: object) -> object:
    return decode(PAYLOADS[ref].write(PAYLOADS[ref].check(value)))


def without_null(value: object) -> object:
    if isinstance(value, dict):
        return {name: without_null(item) for name, item in value.items() if item is not None}
    return [without_null(item) for item in value] if isinstance(value, list) else value
