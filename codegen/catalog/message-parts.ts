/** What messages of every kind are made of: what they say about themselves, their subjects, and their form on the wire. */
import type { Dialect } from "../../runtime/protocol/message.js";
import type { Json } from "../../runtime/value/shape.js";
import type { BroadcastDefaults, ProtocolDocument } from "../load/documents.js";
import type { Source } from "../model.js";
import type { Declarations } from "./declarations.js";
import { envelopeForm, wireForm } from "./hash.js";
import type { ShapeReader } from "./shapes.js";

type Subjects = Readonly<Record<string, string>>;

/** What messages are built from. */
export interface Context {
  readonly protocol: ProtocolDocument;
  readonly declarations: Declarations;
  readonly shapes: ShapeReader;
}

/** What every message says about itself. */
export function described(document: { description: string; source: string; deprecated?: string }, { file }: Source) {
  const { description, source, deprecated } = document;
  return { description, source, ...(deprecated === undefined ? {} : { deprecated }), origin: { file, pointer: "" } };
}

/** Who sends a message, and who listens. */
export function parties(document: Omit<BroadcastDefaults, "envelope">, usual: BroadcastDefaults | undefined) {
  return {
    publisher: document.publisher ?? usual?.publisher ?? "anybody",
    listeners: document.listeners ?? usual?.listeners ?? "anybody",
  };
}

/** The subject in every dialect, and those of them that are not the kind's. */
export function subjectsOf(kind: keyof Dialect, own: Subjects | undefined, { protocol }: Context) {
  const dialects = Object.entries(protocol.dialects);
  const subjects = dialects.map(([name, dialect]) => [name, own?.[name] ?? dialect[kind]] as const);
  return {
    subjects: Object.fromEntries(subjects),
    ownSubjects: Object.fromEntries(subjects.filter(([name, subject]) => subject !== protocol.dialects[name]?.[kind])),
  };
}

/** What a schema says about the wire. */
export function wireFormAt(source: Source, pointer: string, { declarations, shapes }: Context): Json {
  return wireForm(shapes.of(declarations.at(source, pointer)));
}

/** What an envelope says about the wire. */
export function envelopeNamed(name: string | undefined, { envelopes }: ProtocolDocument): Json {
  const envelope = name === undefined ? undefined : envelopes[name];
  return envelope ? envelopeForm(envelope) : null;
}
