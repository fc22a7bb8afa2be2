"""A program on the bus, as it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ..value.json_value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """What one message says of its sender. What it does not say is None.

    interval: how often it says that it is alive, in s
    contract: the hash of the protocol it speaks
    started_at: by its own clock
    endpoints: where it can be watched, each with its `port` and `path`
    metadata: what else it says about itself
    """

    service: str
    instance: str | None
    version: str | None
    hostname: str | None
    contract: str | None
    interval: float | None
    started_at: datetime | None
    endpoints: Mapping[str, Mapping[str, Json]]
    metadata: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceInstance:
    """One running instance of a service.

    report: what it said last
    status: `stale`: three heartbeats are missing
    first_heard, last_heard: when it was heard of, by the clock of this machine
    """

    report: ServiceReport
    status: Literal["alive", "stale"]
    first_heard: datetime
    last_heard: datetime


def report_of(values: Mapping[str, Json], service: str) -> ServiceReport:
    """What is known of the sender of a report: the values in its holes, and the service's name as the subject has it."""
    endpoints, metadata = values.get("endpoints"), values.get("metadata")
    said = endpoints if isinstance(endpoints, dict) else {}
    return ServiceReport(
        service=_text(values.get("service")) or service,
        instance=_text(values.get("instance")),
        version=_text(values.get("version")),
        hostname=_text(values.get("hostname")),
        contract=_text(values.get("contract")),
        interval=_number(values.get("interval")) or None,
        started_at=_start(_text(values.get("timestamp")), _number(values.get("uptime"))),
        endpoints={name: each for name, each in said.items() if isinstance(each, dict) and _is_endpoint(each)},
        metadata=metadata if isinstance(metadata, dict) else {},
    )


def instance_key(report: ServiceReport) -> tuple[str, ...]:
    """What tells instances apart. Those that have no id are told apart by the machine they run on."""
    if report.instance is None:
        return (report.service, "", report.hostname or "")
    return (report.service, report.instance)


def _start(timestamp: str | None, uptime: float | None) -> datetime | None:
    if timestamp is None or uptime is None:
        return None
    try:
        # Before Python 3.11, `Z` is not read.
        return datetime.fromisoformat(timestamp.replace("Z", "+00:00")) - timedelta(seconds=uptime)
    except (ValueError, OverflowError):
        return None


def _is_endpoint(value: Mapping[str, Json]) -> bool:
    return _number(value.get("port")) is not None and isinstance(value.get("path"), str)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
