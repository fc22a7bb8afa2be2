"""The routing of a bus within the process: wildcards, queue groups, and delivery in order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Protocol

from ..transport.transport import Delivery, Headers, Receive, Respond


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way."""

    subject: str
    data: bytes
    headers: Headers | None = None
    reply: str | None = None


class Subscriber(Protocol):
    """Who subscribes, and answers what it gets."""

    def publish(self, subject: str, data: bytes, headers: Headers | None = None) -> Awaitable[None]: ...

    def forget(self, subscription: MemorySubscription) -> None: ...

    async def idle(self) -> None: ...


class MemorySubscription:
    """One interest in messages. It gets nothing before it is added to an exchange."""

    def __init__(self, subscriber: Subscriber, subject: str, receive: Receive, queue: str | None = None) -> None:
        self.subject = subject
        self.has_wildcard = not {"*", ">"}.isdisjoint(subject.split("."))
        self.pattern = subject_pattern(subject)
        self.queue = queue
        self._subscriber = subscriber
        self._receive = receive
        self._open = True

    def receive(self, message: Message) -> None:
        """Delivers a message, unless the subscription has ended meanwhile."""
        if self._open:
            self._receive(_delivery_of(message, self._subscriber))

    def unsubscribe(self) -> None:
        self._open = False
        self._subscriber.forget(self)

    async def drain(self) -> None:
        self._subscriber.forget(self)
        await self._subscriber.idle()
        self._open = False


class _Queue:
    """A queue group takes turns."""

    def __init__(self, members: list[MemorySubscription]) -> None:
        self._members = members
        self._turn = 0

    def next(self) -> MemorySubscription:
        self._turn += 1
        return self._members[self._turn % len(self._members)]


class _Audience:
    """Who gets the messages of one subject."""

    def __init__(self, listeners: Iterable[MemorySubscription]) -> None:
        self._everyone: list[MemorySubscription] = []
        by_queue: dict[str, list[MemorySubscription]] = {}
        for listener in listeners:
            group = self._everyone if listener.queue is None else by_queue.setdefault(listener.queue, [])
            group.append(listener)
        self._queues = [_Queue(members) for members in by_queue.values()]

    def takers(self) -> list[MemorySubscription]:
        """Who gets the next message."""
        return [*self._everyone, *(queue.next() for queue in self._queues)]


class MemoryExchange:
    """Decides who gets a message, and delivers it. All transports of one broker share one exchange."""

    def __init__(self) -> None:
        self._subscriptions: dict[MemorySubscription, None] = {}
        self._audiences: dict[str, _Audience] = {}
        self._observers: dict[object, Receive] = {}
        self._keepers: list[Callable[[Message], None]] = []
        self._on_the_way: list[Callable[[], None]] = []
        self._inboxes = count(1)
        # What is delivered knows nothing of what was going on where it was sent, as over a network.
        self._context = copy_context()

    def observe(self, listener: Receive) -> Callable[[], None]:
        """Shows everything that is published. Returns what ends that."""
        key = object()
        self._observers[key] = listener
        return lambda: self._observers.pop(key, None) and None

    def keep(self, keeper: Callable[[Message], None]) -> None:
        """Shows everything that is published to one who keeps messages, before anybody gets them."""
        self._keepers.append(keeper)

    def soon(self, act: Callable[[], None]) -> None:
        """Does something after what is on its way now."""
        if not self._on_the_way:
            asyncio.get_running_loop().call_soon(self._deliver, context=self._context)
        self._on_the_way.append(act)

    async def idle(self) -> None:
        """Returns when nothing is on its way."""
        while self._on_the_way:
            await asyncio.sleep(0)

    def add(self, subscription: MemorySubscription) -> None:
        self._subscriptions[subscription] = None
        self._forget_audiences(subscription)

    def remove(self, subscription: MemorySubscription) -> None:
        self._subscriptions.pop(subscription, None)
        self._forget_audiences(subscription)

    def new_inbox(self) -> str:
        """A subject that nobody else listens on."""
        return f"_INBOX.{next(self._inboxes)}"

    def publish(self, message: Message) -> int:
        """Sends a message on its way. Returns how many will get it."""
        for observer in list(self._observers.values()):
            observer(_delivery_of(message, None))
        for keep in self._keepers:
            keep(message)
        takers = self._audience_of(message.subject).takers()
        for to in takers:
            self.soon(partial(to.receive, message))
        return len(takers)

    def _deliver(self) -> None:
        """Delivers what was sent so far; answers to it come in the next round, so that nobody has to wait for them."""
        round_, self._on_the_way = self._on_the_way, []
        for act in round_:
            act()

    def _forget_audiences(self, subscription: MemorySubscription) -> None:
        """The others keep theirs, and whose turn it is."""
        if subscription.has_wildcard:
            self._audiences.clear()
        else:
            self._audiences.pop(subscription.subject, None)

    def _audience_of(self, subject: str) -> _Audience:
        audience = self._audiences.get(subject)
        if audience is None:
            audience = _Audience(each for each in self._subscriptions if each.pattern.fullmatch(subject))
            self._audiences[subject] = audience
        return audience


def subject_pattern(subject: str) -> re.Pattern[str]:
    """A regular expression for the subjects that a subscription gets."""
    sources = {"*": "[^.]+", ">": ".+"}
    tokens = (sources.get(token, re.escape(token)) for token in subject.split("."))
    return re.compile(r"\.".join(tokens), re.DOTALL)


def _delivery_of(message: Message, receiver: Subscriber | None) -> Delivery:
    reply = message.reply
    respond: Respond | None = None
    if reply is not None and receiver is not None:

        def answer(data: bytes, headers: Headers | None = None) -> Awaitable[None]:
            return receiver.publish(reply, data, headers)

        respond = answer
    return Delivery(message.subject, message.data, message.headers, respond)
