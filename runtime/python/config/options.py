"""The options that a configuration sets, as a client takes them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

from ..client.client_options import ClientOptions
from ..lifecycle.service_info import ServiceInfo
from ..session.retry import Retry

if TYPE_CHECKING:
    from ..http.http_options import HttpOptions
    from ..nats.connect import NatsOptions

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}


class ConnectOptions(ClientOptions, total=False):
    """The options of `Client.connect`."""

    servers: str | Sequence[str]
    nats: NatsOptions


class ConfiguredOptions(TypedDict):
    """What a configuration sets.

    connect: the options of `Client.connect`
    http: those of `serve_http`; None for a program that is not to be watched
    log_level: the least grave level that is written, for `logging`
    """

    connect: ConnectOptions
    http: HttpOptions | None
    log_level: int


def configured(options: dict[str, Any]) -> ConfiguredOptions:
    """That each name is an option, and of what type, is the configuration's own word."""
    given = dict(options)
    http, level = given.pop("http", None), given.pop("log_level", "info")
    if "service" in given:
        given["service"] = ServiceInfo(**given["service"])
    if "retry" in given:
        given["retry"] = Retry(**given["retry"])
    return {"connect": cast(ConnectOptions, given), "http": http, "log_level": _LEVELS.get(level, logging.INFO)}
