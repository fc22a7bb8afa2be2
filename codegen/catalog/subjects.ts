/** The subjects of messages: what is fixed in them, and how they are shown. */
import { toToken } from "../../runtime/protocol/token.js";
import type { Catalog, Message } from "../model.js";

/** A message that has a subject. */
export type Addressed = Exclude<Message, { readonly kind: "bucket" | "config" }>;

const parameter = /\{([^{}:]*)(?::([^{}]*))?\}/gu;

/** The parameters of a message's subject that the message itself fixes, as text. All others are the sender's. */
export function fixedParameters(message: Addressed): Readonly<Record<string, string>> {
  switch (message.kind) {
    case "event":
      return { event: message.name };
    case "command":
      return { service: message.service, command: message.name };
    case "lifecycle":
      return { kind: message.name };
  }
}

/** A message's subject in a dialect, with what is fixed filled in: `app.events.{room}.opened`. */
export function subjectOf(catalog: Catalog, message: Addressed, dialect: string): string {
  const fixed = fixedParameters(message);
  return (message.subjects[dialect] ?? "").replace(parameter, (_, name: string, type: string | undefined) => {
    const text = fixed[name];
    if (text === undefined) return `{${name}}`;
    const rule = catalog.tokens[type ?? name];
    return rule === undefined ? text : toToken(text, rule, name);
  });
}

/** Everything in a template that is filled in, with the token type of each. */
export function parametersOf(template: string): readonly { readonly name: string; readonly type: string }[] {
  return [...template.matchAll(parameter)].map(([, name = "", type = name]) => ({ name, type }));
}
