"""The errors that every transport has in common, in the same words."""

from __future__ import annotations

from collections.abc import Iterable

from ..error import ProtocolError
from ..value.wording import quote


def no_responders(subject: str) -> ProtocolError:
    """Nobody listens on the subject of a request."""
    reason = f"nobody listens on {quote(subject)}; start the service, or check the subject and the account"
    return ProtocolError("no_responders", reason, subject=subject)


def no_reply(subject: str, timeout: float) -> ProtocolError:
    """Somebody listens, but no reply came within `timeout` s."""
    reason = f"no reply on {quote(subject)} within {timeout} s; the service may have done it all the same"
    return ProtocolError("timeout", reason, subject=subject)


def silent(limit: float) -> ProtocolError:
    """The server has not answered for `limit` s."""
    reason = f"the server has said nothing for {limit} s: it hangs, or the network lets nothing through; try again"
    return ProtocolError("timeout", reason)


def not_sent(timeout: float, subject: str | None = None) -> ProtocolError:
    """Something waited `timeout` s for a connection to be sent over, and there was none."""
    reason = f"there was no connection within {timeout} s, so it was not sent; it may be sent again"
    return ProtocolError("not_connected", reason, subject=subject)


def connection_closed(cause: BaseException | None = None) -> ProtocolError:
    """The connection was closed by this program, or for good by the server."""
    return ProtocolError("connection_closed", "the connection is closed; connect again", cause=cause)


def bucket_missing(name: str) -> ProtocolError:
    """A bucket was opened that does not exist, and that was not to be made."""
    reason = f"there is no bucket {quote(name)}; start the service that makes it"
    return ProtocolError("bucket_missing", reason, subject=name)


def key_missing(bucket: str, key: str) -> ProtocolError:
    """A key was read that has no value."""
    return ProtocolError("key_missing", f"bucket {quote(bucket)} has no key {quote(key)}", subject=f"{bucket}/{key}")


def key_conflict(bucket: str, key: str, revision: int, cause: BaseException | None = None) -> ProtocolError:
    """A key was to be written at a revision that is not its present one."""
    expected = "to be new" if revision == 0 else f"to be at revision {revision}"
    reason = f"{quote(key)} of bucket {quote(bucket)} was expected {expected}, and is not; read it again"
    return ProtocolError("key_conflict", reason, subject=f"{bucket}/{key}", cause=cause)


def stream_lacks(name: str, subjects: Iterable[str]) -> ProtocolError:
    """A stream that is there does not keep what it should."""
    reason = f"the stream {quote(name)} does not keep {', '.join(subjects)}; add that to its subjects"
    return ProtocolError("stream_failed", reason, subject=name)


def stream_overlaps(name: str, subjects: Iterable[str], cause: BaseException | None = None) -> ProtocolError:
    """A stream was to be made that keeps what another one keeps."""
    kept = ", ".join(subjects)
    reason = f"the stream {quote(name)} cannot be made: another stream keeps some of {kept} already"
    return ProtocolError("stream_failed", f"{reason}; use that one, or remove it", subject=name, cause=cause)
