"""What programs are told of the keys of buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)
Parameters_co = TypeVar("Parameters_co", covariant=True)


@dataclass(frozen=True, slots=True)
class StateEntry(Generic[Value_co]):
    """A value, and which one it is.

    revision: counts the changes of the bucket, from 1
    """

    value: Value_co
    revision: int


@dataclass(frozen=True, slots=True)
class StateRecord(StateEntry[Value_co], Generic[Value_co, Parameters_co]):
    """The value of one of the keys that share a name with parameters.

    parameters: as the key spells them: what a text became there
    """

    parameters: Parameters_co


@dataclass(frozen=True, slots=True)
class StateRevision(Generic[Value_co]):
    """What a key held at some time.

    value: None from when it was deleted
    """

    value: Value_co | None
    revision: int


@dataclass(frozen=True, slots=True)
class StateChange(StateRevision[Value_co]):
    """What a handler of changes is told.

    value: None when the key was deleted
    subject: `<bucket>/<key>`
    """

    subject: str


@dataclass(frozen=True, slots=True)
class StateRecordChange(StateChange[Value_co], Generic[Value_co, Parameters_co]):
    """The same of one of the keys that share a name with parameters.

    parameters: as the key spells them
    """

    parameters: Parameters_co
