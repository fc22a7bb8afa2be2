"""Reading what a program is configured with."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from pydantic import ValidationError

from ..error import ProtocolError
from ..observe.redact import is_secret_name, redact, redact_text
from ..protocol.config_descriptor import ConfigDescriptor
from ..value.explain import violations_of
from ..value.violation import Violation
from .document import read_file
from .draft import NOTHING, Draft
from .environment import read_environment
from .options import ConnectOptions, configured
from .path import drop_at, steps_of
from .settings import fill_defaults, options_of
from .substitute import Substitution

if TYPE_CHECKING:
    from ..http.http_options import HttpOptions

T = TypeVar("T")

_UNKNOWN = "is not a known field"


@dataclass(frozen=True, slots=True)
class Value:
    """A configuration that the program has already, as JSON has it."""

    value: object


@dataclass(frozen=True, slots=True)
class Environment:
    """A configuration in variables.

    prefix: what their names begin with; by default the protocol's name: `WEATHER_`
    """

    variables: Mapping[str, str]
    prefix: str | None = None


Source: TypeAlias = str | PathLike[str] | Value | Environment
"""Where a configuration comes from: the path of a JSON or YAML file, a value, or the variables of an environment."""


@dataclass(frozen=True, slots=True, repr=False)
class Configuration(Generic[T]):
    """A configuration that can be used. Printed as a whole, it shows no secret.

    value: all settings, defaults included
    connect: the options of `Client.connect` that it sets
    http: those of `serve_http`; None for a program that is not to be watched
    log_level: the least grave level that is worth writing, for `logging`
    own: what the program was to have of it for itself
    """

    value: T
    connect: ConnectOptions
    http: HttpOptions | None
    log_level: int
    own: Mapping[str, object]

    def __repr__(self) -> str:
        return f"Configuration({redact(self.value)}, own={redact(self.own)})"


def load_configuration(
    config: ConfigDescriptor[T],
    source: Source,
    *,
    variables: Mapping[str, str] | None = None,
    own: Sequence[str] = (),
) -> Configuration[T]:
    """Reads a configuration and checks it.

    Texts in a file or a value may hold variables: `${NAME}`, or `${NAME:-default}`; and `$${` for a plain `${`.

    variables: what `${NAME}` stands for; by default the environment of the process
    own: names at the top that are the program's own: not checked, and handed out as `own`

    Raises ProtocolError `invalid_configuration`, with everything that is wrong and where.
    """
    read = _draft_of(config, source, os.environ if variables is None else variables)
    chosen, value = _parted(read.value, own)
    draft = replace(read, value=value)
    findings = _findings_in(config, draft)
    if findings:
        raise _refusal(config, draft, findings)
    fill_defaults(value, config.settings)
    options = configured(options_of(value, config.settings))
    return Configuration(config.payload.check(value, "refuse"), **options, own=chosen)


def _draft_of(config: ConfigDescriptor[Any], source: Source, variables: Mapping[str, str]) -> Draft:
    if isinstance(source, Environment):
        protocol = config.ref.split("/")[0]
        return read_environment(config, source.variables, source.prefix or f"{protocol.upper()}_")
    if isinstance(source, Value):
        draft = Draft(source.value, [], lambda pointer: pointer or "the value")
    else:
        draft = read_file(Path(source))
    return draft if draft.value is NOTHING else Substitution(config.payload.json_schema(), variables).of(draft)


def _parted(value: object, names: Sequence[str]) -> tuple[dict[str, object], object]:
    """The fields of these names, and the others."""
    if not isinstance(value, dict):
        return {}, value
    own = {name: field for name, field in value.items() if name in names}
    return own, {name: field for name, field in value.items() if name not in names}


def _findings_in(config: ConfigDescriptor[Any], draft: Draft) -> list[Violation]:
    if draft.value is NOTHING:
        return list(draft.findings)
    # A text whose variable is not set says nothing about what it will be.
    unsure = {finding.pointer for finding in draft.findings}
    found = _violations_in(config, draft.value)
    return [*draft.findings, *(_without_secret(each) for each in found if each.pointer not in unsure)]


def _violations_in(config: ConfigDescriptor[Any], value: object) -> list[Violation]:
    """All that is wrong. Where a field is not known, the others are not looked at, so it is taken out for another look."""
    value, found = deepcopy(value), list[Violation]()
    while True:
        try:
            config.payload.check(value, "refuse")
            return found
        except ValidationError as reason:
            violations = violations_of(reason, value)
        unknown = [each for each in violations if each.message.startswith(_UNKNOWN)]
        if not unknown:
            return [*found, *violations]
        found += unknown
        for each in unknown:
            *group, name = steps_of(each.pointer)
            drop_at(value, group, name)


def _without_secret(found: Violation) -> Violation:
    if any(is_secret_name(step) for step in steps_of(found.pointer)):
        return Violation(found.pointer, found.message.partition(", not ")[0])
    return Violation(found.pointer, redact_text(found.message))


def _refusal(config: ConfigDescriptor[Any], draft: Draft, findings: Sequence[Violation]) -> ProtocolError:
    lines = sorted((f"{draft.place(each.pointer)} {each.message}" for each in findings), key=_natural)
    reason = "\n  ".join([f"this is no configuration of the form {config.ref}:", *lines])
    return ProtocolError("invalid_configuration", reason, ref=config.ref, violations=findings)


def _natural(line: str) -> list[tuple[int, str]]:
    """Line 10 comes after line 9."""
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", line)]
