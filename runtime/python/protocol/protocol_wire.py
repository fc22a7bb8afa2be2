"""How a protocol travels in one of its dialects: its subjects and envelopes, compiled when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from ..error import ProtocolError
from ..value.wording import did_you_mean, quote
from .envelope import CompiledTemplate
from .message import (
    CommandDescriptor,
    CommandEnvelope,
    EventDescriptor,
    EventEnvelope,
    LifecycleDescriptor,
    ProtocolDescriptor,
    Role,
    Roles,
    ServiceDescriptor,
)
from .subject import Subject, compile_subject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Replies:
    """How a command is answered."""

    success: CompiledTemplate
    failures: Sequence[CompiledTemplate]


@dataclass(frozen=True, slots=True)
class CommandEnvelopes:
    """How commands are asked and answered. Without `replies` nobody answers."""

    request: CompiledTemplate
    replies: Replies | None


class Wire:
    """One protocol in one dialect."""

    def __init__(self, protocol: ProtocolDescriptor, dialect: str | None) -> None:
        """Raises ProtocolError `invalid_argument` when the protocol has no such dialect."""
        self.protocol = protocol
        self.dialect = dialect or next(iter(protocol.dialects))
        self._templates = _find(protocol.dialects, self.dialect, f"{protocol.name} has no dialect")
        self._by_wire_name = {service.name: service for service in protocol.services.values()}
        self.subject = cache(lambda template: compile_subject(template, protocol.tokens))
        self.event_envelope = cache(self._compile_event_envelope)
        self.command_envelopes = cache(self._compile_command_envelopes)

    def event(self, name: str) -> EventDescriptor[Any]:
        """Raises ProtocolError `invalid_argument` when there is no such event, as all that find something by name do."""
        return _find(self.protocol.events, name, f"{self.protocol.name} has no event")

    def service(self, name: str) -> ServiceDescriptor:
        """The service by the name that programs use."""
        return _find(self.protocol.services, name, f"{self.protocol.name} has no service")

    def lifecycle(self, name: str) -> LifecycleDescriptor[Any]:
        return _find(self.protocol.lifecycle, name, f"{self.protocol.name} has no lifecycle message")

    @property
    def roles(self) -> Roles:
        """The lifecycle messages that the runtime sends and reads by itself."""
        return self.protocol.roles

    def message_for(self, role: Role) -> str:
        """The lifecycle message that plays a role. Raises ProtocolError `invalid_argument` when none does."""
        name = self.roles.messages.get(role)
        if name is None:
            reason = f"{self.protocol.name} has no lifecycle message for {role}: name one in its schema"
            raise ProtocolError("invalid_argument", reason)
        return name

    def event_subject(self, event: EventDescriptor[Any] | None) -> Subject:
        """Built from the parts of the address and `event`."""
        own = None if event is None else event.subjects.get(self.dialect)
        return self.subject(own or self._templates.event)

    def command_subject(self, command: CommandDescriptor[Any, Any]) -> Subject:
        """Built from the parts of the address, `service` and `command`."""
        service = self._by_wire_name.get(command.service)
        own = command.subjects.get(self.dialect) or (service and service.subjects.get(self.dialect))
        return self.subject(own or self._templates.command)

    def lifecycle_subject(self, message: LifecycleDescriptor[Any]) -> Subject:
        """Built from `service` and `kind`."""
        return self.subject(message.subjects.get(self.dialect) or self._templates.lifecycle)

    def _compile_event_envelope(self, name: str) -> CompiledTemplate:
        envelope = self.protocol.envelopes.get(name)
        if not isinstance(envelope, EventEnvelope):
            raise _defect(f"{name} is not an envelope of events")
        return CompiledTemplate(envelope.body)

    def _compile_command_envelopes(self, name: str) -> CommandEnvelopes:
        envelope = self.protocol.envelopes.get(name)
        if not isinstance(envelope, CommandEnvelope):
            raise _defect(f"{name} is not an envelope of commands")
        request, reply = CompiledTemplate(envelope.request), envelope.reply
        if reply is None:
            return CommandEnvelopes(request, None)
        failures = [CompiledTemplate(failure) for failure in reply.failures]
        return CommandEnvelopes(request, Replies(CompiledTemplate(reply.success), failures))


def _find(things: Mapping[str, T], name: str, complaint: str) -> T:
    thing = things.get(name)
    if thing is None:
        raise ProtocolError("invalid_argument", f"{complaint} {quote(name)}{did_you_mean(name, things)}")
    return thing


def _defect(problem: str) -> ProtocolError:
    """A descriptor that contradicts itself: generated code never does."""
    return ProtocolError("internal", f"the protocol's descriptor is wrong: {problem}")
