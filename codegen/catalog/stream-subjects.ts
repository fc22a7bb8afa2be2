/** What a stream listens to: the subjects of its events, with wildcards for what a message itself does not say. */
import type { TokenRule } from "../../runtime/protocol/message.js";
import { compileSubject } from "../../runtime/protocol/subject.js";
import { documentsOf, protocolOf, type StreamDocument } from "../load/documents.js";
import type { Sources } from "../model.js";

/**
 * The subjects of a stream, by dialect; none is part of another.
 *
 * @throws ProtocolError `invalid_subject` when one of its events has no legal subject
 */
export function streamSubjects(
  sources: Sources,
  { events }: Pick<StreamDocument, "events">,
): Readonly<Record<string, readonly string[]>> {
  const { dialects, tokens = {} } = protocolOf(sources);
  const rules = Object.fromEntries(Object.entries(tokens).map(([name, rule]) => [name, tokenRule(rule)]));
  const kept = documentsOf(sources, "event").filter(
    ({ document, stem }) => events === "all" || events.includes(document.event ?? stem),
  );
  const byDialect = Object.entries(dialects).map(([dialect, usual]) => {
    const subjects = kept.map(({ document, stem }) =>
      compileSubject(document.subjects?.[dialect] ?? usual.event, rules).wildcard({ event: document.event ?? stem }),
    );
    // Also of events that nobody has described.
    if (events === "all") subjects.push(compileSubject(usual.event, rules).wildcard({}));
    return [dialect, outermost(subjects)] as const;
  });
  return Object.fromEntries(byDialect);
}

/** The subjects without those that are part of another, sorted. */
export function outermost(subjects: readonly string[]): readonly string[] {
  const different = [...new Set(subjects)];
  const wide = different
    .filter((subject) => subject.includes("*"))
    .map((subject) => ({ subject, tokens: subject.split(".") }));
  const isInner = (inner: string): boolean => {
    const tokens = inner.split(".");
    return wide.some(({ subject, tokens: wider }) => subject !== inner && isPartOf(tokens, wider));
  };
  return different.filter((subject) => !isInner(subject)).toSorted();
}

function isPartOf(tokens: readonly string[], wider: readonly string[]): boolean {
  return tokens.length === wider.length && wider.every((token, index) => token === "*" || token === tokens[index]);
}

function tokenRule({ steps = [], pattern }: Partial<TokenRule>): TokenRule {
  return pattern === undefined ? { steps } : { steps, pattern };
}
