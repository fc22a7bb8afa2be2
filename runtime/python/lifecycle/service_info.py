"""Who a program is, as far as it tells others."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from ..session.limits import check_limit
from ..value.json_value import Json


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What a program calls itself, and what it says of itself.

    instance: tells it from others of the same name
    heartbeat_interval: how often it says that it is alive, in s
    announce: whether `connect` announces it; otherwise the program calls `announce` when it is ready
    endpoints: where it can be watched over HTTP, by what is to be seen there: `{"health": {"port": 8080, "path": "/"}}`
    metadata: anything else

    Raises ProtocolError `invalid_argument` for an interval that no timer can wait for.
    """

    name: str
    version: str = "0.0.0"
    instance: str = field(default_factory=lambda: str(uuid4()))
    hostname: str = field(default_factory=socket.gethostname)
    heartbeat_interval: float = 30.0
    announce: bool = True
    endpoints: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    metadata: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_limit("heartbeat_interval", self.heartbeat_interval)
