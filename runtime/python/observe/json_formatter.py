"""A log for programs: one JSON object a line."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timezone

from .redact import redact, redact_text

# What every record has; anything else was given to it with `extra`.
_USUAL = logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime", "taskName"}
# As the loggers of other languages call it.
_LEVELS = {"WARNING": "warn"}


class JsonFormatter(logging.Formatter):
    """Makes JSON lines: `{"time":"...","level":"info","message":"...", ...fields}`.

    Fields are those given here, and those that a line has by `extra={...}`. Secrets are left out: what stands under names like
    `password`, passwords in URLs, tokens and seeds.
    """

    def __init__(self, fields: Mapping[str, object] | None = None) -> None:
        """fields: stand in every line"""
        super().__init__()
        self._fields = fields or {}

    def format(self, record: logging.LogRecord) -> str:
        """One line, without its end."""
        time = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        said = {
            "time": time.replace("+00:00", "Z"),
            "level": _LEVELS.get(record.levelname, record.levelname.lower()),
            "message": redact_text(record.getMessage()),
        }
        given = {name: value for name, value in vars(record).items() if name not in _USUAL}
        raised = {"error": record.exc_info[1]} if record.exc_info else {}
        rest = redact({**self._fields, **raised, **given})
        more = rest if isinstance(rest, dict) else {}
        return json.dumps({**said, **{name: value for name, value in more.items() if name not in said}})
