"""What lifecycle messages are for, where the runtime sends and reads them by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .template import Template

Role: TypeAlias = Literal["startup", "heartbeat", "shutdown", "connected", "disconnected", "restart", "poll"]
"""What a lifecycle message is for, where the runtime sends or reads it by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which lifecycle messages play which role, and how the runtime's facts stand in their payloads. Times are in s.

    messages: names of lifecycle messages; what there is no message for is not said
    report: the payload of what a service says about itself: of every role but the last two. Holes: `service version
        hostname instance contract timestamp uptime interval endpoints metadata`, and where there is one `target reason`
    restart: the payload that asks all services to restart. Holes: `source reason delay timestamp`
    poll: the payload that asks all services to say that they are there. Holes: `source timestamp`
    """

    messages: Mapping[Role, str] = field(default_factory=dict)
    report: Template = field(default_factory=dict)
    restart: Template = field(default_factory=dict)
    poll: Template = field(default_factory=dict)
