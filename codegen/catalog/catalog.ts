/** catalog: checked sources to the one frozen value that emitters read. */
import type { Json } from "../../runtime/value/shape.js";
import { type ProtocolDocument, protocolOf } from "../load/documents.js";
import type { Catalog, Message, NamedType, ServiceEntry, Sources } from "../model.js";
import { defectsOf, parityOf } from "./annexes.js";
import { type Declarations, declarationsOf } from "./declarations.js";
import { freeze } from "./freeze.js";
import { envelopeForm, hash } from "./hash.js";
import { messagesOf } from "./messages.js";
import { ShapeReader } from "./shapes.js";
import { streamsOf } from "./streams.js";

/**
 * Resolve a protocol: references, names, defaults, subjects, hashes; sorted and frozen all the way down.
 *
 * @param sources sources in which `checkSources` finds no error
 */
export function buildCatalog(sources: Sources): Catalog {
  const protocol = protocolOf(sources);
  const declarations = declarationsOf(sources);
  const shapes = new ShapeReader(declarations);
  const messages = messagesOf(sources, declarations, shapes);
  const { name, title, version, description, source, address = [], envelopes, dialects, showcase } = protocol;
  const tokens = tokensOf(protocol);
  return freeze({
    name,
    title,
    version,
    description,
    ...(source === undefined ? {} : { source }),
    hash: protocolHash(protocol, messages),
    address,
    tokens,
    envelopes,
    dialects,
    ...pacesOf(protocol),
    ...rolesOf(protocol),
    services: servicesOf(protocol),
    types: typesOf(declarations, shapes),
    messages,
    streams: streamsOf(sources),
    defects: defectsOf(sources),
    ...parityOf(sources),
    ...(showcase === undefined ? {} : { showcase }),
  });
}

function typesOf(declarations: Declarations, shapes: ShapeReader): readonly NamedType[] {
  return declarations.all
    .map((declaration) => ({
      name: declaration.name,
      shape: shapes.of(declaration),
      origin: { file: declaration.source.file, pointer: declaration.pointer },
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function tokensOf({ tokens = {} }: ProtocolDocument): Catalog["tokens"] {
  const filled = Object.entries(tokens).map(
    ([name, token]) => [name, { ...token, steps: token.steps ?? [], examples: token.examples ?? {} }] as const,
  );
  return Object.fromEntries(filled);
}

function pacesOf({ paces }: ProtocolDocument): Pick<Catalog, "paces"> {
  if (paces === undefined) return {};
  const filled = Object.entries(paces).map(([name, { jitter = 0, ...pace }]) => [name, { ...pace, jitter }] as const);
  return { paces: Object.fromEntries(filled) };
}

function servicesOf({ services = {}, dialects }: ProtocolDocument): readonly ServiceEntry[] {
  return Object.entries(services)
    .map(([name, service]) => {
      const { description, source, deprecated, answersTo = [], subjects = {} } = service;
      const own = Object.entries(subjects).filter(([dialect, subject]) => subject !== dialects[dialect]?.command);
      return {
        name,
        description,
        ...(source === undefined ? {} : { source }),
        ...(deprecated === undefined ? {} : { deprecated }),
        answersTo,
        ownSubjects: Object.fromEntries(own),
      };
    })
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function rolesOf({ lifecycle }: ProtocolDocument): Pick<Catalog, "roles"> {
  if (lifecycle?.roles === undefined) return {};
  const { roles: messages, report = {}, restart = {}, poll = {} } = lifecycle;
  return { roles: { messages, report, restart, poll } };
}

/** Equal when, and only when, the protocols are the same on the wire. */
function protocolHash(protocol: ProtocolDocument, messages: readonly Message[]): string {
  const { roles } = rolesOf(protocol);
  return hash({
    name: protocol.name,
    address: (protocol.address ?? []).map(({ name, default: usual = null }) => ({ name, default: usual })),
    tokens: mapValues(protocol.tokens ?? {}, ({ steps = [], pattern = null }) => ({
      steps: steps.map((step) => ({ ...step })),
      pattern,
    })),
    envelopes: mapValues(protocol.envelopes, envelopeForm),
    dialects: mapValues(protocol.dialects, ({ event, command, lifecycle }) => ({ event, command, lifecycle })),
    messages: Object.fromEntries(messages.map((message) => [message.ref, message.hash])),
    ...(roles === undefined ? {} : { roles: { ...roles, messages: { ...roles.messages } } }),
  });
}

function mapValues<T>(record: Readonly<Record<string, T>>, form: (value: T) => Json): Json {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, form(value)]));
}
