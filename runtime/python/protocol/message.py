"""What generated code says about a protocol: data, no behaviour.

The type parameters of descriptors carry the payload types from generated code to the caller of `on` or of a service's method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from ..transport.transport import BucketOptions
from ..value.payload import Payload
from ..value.tokens import Lowercase, Replace, TokenRule, Truncate
from .config_descriptor import ConfigDescriptor, Setting, SettingOption
from .role import Role, Roles
from .stream_descriptor import DeadLetterDescriptor, DeliveryRules, StreamDescriptor
from .template import CommandEnvelope, EventEnvelope, ReplyTemplates, Template

__all__ = [
    "AddressPart",
    "BucketDescriptor",
    "BucketOptions",
    "CommandDescriptor",
    "CommandEnvelope",
    "ConfigDescriptor",
    "DeadLetterDescriptor",
    "DeclaredError",
    "DeliveryRules",
    "Dialect",
    "EventDescriptor",
    "EventEnvelope",
    "Ignored",
    "KeyDescriptor",
    "LifecycleDescriptor",
    "Lowercase",
    "ProtocolDescriptor",
    "Replace",
    "ReplyTemplates",
    "Role",
    "Roles",
    "ServiceDescriptor",
    "Setting",
    "SettingOption",
    "StreamDescriptor",
    "TokenRule",
    "Truncate",
]

T = TypeVar("T")
Args = TypeVar("Args")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDescriptor(Generic[T]):
    """One message that is broadcast. `name` is spelt as on the wire.

    ref: `<protocol>/events/<event>`
    subjects: by dialect, where the event has a subject of its own
    """

    ref: str
    name: str
    hash: str
    payload: Payload[T]
    envelope: str
    subjects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredError:
    """An error a service declares.

    matches: a regular expression over the error text, for a wire that has no code
    """

    code: str
    description: str
    matches: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Why a command has no effect, and what has."""

    because: str
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDescriptor(Generic[Args, Result]):
    """One thing that a service can be asked to do.

    ref: `<protocol>/<service>/<command>`
    name: spelt as on the wire
    method: of the typed client, and of the service's handlers
    aliases: other names under which a service takes the command; never sent
    argument_aliases: other names of an argument, by the name it is sent under; accepted by a service, never sent
    result_template: around `{result}`, where it stands inside the reply's data, when it is not all of it
    repeatable: whether sending it twice does what sending it once does, so that it may be retried
    pace: a pace of the protocol: commands of one pace and channel do not follow one another faster
    takes: how long the service may take, in s: a caller who names no time waits so much longer than usual
    replies: how many replies one service sends; the first counts
    result_names_address: whether the result has fields with the names of the address's parts, which tell where the one who
        answers belongs
    errors: what the service is known to answer with
    ignored: present when the service is known to answer success and do nothing
    deprecated: what to use instead
    """

    ref: str
    service: str
    name: str
    method: str
    hash: str
    envelope: str
    args: Payload[Args]
    result: Payload[Result]
    aliases: Sequence[str] = ()
    argument_aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    result_template: Template = None
    repeatable: bool = False
    pace: str | None = None
    takes: float = 0
    replies: int = 1
    result_names_address: bool = False
    errors: Sequence[DeclaredError] = ()
    ignored: Ignored | None = None
    deprecated: str | None = None
    subjects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleDescriptor(Generic[T]):
    """A message about a service itself: it started, it is alive, it stops. Wrapped only when it names an envelope."""

    ref: str
    name: str
    hash: str
    payload: Payload[T]
    envelope: str | None = None
    subjects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDescriptor(Generic[T]):
    """A key of a bucket, or all the keys that a template describes.

    ref: `<protocol>/state/<bucket>/<key>`
    method: the member of `channel.state`
    encoding: `text` is the bare UTF-8 string, without quotes
    """

    ref: str
    method: str
    key: str
    encoding: Literal["json", "text"]
    hash: str
    payload: Payload[T]


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketDescriptor:
    """A key-value bucket and its keys, by name."""

    ref: str
    name: str
    bucket: str
    keys: Mapping[str, KeyDescriptor[Any]]
    options: BucketOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDescriptor:
    """A service: where it listens, and what it can be asked.

    answers_to: other service names that a request may carry
    commands: by method name
    """

    name: str
    commands: Mapping[str, CommandDescriptor[Any, Any]]
    answers_to: Sequence[str] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A spelling of the protocol's subjects. Everything else is the same in every dialect."""

    event: str
    command: str
    lifecycle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPart:
    """A part of what says where in the protocol's world a message belongs. The last is what a lone text names."""

    name: str
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast commands may follow one another, in ms, unless a program says otherwise.

    delay: the least time between two
    jitter: the most that is added to it by chance
    """

    delay: float
    jitter: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolDescriptor:
    """A protocol: all that the runtime needs to speak it.

    hash: identity of the contract: equal when, and only when, every message is
    dialects: the first is the default
    paces: how fast commands may follow one another, by name
    roles: of lifecycle messages; without any, they are sent and read by programs alone
    streams: what the server keeps of the events, by name
    """

    name: str
    version: str
    hash: str
    address: Sequence[AddressPart]
    tokens: Mapping[str, TokenRule]
    envelopes: Mapping[str, EventEnvelope | CommandEnvelope]
    dialects: Mapping[str, Dialect]
    events: Mapping[str, EventDescriptor[Any]]
    services: Mapping[str, ServiceDescriptor]
    lifecycle: Mapping[str, LifecycleDescriptor[Any]]
    state: Mapping[str, BucketDescriptor]
    paces: Mapping[str, Pace] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)
    streams: Mapping[str, StreamDescriptor] = field(default_factory=dict)
