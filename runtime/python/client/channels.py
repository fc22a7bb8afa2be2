"""The channels of one client: those it was started for, or any, each when it is first named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..error import ProtocolError
from ..protocol.address import Address, ChannelName, address_of, agrees, check_parts, key_of, spelling
from ..session.session import Session
from ..value.wording import did_you_mean, quote
from .channel import ChannelCore

Face = TypeVar("Face")


@dataclass(frozen=True, slots=True)
class _KnownChannel(Generic[Face]):
    core: ChannelCore
    face: Face


class Channels(Generic[Face]):
    """All channels of one client."""

    def __init__(
        self, session: Session, names: Sequence[ChannelName] | None, make_face: Callable[[ChannelCore], Face]
    ) -> None:
        """make_face: what programs are given of a channel.

        Raises ProtocolError `invalid_argument` for a text, which would be a list of letters, and for a list of nothing; for a
        name that cannot be, and for two that cannot be told apart.
        """
        self._session = session
        self._parts = session.wire.protocol.address
        self._make_face = make_face
        # By the key of their address.
        self._known: dict[str, _KnownChannel[Face]] = {}
        if names is not None and len(self._parts) > 0:
            _check(names)
        # Whether there may be channels that were not named at the start.
        self._is_open = names is None and len(self._parts) > 0
        by_pattern: dict[str, Address] = {}
        for address in self._addresses_named(names or []):
            pattern = self._add(address).core.event_pattern
            if pattern in by_pattern:
                both = f"{json.dumps(by_pattern[pattern])} and {json.dumps(address)}"
                reason = f"the channels {both} share the subject {pattern}, and cannot be told apart"
                raise _invalid(f"{reason}: leave one out")
            by_pattern[pattern] = address

    @property
    def all(self) -> list[Face]:
        """Those it was started for, and those that were named since."""
        return [known.face for known in self._known.values()]

    def of(self, name: ChannelName) -> Face:
        """Raises ProtocolError `invalid_argument` when the client was started for other channels."""
        address = address_of(self._parts, name)
        known = self._known.get(key_of(address))
        if known is not None:
            return known.face
        if self._is_open:
            return self._add(address).face
        names, wanted = self._names(), spelling(self._parts, address)
        hint = did_you_mean(wanted, names) or f"; they are {', '.join(names)}"
        raise _invalid(f"{wanted} is not one of the channels this client was started for{hint}")

    def started_for(self, method: str) -> list[Face]:
        """The channels that the client was started for.

        method: of the client, that is about all of them
        """
        if self._is_open:
            advice = f"name them to connect, or use client.channel(name).{method}"
            raise _invalid(f"this client was started for no channels: {advice}")
        return self.all

    def chosen(self, where: Mapping[str, str]) -> list[Face]:
        """Those whose address has these parts. Raises ProtocolError `invalid_argument` when there are none."""
        check_parts(self._parts, where)
        if self._is_open:
            return [self.of(where)]
        chosen = [known.face for known in self._known.values() if agrees(where, known.core.address)]
        if chosen:
            return chosen
        shown = json.dumps(where, ensure_ascii=False)
        raise _invalid(f"no channel of this client is in {shown}; they are {', '.join(self._names())}")

    def only(self, method: str) -> Face:
        """The one channel that the client was started for."""
        channels = self.started_for(method)
        if len(channels) != 1:
            raise _invalid(f"this client has several channels: say which, with client.channel(name).{method}(...)")
        return channels[0]

    def without_address(self) -> Face:
        """The one channel of a protocol without an address."""
        if self._parts:
            parts, name = ", ".join(part.name for part in self._parts), self._session.wire.protocol.name
            raise _invalid(f"the messages of {name} have an address ({parts}): use client.channel(name)")
        return self.all[0]

    def served(self, channels: Sequence[ChannelName] | str | None) -> list[Address] | None:
        """The addresses that a service answers for; None: any. Raises ProtocolError `invalid_argument`."""
        if channels == "any":
            return None
        if channels is not None:
            _check(channels)
            return [address_of(self._parts, name) for name in channels]
        return None if self._is_open or not self._parts else self._addresses()

    async def drain(self) -> None:
        """Takes no more, and returns when all that was on its way has reached its handlers."""
        await asyncio.gather(*(known.core.drain() for known in self._known.values()))

    def close(self) -> None:
        """Takes no more, and forgets what waits."""
        for known in self._known.values():
            known.core.close()

    def _addresses(self) -> list[Address]:
        return [known.core.address for known in self._known.values()]

    def _names(self) -> list[str]:
        return [spelling(self._parts, address) for address in self._addresses()]

    def _addresses_named(self, names: Sequence[ChannelName]) -> list[Address]:
        return [address_of(self._parts, name) for name in names] if names or self._parts else [{}]

    def _add(self, address: Address) -> _KnownChannel[Face]:
        core = ChannelCore(self._session, address)
        known = self._known[key_of(address)] = _KnownChannel(core, self._make_face(core))
        return known


def _check(names: Sequence[ChannelName] | str) -> None:
    """Raises ProtocolError `invalid_argument` for a text, whose letters would be the names, and where there are none."""
    if isinstance(names, str):
        raise _invalid(f"channels must be a list, not {quote(names)}")
    if len(names) == 0:
        raise _invalid("channels holds none: name those that are meant, or leave it out")


def _invalid(reason: str) -> ProtocolError:
    return ProtocolError("invalid_argument", reason)
