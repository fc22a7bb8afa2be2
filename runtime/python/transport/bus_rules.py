"""What every bus takes: legal subjects, buckets and keys, and messages that are not too large."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..error import ProtocolError
from ..value.tokens import LEGAL_TOKEN
from ..value.wording import quote

_publishable = re.compile(rf"{LEGAL_TOKEN}(?:\.{LEGAL_TOKEN})*")
_subscribable = re.compile(rf"(?:(?:{LEGAL_TOKEN}|\*)\.)*(?:{LEGAL_TOKEN}|[*>])")
_bucket_name = re.compile(r"[-_a-zA-Z0-9]+")
_key_name = re.compile(r"(?!\.)[-/_=.a-zA-Z0-9]+(?<!\.)")
_key_pattern = re.compile(r"(?:\*|[-/_=a-zA-Z0-9]+)(?:\.(?:\*|[-/_=a-zA-Z0-9]+))*")


def check_publishable(subject: str) -> None:
    """Raises ProtocolError `invalid_subject` when no message can be sent to the subject."""
    if _publishable.fullmatch(subject) is None:
        raise _refused("publish to", subject, "tokens without white space and wildcards")


def check_subscribable(subject: str) -> None:
    """Raises ProtocolError `invalid_subject` when nobody can subscribe to the subject."""
    if _subscribable.fullmatch(subject) is None:
        raise _refused("subscribe to", subject, "tokens, *, and > as the last")


def check_bucket_name(name: str) -> None:
    """Raises ProtocolError `invalid_subject` when no bucket can have the name."""
    if _bucket_name.fullmatch(name) is None:
        raise _refused("open the bucket", name, "ASCII letters, digits, - and _")


def check_stream(name: str, subjects: Iterable[str]) -> None:
    """Raises ProtocolError `invalid_subject` when no stream can have the name, or keep the subjects."""
    if _bucket_name.fullmatch(name) is None:
        raise _refused("open the stream", name, "ASCII letters, digits, - and _")
    for subject in subjects:
        check_subscribable(subject)


def check_consumer_name(name: str) -> None:
    """Raises ProtocolError `invalid_argument` when no consumer can have the name."""
    if _bucket_name.fullmatch(name) is None:
        reason = f"{quote(name)} is no name for a consumer: it is made of ASCII letters, digits, - and _"
        raise ProtocolError("invalid_argument", reason)


def check_key(key: str) -> None:
    """Raises ProtocolError `invalid_subject` when no key can have the name."""
    if _key_name.fullmatch(key) is None:
        raise _refused("use the key", key, "ASCII letters, digits, - / _ = and . inside")


def check_key_pattern(pattern: str) -> None:
    """Raises ProtocolError `invalid_subject` when no keys can be found by the pattern."""
    if _key_pattern.fullmatch(pattern) is None:
        raise _refused("find the keys", pattern, "tokens of a key, and * for any one token")


def check_size(subject: str, size: int, maximum: int) -> None:
    """Raises ProtocolError `message_too_large` when a message has more bytes than the bus takes."""
    if size > maximum:
        reason = f"{size} bytes for {quote(subject)} are more than the {maximum} that the bus takes"
        raise ProtocolError("message_too_large", f"{reason}; send less, or raise its limit", subject=subject)


def size_of(data: bytes, headers: Mapping[str, str] | None) -> int:
    """How many bytes a message has, which is what a bus limits."""
    if not headers:
        return len(data)
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    return len(data) + len(f"NATS/1.0\r\n{lines}\r\n".encode())


def _refused(purpose: str, name: str, accepted: str) -> ProtocolError:
    reason = f"cannot {purpose} {quote(name)}: it is made of {accepted}"
    return ProtocolError("invalid_subject", reason, subject=name)
