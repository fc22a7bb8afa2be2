/** Where each message arrives, in each dialect. */
import type { Envelope } from "../../../runtime/protocol/message.js";
import { compileSubject, type Subject } from "../../../runtime/protocol/subject.js";
import { documentsOf, serviceOf } from "../../load/documents.js";
import type { Source } from "../../model.js";
import { ask, type Outcome } from "./ask.js";
import { holeNames } from "./holes.js";
import type { Protocol } from "./rule.js";

type ByDialect = Readonly<Record<string, string>>;

/** A message, with its own parameters filled in. */
export interface Arrival {
  readonly source: Source;
  readonly kind: "event" | "lifecycle" | "command";
  /** As it is called on the wire. */
  readonly name: string;
  /** Of a command. */
  readonly service?: string;
  /** The names of what its envelope tells besides the payload. */
  readonly told: readonly string[];
  /** By dialect: the tokens of the subject, with a `*` for what the message itself does not say. */
  readonly subjects: Readonly<Record<string, readonly string[]>>;
  /** Where the message's name makes no legal subject. */
  readonly faults: readonly { readonly dialect: string; readonly fault: string }[];
}

const found = new WeakMap<Protocol, readonly Arrival[]>();

/** All messages that have a subject. Those whose template is itself wrong are left out of `subjects`. */
export function arrivalsOf(protocol: Protocol): readonly Arrival[] {
  const arrivals = found.get(protocol) ?? findArrivals(protocol);
  found.set(protocol, arrivals);
  return arrivals;
}

function findArrivals(protocol: Protocol): readonly Arrival[] {
  const { sources, document } = protocol;
  const told = toldByEnvelopes(document.envelopes);
  const subjectsOf = subjectFiller(protocol);
  const events = documentsOf(sources, "event").map(({ source, document: event, stem }) => {
    const name = event.event ?? stem;
    const own = {
      source,
      kind: "event",
      name,
      told: told(event.envelope ?? document.events?.envelope),
    } as const;
    return { ...own, ...subjectsOf({ kind: "event", own: event.subjects, values: { event: name } }) };
  });
  const lifecycle = documentsOf(sources, "lifecycle").map(({ source, document: message, stem }) => {
    const name = message.kind ?? stem;
    const envelope = message.envelope ?? document.lifecycle?.envelope;
    const own = { source, kind: "lifecycle", name, told: told(envelope) } as const;
    return { ...own, ...subjectsOf({ kind: "lifecycle", own: message.subjects, values: { kind: name } }) };
  });
  const commands = documentsOf(sources, "command").map(({ source, document: command, stem }) => {
    const [name, service] = [command.command ?? stem, serviceOf(source)];
    const usual = document.services?.[service];
    const own = { source, kind: "command", name, service, told: told(command.envelope ?? usual?.envelope) } as const;
    const subjects = { ...usual?.subjects, ...command.subjects };
    return { ...own, ...subjectsOf({ kind: "command", own: subjects, values: { service, command: name } }) };
  });
  return [...events, ...lifecycle, ...commands];
}

/** What an envelope tells, by its name. What is wrong with an unknown one is said elsewhere. */
function toldByEnvelopes(
  envelopes: Readonly<Record<string, Envelope>>,
): (name: string | undefined) => readonly string[] {
  const told = new Map(
    Object.entries(envelopes).map(([name, envelope]) => [
      name,
      holeNames(envelope.kind === "event" ? envelope.body : envelope.request),
    ]),
  );
  return (name) => told.get(name ?? "") ?? [];
}

interface Request {
  readonly kind: Arrival["kind"];
  readonly own: ByDialect | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** Fills in the subjects of a message. Messages share templates, so each is compiled once. */
function subjectFiller({ document }: Protocol): (request: Request) => Pick<Arrival, "subjects" | "faults"> {
  const tokens = Object.fromEntries(
    Object.entries(document.tokens ?? {}).map(([name, { steps = [], pattern }]) => [
      name,
      pattern === undefined ? { steps } : { steps, pattern },
    ]),
  );
  const compiled = new Map<string, Outcome<Subject>>();
  const compile = (template: string): Outcome<Subject> => {
    const subject = compiled.get(template) ?? ask((): Subject => compileSubject(template, tokens));
    compiled.set(template, subject);
    return subject;
  };
  return ({ kind, own, values }) => {
    const subjects: [string, readonly string[]][] = [];
    const faults: { dialect: string; fault: string }[] = [];
    for (const [dialect, usual] of Object.entries(document.dialects)) {
      const template = compile(own?.[dialect] ?? usual[kind]);
      if ("complaint" in template) continue;
      const subject = ask(() => template.value.wildcard(values));
      if ("complaint" in subject) faults.push({ dialect, fault: subject.complaint });
      else subjects.push([dialect, subject.value.split(".")]);
    }
    return { subjects: Object.fromEntries(subjects), faults };
  };
}
