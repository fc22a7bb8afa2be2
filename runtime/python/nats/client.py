"""The NATS client, as far as this package uses it. The only file that imports it."""

from __future__ import annotations

from nats.aio.client import Client as NatsConnection
from nats.aio.msg import Msg as NatsMessage
from nats.aio.subscription import Subscription as NatsSubscription
from nats.errors import (
    ConnectionClosedError,
    ConnectionDrainingError,
    NoRespondersError,
    NoServersError,
    OutboundBufferLimitError,
    SlowConsumerError,
    StaleConnectionError,
)
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    KeyValueConfig,
    PubAck,
    StorageType,
    StreamConfig,
    StreamInfo,
)
from nats.js.client import JetStreamContext
from nats.js.errors import APIError as JetStreamError
from nats.js.errors import (
    BucketNotFoundError,
    KeyNotFoundError,
    KeyWrongLastSequenceError,
    NoStreamResponseError,
    NotFoundError,
    ServiceUnavailableError,
)
from nats.js.kv import KeyValue as NatsKeyValue

__all__ = [
    "AckPolicy",
    "BucketNotFoundError",
    "ConnectionClosedError",
    "ConnectionDrainingError",
    "ConsumerConfig",
    "ConsumerInfo",
    "DeliverPolicy",
    "JetStreamContext",
    "JetStreamError",
    "KeyNotFoundError",
    "KeyValueConfig",
    "KeyWrongLastSequenceError",
    "NatsConnection",
    "NatsError",
    "NatsKeyValue",
    "NatsMessage",
    "NatsSubscription",
    "NatsTimeoutError",
    "NoRespondersError",
    "NoServersError",
    "NoStreamResponseError",
    "NotFoundError",
    "OutboundBufferLimitError",
    "PubAck",
    "ServiceUnavailableError",
    "SlowConsumerError",
    "StaleConnectionError",
    "StorageType",
    "StreamConfig",
    "StreamInfo",
    "is_private",
    "takes_headers",
]


def takes_headers(connection: NatsConnection) -> bool:
    """Whether the server carries header fields. The client does not tell, and a server that does not ends the connection."""
    return bool(connection._server_info.get("headers"))


def is_private(connection: NatsConnection) -> bool:
    """Whether the connection is one over TLS, as it always is with a server that asks for it. The client does not tell."""
    return bool(connection._server_info.get("tls_required"))
