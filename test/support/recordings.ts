/** The recorded traffic, and which message each line of it is. */
import { readFileSync } from "node:fs";
import { kryten } from "../../generated/kryten/messages.js";
import { compileTemplate } from "../../runtime/protocol/envelope.js";
import type {
  CommandDescriptor,
  CommandEnvelope,
  Envelope,
  ServiceDescriptor,
} from "../../runtime/protocol/message.js";
import { compileSubject } from "../../runtime/protocol/subject.js";
import { isRecord } from "../../runtime/value/validate.js";

/** A payload, as CyTube sent it. */
export interface RecordedEvent {
  /** From 1. */
  readonly line: number;
  readonly event: string;
  readonly payload: unknown;
}

/** A request to the robot, and all that came of it. */
export interface RecordedExchange {
  /** From 1. */
  readonly line: number;
  readonly subject: string;
  /** `undefined` when what was sent is no JSON. */
  readonly body: unknown;
  readonly replies: readonly string[];
  /** What the robot then sent to CyTube. */
  readonly frames: readonly unknown[];
  readonly sentBy: string;
}

/** A value that a message carries. */
export interface RecordedValue {
  /** `<protocol>/<service>/<command>/args` and so on. */
  readonly ref: string;
  readonly value: unknown;
}

/** The lines of a recording. */
function linesOf(name: string): readonly Readonly<Record<string, unknown>>[] {
  const text = readFileSync(`test/data/captures/${name}.jsonl`, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** All recorded events. */
export const recordedEvents = linesOf("cytube-events").map(
  ({ event, payload }, index): RecordedEvent => ({ line: index + 1, event: String(event), payload }),
);

/** All recorded exchanges. Requests are texts, or the JSON in them. */
export const recordedExchanges = linesOf("robot-exchanges").map(
  ({ subject, request, replies, frames, sent_by }, index): RecordedExchange => ({
    line: index + 1,
    subject: String(subject),
    body: typeof request === "string" ? jsonIn(request) : request,
    replies: replies as readonly string[],
    frames: frames as readonly unknown[],
    sentBy: String(sent_by),
  }),
);

/** Of a very long payload, the recording only says how long it was. */
export function isElided({ payload }: RecordedEvent): boolean {
  return typeof payload === "string" && /^<elided: [0-9]+ chars>$/.test(payload);
}

/** The JSON in a text; `undefined` when there is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const services: readonly ServiceDescriptor[] = Object.values(kryten.services);

/** The service that listens on a subject. */
export function serviceAt(subject: string): ServiceDescriptor | undefined {
  return services.find(({ name, subjects }) => {
    const template = subjects?.["live"] ?? kryten.dialects["live"]?.command ?? "";
    const values = compileSubject(template, kryten.tokens).match(subject);
    return values !== undefined && (values["service"] ?? name) === name;
  });
}

/** What a request asks for; `undefined` when there is no such thing. */
export function commandOf({
  subject,
  body,
}: Pick<RecordedExchange, "subject" | "body">): CommandDescriptor | undefined {
  const commands = Object.values(serviceAt(subject)?.commands ?? {});
  const [only, ...others] = commands;
  if (others.length === 0) return only;
  const asked = isRecord(body) ? (body["command"] ?? body["action"]) : undefined;
  return commands.find(({ name, aliases }) => [name, ...aliases].some((known) => known === asked));
}

/** The arguments in a request, under the names that the schema has; nothing when the envelope is another. */
export function argumentsIn(exchange: RecordedExchange, command: CommandDescriptor): readonly RecordedValue[] {
  const reading = compileTemplate(envelopeOf(command).request).read(exchange.body);
  if (!reading.matched) return [];
  const args = Object.entries(isRecord(reading.values["args"]) ? reading.values["args"] : {});
  const names = new Map(
    Object.entries(command.argumentAliases).flatMap(([name, aliases]) => aliases.map((alias) => [alias, name])),
  );
  const value = Object.fromEntries(args.map(([name, argument]) => [names.get(name) ?? name, argument]));
  return [{ ref: `${command.ref}/args`, value }];
}

/** The results in the replies; nothing for one that is a failure, or no reply. */
export function resultsIn({ replies }: RecordedExchange, command: CommandDescriptor): readonly RecordedValue[] {
  const { reply } = envelopeOf(command);
  if (reply === undefined) return [];
  const failures = reply.failures.map(compileTemplate);
  return replies.flatMap((text) => {
    const body = jsonIn(text);
    if (failures.some((failure) => failure.read(body).matched)) return [];
    const reading = compileTemplate(reply.success).read(body);
    if (!reading.matched) return [];
    const whole = reading.values["result"];
    if (command.resultTemplate === undefined) return [{ ref: `${command.ref}/result`, value: whole }];
    const inner = compileTemplate(command.resultTemplate).read(whole);
    return inner.matched ? [{ ref: `${command.ref}/result`, value: inner.values["result"] }] : [];
  });
}

function envelopeOf({ envelope, ref }: CommandDescriptor): CommandEnvelope {
  const found: Envelope | undefined = kryten.envelopes[envelope];
  if (found?.kind !== "command") throw new Error(`${ref} has no envelope`);
  return found;
}
