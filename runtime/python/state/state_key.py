"""One typed key of a bucket: what a service keeps for others to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from ..session.session import Registration
from .entries import StateChange, StateEntry, StateRevision
from .stored_key import RecordChange, StoredKey

Value = TypeVar("Value")


class StateKey(Generic[Value]):
    """One key of a bucket in one channel: `await channel.state.users.get()`.

    All methods raise ProtocolError `bucket_missing` (except `put`, which makes the bucket), `state_failed`,
    `connection_closed`, and `invalid_subject` when the address or a parameter cannot be part of the name. Those that read
    raise `malformed_message` or `invalid_message` for a value that is not what the schema says.
    """

    def __init__(self, stored: StoredKey[Value], named: Mapping[str, str]) -> None:
        """named: the parameters of its name that the channel does not give"""
        self._stored = stored
        self._named = named

    async def get(self) -> StateEntry[Value] | None:
        """The present value; None when there is none."""
        return await self._stored.get(self._named)

    async def put(self, value: Value, *, revision: int | None = None) -> int:
        """Writes, and returns the new revision.

        revision: write only when this is the key's present one; 0: only when there is no such key

        Raises `invalid_message`, `invalid_argument`, `key_conflict`, `message_too_large`.
        """
        return await self._stored.put(self._named, value, revision)

    async def delete(self) -> None:
        """Deletes the key; nothing happens when there is none."""
        await self._stored.delete(self._named)

    async def history(self) -> list[StateRevision[Value]]:
        """What the bucket keeps of the key's past, the present included, the oldest first."""
        return await self._stored.history(self._named)

    async def watch(self, handler: Callable[[StateChange[Value]], object]) -> Registration:
        """Calls the handler with the present value, if there is one, and with each change, one after the other."""

        def tell(change: RecordChange[Value]) -> object:
            return handler(StateChange(change.value, change.revision, change.subject))

        return await self._stored.watch(self._named, tell)
