"""How a client gets at lifecycle messages, and sends them."""

from __future__ import annotations

from typing import Any

from ..lifecycle.lifecycle import LifecycleDecorator, LifecycleHandler
from ..protocol.message import LifecycleDescriptor
from ..session.session import Registration
from .client_core import ClientCore


class LifecycleListening:
    """What services say about themselves. Generated code says what each message carries."""

    _core: ClientCore[Any]

    def _on_lifecycle(
        self, name: str | LifecycleDescriptor[Any], handler: LifecycleHandler[Any] | None, service: str | None
    ) -> Registration | LifecycleDecorator[Any]:
        """Starts a handler, or makes a decorator that does."""
        if handler is not None:
            return self._core.lifecycle.on(name, handler, service)

        def decorate(decorated: LifecycleHandler[Any]) -> LifecycleHandler[Any]:
            self._core.lifecycle.on(name, decorated, service)
            return decorated

        return decorate

    async def _publish_lifecycle(
        self, name: str | LifecycleDescriptor[Any], payload: object, service: str | None
    ) -> None:
        await self._core.lifecycle.publish(name, payload, service)
