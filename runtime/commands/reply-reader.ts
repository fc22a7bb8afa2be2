/** Reading replies: whether one is for the request at all, and the result or the failure that it holds. */
import { type Address, agrees } from "../protocol/address.js";
import { decode } from "../protocol/codec.js";
import type { CompiledTemplate } from "../protocol/envelope.js";
import { invalid, invalidValue } from "../protocol/invalid.js";
import type { CommandDescriptor } from "../protocol/message.js";
import type { CommandEnvelopes } from "../protocol/wire.js";
import type { Session } from "../session/session.js";
import type { Delivery } from "../transport/transport.js";
import { isRecord } from "../value/validate.js";
import { failureIn, failureInHeaders } from "./service-error.js";

type Values = Readonly<Record<string, unknown>>;

/** Reads the replies to one command of one channel. */
export class ReplyReader {
  /** Whether replies say what they answer. Most do not: their subject alone tells. */
  readonly areMarked: boolean;
  readonly #command: CommandDescriptor;
  readonly #address: Address;
  readonly #maximumBytes: number;
  readonly #templates: NonNullable<CommandEnvelopes["reply"]>;
  readonly #result: CompiledTemplate | undefined;

  constructor({ wire, maximumMessageBytes }: Session, command: CommandDescriptor, address: Address) {
    const { envelope, resultTemplate, resultNamesAddress } = command;
    const templates = wire.commandEnvelopes(envelope).reply ?? { success: wire.template({}), failures: [] };
    const holes = new Set([templates.success, ...templates.failures].flatMap((template) => template.holes));
    this.#command = command;
    this.#address = address;
    this.#maximumBytes = maximumMessageBytes;
    this.#templates = templates;
    this.#result = resultTemplate === undefined ? undefined : wire.template(resultTemplate);
    this.areMarked = resultNamesAddress === true || ["id", ...Object.keys(address)].some((name) => holes.has(name));
  }

  /** Whether nothing in a reply says that it answers another request, or comes from another address. */
  isFor(id: string, { data }: Delivery): boolean {
    let values: Values;
    try {
      values = this.#open(decode(data, this.#maximumBytes)).values;
    } catch {
      // Whoever reads it will tell what is wrong with it.
      return true;
    }
    const { result } = values;
    const said = this.#command.resultNamesAddress && isRecord(result) ? { ...values, ...result } : values;
    return (typeof said["id"] !== "string" || said["id"] === id) && agrees(said, this.#address);
  }

  /**
   * The result.
   *
   * @throws ProtocolError what the service refuses with; `malformed_message`, `message_too_large`, `invalid_reply`,
   * `invalid_result` when the reply is at fault
   */
  read(reply: Delivery): unknown {
    const { data } = reply;
    const failure = data.length === 0 ? failureInHeaders(reply.headers) : undefined;
    if (failure !== undefined) throw failure;
    const { kind, values } = this.#open(decode(data, this.#maximumBytes));
    if (kind === "failure") throw failureIn(values, { headers: reply.headers, errors: this.#command.errors });
    return this.#checked(values["result"]);
  }

  /** Failures are looked for first: a reply may call itself a success and carry a failure. */
  #open(body: unknown): { readonly kind: "success" | "failure"; readonly values: Values } {
    const { success, failures } = this.#templates;
    for (const template of failures) {
      const reading = template.read(body);
      if (reading.matched) return { kind: "failure", values: reading.values };
    }
    const reading = success.read(body);
    if (reading.matched) return { kind: "success", values: reading.values };
    throw invalid([reading.violation], { what: "the reply", code: "invalid_reply" });
  }

  #checked(whole: unknown): unknown {
    const { result: payload } = this.#command;
    const value = this.#result === undefined ? whole : this.#unwrapped(this.#result, whole);
    if (payload.check(value, "tolerate")) return value;
    throw invalidValue(payload, { value, fields: "tolerate" }, { what: "the result", code: "invalid_result" });
  }

  #unwrapped(template: CompiledTemplate, whole: unknown): unknown {
    const reading = template.read(whole);
    if (reading.matched) return reading.values["result"];
    throw invalid([reading.violation], { what: "the result", code: "invalid_result" });
  }
}
