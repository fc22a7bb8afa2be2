/** Reading what a program is configured with. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ConnectOptions } from "../client/connect.js";
import { ProtocolError } from "../error.js";
import type { HttpOptions } from "../http/index.js";
import { isSecretName, redactText } from "../observe/redact.js";
import type { ConfigDescriptor } from "../protocol/config-descriptor.js";
import { isRecord } from "../value/validate.js";
import { type Violation, violations } from "../value/violation.js";
import { concealed } from "./concealed.js";
import { readDocument, unreadable } from "./document.js";
import type { Draft, Variables } from "./draft.js";
import { readEnvironment } from "./environment.js";
import { stepsOf } from "./path.js";
import { fillDefaults, optionsOf } from "./settings.js";
import { substitute } from "./substitute.js";

/** Where a configuration comes from: the path of a YAML or JSON file, a value, or the variables of an environment. */
export type ConfigurationSource =
  | string
  | URL
  | { readonly value: unknown }
  | {
      readonly environment: Variables;
      /** What the names of its variables begin with. Default: the protocol's name: `WEATHER_`. */
      readonly prefix?: string | undefined;
    };

/** How a configuration is read. */
export interface LoadOptions {
  /** What `${NAME}` stands for. Default: the environment of the process. */
  readonly variables?: Variables | undefined;
  /** Names at the top that are the program's own: not checked, and handed out as `own`. */
  readonly own?: readonly string[] | undefined;
}

/** The options of `connect`, and those of `serveHttp` for a program that is to be watched. */
export type ConfiguredOptions = ConnectOptions & { readonly http?: HttpOptions };

/** A configuration that can be used. Printed, neither it nor a part of it shows a secret. */
export interface Configuration<T> {
  /** All settings, defaults included. */
  readonly value: T;
  /** What it sets. */
  readonly options: ConfiguredOptions;
  /** What the program was to have of it for itself. */
  readonly own: Readonly<Record<string, unknown>>;
}

/**
 * Reads a configuration and checks it. Texts in a file or a value may hold variables: `${NAME}`, or `${NAME:-default}`; and
 * `$${` for a plain `${`.
 *
 * @throws ProtocolError `invalid_configuration`, with everything that is wrong and where
 */
export async function loadConfiguration<T>(
  config: ConfigDescriptor<T>,
  source: ConfigurationSource,
  { variables = process.env, own: ownNames = [] }: LoadOptions = {},
): Promise<Configuration<T>> {
  const draft = await draftOf(config, source, variables);
  const [own, value] = parted(draft.value, ownNames);
  const findings = findingsIn(config, { ...draft, value });
  const { check } = config.payload;
  if (findings.length > 0 || !check(value, "refuse")) throw refusal(config, draft, findings);
  fillDefaults(value, config.settings);
  // That each name is an option, and of what type, is the configuration's own word.
  const options = optionsOf(value, config.settings) as unknown as ConfiguredOptions;
  return concealed({ value, options, own });
}

async function draftOf(config: ConfigDescriptor, source: ConfigurationSource, variables: Variables): Promise<Draft> {
  if (typeof source === "object" && "environment" in source) {
    const { environment, prefix = `${config.ref.split("/")[0]?.toUpperCase()}_` } = source;
    return readEnvironment(config, environment, prefix);
  }
  const draft = typeof source === "object" && "value" in source ? given(source.value) : await readSource(source);
  const { value, findings } = substitute(draft.value, config.payload.shape(), variables);
  return { ...draft, value, findings: [...draft.findings, ...findings] };
}

function given(value: unknown): Draft {
  return { value: value ?? null, findings: [], place: (pointer) => pointer || "the value" };
}

async function readSource(file: string | URL): Promise<Draft> {
  const path = typeof file === "string" ? file : fileURLToPath(file);
  try {
    return readDocument(new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)), path);
  } catch (reason) {
    return unreadable(reason instanceof Error ? reason.message : String(reason), path);
  }
}

/** The fields of these names, and the others. */
function parted(value: unknown, names: readonly string[]): [chosen: Record<string, unknown>, others: unknown] {
  if (!isRecord(value) || names.length === 0) return [{}, value];
  const pick = (isWanted: boolean) => Object.entries(value).filter(([name]) => names.includes(name) === isWanted);
  return [Object.fromEntries(pick(true)), Object.fromEntries(pick(false))];
}

function findingsIn(config: ConfigDescriptor, { value, findings }: Draft): readonly Violation[] {
  if (value === undefined) return findings;
  // A text whose variable is not set says nothing about what it will be.
  const open = new Set(findings.map(({ pointer }) => pointer));
  const found = violations(config.payload.shape(), value, "refuse").filter(({ pointer }) => !open.has(pointer));
  return [...findings, ...found.map(withoutSecret)];
}

function withoutSecret({ pointer, message }: Violation): Violation {
  const isSecret = stepsOf(pointer).some(isSecretName);
  return { pointer, message: isSecret ? message.replace(/, not .*$/su, "") : redactText(message) };
}

function refusal({ ref }: ConfigDescriptor, draft: Draft, findings: readonly Violation[]): ProtocolError {
  const inOrder = new Intl.Collator("en", { numeric: true }).compare;
  const lines = findings.map(({ pointer, message }) => `\n  ${draft.place(pointer)} ${message}`).toSorted(inOrder);
  const reason = `this is no configuration of the form ${ref}:${lines.join("")}`;
  return new ProtocolError("invalid_configuration", reason, { ref, violations: findings });
}
