"""The keys of a bucket that share a name with parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ..session.session import Registration
from .entries import StateRecord, StateRecordChange
from .state_key import StateKey
from .stored_key import RecordChange, StoredKey, Texts

if TYPE_CHECKING:
    from typing_extensions import Self

Value = TypeVar("Value")
Parameters = TypeVar("Parameters")


class StateKeys(Generic[Value, Parameters]):
    """All keys that share a name with parameters, or some: `await channel.state.sessions.all()`.

    Generated code names the parameters: those of one key, when it is called, and some for `where`. All methods raise what
    those of one key raise.
    """

    # Takes the parameters in the order in which the name has them, the bucket's first.
    _parameters: ClassVar[type[Any]]

    def __init__(self, stored: StoredKey[Value], some: Texts) -> None:
        """some: the parameters that are the same for all that are meant"""
        self._stored = stored
        self._some = some

    async def keys(self) -> list[Parameters]:
        """The parameters of the keys that there are, as the keys spell them."""
        return [self._spelt(found) for found in await self._stored.keys(self._some)]

    async def all(self) -> list[StateRecord[Value, Parameters]]:
        """The present values of these keys, in the order in which they were written."""
        records = await self._stored.all(self._some)
        return [StateRecord(each.value, each.revision, self._spelt(each.parameters)) for each in records]

    async def watch_all(self, handler: Callable[[StateRecordChange[Value, Parameters]], object]) -> Registration:
        """Calls the handler with the present values, and with each change of these keys and of those to come."""

        def tell(change: RecordChange[Value]) -> object:
            parameters = self._spelt(change.parameters)
            return handler(StateRecordChange(change.value, change.revision, change.subject, parameters))

        return await self._stored.watch_all(self._some, tell)

    def _one(self, named: Texts) -> StateKey[Value]:
        return StateKey(self._stored, named)

    def _where(self, some: Mapping[str, str | None]) -> Self:
        given = {name: text for name, text in some.items() if text is not None}
        return type(self)(self._stored, {**self._some, **given})

    def _spelt(self, found: Texts) -> Parameters:
        parameters: Parameters = self._parameters(*(found[name] for name in self._stored.parameters))
        return parameters
