"""The commands that a service takes on one subject: finding the one that a request asks for, and its arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..error import ProtocolError
from ..protocol.envelope import CompiledTemplate
from ..protocol.message import CommandDescriptor, ServiceDescriptor
from ..protocol.protocol_wire import CommandEnvelopes, Wire
from ..value.invalid import Refused
from ..value.json_value import Json
from ..value.violation import Violation
from ..value.wording import describe, did_you_mean, quote
from .tally import Tally

AnyCommand: TypeAlias = CommandDescriptor[Any, Any]
"""A command, where its types do not matter."""


@dataclass(frozen=True, slots=True)
class ServedCommand:
    """A command, with what reading its requests takes.

    result: around the result, when it is not all of the reply's data
    """

    descriptor: AnyCommand
    envelopes: CommandEnvelopes
    result: CompiledTemplate | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """A request, opened. Its arguments are not checked yet.

    values: what stands in the envelope
    """

    command: ServedCommand
    args: Json
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A request for nothing that the service does.

    error: `wrong_service`, `unknown_command` or `invalid_request`
    """

    error: ProtocolError
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _Style:
    """Commands that travel in the same envelope, by name and by alias."""

    envelopes: CommandEnvelopes
    commands: Mapping[str, ServedCommand]


class ServedSubject:
    """Reads what arrives on one subject, for these commands."""

    def __init__(self, wire: Wire, service: ServiceDescriptor, commands: Sequence[AnyCommand]) -> None:
        self._service = service
        served = self.commands = [_served_command(wire, command) for command in commands]
        self._styles = [
            _Style(wire.command_envelopes(name), _by_name(each for each in served if each.descriptor.envelope == name))
            for name in dict.fromkeys(command.envelope for command in commands)
        ]
        # The one command of the subject, for envelopes that do not name any.
        self._only = served[0] if len(served) == 1 else None

    @property
    def usual_envelopes(self) -> CommandEnvelopes | None:
        """How a request is answered that cannot be told to be any command. None: not at all."""
        return next((style.envelopes for style in self._styles if style.envelopes.replies is not None), None)

    def open(self, body: Json) -> OpenedRequest | RefusedRequest:
        """Finds the command and opens its envelope."""
        readings = []
        for style in self._styles:
            values = style.envelopes.request.read(body)
            readings.append(values)
            if isinstance(values, Violation) or not self._is_for(values.get("service")):
                continue
            name = values.get("command") or (self._only and self._only.descriptor.name)
            command = style.commands.get(name) if isinstance(name, str) else None
            if command is not None:
                args = _arguments_of(values.get("args", {}), command.descriptor)
                return OpenedRequest(command, args, values)
        return self._refused(readings)

    def _is_for(self, service: Json) -> bool:
        return service is None or service == self._service.name or service in self._service.answers_to

    def _refused(self, readings: Sequence[dict[str, Json] | Violation]) -> RefusedRequest:
        violations = []
        for reading in readings:
            if not isinstance(reading, Violation):
                return RefusedRequest(self._objection(reading), reading)
            violations.append(reading)
        return RefusedRequest(Refused("the request", "invalid_request").error(violations[:1]), {})

    def _objection(self, values: Mapping[str, Json]) -> ProtocolError:
        name, service, command = self._service.name, values.get("service"), values.get("command")
        if not self._is_for(service):
            return ProtocolError(
                "wrong_service", f"this is {name}, and the request is for {describe(service)}; ask that one"
            )
        if not isinstance(command, str):
            return ProtocolError("invalid_request", f"the request's command must be a text, not {describe(command)}")
        known = [known for style in self._styles for known in style.commands]
        reason = f"{name} has no command {quote(command)}{did_you_mean(command, known)}"
        return ProtocolError("unknown_command", reason)


def _served_command(wire: Wire, descriptor: AnyCommand) -> ServedCommand:
    template = descriptor.result_template
    result = None if template is None else CompiledTemplate(template)
    return ServedCommand(descriptor, wire.command_envelopes(descriptor.envelope), result, Tally())


def _by_name(commands: Iterable[ServedCommand]) -> dict[str, ServedCommand]:
    served = list(commands)
    by_alias = {alias: command for command in served for alias in command.descriptor.aliases}
    # A name counts for more than another command's alias.
    return by_alias | {command.descriptor.name: command for command in served}


def _arguments_of(args: Json, descriptor: AnyCommand) -> Json:
    """The arguments under the names that the schema has. What is given under both counts under its own."""
    if not isinstance(args, dict):
        return args
    aliases = {alias: name for name, others in descriptor.argument_aliases.items() for alias in others}
    renamed = {name: value for name, value in args.items() if name not in aliases}
    for alias, name in aliases.items():
        if alias in args:
            renamed.setdefault(name, args[alias])
    return renamed
