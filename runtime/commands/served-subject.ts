/** The commands that a service takes on one subject: finding the one that a request asks for, and its arguments. */

import { ProtocolError } from "../error.js";
import type { CompiledTemplate, Reading } from "../protocol/envelope.js";
import { invalid, invalidValue } from "../protocol/invalid.js";
import type { CommandDescriptor, ServiceDescriptor } from "../protocol/message.js";
import type { CommandEnvelopes, Wire } from "../protocol/wire.js";
import { isRecord, own } from "../value/validate.js";
import { describe, didYouMean, quote } from "../value/wording.js";
import { Tally } from "./tally.js";

/** A command, with what reading its requests takes. */
export interface ServedCommand {
  readonly descriptor: CommandDescriptor;
  readonly envelopes: CommandEnvelopes;
  /** By alias, the name that the schema has. */
  readonly argumentAliases: ReadonlyMap<string, string>;
  /** Around the result, when it is not all of the reply's data. */
  readonly result: CompiledTemplate | undefined;
  readonly tally: Tally;
}

/** A request, opened. Its arguments are not checked yet. */
export interface OpenedRequest {
  readonly kind: "opened";
  readonly command: ServedCommand;
  readonly args: unknown;
  /** What stands in the envelope. */
  readonly values: Values;
}

/** A request for nothing that the service does. */
export interface RefusedRequest {
  readonly kind: "refused";
  /** `wrong_service`, `unknown_command` or `invalid_request` */
  readonly error: ProtocolError;
  readonly values: Values;
}

type Values = Readonly<Record<string, unknown>>;

/** Commands that travel in the same envelope. */
interface Style {
  readonly envelopes: CommandEnvelopes;
  /** By name, and by alias. */
  readonly commands: ReadonlyMap<string, ServedCommand>;
}

/** Reads what arrives on one subject. */
export class ServedSubject {
  readonly commands: readonly ServedCommand[];
  readonly #service: ServiceDescriptor;
  readonly #styles: readonly Style[];
  /** The one command of the subject, for envelopes that do not name any. */
  readonly #only: ServedCommand | undefined;

  constructor(wire: Wire, service: ServiceDescriptor, commands: readonly CommandDescriptor[]) {
    this.#service = service;
    const names = [...new Set(commands.map(({ envelope }) => envelope))];
    const served = commands.map((descriptor) => servedCommand(wire, descriptor));
    this.commands = served;
    this.#styles = names.map((name) => {
      const members = served.filter(({ descriptor }) => descriptor.envelope === name);
      return { envelopes: wire.commandEnvelopes(name), commands: byName(members) };
    });
    this.#only = served.length === 1 ? served[0] : undefined;
  }

  /** How a request is answered that cannot be told to be any command. `undefined`: not at all. */
  get usualEnvelopes(): CommandEnvelopes | undefined {
    return this.#styles.find(({ envelopes }) => envelopes.reply !== undefined)?.envelopes;
  }

  /** Finds the command and opens its envelope. */
  open(body: unknown): OpenedRequest | RefusedRequest {
    const readings = [];
    for (const { envelopes, commands } of this.#styles) {
      const reading = envelopes.request.read(body);
      readings.push(reading);
      if (!reading.matched || !this.#isFor(reading.values["service"])) continue;
      const { values } = reading;
      const name = values["command"] ?? this.#only?.descriptor.name;
      const command = typeof name === "string" ? commands.get(name) : undefined;
      if (command !== undefined) return { kind: "opened", command, args: argumentsOf(values["args"], command), values };
    }
    return this.#refused(readings);
  }

  #isFor(service: unknown): boolean {
    const { name, answersTo } = this.#service;
    return (service ?? name) === name || answersTo.some((other) => other === service);
  }

  #refused(readings: readonly Reading[]): RefusedRequest {
    const values = readings.find((reading) => reading.matched)?.values;
    if (values !== undefined) return { kind: "refused", error: this.#objection(values), values };
    const found = readings.flatMap((reading) => (reading.matched ? [] : [reading.violation]));
    const error = invalid(found.slice(0, 1), { what: "the request", code: "invalid_request" });
    return { kind: "refused", error, values: {} };
  }

  #objection({ service, command }: Values): ProtocolError {
    const { name } = this.#service;
    if (!this.#isFor(service)) {
      return new ProtocolError(
        "wrong_service",
        `this is ${name}, and the request is for ${describe(service)}; ask that one`,
      );
    }
    if (typeof command !== "string") {
      return new ProtocolError("invalid_request", `the request's command must be a text, not ${describe(command)}`);
    }
    const known = this.#styles.flatMap(({ commands }) => [...commands.keys()]);
    return new ProtocolError(
      "unknown_command",
      `${name} has no command ${quote(command)}${didYouMean(command, known)}`,
    );
  }
}

/**
 * Checks the arguments of a request.
 *
 * @throws ProtocolError `invalid_request`
 */
export function checkArguments({ command: { descriptor }, args }: OpenedRequest): void {
  if (descriptor.args.check(args, "tolerate")) return;
  const refused = { what: "the arguments", code: "invalid_request", ref: descriptor.ref } as const;
  throw invalidValue(descriptor.args, { value: args, fields: "tolerate" }, refused);
}

function servedCommand(wire: Wire, descriptor: CommandDescriptor): ServedCommand {
  const aliases = Object.entries(descriptor.argumentAliases).flatMap(([name, others]) =>
    others.map((alias) => [alias, name] as const),
  );
  return {
    descriptor,
    envelopes: wire.commandEnvelopes(descriptor.envelope),
    argumentAliases: new Map(aliases),
    result: descriptor.resultTemplate === undefined ? undefined : wire.template(descriptor.resultTemplate),
    tally: new Tally(),
  };
}

function byName(commands: readonly ServedCommand[]): ReadonlyMap<string, ServedCommand> {
  const names = new Map<string, ServedCommand>();
  for (const command of commands) for (const alias of command.descriptor.aliases) names.set(alias, command);
  // Last, so that a name counts for more than another command's alias.
  for (const command of commands) names.set(command.descriptor.name, command);
  return names;
}

/** The arguments under the names that the schema has. What is given under both counts under its own. */
function argumentsOf(args: unknown = {}, { argumentAliases }: ServedCommand): unknown {
  if (argumentAliases.size === 0 || !isRecord(args)) return args;
  const renamed: Record<string, unknown> = { ...args };
  for (const [alias, name] of argumentAliases) {
    const value = own(args, alias);
    if (value === undefined) continue;
    delete renamed[alias];
    if (own(renamed, name) === undefined) renamed[name] = value;
  }
  return renamed;
}
