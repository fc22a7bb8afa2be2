/** One line on each message: what `list` prints and the reference begins with. */

import { subjectOf } from "../catalog/subjects.js";
import { firstSentence } from "../markdown/text.js";
import type { Catalog, KeyEntry, Message, StreamEntry } from "../model.js";

/** What a list says about a message. */
export interface MessageLine {
  /** `<protocol>/events/<event>`, `<protocol>/<service>/<command>`, `<protocol>/state/<bucket>/<key>` and so on. */
  readonly ref: string;
  /** The other names of a command: its method, and what else a service takes it by. */
  readonly otherNames: readonly string[];
  readonly kind: "event" | "command" | "lifecycle" | "state" | "stream" | "config";
  /** By dialect. Nothing for a configuration, which does not travel. */
  readonly subjects: Readonly<Record<string, string>>;
  /** `publisher -> listeners`; null for a configuration, and for a stream, which only keeps what others say. */
  readonly direction: string | null;
  /** One sentence. */
  readonly description: string;
  /** What to use instead; null when it is not deprecated. */
  readonly deprecated: string | null;
}

/** Every message and stream of a protocol, in the order of their references; of a bucket, its keys. */
export function messageLines(catalog: Catalog): readonly MessageLine[] {
  return [...catalog.messages.flatMap((message) => linesOf(catalog, message)), ...catalog.streams.map(streamLine)].sort(
    (left, right) => (left.ref < right.ref ? -1 : 1),
  );
}

function streamLine({ ref, subjects, description, deprecated }: StreamEntry): MessageLine {
  const texts = Object.entries(subjects).map(([dialect, patterns]) => [dialect, patterns.join(", ")] as const);
  return {
    ref,
    otherNames: [],
    kind: "stream",
    subjects: Object.fromEntries(texts),
    direction: null,
    description: firstSentence(description),
    deprecated: deprecated ?? null,
  };
}

function linesOf(catalog: Catalog, message: Message): readonly MessageLine[] {
  const { ref, kind } = message;
  const description = firstSentence(message.description);
  const deprecated = message.deprecated ?? null;
  const dialects = Object.keys(catalog.dialects);
  const everywhere = (subject: string) => Object.fromEntries(dialects.map((dialect) => [dialect, subject]));
  switch (kind) {
    case "bucket":
      return message.keys.map((key) => ({
        ref: key.ref,
        otherNames: [],
        kind: "state",
        subjects: everywhere(keySubject(message.bucket, key)),
        direction: directionOf(message),
        description: firstSentence(key.description),
        deprecated,
      }));
    case "config":
      return [{ ref, otherNames: [], kind, subjects: {}, direction: null, description, deprecated }];
    default: {
      const subjects = Object.fromEntries(dialects.map((dialect) => [dialect, subjectOf(catalog, message, dialect)]));
      const otherNames = message.kind === "command" ? [message.method, ...message.aliases] : [];
      return [{ ref, otherNames, kind, subjects, direction: directionOf(message), description, deprecated }];
    }
  }
}

/** Who says it to whom. */
export function directionOf(message: Exclude<Message, { readonly kind: "config" }>): string {
  return message.kind === "command" ? `anybody -> ${message.service}` : `${message.publisher} -> ${message.listeners}`;
}

/** The subject that NATS keeps a key under. */
export function keySubject(bucket: string, { key }: KeyEntry): string {
  return `$KV.${plain(bucket)}.${plain(key)}`;
}

/** A template without the types of its tokens. */
function plain(template: string): string {
  return template.replaceAll(/:[^{}]*\}/gu, "}");
}
