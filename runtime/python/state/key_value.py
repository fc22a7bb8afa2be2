"""Buckets that no schema describes, such as those of a program's own: bytes, text or JSON, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

from ..error import ProtocolError, located
from ..session.session import Session
from ..transport.transport import Bucket, BucketOptions
from ..transport.transport_error import key_missing
from ..value.codec import decode, decode_text, encode, encode_text
from ..value.json_value import Json
from .opened import in_bucket

Encoding: TypeAlias = Literal["json", "text"]
"""How a value is written: JSON, or the bare UTF-8 text."""


class KeyValue:
    """Reads and writes keys by name. Nothing is checked but that it is JSON, or text.

    All methods raise ProtocolError `bucket_missing`, `state_failed`, `invalid_subject`, `connection_closed`.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, bucket: str, key: str, encoding: Encoding) -> Json:
        """The present value. Raises `key_missing` too, and `malformed_message`."""
        with _located(bucket, key):
            entry = await (await self._open(bucket)).get(key)
            if entry is None:
                raise key_missing(bucket, key)
            maximum = self._session.limits.maximum_message_bytes
            return decode_text(entry.data, maximum) if encoding == "text" else decode(entry.data, maximum)

    async def get_all(self, bucket: str, encoding: Encoding) -> dict[str, Json]:
        """All present values, by key. Raises `malformed_message` too."""
        values: dict[str, Json] = {}
        for key in await self.keys(bucket):
            try:
                values[key] = await self.get(bucket, key, encoding)
            except ProtocolError as error:
                # It was deleted in between.
                if error.code != "key_missing":
                    raise
        return values

    async def put(self, bucket: str, key: str, value: object, encoding: Encoding) -> int:
        """Writes, makes the bucket when it is missing, and returns the new revision. Raises `invalid_argument` too."""
        with _located(bucket, key):
            if encoding == "text" and not isinstance(value, str):
                raise ProtocolError("invalid_argument", "the value is to be written as text, and is none")
            data = encode_text(value) if encoding == "text" and isinstance(value, str) else encode(value)
            options = BucketOptions()
            await self._session.outbox.ready(bucket)
            return await in_bucket(self._session.transport, bucket, lambda opened: opened.put(key, data), options)

    async def delete(self, bucket: str, key: str) -> None:
        """Deletes the key; nothing happens when there is none."""
        with _located(bucket, key):
            await (await self._open(bucket)).delete(key)

    async def keys(self, bucket: str) -> list[str]:
        """All keys that have a value."""
        with _located(bucket):
            return await (await self._open(bucket)).keys()

    async def _open(self, bucket: str) -> Bucket:
        await self._session.outbox.ready(bucket)
        return await self._session.transport.bucket(bucket)


@contextmanager
def _located(bucket: str, key: str | None = None) -> Iterator[None]:
    """Whatever is raised within is raised as an error that says where."""
    subject = bucket if key is None else f"{bucket}/{key}"
    try:
        yield
    except ProtocolError as error:
        raise error.at(subject=subject) from error.__cause__
    except Exception as reason:
        raise located(reason, subject=subject, fallback="state_failed") from reason
