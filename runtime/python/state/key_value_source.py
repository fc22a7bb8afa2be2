"""What has buckets of a program's own: the methods by which a client reads and writes what no schema describes."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from ..error import ProtocolError
from ..value.json_value import Json
from .key_value import Encoding, KeyValue

Default = TypeVar("Default")

_MISSING: Any = object()


class KeyValueSource:
    """Reads and writes keys of any bucket."""

    _key_value: KeyValue

    @overload
    async def kv_get(self, bucket: str, key: str, *, encoding: Encoding = "json") -> Json: ...

    @overload
    async def kv_get(
        self, bucket: str, key: str, *, default: Default, encoding: Encoding = "json"
    ) -> Json | Default: ...

    async def kv_get(self, bucket: str, key: str, *, default: Any = _MISSING, encoding: Encoding = "json") -> Any:
        """A value of a bucket that no schema describes. What one describes is read typed, from `channel.state`.

        default: instead of the error for a key that is missing

        Raises ProtocolError `bucket_missing`, `key_missing`, `state_failed`, `malformed_message`.
        """
        try:
            return await self._key_value.get(bucket, key, encoding)
        except ProtocolError as error:
            if error.code == "key_missing" and default is not _MISSING:
                return default
            raise

    async def kv_get_all(self, bucket: str, *, encoding: Encoding = "json") -> dict[str, Json]:
        """All values of such a bucket, by key. Raises as `kv_get` does."""
        return await self._key_value.get_all(bucket, encoding)

    async def kv_put(self, bucket: str, key: str, value: object, *, encoding: Encoding = "json") -> int:
        """Writes such a value, makes the bucket when it is missing, and returns the new revision."""
        return await self._key_value.put(bucket, key, value, encoding)

    async def kv_delete(self, bucket: str, key: str) -> None:
        """Deletes such a value; nothing happens when there is none."""
        await self._key_value.delete(bucket, key)

    async def kv_keys(self, bucket: str) -> list[str]:
        """The keys of such a bucket."""
        return await self._key_value.keys(bucket)
