"""What a service is written as: a class with a method for each command."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

from ..protocol.message import ServiceDescriptor
from .command_run import CommandHandler


class Handlers(ABC):
    """Answers what a service can be asked. Generated code adds an abstract method for each command.

    Methods are called for many requests at once, and refuse with `raise refusal(code, message)`.
    """

    _descriptor: ClassVar[ServiceDescriptor]


def service_of(handlers: Handlers) -> ServiceDescriptor:
    """The service that the handlers are for."""
    return handlers._descriptor


def methods_of(handlers: Handlers) -> dict[str, CommandHandler]:
    """The methods of the handlers, by name."""
    return {method: getattr(handlers, method) for method in service_of(handlers).commands}
