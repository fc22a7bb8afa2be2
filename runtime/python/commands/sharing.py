"""Which of the instances of a service gets a request: one, however the channels that they answer for overlap.

Requests for all channels may arrive on one subject, and only what is in them says whose they are. So an instance is in a queue
group for each of its channels, and in one for the requests that do not say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from ..error import ProtocolError
from ..protocol.address import Address, agrees, is_addressed, key_of, says_address
from ..protocol.message import AddressPart


class Sharing(ABC):
    """The queue groups that an instance is in on one subject.

    rest: the one for requests that do not say whose they are, and for what cannot be read
    """

    def __init__(self, queues: Sequence[str], rest: str) -> None:
        self.queues = queues
        self.rest = rest

    @abstractmethod
    def queue_of(self, values: Mapping[str, object]) -> str | None:
        """The one that a request is for, by what it says of its address; None when it is for other instances.

        Raises ProtocolError `invalid_request` for an address that is no text.
        """


class SharedByAll(Sharing):
    """Of all instances that have the name, one gets each request, whatever that says."""

    def __init__(self, name: str) -> None:
        super().__init__([name], name)

    def queue_of(self, values: Mapping[str, object]) -> str | None:
        return self.rest


class SharedByChannel(Sharing):
    """Of all instances that answer for a channel, one gets each request that is for it."""

    def __init__(
        self, addresses: Sequence[Address], *, name: str, queue: str | None, parts: Sequence[AddressPart]
    ) -> None:
        """name: what the names of the queue groups begin with: the same in all instances

        queue: the one queue group to be in, if the program wants that
        parts: of an address
        """
        self._own = [(address, queue or f"{name}:{_encoded(address)}") for address in addresses]
        self._parts = parts
        rest = queue or f"{name}:"
        super().__init__(list(dict.fromkeys([*(own for _, own in self._own), rest])), rest)

    def queue_of(self, values: Mapping[str, object]) -> str | None:
        if not says_address(self._parts, values):
            return self.rest
        # For one that is for several channels, because it names only a part of them, the first of them is enough.
        for address, queue in self._own:
            if agrees(values, address):
                return queue
        if is_addressed(self._parts, values):
            return None
        raise ProtocolError("invalid_request", "the request has a part of the address that is not a text")


def _encoded(address: Address) -> str:
    return quote(key_of(address), safe="!'()*", errors="replace")
