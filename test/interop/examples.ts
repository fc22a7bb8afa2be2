/** What the schemas give as examples, for tests that try every message. */
import { readFileSync } from "node:fs";
import type { Catalog } from "../../codegen/model.js";
import type { Asked, Key } from "./program.js";

const file = new URL("../../generated/kryten/catalog.json", import.meta.url);
const catalog = JSON.parse(readFileSync(file, "utf8")) as Catalog;

/** A command with an example of its arguments, and of its result. */
export interface CommandExample extends Asked {
  readonly ref: string;
  readonly envelope: string;
  readonly isAnswered: boolean;
  /** Neither ignored nor deprecated. */
  readonly isWorking: boolean;
  readonly args: unknown;
  readonly result: unknown;
}

/** Every command with its first example. */
export const commandExamples: readonly CommandExample[] = catalog.messages.flatMap((message) => {
  if (message.kind !== "command") return [];
  const { ref, service, name: command, envelope, examples, ignored, deprecated } = message;
  const { args = {}, result = {} } = examples.find((example) => "result" in example) ?? examples[0] ?? {};
  const found = catalog.envelopes[envelope];
  const isAnswered = found?.kind === "command" && found.reply !== undefined;
  const isWorking = ignored === undefined && deprecated === undefined;
  return [{ ref, service, command, envelope, isAnswered, isWorking, args, result }];
});

/** A command for each envelope whose commands are answered. */
export const commandStyles: readonly CommandExample[] = commandExamples.filter(
  ({ envelope, isAnswered }, index) =>
    isAnswered && commandExamples.findIndex((other) => other.envelope === envelope) === index,
);

/** The names of the envelopes of commands. */
export const commandEnvelopes: readonly string[] = Object.entries(catalog.envelopes).flatMap(([name, { kind }]) =>
  kind === "command" ? [name] : [],
);

/** Every event with its first example. */
export const eventExamples = broadcasts("event");

/** Every lifecycle message with its first example. */
export const lifecycleExamples = broadcasts("lifecycle");

/** Every key of every bucket, with an example of its value. */
export const keyExamples: readonly (Key & { readonly value: unknown })[] = catalog.messages.flatMap((message) =>
  message.kind === "bucket"
    ? message.keys.map(({ ref, key, examples }) => ({
        ref,
        parts: partsOf(`${message.bucket} ${key}`),
        value: examples[0],
      }))
    : [],
);

function broadcasts(kind: "event" | "lifecycle"): readonly { readonly name: string; readonly payload: unknown }[] {
  return catalog.messages.flatMap((message) =>
    message.kind === kind ? [{ name: message.name, payload: message.examples[0] }] : [],
  );
}

/** A text for each parameter that is no part of the address. */
function partsOf(template: string): Readonly<Record<string, string>> {
  const names = [...template.matchAll(/\{([A-Za-z0-9]+)(?::[A-Za-z0-9]+)?\}/gu)].map(([, name = ""]) => name);
  const given = catalog.address.map((part) => part.name);
  return Object.fromEntries(names.filter((name) => !given.includes(name)).map((name) => [name, `${name}1`]));
}
