"""The only file that imports the Prometheus client, which is installed with the extra `http` of this package."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Metric,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

__all__ = [
    "CONTENT_TYPE_LATEST",
    "Collector",
    "CollectorRegistry",
    "Counter",
    "Gauge",
    "Histogram",
    "process_metrics",
    "text_of",
]


class _Plain:
    """Metrics without the times at which each of them was made, which this client of Prometheus alone has."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def collect(self) -> Iterable[Metric]:
        for metric in self._collector.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric


def text_of(collector: Collector) -> str:
    """Metrics as Prometheus reads them."""
    return generate_latest(_Plain(collector)).decode()


@cache
def process_metrics() -> Collector:
    """Metrics of the process, one set for all of it: its memory, its processor time, its garbage collector."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
