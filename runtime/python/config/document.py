"""Configuration files: JSON, and all else as YAML, which takes the extra `yaml` of this package."""

from __future__ import annotations

from json import JSONDecodeError
from pathlib import Path

from ..error import ProtocolError
from ..value.codec import decode
from .draft import Draft, unreadable


def read_file(path: Path) -> Draft:
    """Reads a file. What makes it unreadable is a finding."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return unreadable(reason.strerror or str(reason) if isinstance(reason, OSError) else str(reason), str(path))
    if path.suffix == ".json":
        return _read_json(text, str(path))
    try:
        from .yaml_document import read_yaml
    except ModuleNotFoundError:
        return unreadable("YAML needs the library PyYAML; install this package with its extra `yaml`", str(path))
    return read_yaml(text, str(path))


def _read_json(text: str, file: str) -> Draft:
    try:
        value = decode(text)
    except ProtocolError as reason:
        cause = reason.__cause__
        if isinstance(cause, JSONDecodeError):
            return unreadable(cause.msg, f"{file}:{cause.lineno}:{cause.colno}")
        return unreadable(reason.raw_message, file)
    return Draft(value, [], lambda pointer: f"{file} {pointer}".rstrip())
