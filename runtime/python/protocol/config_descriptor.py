"""What generated code says about a configuration: data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..value.json_value import Json
from ..value.payload import Payload

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingOption:
    """What a setting sets, and how its value is to be read.

    name: an option of the runtime, as a path: `nats.tls.ca_file`
    factor: what a number is multiplied by, to have the option's unit
    values: what the option is for each value of the setting. For any other value, it is not set
    """

    name: str
    factor: float = 1
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a configuration.

    default: what it is when nothing is said
    option: what it sets; None: it is for the program itself
    """

    default: Json = None
    option: SettingOption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigDescriptor(Generic[T]):
    """What a program is configured with. It does not travel.

    ref: `<protocol>/config/<name>`
    settings: what stands in it and is no group of others, by JSON pointer: `/server/timeout`
    """

    ref: str
    name: str
    hash: str
    payload: Payload[T]
    settings: Mapping[str, Setting]
