"""The generated test vectors."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kryten_protocol.runtime.value.model import UnknownFields

FOLDER = Path(__file__).parents[2] / "generated/kryten/vectors/payloads"
POLICIES: tuple[UnknownFields, ...] = ("tolerate", "refuse")

Judge = Callable[[Any, UnknownFields], bool]


@dataclass(frozen=True)
class Vector:
    """A value of a payload, and who accepts it: everybody, nobody, or only who receives it."""

    ref: str
    why: str
    value: Any
    accepted_by: frozenset[UnknownFields]


@cache
def read_vectors(folder: Path = FOLDER) -> tuple[Vector, ...]:
    """All vectors of a protocol's payloads."""
    return tuple(vector for path in sorted(folder.glob("*.json")) for vector in _read(path))


def disagreements(judge_of: Callable[[str], Judge], folder: Path = FOLDER) -> set[str]:
    """The vectors that a judge of payloads sees otherwise than they are meant, as texts."""
    return {
        f"{vector.ref}, {fields}: {vector.why}: {json.dumps(vector.value)}"
        for vector in read_vectors(folder)
        for fields in POLICIES
        if judge_of(vector.ref)(vector.value, fields) != (fields in vector.accepted_by)
    }


def _read(path: Path) -> Iterator[Vector]:
    kinds: dict[str, tuple[UnknownFields, ...]] = {"valid": POLICIES, "invalid": (), "unknownFields": ("tolerate",)}
    for payload in json.loads(path.read_text("utf-8"))["payloads"]:
        for kind, accepted_by in kinds.items():
            for vector in payload[kind]:
                yield Vector(payload["ref"], vector["why"], vector["value"], frozenset(accepted_by))
