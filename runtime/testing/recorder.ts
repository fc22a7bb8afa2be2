/** Remembers the commands that were sent on a bus within the process, whoever answered them. */

import { entrancesOf } from "../commands/entrances.js";
import type { ServedSubject } from "../commands/served-subject.js";
import { subjectPattern } from "../memory/exchange.js";
import { type Address, addressIn } from "../protocol/address.js";
import { decode } from "../protocol/codec.js";
import type { ServiceDescriptor } from "../protocol/message.js";
import type { Wire } from "../protocol/wire.js";
import type { Delivery } from "../transport/transport.js";

/** A command as it went over the wire. */
export interface RecordedCommand {
  readonly service: string;
  /** As the request names it. */
  readonly command: string;
  /** The method it was sent by. */
  readonly method: string;
  readonly args: unknown;
  /** The last part of its address. */
  readonly channel: string | undefined;
  readonly address: Partial<Address>;
  /** What its sender calls itself. */
  readonly source: string | undefined;
  readonly id: string | undefined;
}

/** Reads requests as the services do that they are for. */
export class Recorder {
  readonly commands: RecordedCommand[] = [];
  readonly wire: Wire;
  readonly #subjects: readonly { readonly pattern: RegExp; readonly served: ServedSubject }[];

  constructor(wire: Wire) {
    this.wire = wire;
    this.#subjects = Object.values(wire.protocol.services).flatMap((service) => subjectsOf(wire, service));
  }

  record({ subject, data }: Delivery): void {
    for (const { pattern, served } of this.#subjects) {
      const recorded = pattern.test(subject) ? this.#read(served, data) : undefined;
      if (recorded !== undefined) this.commands.push(recorded);
    }
  }

  #read(served: ServedSubject, data: Uint8Array): RecordedCommand | undefined {
    const opened = served.open(decode(data, Number.POSITIVE_INFINITY));
    if (opened.kind === "refused") return undefined;
    const { values, args } = opened;
    const { service, name, method } = opened.command.descriptor;
    const address = addressIn(this.wire.protocol.address, values);
    const channel = address[this.wire.protocol.address.at(-1)?.name ?? ""];
    const { command, source, id } = textsIn(values);
    return { service, command: command ?? name, method, args, channel, address, source, id };
  }
}

function subjectsOf(wire: Wire, service: ServiceDescriptor) {
  return entrancesOf(wire, { service }).map(({ subject, served }) => ({ pattern: subjectPattern(subject), served }));
}

function textsIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : undefined]),
  );
}
