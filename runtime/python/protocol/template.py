"""What stands around a payload, as data. `envelope.py` writes and reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Template: TypeAlias = "None | bool | int | float | str | Sequence[Template] | Mapping[str, Template]"
"""The form of a message around its payload, as JSON with holes.

- a string `"{args}"` is a hole for the whole value; any other value stands for itself
- a key that ends in `?` is written when there is a value, and may be absent when read
- the key `"..."` spreads an object: when read, it takes the fields that no other key names
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEnvelope:
    """How an event wraps its payload. Holes: `event payload id timestamp`, and the parts of the address."""

    body: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTemplates:
    """How a command is answered. Holes: `service command result message code details id`.

    failures: tried in order, before `success`; the first is the one a service writes
    """

    success: Template
    failures: Sequence[Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnvelope:
    """How a command is asked and answered.

    request: holes: `service command args source id timestamp`, and the parts of the address
    reply: absent when nobody answers such a command
    """

    request: Template
    reply: ReplyTemplates | None = None
