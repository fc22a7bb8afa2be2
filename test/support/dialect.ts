/** Running tests once more in another dialect, as they stand. */
import { describe } from "vitest";
import type { Contract, Protocol, SubjectsByDialect } from "../../runtime/protocol/message.js";
import { compileSubject, type Subject } from "../../runtime/protocol/subject.js";
import type { Delivery, Transport } from "../../runtime/transport/transport.js";

let preferred: string | undefined;

/** Makes a dialect the first of all protocols of tests that have it, and so what clients speak unless they are told. */
export function preferDialect(dialect: string | undefined): void {
  preferred = dialect;
}

/** Dialects, the preferred one first. */
export function preferredFirst<T>(
  dialects: Readonly<Record<string, T>>,
  first = preferred,
): Readonly<Record<string, T>> {
  const chosen = Object.entries(dialects).filter(([name]) => name === first);
  return Object.fromEntries([...chosen, ...Object.entries(dialects)]);
}

/** A protocol in one of its dialects. */
export interface InDialect<C extends Contract> {
  /** Its first dialect, and so what clients speak unless they are told, is this one. */
  readonly protocol: Protocol<C>;
  /** A subject of the protocol's own first dialect, as this one has it. */
  spelled(subject: string): string;
}

/** Runs the tests once in each dialect. */
export function inEachDialect<C extends Contract>(
  protocol: Protocol<C>,
  tests: (speaking: InDialect<C>) => void,
): void {
  const names = Object.keys(protocol.dialects);
  describe.each(names)("in the dialect %s", (dialect) => {
    const respelling = new Respelling(protocol, names[0] ?? "", dialect);
    const speaking = { ...protocol, dialects: preferredFirst(protocol.dialects, dialect) };
    tests({ protocol: speaking, spelled: (subject) => respelling.of(subject) });
  });
}

/** One kind of message, spelled in both dialects. */
interface Spelling {
  readonly from: Subject;
  readonly to: Subject;
}

// Stands for a wildcard, where a template takes no wildcards.
const anyToken = "\uE000";

/** Spells the subjects of one dialect as another does. */
export class Respelling {
  readonly #spellings: readonly Spelling[];

  constructor(protocol: Protocol, from: string, to: string) {
    this.#spellings = templatesOf(protocol).flatMap(({ [from]: one, [to]: other }) => {
      if (one === undefined || other === undefined) return [];
      const { tokens } = protocol;
      return [{ from: compileSubject(one, tokens), to: compileSubject(other, tokens) }];
    });
  }

  /** The subject or pattern in the other dialect; itself, when it is not in the one. */
  of(subject: string): string {
    const text = subject.replaceAll("*", anyToken);
    for (const { from, to } of this.#spellings) {
      const values = from.match(text);
      if (values !== undefined) return to.build(values).replaceAll(anyToken, "*");
    }
    return subject;
  }
}

/**
 * A connection for a test that knows one dialect, on a bus where another is spoken. A client that speaks the other may use it
 * too: it gets what it asks for in its own words.
 */
export function respelled(transport: Transport, there: Respelling, back: Respelling): Transport {
  return {
    maximumPayload: transport.maximumPayload,
    label: (headers) => transport.label(headers),
    publish: (subject, ...message) => transport.publish(there.of(subject), ...message),
    request: (subject, ...request) => transport.request(there.of(subject), ...request),
    subscribe: (pattern, receive, options) => {
      const asked = there.of(pattern);
      if (asked === pattern) return transport.subscribe(pattern, receive, options);
      return transport.subscribe(asked, (delivery) => receive(renamed(delivery, back.of(delivery.subject))), options);
    },
    bucket: (...name) => transport.bucket(...name),
    stream: (...options) => transport.stream(...options),
    flush: () => transport.flush(),
    onStatus: (listener) => transport.onStatus(listener),
    close: () => transport.close(),
  };
}

/** Those of single messages first: the usual template of a kind may take their subjects too. */
function templatesOf({ dialects, events, services, lifecycle }: Protocol): readonly SubjectsByDialect[] {
  const commands = Object.values(services).flatMap((service) => Object.values(service.commands));
  const messages = [events, lifecycle, services].flatMap((each) => Object.values(each));
  const own = [...messages, ...commands].flatMap(({ subjects }) => subjects ?? []);
  const usual = (["command", "event", "lifecycle"] as const).map((kind) =>
    Object.fromEntries(Object.entries(dialects).map(([name, templates]) => [name, templates[kind]])),
  );
  return [...own, ...usual];
}

function renamed({ data, headers, respond }: Delivery, subject: string): Delivery {
  return { subject, data, headers, respond };
}
