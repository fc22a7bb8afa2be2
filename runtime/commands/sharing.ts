/**
 * Which of the instances of a service gets a request: one, however the channels that they answer for overlap.
 *
 * Requests for all channels may arrive on one subject, and only what is in them says whose they are. So an instance is in a queue
 * group for each of its channels, and in one for the requests that do not say.
 */

import { ProtocolError } from "../error.js";
import { type Address, agrees, isAddressed, keyOf, saysAddress } from "../protocol/address.js";
import type { AddressPart } from "../protocol/message.js";

/** The queue groups that an instance is in on one subject. */
export interface Sharing {
  readonly queues: readonly string[];
  /** The one for requests that do not say whose they are, and for what cannot be read. */
  readonly rest: string;
  /**
   * The one that a request is for, by what it says of its address; `undefined` when it is for other instances.
   *
   * @throws ProtocolError `invalid_request` for an address that is no text
   */
  queueOf(values: Readonly<Record<string, unknown>>): string | undefined;
}

/** Of all instances that have the name, one gets each request, whatever that says. */
export function sharedByAll(name: string): Sharing {
  return { queues: [name], rest: name, queueOf: () => name };
}

/** How requests that say whose they are may be shared. */
export interface ChannelSharing {
  /** What the names of the queue groups begin with: the same in all instances. */
  readonly name: string;
  /** The one queue group to be in, if the program wants that. */
  readonly queue: string | undefined;
  /** The parts of an address. */
  readonly parts: readonly AddressPart[];
}

/** Of all instances that answer for a channel, one gets each request that is for it. */
export function sharedByChannel(addresses: readonly Address[], { name, queue, parts }: ChannelSharing): Sharing {
  const own = addresses.map((address) => ({ address, queue: queue ?? `${name}:${encoded(address)}` }));
  const rest = queue ?? `${name}:`;
  return {
    queues: [...new Set([...own.map((each) => each.queue), rest])],
    rest,
    queueOf(values) {
      if (!saysAddress(parts, values)) return rest;
      // For one that is for several channels, because it names only a part of them, the first of them is enough.
      for (const each of own) if (agrees(values, each.address)) return each.queue;
      if (isAddressed(parts, values)) return undefined;
      throw new ProtocolError("invalid_request", "the request has a part of the address that is not a text");
    },
  };
}

function encoded(address: Address): string {
  return encodeURIComponent(keyOf(address).replaceAll(/\p{Surrogate}/gu, "?"));
}
