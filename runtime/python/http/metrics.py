"""What passes through a client, as metrics."""

from __future__ import annotations

from ..client.watchable import Watchable
from ..error import ProtocolError
from ..observe.observer import Observer, Outcome
from ..session.session import Registration
from ..transport.transport import TransportStatus
from .prometheus import CollectorRegistry, Counter, Gauge, Histogram

# From a handler that only counts to one that is about to be given up, in s.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def watch_client(client: Watchable, registry: CollectorRegistry, prefix: str) -> Registration:
    """Keeps metrics of a client up to date. Messages are labelled with their references.

    registry: holds the metrics from now on
    prefix: of their names
    """
    metrics = _Metrics(registry, prefix)
    reconnections = Counter(
        f"{prefix}reconnections_total", "How often the connection was lost and came back.", registry=registry
    )

    def follow(status: TransportStatus) -> None:
        if status.kind == "reconnected":
            reconnections.inc()

    _watch_health(client, registry, prefix)
    return Registration(client.observe(metrics).stop, client.on_status(follow).stop)


class _Metrics(Observer):
    """Counts what passes, and times it."""

    def __init__(self, registry: CollectorRegistry, prefix: str) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"{prefix}{name}", text, labels, registry=registry)

        def histogram(name: str, text: str) -> Histogram:
            return Histogram(f"{prefix}{name}", text, ("message", "outcome"), registry=registry, buckets=_BUCKETS)

        self._received = counter("events_received_total", "Events that went to handlers.", "message")
        self._published = counter("events_published_total", "Events that were sent.", "message")
        self._invalid = counter("invalid_messages_total", "Messages that were refused.", "message", "code")
        self._errors = counter("errors_total", "All else that went wrong.", "message", "code")
        self._dropped = counter("dropped_messages_total", "Messages given up because too many waited.", "message")
        self._handlers = histogram("handler_duration_seconds", "How long handlers of events took, and how they ended.")
        self._served = histogram("command_duration_seconds", "How long handlers of commands took, and how they ended.")
        self._requests = histogram("request_duration_seconds", "How long own requests took, and how they ended.")

    def received(self, ref: str) -> None:
        self._received.labels(ref).inc()

    def published(self, ref: str) -> None:
        self._published.labels(ref).inc()

    def handled(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._handlers.labels(ref, outcome).observe(duration)

    def served(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._served.labels(ref, outcome).observe(duration)

    def requested(self, ref: str, outcome: Outcome, duration: float) -> None:
        self._requests.labels(ref, outcome).observe(duration)

    def refused(self, error: ProtocolError) -> None:
        self._invalid.labels(error.ref or "unknown", error.code).inc()

    def failed(self, error: ProtocolError) -> None:
        self._errors.labels(error.ref or "unknown", error.code).inc()

    def dropped(self, ref: str) -> None:
        self._dropped.labels(ref).inc()


def _watch_health(client: Watchable, registry: CollectorRegistry, prefix: str) -> None:
    """Metrics that are looked up when somebody asks for them."""

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"{prefix}{name}", text, labels, registry=registry)

    connected = gauge("connected", "1 while there is a connection, otherwise 0.")
    connected.set_function(lambda: client.health().connected)
    healthy = gauge("healthy", "1 while the client can do its work, otherwise 0.")
    healthy.set_function(lambda: client.health().status == "healthy")
    gauge("uptime_seconds", "Time since the client was made.").set_function(lambda: client.health().uptime)
    health = client.health()
    service = health.service
    identity = {
        "service": "" if service is None else service.name,
        "version": "" if service is None else service.version,
        "instance_id": "" if service is None else service.instance,
        "contract": health.protocol.hash,
    }
    gauge("info", "Always 1: who the client is, and what it speaks.", *identity).labels(**identity).set(1)
