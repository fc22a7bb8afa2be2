"""How a client behaves, as programs say it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TypedDict

from ..lifecycle.service_info import ServiceInfo
from ..protocol.address import ChannelName
from ..session.interceptor import Interceptor
from ..session.limits import Limits
from ..session.pace import PaceOptions
from ..session.report import ErrorListener
from ..session.retry import NEVER, Retry
from .client_core import Settings


class ClientOptions(TypedDict, total=False):
    """How a client behaves. Times are in s.

    channels: those that this program is about, each a name or the parts of an address; by default any, when first named
    service: what this program calls itself
    dialect: the spelling of the subjects; by default the protocol's first
    handler_timeout: how long a handler may take; 30 by default
    max_concurrent_handlers: how many handlers may run at once; 1,000 by default. Those of events, commands and all else take
        turns
    max_waiting: how many messages may wait for one handler, requests for one service, and commands for their turn; 10,000
        by default. Of more messages the oldest are given up, and counted; more requests and commands are refused
    request_timeout: how long to wait for a reply; 5 by default
    retry: how commands that may be repeated are sent again when nobody answers; never by default
    pace: how fast commands may follow one another in a channel, by pace, where that differs from what the protocol says
    maximum_message_bytes: a larger message is refused; 1 MiB by default
    interceptors: what stands between this program and its messages, from the outermost to the innermost
    on_error: a handler failed or hung, a reply could not be sent, the server refused something; by default, a log line, with
        the traceback of what a handler raised
    on_invalid: a message was received that is not what the protocol says; by default, a log line
    logger: takes one line at a time
    """

    channels: Sequence[ChannelName]
    service: ServiceInfo
    dialect: str
    handler_timeout: float
    max_concurrent_handlers: int
    max_waiting: int
    request_timeout: float
    retry: Retry
    pace: Mapping[str, PaceOptions]
    maximum_message_bytes: int
    interceptors: Sequence[Interceptor]
    on_error: ErrorListener
    on_invalid: ErrorListener
    logger: logging.Logger


def settings_of(options: ClientOptions) -> Settings:
    """The settings that options stand for, with defaults for what is not given."""
    return Settings(
        channels=options.get("channels"),
        service=options.get("service"),
        dialect=options.get("dialect"),
        limits=Limits(
            handler_timeout=options.get("handler_timeout", 30.0),
            max_concurrent_handlers=options.get("max_concurrent_handlers", 1000),
            max_waiting=options.get("max_waiting", 10_000),
            request_timeout=options.get("request_timeout", 5.0),
            maximum_message_bytes=options.get("maximum_message_bytes", 1024 * 1024),
            retry=options.get("retry", NEVER),
        ),
        pace=options.get("pace", {}),
        interceptors=options.get("interceptors", ()),
        on_error=options.get("on_error"),
        on_invalid=options.get("on_invalid"),
        logger=options.get("logger", logging.getLogger(__package__)),
    )
