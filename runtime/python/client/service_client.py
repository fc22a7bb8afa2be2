"""What the typed clients of services have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ..commands.call import CallOptions
from ..protocol.message import CommandDescriptor
from ..session.retry import Retry
from ..transport.transport import Headers
from .channel import ChannelCore

if TYPE_CHECKING:
    from typing_extensions import Self

Result = TypeVar("Result")


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""An argument that is not sent. None is sent as null, where the schema has it."""


class ServiceClient:
    """Asks a service. Generated code has a method for each of its commands."""

    def __init__(self, core: ChannelCore, options: CallOptions | None = None) -> None:
        self._core = core
        self._options = options or CallOptions()

    def with_options(
        self,
        *,
        timeout: float | None = None,
        retry: Retry | None = None,
        id: str | None = None,
        headers: Headers | None = None,
        even_if_ignored: bool = False,
    ) -> Self:
        """The same service, asked otherwise: `channel.printer.with_options(timeout=1).print(...)`.

        timeout: how long to wait in all, in s; None for the client's `request_timeout` for each reply
        retry: how to send it again when nobody answers; None for the client's
        id: travels with the request; None for a new UUID
        headers: header fields that travel with the request
        even_if_ignored: sends a command that the service is known to ignore
        """
        return type(self)(self._core, CallOptions(timeout, retry, id, headers, even_if_ignored))

    async def _call(self, command: CommandDescriptor[Any, Result], args: object) -> Result:
        """Sends a command, and waits for its result."""
        return await self._core.call(command, _present(args), self._options)

    async def _tell(self, command: CommandDescriptor[Any, Any], args: object) -> None:
        """Sends a command that nobody answers."""
        await self._core.call(command, _present(args), self._options)


def _present(args: object) -> object:
    """The arguments without those that are not to be sent."""
    if not isinstance(args, Mapping):
        return args
    return {name: value for name, value in args.items() if value is not ABSENT}
