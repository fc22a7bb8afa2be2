/** What programs hold, as templates take it: the client, its channels and their events. */
import { declarationNames, pythonFieldNames } from "../catalog/naming.js";
import type { Catalog, EventMessage, LifecycleMessage } from "../model.js";
import { assignmentOf } from "./assignment.js";
import { docstring } from "./documentation.js";
import { call, dictionary, type Expression, literal, name, none, subscript, text, union } from "./expression.js";
import { layOut } from "./layout.js";
import { type ModuleNames, nameIn } from "./module-names.js";
import { modelType } from "./plain-type.js";
import { byName, methodSignature, type Parameter, self } from "./signature.js";

/** The view of `client.py`. */
export function clientView(catalog: Catalog, names: ModuleNames): object {
  const events = catalog.messages.filter((message) => message.kind === "event");
  const lifecycle = catalog.messages.filter((message) => message.kind === "lifecycle");
  const kept = new Set(catalog.streams.flatMap((stream) => stream.events));
  return {
    events: events.map(eventOverloads),
    durable:
      catalog.streams.length === 0
        ? undefined
        : {
            events: events.filter(({ name }) => kept.has(name)).map(durableOverloads),
            names: assignmentOf({
              name: "DurableEvent",
              type: name("TypeAlias"),
              value: literals([...kept].toSorted()),
              docstring: undefined,
            }),
            streams: assignmentOf({
              name: "StreamName",
              type: name("TypeAlias"),
              value: literals(catalog.streams.map((stream) => stream.name)),
              docstring: undefined,
            }),
          },
    where: catalog.address.length === 0 ? undefined : whereView(catalog.address.map((part) => part.name)),
    lifecycle: lifecycle.map(lifecycleOverloads),
    services: catalog.services.map(({ name, description, deprecated }) => ({
      member: nameIn(names.members, name),
      client: declarationNames.client(name),
      docstring: docstring({ text: [description], deprecated }),
    })),
  };
}

/** The ways to name an event, with the type of what it carries. */
function eventOverloads({ name: event, payload }: EventMessage): object {
  const named: Parameter = { name: "event", type: literalType(event) };
  const carried = modelType(payload);
  const handled = [carried, name("Channel")];
  const handler: Parameter = { name: "handler", type: subscript("EventHandler", handled) };
  return {
    decorator: on("on", [self, named], subscript("EventDecorator", handled)),
    call: on("on", [self, named, handler], registration),
    once: on("once", [self, named, byName, timeout], subscript("ComingEvent", handled)),
    iteration: on("events", [self, named], subscript("EventIteration", handled)),
    publish: methodSignature({
      kind: "coroutine",
      name: "publish",
      parameters: [self, named, { name: "payload", type: carried }, optionsOf("PublishOptions")],
      returns: none,
      body: "none",
    }),
  };
}

/** How some channels are chosen, by parts of their address. */
function whereView(parts: readonly string[]): object {
  const spelt = pythonFieldNames(parts);
  const texts = parts.map((part) => optionalText(spelt.get(part) ?? part));
  const chosen = dictionary(Object.fromEntries(parts.map((part) => [part, name(spelt.get(part) ?? part)])));
  return {
    signature: methodSignature({
      kind: "function",
      name: "where",
      parameters: [self, byName, ...texts],
      returns: name("SomeChannels"),
      body: "follows",
    }),
    call: layOut(call("SomeChannels", [name("self._core"), chosen]), { indent: 8, taken: "return ".length }),
  };
}

/** Two ways to use an event that a stream keeps. */
function durableOverloads({ name: event, payload }: EventMessage): object {
  const named: Parameter = { name: "event", type: literalType(event) };
  const carried = modelType(payload);
  const handler: Parameter = { name: "handler", type: subscript("DurableHandler", [carried, name("Channel")]) };
  return {
    consume: methodSignature({
      kind: "coroutine",
      name: "durable",
      parameters: [self, { ...named, name: "events" }, handler, optionsOf("DurableOptions")],
      returns: registration,
      body: "none",
    }),
    publish: methodSignature({
      kind: "coroutine",
      name: "publish_durable",
      parameters: [self, named, { name: "payload", type: carried }, optionsOf("PublishOptions")],
      returns: name("StoredEvent"),
      body: "none",
    }),
  };
}

function lifecycleOverloads({ name: kind, payload }: LifecycleMessage): object {
  const named: Parameter = { name: "name", type: literalType(kind) };
  const carried = modelType(payload);
  const handler: Parameter = { name: "handler", type: subscript("LifecycleHandler", [carried]) };
  const service: readonly Parameter[] = [byName, optionalText("service")];
  return {
    decorator: on("on_lifecycle", [self, named, ...service], subscript("LifecycleDecorator", [carried])),
    call: on("on_lifecycle", [self, named, handler, ...service], registration),
    publish: methodSignature({
      kind: "coroutine",
      name: "publish_lifecycle",
      parameters: [self, named, { name: "payload", type: carried }, ...service],
      returns: none,
      body: "none",
    }),
  };
}

const registration = name("Registration");
const timeout: Parameter = { name: "timeout", type: union([name("float"), none]), default: none };

function optionsOf(type: string): Parameter {
  return { name: "**options", type: subscript("Unpack", [name(type)]) };
}

/** A text that may be left out. */
function optionalText(name: string): Parameter {
  return { name, type: union([text, none]), default: none };
}

function on(name: string, parameters: readonly Parameter[], returns: Expression): string {
  return methodSignature({ kind: "function", name, parameters, returns, body: "none" });
}

function literalType(text: string): Expression {
  return literals([text]);
}

function literals(texts: readonly string[]): Expression {
  return subscript("Literal", texts.map(literal));
}
