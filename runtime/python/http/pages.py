"""What is to be seen of a program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict

from ..client.watchable import Watchable
from ..session.dispatch import called
from .http_options import HttpOptions, Paths
from .http_server import Page, Pages
from .prometheus import CONTENT_TYPE_LATEST, CollectorRegistry, process_metrics, text_of

# In s. Who asks whether a program is ready does not wait for longer.
LONGEST_DOUBT = 5.0


class ProgramPages:
    """The pages of one program.

    own: metrics of its client
    """

    def __init__(self, client: Watchable, options: HttpOptions) -> None:
        self.own = CollectorRegistry()
        self._client = client
        self._options = options

    def at(self, paths: Paths) -> Pages:
        """The pages by their path."""
        pages = {"health": self._health, "ready": self._ready, "metrics": self._metrics}
        return {path: pages[name] for name, path in paths.items() if path is not None}

    async def _health(self) -> Page:
        health = self._client.health()
        facts = {name: fact for name, fact in asdict(health).items() if fact is not None}
        return _status_page(facts, is_good=health.status == "healthy")

    async def _ready(self) -> Page:
        is_ready = self._client.health().status == "healthy" and await self._agrees()
        return _status_page({"ready": is_ready, "status": self._client.health().status}, is_good=is_ready)

    async def _metrics(self) -> Page:
        added = self._options.get("registry")
        with_process = self._options.get("process_metrics", added is None)
        shown = [*([process_metrics()] if with_process else []), self.own, *([] if added is None else [added])]
        return Page(200, CONTENT_TYPE_LATEST, "\n".join(text_of(each) for each in shown))

    async def _agrees(self) -> bool:
        """Whether the program can take work, by its own word."""
        ask = self._options.get("is_ready", lambda: True)
        (answer,) = await asyncio.gather(asyncio.wait_for(called(ask), LONGEST_DOUBT), return_exceptions=True)
        return answer is True


def _status_page(content: Mapping[str, object], *, is_good: bool) -> Page:
    return Page(200 if is_good else 503, "application/json", f"{json.dumps(content)}\n")
