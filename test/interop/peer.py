"""A Python program that does what it is told over its standard input, and says what came of it: one JSON value a line."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal

from kryten_protocol import DeadLetter, DurableContext, Event, hopeless
from kryten_protocol.client import Channel, Client
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.runtime.commands.command_run import CommandContext
from kryten_protocol.runtime.commands.handlers import Handlers
from kryten_protocol.runtime.commands.served_subject import AnyCommand
from kryten_protocol.runtime.commands.service_error import refusal
from kryten_protocol.runtime.error import ProtocolError
from kryten_protocol.runtime.lifecycle.registry import RegistryChange
from kryten_protocol.runtime.lifecycle.restart import RestartRequest
from kryten_protocol.runtime.lifecycle.service_info import ServiceInfo
from kryten_protocol.runtime.protocol.message import KeyDescriptor
from kryten_protocol.runtime.state.state_key import StateKey
from kryten_protocol.runtime.transport.transport import Headers
from kryten_protocol.runtime.value.payload import Payload

CHANNEL = "Lounge"


def say(**said: object) -> None:
    """Tells the one who started this program."""
    print(json.dumps(said), flush=True)


def hear(name: str, payload: Payload[Any], value: object, **more: object) -> None:
    """Tells what this program was told by others."""
    say(heard={"name": name, "value": payload.adapter.dump_python(value), **more})


def contract_in(headers: Headers) -> dict[str, str]:
    """What the header fields of a message say of the contract of its sender."""
    return {"contract": headers["Contract"]} if "Contract" in headers else {}


class Peer:
    """Does what it is told, each thing by the method of its name."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.channel: Channel = client.channel(CHANNEL)

    async def call(self, service: str, command: str, args: dict[str, Any], timeout: float = 5.0) -> object:
        """Asks a service through the typed method, with the arguments by their names on the wire."""
        descriptor = _command(service, command)
        asked = getattr(self.channel, service.replace("-", "_")).with_options(timeout=timeout, even_if_ignored=True)
        result = await getattr(asked, descriptor.method)(**_keywords(descriptor.args.check(args)))
        return None if result is None else descriptor.result.adapter.dump_python(result)

    async def serve(
        self, service: str, answers: dict[str, dict[str, Any]], channels: Sequence[str] | Literal["any"] = "any"
    ) -> None:
        """Is a service, that answers each command as it is told: with a result, a refusal, an exception, or not in time."""
        descriptor = PROTOCOL.services[service]

        def handler_of(command: AnyCommand) -> Callable[..., object]:
            async def handle(_self: object, args: object, context: CommandContext) -> object:
                hear(command.ref, command.args, args, **contract_in(context.headers))
                return await self._answer(command, answers.get(command.name, {}))

            return handle

        members: dict[str, object] = {method: handler_of(each) for method, each in descriptor.commands.items()}
        handlers = type("Answers", (Handlers,), {**members, "_descriptor": descriptor})()
        await self.client.serve(handlers, channels=channels)

    async def listen(self, event: str) -> None:
        """Tells of each event of that name."""
        descriptor = PROTOCOL.events[event]

        def tell(event: Event[Any], _: Channel) -> None:
            hear(event.name, descriptor.payload, event.payload, **contract_in(event.headers))

        self.client.on(descriptor, tell)
        await self.client.flush()

    async def publish(self, event: str, payload: object) -> None:
        """Sends an event."""
        await self.channel.publish(PROTOCOL.events[event], payload)

    async def listen_lifecycle(self, name: str) -> None:
        """Tells of each lifecycle message of that name."""
        descriptor = PROTOCOL.lifecycle[name]
        self.client.on_lifecycle(descriptor, lambda heard: hear(heard.name, descriptor.payload, heard.payload))
        await self.client.flush()

    async def publish_lifecycle(self, name: str, payload: object, service: str) -> None:
        """Sends a lifecycle message."""
        await self.client.publish_lifecycle(PROTOCOL.lifecycle[name], payload, service=service)

    async def follow(self) -> None:
        """Tells who appears and who goes, and of requests to restart."""

        def tell(change: RegistryChange) -> None:
            report = change.instance.report
            told = {"service": report.service, "version": report.version, "contract": report.contract}
            say(heard={"name": "registry", "value": {"kind": change.kind, **told}})

        def restart(request: RestartRequest) -> None:
            told = {"source": request.source, "reason": request.reason, "delay": request.delay}
            say(heard={"name": "restart", "value": told})

        registry = await self.client.registry()
        registry.on_change(tell)
        # Who says that they are alive while it begins is known before anybody is told of changes.
        for instance in registry.instances():
            tell(RegistryChange("appeared", instance))
        self.client.on_restart(restart)
        await self.client.flush()

    async def read(self, ref: str, parts: dict[str, str]) -> object:
        """Reads a key: its value and its revision."""
        entry = await self._state(ref, parts).get()
        if entry is None:
            return None
        return {"value": _key(ref).payload.adapter.dump_python(entry.value), "revision": entry.revision}

    async def read_all(self, ref: str, parts: dict[str, str]) -> object:
        """Reads all keys that share a name and these parameters."""
        payload, keys = _key(ref).payload, getattr(self.channel.state, _key(ref).method)
        return [
            {
                "parameters": asdict(record.parameters),
                "value": payload.adapter.dump_python(record.value),
                "revision": record.revision,
            }
            for record in await keys.where(**parts).all()
        ]

    async def write(self, ref: str, parts: dict[str, str], value: object, revision: int | None = None) -> object:
        """Writes a key, and returns its revision."""
        return await self._state(ref, parts).put(value, revision=revision)

    async def watch(self, ref: str, parts: dict[str, str]) -> None:
        """Tells of each change of a key."""
        payload = _key(ref).payload
        await self._state(ref, parts).watch(
            lambda change: (
                hear(ref, payload, change.value, revision=change.revision)
                if change.value is not None
                else say(heard={"name": ref, "value": None, "revision": change.revision})
            )
        )

    async def _answer(self, command: AnyCommand, answer: dict[str, Any]) -> object:
        if "refuse" in answer:
            raise refusal(answer["refuse"], answer.get("message", ""), answer.get("details"))
        if "raise" in answer:
            raise RuntimeError(answer["raise"])
        if "ask" in answer:
            return await self.call(**answer["ask"], args=answer["args"])
        if "hang" in answer:
            await asyncio.Event().wait()
        return answer.get("result")

    async def consume(self, event: str, name: str, in_flight: int, because: str | None = None) -> None:
        """Consumes an event durably, and tells of each under the name; gives it up when there is a reason."""
        payload = PROTOCOL.events[event].payload

        def handle(heard: Event[Any], context: DurableContext[Channel]) -> None:
            hear(name, payload, heard.payload)
            if because is not None:
                raise hopeless(because)

        await self.client.durable(PROTOCOL.events[event], handle, name=name, in_flight=in_flight)

    async def read_letters(self, name: str) -> None:
        """Tells of each dead letter."""

        def tell(letter: DeadLetter, context: DurableContext[None]) -> None:
            say(heard={"name": name, "value": {**asdict(letter), "data": letter.data.decode()}})

        await self.client.dead_letters("events", tell, name=name)

    async def store(self, event: str, payload: object, identifier: str) -> object:
        """Publishes an event durably."""
        stored = await self.channel.publish_durable(PROTOCOL.events[event], payload, id=identifier)
        return {"sequence": stored.sequence, "duplicate": stored.duplicate}

    def _state(self, ref: str, parts: dict[str, str]) -> StateKey[Any]:
        member = getattr(self.channel.state, _key(ref).method)
        return member(**parts) if callable(member) else member


