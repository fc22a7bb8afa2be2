/** A protocol as one constant of a Python module, made of all its messages. */
import type {
  CommandEnvelope,
  EventEnvelope,
  Paces,
  Roles,
  TokenRule,
  TokenStep,
} from "../../runtime/protocol/message.js";
import { pythonNames } from "../catalog/naming.js";
import { portablePattern } from "../json/portable-pattern.js";
import type { Catalog } from "../model.js";
import type { Constant } from "./assignment.js";
import { dataOf, mapValues } from "./data.js";
import { docstring } from "./documentation.js";
import { call, dictionary, type Expression, list, name } from "./expression.js";
import { type ModuleNames, nameIn } from "./module-names.js";

/** The constant of a protocol. */
export function protocolConstant(catalog: Catalog, names: ModuleNames): Constant {
  const { version, hash, address, tokens, envelopes, dialects, services, streams, paces, roles, description } = catalog;
  const ofKind = (kind: "event" | "lifecycle" | "bucket") =>
    dictionary(
      Object.fromEntries(
        catalog.messages
          .filter((message) => message.kind === kind)
          .map((message) => [message.name, name(nameIn(names.messages, message.ref))]),
      ),
    );
  return {
    name: pythonNames.protocol,
    type: name("message.ProtocolDescriptor"),
    value: call("message.ProtocolDescriptor", [], {
      name: catalog.name,
      version,
      hash,
      address: list(address.map((part) => call("message.AddressPart", [], { name: part.name, default: part.default }))),
      tokens: dictionary(mapValues(tokens, tokenRule)),
      envelopes: dictionary(mapValues(envelopes, envelopeOf)),
      dialects: dictionary(
        mapValues(dialects, ({ event, command, lifecycle }) =>
          call("message.Dialect", [], { event, command, lifecycle }),
        ),
      ),
      events: ofKind("event"),
      services: dictionary(
        Object.fromEntries(services.map((service) => [service.name, name(nameIn(names.services, service.name))])),
      ),
      lifecycle: ofKind("lifecycle"),
      state: ofKind("bucket"),
      paces: paces && pacesOf(paces),
      roles: roles && rolesOf(roles),
      streams:
        streams.length === 0
          ? undefined
          : dictionary(
              Object.fromEntries(streams.map((stream) => [stream.name, name(nameIn(names.streams, stream.ref))])),
            ),
    }),
    docstring: docstring({ text: [description], origin: `${catalog.name}/protocol.json` }),
  };
}

function pacesOf(paces: Paces): Expression {
  return dictionary(
    mapValues(paces, ({ delay, jitter }) => call("message.Pace", [], { delay: dataOf(delay), jitter: dataOf(jitter) })),
  );
}

function rolesOf({ messages, report, restart, poll }: Roles): Expression {
  return call("message.Roles", [], {
    messages: dataOf(messages),
    report: dataOf(report),
    restart: dataOf(restart),
    poll: dataOf(poll),
  });
}

function tokenRule({ steps, pattern }: TokenRule): Expression {
  return call("message.TokenRule", [], {
    steps: steps.length === 0 ? undefined : list(steps.map(tokenStep)),
    pattern: pattern === undefined ? undefined : portablePattern(pattern),
  });
}

function tokenStep(step: TokenStep): Expression {
  switch (step.step) {
    case "lowercase":
      return call("message.Lowercase", []);
    case "remove":
      return call("message.Replace", [dataOf(step.characters), dataOf("")]);
    case "replace":
      return call("message.Replace", [dataOf(step.characters), dataOf(step.by)]);
    case "truncate":
      return call("message.Truncate", [dataOf(step.length)]);
  }
}

function envelopeOf(envelope: EventEnvelope | CommandEnvelope): Expression {
  if (envelope.kind === "event") return call("message.EventEnvelope", [], { body: dataOf(envelope.body) });
  const { request, reply } = envelope;
  return call("message.CommandEnvelope", [], {
    request: dataOf(request),
    reply:
      reply && call("message.ReplyTemplates", [], { success: dataOf(reply.success), failures: dataOf(reply.failures) }),
  });
}
