"""Who a program is, as far as it tells others."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from uuid import uuid4

from ..protocol.role import Role
from ..session.limits import check_limit
from ..value.json_value import Json

Endpoints: TypeAlias = Mapping[str, Mapping[str, Json]]
"""Where a program can be watched over HTTP, by what is to be seen there: `{"health": {"port": 8080, "path": "/"}}`."""


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What a program calls itself, and what it says of itself.

    instance: tells it from others of the same name
    heartbeat_interval: how often it says that it is alive, in s
    announce: whether `connect` announces it; otherwise the program calls `announce` when it is ready
    endpoints: where it says that it can be watched; wins over what `describe` says. Without a port, there is no such endpoint;
        without a path, it is `/` and the name
    metadata: anything else
    lifecycle: what it does not say by itself: `{"heartbeat": False}`; False: nothing at all

    Raises ProtocolError `invalid_argument` for an interval that no timer can wait for.
    """

    name: str
    version: str = "0.0.0"
    instance: str = field(default_factory=lambda: str(uuid4()))
    hostname: str = field(default_factory=socket.gethostname)
    heartbeat_interval: float = 30.0
    announce: bool = True
    endpoints: Endpoints = field(default_factory=dict)
    metadata: Mapping[str, Json] = field(default_factory=dict)
    lifecycle: Mapping[Role, bool] | Literal[False] = field(default_factory=dict)

    def plays(self, role: Role) -> bool:
        """Whether it does by itself what is of this role."""
        return self.lifecycle is not False and self.lifecycle.get(role, True)

    def __post_init__(self) -> None:
        check_limit("heartbeat_interval", self.heartbeat_interval)


def endpoints_told(chosen: Endpoints, described: Endpoints) -> Endpoints:
    """Where a program says that it can be watched: where it chose to, and otherwise where its parts are."""
    told = {
        name: {"path": f"/{name}", **described.get(name, {}), **chosen.get(name, {})}
        for name in {**described, **chosen}
    }
    return {name: endpoint for name, endpoint in told.items() if "port" in endpoint}
