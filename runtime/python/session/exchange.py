"""One message with what becomes of it, as those see it who stand between a program and its messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..observe.trace import TraceContext
from ..protocol.message import CommandDescriptor, EventDescriptor
from ..transport.transport import Headers


@dataclass(slots=True, kw_only=True)
class _AnyExchange:
    """What there is to know of every exchange. Nothing comes of changing it, but for `trace`.

    ref: the message: `<protocol>/events/<event>`, `<protocol>/<service>/<command>`
    address: what is known of where it belongs; a request that is served need not say
    value: the payload of an event, or the arguments of a command
    trace: the step of a trace that it is, for interceptors to say; errors have it
    """

    ref: str
    subject: str
    address: Mapping[str, str]
    value: Any
    id: str | None
    trace: TraceContext | None = None


@dataclass(slots=True, kw_only=True)
class CallExchange(_AnyExchange):
    """A request of this program. It gives the result.

    headers: of a message that is not sent yet: they may be added to
    """

    kind: Literal["call"] = field(default="call", init=False)
    descriptor: CommandDescriptor[Any, Any]
    headers: dict[str, str]


@dataclass(slots=True, kw_only=True)
class ServeExchange(_AnyExchange):
    """A request to a service of this program, whose arguments are right. It gives the result."""

    kind: Literal["serve"] = field(default="serve", init=False)
    descriptor: CommandDescriptor[Any, Any]
    headers: Headers


@dataclass(slots=True, kw_only=True)
class PublishExchange(_AnyExchange):
    """An event that this program sends. It gives nothing.

    headers: of a message that is not sent yet: they may be added to
    """

    kind: Literal["publish"] = field(default="publish", init=False)
    descriptor: EventDescriptor[Any]
    headers: dict[str, str]


@dataclass(slots=True, kw_only=True)
class DeliverExchange(_AnyExchange):
    """An event on its way to one handler. What it gives counts for nothing.

    descriptor: None for an event that the protocol does not know
    """

    kind: Literal["deliver"] = field(default="deliver", init=False)
    descriptor: EventDescriptor[Any] | None
    headers: Headers


Exchange: TypeAlias = CallExchange | ServeExchange | PublishExchange | DeliverExchange
"""A message that is sent or received. `kind` tells which."""
