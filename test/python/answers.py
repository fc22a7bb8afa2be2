"""Services that answer as tests want them to."""

from __future__ import annotations

import asyncio
from typing import Any

from kryten_protocol import CommandContext, ProtocolError, models, refusal
from kryten_protocol.handlers import PlaylistHandlers, UserLevelHandlers

RANK = models.UserLevelGetResult(rank=3, username="robot")


class Level(UserLevelHandlers):
    """Answers as a test says, and remembers what it was asked."""

    def __init__(self, answer: Any = None) -> None:
        self.asked: list[CommandContext] = []
        self._answer = answer

    async def get_user_level(self, args: models.UserLevelGetArgs, context: CommandContext) -> models.UserLevelGetResult:
        self.asked.append(context)
        if isinstance(self._answer, BaseException):
            raise self._answer
        result: models.UserLevelGetResult = self._answer() if callable(self._answer) else self._answer
        return await result if asyncio.iscoroutine(result) else result


class Playlist(PlaylistHandlers):
    """Keeps a list of names."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def blessed_add(
        self, args: models.PlaylistBlessedAddArgs, context: CommandContext
    ) -> models.PlaylistBlessedAddResult:
        self.names.append(args.username)
        return models.PlaylistBlessedAddResult(username=args.username, blessed=self.names)

    async def blessed_list(
        self, args: models.PlaylistBlessedListArgs, context: CommandContext
    ) -> models.PlaylistBlessedListResult:
        raise refusal("forbidden", "you are not blessed", {"role": "viewer"})

    async def blessed_remove(
        self, args: models.PlaylistBlessedRemoveArgs, context: CommandContext
    ) -> models.PlaylistBlessedRemoveResult:
        raise KeyError("a secret")

    async def catalog_refresh(
        self, args: models.PlaylistCatalogRefreshArgs, context: CommandContext
    ) -> models.PlaylistCatalogRefreshResult:
        await asyncio.Event().wait()
        raise AssertionError

    async def queue_apply(
        self, args: models.PlaylistQueueApplyArgs, context: CommandContext
    ) -> models.PlaylistQueueApplyResult:
        raise ProtocolError("command_failed", "row 77 is locked", service_code="locked")