def _command(service: str, command: str) -> AnyCommand:
    return next(each for each in PROTOCOL.services[service].commands.values() if each.name == command)


def _key(ref: str) -> KeyDescriptor[Any]:
    keys = [key for bucket in PROTOCOL.state.values() for key in bucket.keys.values()]
    return next(key for key in keys if key.ref == ref)


def _keywords(args: Any) -> dict[str, Any]:
    return {name: getattr(args, name) for name in args.model_fields_set}


async def obey(peer: Peer, order: dict[str, Any]) -> None:
    """Does one thing, and says what came of it."""
    identifier, action = order.pop("id"), order.pop("do")
    try:
        say(id=identifier, result=await getattr(peer, action)(**order))
    except ProtocolError as error:
        told = {"code": error.code, "message": error.raw_message, "serviceCode": error.service_code}
        say(id=identifier, error={**told, "details": error.details})


async def main(url: str, options: dict[str, Any]) -> None:
    """Obeys until its input ends."""
    orders = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    if "service" in options:
        options["service"] = ServiceInfo(**options["service"])
    report = {"on_error": lambda error: say(reported=str(error)), "on_invalid": lambda error: say(reported=str(error))}
    async with await Client.connect(
        url, channels=[CHANNEL], pace={"chat": {"delay": 0, "jitter": 0}}, **report, **options
    ) as client:
        peer = Peer(client)
        say(ready=True)
        tasks = set()
        while line := await orders.readline():
            task = asyncio.create_task(obey(peer, json.loads(line)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
