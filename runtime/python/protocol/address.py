"""Where in a protocol's world a message belongs: a value for each part of the address. The runtime calls it a channel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeAlias

from ..error import ProtocolError
from ..value.violation import pointer_to
from ..value.wording import did_you_mean, quote
from .message import AddressPart

Address: TypeAlias = Mapping[str, str]
"""A text for each part of the protocol's address, in the protocol's order."""

ChannelName: TypeAlias = str | Mapping[str, object]
"""How a program names a channel: all parts, those without a default, or the last part alone."""


def address_of(parts: Sequence[AddressPart], channel: ChannelName) -> Address:
    """The full address of a channel.

    Raises ProtocolError `invalid_argument` for a part that is missing, or that the protocol's address does not have.
    """
    shown = _shown(channel)
    if not parts:
        raise _invalid(f"there is no channel {shown}: the protocol has no address")
    given = {parts[-1].name: channel} if isinstance(channel, str) else channel
    check_parts(parts, given)
    names = ", ".join(part.name for part in parts)
    address = {}
    for part in parts:
        text = given.get(part.name, part.default)
        if not isinstance(text, str) or text == "":
            raise _invalid(f"the channel {shown} lacks its {quote(part.name)}; give it, as {{ {names} }}")
        address[part.name] = text
    return address


def check_parts(parts: Sequence[AddressPart], given: Mapping[str, object]) -> None:
    """Raises ProtocolError `invalid_argument` for a part that the protocol's address does not have."""
    names = [part.name for part in parts]
    for unknown in given.keys() - set(names):
        hint = did_you_mean(unknown, names) or f"; its parts are {', '.join(names)}"
        where = f"the channel {_shown(given)} has {quote(unknown)}"
        raise _invalid(f"{where}, which the protocol's address does not have{hint}")


def agrees(values: Mapping[str, object], address: Address) -> bool:
    """Whether what a message says of its address agrees, upper and lower case aside. What it does not say agrees."""
    return all(_is_same_text(values.get(part), text) for part, text in address.items())


def says_address(parts: Sequence[AddressPart], values: Mapping[str, object]) -> bool:
    """Whether a message says anything of its address."""
    return any(values.get(part.name) is not None for part in parts)


def is_addressed(parts: Sequence[AddressPart], values: Mapping[str, object]) -> bool:
    """Whether what a message says of its address are texts. What it does not say is none of anything."""
    return all(isinstance(values.get(part.name) or "", str) for part in parts)


def address_in(parts: Sequence[AddressPart], values: Mapping[str, object]) -> dict[str, str]:
    """What a message says of its address."""
    said = ((part.name, values.get(part.name)) for part in parts)
    return {name: text for name, text in said if isinstance(text, str)}


def key_of(address: Address) -> str:
    """What to find an address by: the same for all spellings that differ in upper and lower case, and for no others."""
    return reduce(pointer_to, address.values(), "")[1:].lower()


def spelling(parts: Sequence[AddressPart], address: Address) -> str:
    """An address as its program spells it: the last part alone, where that is enough to name it."""
    needed = [
        part for part in parts[:-1] if part.default is None or not _is_same_text(address[part.name], part.default)
    ]
    return "/".join(address[part.name] for part in (parts if needed else parts[-1:]))


def _is_same_text(text: object, other: str) -> bool:
    return text is None or text == other or (isinstance(text, str) and text.lower() == other.lower())


def _shown(channel: ChannelName) -> str:
    return json.dumps(channel, ensure_ascii=False, default=str)


def _invalid(reason: str) -> ProtocolError:
    return ProtocolError("invalid_argument", reason)
