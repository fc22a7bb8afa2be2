"""Doing something in a bucket, which may be deleted at any time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..error import ProtocolError
from ..transport.transport import Bucket, BucketOptions, Transport

T = TypeVar("T")


async def in_bucket(
    transport: Transport, name: str, act: Callable[[Bucket], Awaitable[T]], create: BucketOptions | None = None
) -> T:
    """Opens a bucket, and does something there.

    create: make it when it is missing, also when it was deleted since it was opened

    Raises what `Transport.bucket` raises, and what `act` does.
    """
    try:
        return await act(await transport.bucket(name, create))
    except ProtocolError as error:
        if create is None or error.code != "bucket_missing":
            raise
    return await act(await transport.bucket(name, create))
