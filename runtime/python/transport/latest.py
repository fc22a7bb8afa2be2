"""What is remembered of what is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

ANSWERED_REQUESTS = 64
"""Of how many requests that have their reply a transport still knows, so as to tell of another."""


class Latest(Generic[Value]):
    """The latest few of many, by key."""

    def __init__(self, most: int, forget: Callable[[Value], object] = lambda value: None) -> None:
        """forget: is told of what is too old to be remembered."""
        self._most = most
        self._forget = forget
        self._values: dict[str, Value] = {}

    def add(self, key: str, value: Value) -> None:
        """key: never used before."""
        self._values[key] = value
        if len(self._values) > self._most:
            self._forget(self._values.pop(next(iter(self._values))))

    def get(self, key: str) -> Value | None:
        """None for what was never there, and for what is forgotten."""
        return self._values.get(key)
