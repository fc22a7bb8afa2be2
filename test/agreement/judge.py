"""Says what Python makes of values: the generated models, and an independent validator of JSON Schemas.

Reads a line `<package> <reference> <count>` and then so many values, one a line, and answers with a line of as many digits:
the sum of 1 where a reader accepts the value, 2 where a writer does, and 4 where it is valid against the JSON Schema.
"""

import argparse
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import fastjsonschema

READER, WRITER, SCHEMA = 1, 2, 4

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument(
    "--defect", choices=["model", "schema"], help="give one of the two a defect that careless ones have"
)
options = parser.parse_args()


@cache
def judge_of(package: str, ref: str) -> Callable[[bytes], int]:
    decode = import_module(f"{package}.runtime.value.codec").decode
    malformed = import_module(f"{package}.runtime.error").ProtocolError
    payload = import_module(package).PAYLOADS[ref]
    is_valid = fastjsonschema.compile(payload.json_schema(), use_formats=False)

    def judge(data: bytes) -> int:
        try:
            value = decode(data)
        except malformed:
            return 0
        to_model = without_null(value) if options.defect == "model" else value
        to_schema = without_booleans(value) if options.defect == "schema" else without_infinity(value)
        verdict = READER if payload.accepts(to_model) else 0
        verdict |= WRITER if payload.accepts(to_model, "refuse") else 0
        try:
            is_valid(to_schema)
        except fastjsonschema.JsonSchemaValueException:
            return verdict
        return verdict | SCHEMA

    return judge


def without_infinity(value: Any) -> Any:
    """A value with something that is no number for each that is beyond all numbers: JSON Schemas know of none such."""
    if isinstance(value, dict):
        return {name: without_infinity(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_infinity(item) for item in value]
    return ... if isinstance(value, (int, float)) and abs(value) > sys.float_info.max else value


def without_null(value: Any) -> Any:
    """A defect: null is taken for absent."""
    if isinstance(value, dict):
        return {name: without_null(item) for name, item in value.items() if item is not None}
    return [without_null(item) for item in value] if isinstance(value, list) else value


def without_booleans(value: Any) -> Any:
    """A defect: true is taken for 1, as Python itself does."""
    if isinstance(value, dict):
        return {name: without_booleans(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_booleans(item) for item in value]
    return int(value) if isinstance(value, bool) else value


for header in sys.stdin.buffer:
    package, ref, count = header.decode().split(" ")
    judge = judge_of(package, ref)
    verdicts = [judge(sys.stdin.buffer.readline()[:-1]) for _ in range(int(count))]
    print("".join(map(str, verdicts)), flush=True)
