"""What every message that is sent carries of itself."""

from __future__ import annotations

from datetime import datetime, timezone
from uuid import uuid4


def stamp(identifier: str | None = None, timestamp: str | None = None) -> dict[str, str]:
    """A message's `id`, a random UUID unless given, and `timestamp`, now unless given."""
    return {"id": identifier or str(uuid4()), "timestamp": timestamp or now()}


def now() -> str:
    """The time: ISO 8601 in UTC, with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
