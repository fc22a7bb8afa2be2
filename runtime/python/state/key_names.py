"""The names of keys: which key is meant, which keys are, and what a key's name says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..error import ProtocolError
from ..protocol.address import Address
from ..protocol.message import BucketDescriptor, KeyDescriptor
from ..protocol.protocol_wire import Wire
from ..protocol.subject import Subject
from ..transport.bus_rules import check_bucket_name, check_key, check_key_pattern


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key is, or several.

    bucket: its name
    key: of several keys, a pattern that finds them, and perhaps others
    subject: `<bucket>/<key>`
    parameters_of: what the name of a key says beside the address; None for a key that is not meant
    """

    bucket: str
    key: str
    subject: str
    parameters_of: Callable[[str], Mapping[str, str] | None]


class KeyNames:
    """Finds keys by the parameters of their names, in one channel."""

    def __init__(self, wire: Wire, bucket: BucketDescriptor, key: KeyDescriptor[Any], address: Address) -> None:
        self._wire = wire
        self._bucket = bucket
        self._key = key
        self._address = address
        self._template = wire.subject(key.key)

    @property
    def parameters(self) -> list[str]:
        """What names take beside the address, the bucket's first."""
        names = [*self._wire.subject(self._bucket.bucket).parameters, *self._template.parameters]
        return [name for name in dict.fromkeys(names) if name not in self._address]

    def one(self, named: Mapping[str, str]) -> KeyPlace:
        """Raises ProtocolError `invalid_subject` when a parameter is missing, or cannot be part of a name."""
        texts = {**named, **self._address}
        try:
            bucket, key = self._bucket_for(texts), self._template.build(texts)
            check_key(key)
        except ProtocolError as error:
            raise error.at(ref=self._key.ref) from None
        return KeyPlace(bucket, key, f"{bucket}/{key}", lambda _: named)

    def several(self, some: Mapping[str, str]) -> KeyPlace:
        """Raises ProtocolError `invalid_subject` when a parameter that is given cannot be part of a name."""
        texts = {**some, **self._address}
        try:
            bucket, pattern = self._bucket_for(texts), self._template.wildcard(texts)
            check_key_pattern(pattern)
        except ProtocolError as error:
            raise error.at(ref=self._key.ref) from None
        return KeyPlace(bucket, pattern, f"{bucket}/{pattern}", lambda key: self._parameters_of(key, texts))

    def _bucket_for(self, texts: Mapping[str, str]) -> str:
        name = self._wire.subject(self._bucket.bucket).build(texts)
        check_bucket_name(name)
        return name

    def _parameters_of(self, key: str, texts: Mapping[str, str]) -> Mapping[str, str] | None:
        found = self._template.match(key)
        if found is None or any(nearer.match(key) is not None for nearer in self._nearer()):
            return None
        try:
            # A pattern finds too much where several parameters share a token: the texts decide, and the rules of the rest.
            is_meant = self._template.build({**found, **texts}) == key
        except ProtocolError:
            return None
        said = {**texts, **found}
        return {name: text for name, text in said.items() if name not in self._address} if is_meant else None

    def _nearer(self) -> list[Subject]:
        """The other keys of the bucket that say more of their name: what they describe is theirs."""
        templates = [self._wire.subject(key.key) for key in self._bucket.keys.values()]
        return [each for each in templates if len(each.parameters) < len(self._template.parameters)]
