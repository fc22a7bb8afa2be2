"""How a program is watched over HTTP, as it says it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias, TypedDict

from ..error import ProtocolError
from ..value.wording import quote
from .prometheus import Collector


class HttpPaths(TypedDict, total=False):
    """Where what is to be seen. None: nowhere.

    health: 200 while the client can do its work, otherwise 503; with `client.health()` as JSON; `/health` by default
    ready: 200 while the program can take work, otherwise 503; `/ready` by default
    metrics: for Prometheus; `/metrics` by default
    """

    health: str | None
    ready: str | None
    metrics: str | None


class HttpOptions(TypedDict, total=False):
    """How a program is watched.

    port: where to listen; 0, the default: any that is free
    host: by default all that the machine has
    is_ready: whether the program has what it needs to take work, besides a client that can. When it raises, that is a no. May
        be asynchronous
    registry: metrics of the program's own, to be shown beside those of its client
    prefix: what the names of the client's metrics begin with; by default the name of the protocol, and `_`
    process_metrics: whether to show metrics of the process; by default, unless the program has metrics of its own
    """

    port: int
    host: str
    paths: HttpPaths
    is_ready: Callable[[], bool | Awaitable[bool]]
    registry: Collector
    prefix: str
    process_metrics: bool


Paths: TypeAlias = Mapping[str, str | None]
"""Where what is to be seen, after defaults."""


def paths_of(options: HttpOptions) -> Paths:
    """Raises ProtocolError `invalid_argument` for a path that cannot be one."""
    chosen = options.get("paths", {})
    paths = {
        "health": chosen.get("health", "/health"),
        "ready": chosen.get("ready", "/ready"),
        "metrics": chosen.get("metrics", "/metrics"),
    }
    taken: set[str] = set()
    for name, path in paths.items():
        if path is None:
            continue
        if re.fullmatch(r"/[^?#\s]*", path) is None or path in taken:
            reason = f'the path {quote(path)} of {name} must begin with "/", and be different from the others'
            raise ProtocolError("invalid_argument", reason)
        taken.add(path)
    return paths


def prefix_of(options: HttpOptions, protocol: str) -> str:
    """What the names of metrics begin with.

    protocol: its name

    Raises ProtocolError `invalid_argument` for what cannot be part of one.
    """
    prefix = options.get("prefix", re.sub(r"\W", "_", f"{protocol}_", flags=re.ASCII))
    if re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", prefix) is None:
        reason = f'no metric can begin with {quote(prefix)}: use letters, digits and "_"'
        raise ProtocolError("invalid_argument", reason)
    return prefix
