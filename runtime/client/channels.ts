/** The channels of one client: those it was started for, or any, each when it is first named. */

import { ProtocolError } from "../error.js";
import {
  type Address,
  addressOf,
  agrees,
  type ChannelFilter,
  type ChannelName,
  checkParts,
  keyOf,
  spelling,
} from "../protocol/address.js";
import type { Session } from "../session/session.js";
import { describe, didYouMean } from "../value/wording.js";
import { Channel } from "./channel.js";

/** `Where`, where no type of the protocol is known. */
export interface AnyWhere {
  readonly where?: ChannelFilter | undefined;
}

/** All channels of one client. */
export class Channels {
  readonly #session: Session;
  /** By the key of their address. */
  readonly #known = new Map<string, Channel>();
  /** Whether there may be channels that were not named at the start. */
  readonly #isOpen: boolean;

  /** @throws ProtocolError `invalid_argument` for a name that cannot be, and for two that cannot be told apart */
  constructor(session: Session, names: readonly ChannelName[] | undefined) {
    this.#session = session;
    if (names !== undefined && this.#parts.length > 0) checkNames(names);
    this.#isOpen = names === undefined && this.#parts.length > 0;
    const byPattern = new Map<string, Address>();
    for (const address of this.#addressesNamed(names ?? [])) {
      const pattern = this.#add(address).eventPattern;
      const other = byPattern.get(pattern);
      if (other !== undefined) {
        const both = `${JSON.stringify(other)} and ${JSON.stringify(address)}`;
        throw invalid(`the channels ${both} share the subject ${pattern}, and cannot be told apart: leave one out`);
      }
      byPattern.set(pattern, address);
    }
  }

  get all(): readonly Channel[] {
    return [...this.#known.values()];
  }

  of(name: ChannelName): Channel {
    const address = addressOf(this.#parts, name);
    const known = this.#known.get(keyOf(address));
    if (known !== undefined) return known;
    if (this.#isOpen) return this.#add(address);
    const names = this.#names();
    const hint = didYouMean(spelling(this.#parts, address), names) || `; they are ${names.join(", ")}`;
    throw invalid(`${spelling(this.#parts, address)} is not one of the channels this client was started for${hint}`);
  }

  /**
   * Those whose address has these parts; without any, those that the client was started for.
   *
   * @param method of the client that needs to know its channels
   */
  chosen(method: string, filter: ChannelFilter | undefined): readonly Channel[] {
    if (filter === undefined) return this.startedFor(method);
    checkParts(this.#parts, filter);
    if (this.#isOpen) return [this.of(filter)];
    const chosen = this.all.filter(({ address }) => agrees(filter, address));
    if (chosen.length > 0) return chosen;
    throw invalid(`no channel of this client is in ${JSON.stringify(filter)}; they are ${this.#names().join(", ")}`);
  }

  /** @param method of the client that needs to know its channels */
  startedFor(method: string): readonly Channel[] {
    if (!this.#isOpen) return this.all;
    throw invalid(
      `this client was started for no channels: name them to connect, or use client.channel(name).${method}`,
    );
  }

  /** The one channel that the client was started for. */
  only(method: string): Channel {
    const [channel, ...others] = this.startedFor(method);
    if (channel !== undefined && others.length === 0) return channel;
    throw invalid(`this client has several channels: say which, with client.channel(name).${method}(...)`);
  }

  /** The one channel of a protocol without an address. */
  withoutAddress(member: string): Channel {
    const channel = this.#known.get("");
    if (channel !== undefined && this.#parts.length === 0) return channel;
    const parts = this.#parts.map(({ name }) => name).join(", ");
    const { name } = this.#session.wire.protocol;
    throw invalid(`the messages of ${name} have an address (${parts}): use client.channel(name).${member}`);
  }

  /** The addresses that a service answers for; `undefined`: any. Throws `invalid_argument`. */
  served(channels: readonly ChannelName[] | "any" | undefined): readonly Address[] | undefined {
    if (channels === "any") return undefined;
    if (channels !== undefined) {
      checkNames(channels);
      return channels.map((name) => addressOf(this.#parts, name));
    }
    return this.#isOpen || this.#parts.length === 0 ? undefined : this.all.map(({ address }) => address);
  }

  async drain(): Promise<void> {
    await Promise.all(this.all.map((channel) => channel.drain()));
  }

  close(): void {
    for (const channel of this.#known.values()) channel.close();
  }

  get #parts() {
    return this.#session.wire.protocol.address;
  }

  #names(): readonly string[] {
    return this.all.map(({ address }) => spelling(this.#parts, address));
  }

  #addressesNamed(names: readonly ChannelName[]): readonly Address[] {
    return this.#parts.length === 0 && names.length === 0 ? [{}] : names.map((name) => addressOf(this.#parts, name));
  }

  #add(address: Address): Channel {
    const channel = new Channel(this.#session, address);
    this.#known.set(keyOf(address), channel);
    return channel;
  }
}

function checkNames(names: readonly ChannelName[]): void {
  if (!Array.isArray(names)) throw invalid(`channels must be a list, not ${describe(names)}`);
  if (names.length === 0) throw invalid("channels holds none: name those that are meant, or leave it out");
}

function invalid(reason: string): ProtocolError {
  return new ProtocolError("invalid_argument", reason);
}
