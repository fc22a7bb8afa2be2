"""Sending a command, as interceptors let it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar, cast
from uuid import uuid4

from ..error import ProtocolError, located
from ..session.exchange import CallExchange
from ..session.interceptor import intercept
from ..session.session import Session
from .call import Call, CallOptions

Result = TypeVar("Result")


async def send(session: Session, call: Call[Any, Result], args: object, options: CallOptions) -> Result:
    """Raises what `Call.send` raises. What an interceptor raises that is no ProtocolError becomes a `handler_failed`."""
    if not session.interceptors:
        return await call.send(args, options)
    headers = {**(options.headers or {})}
    sent = replace(options, id=options.id or str(uuid4()), headers=headers)
    exchange = CallExchange(
        ref=call.command.ref,
        descriptor=call.command,
        subject=call.subject,
        address=call.address,
        value=args,
        id=sent.id,
        headers=headers,
    )
    try:
        return cast(Result, await intercept(session.interceptors, exchange, lambda: call.send(args, sent)))
    except ProtocolError as error:
        raise error.at(subject=call.subject, ref=call.command.ref, trace=exchange.trace) from error.__cause__
    except Exception as reason:
        subject, ref, trace = call.subject, call.command.ref, exchange.trace
        raise located(reason, subject=subject, ref=ref, trace=trace, fallback="handler_failed") from reason
