/** Where requests to a service arrive. */

import type { Address } from "../protocol/address.js";
import type { CommandDescriptor, ServiceDescriptor } from "../protocol/message.js";
import type { Wire } from "../protocol/wire.js";
import { ServedSubject } from "./served-subject.js";
import { type Sharing, sharedByAll, sharedByChannel } from "./sharing.js";

/** A subject that a service takes requests on. */
export interface Entrance {
  readonly subject: string;
  readonly dialect: string;
  readonly served: ServedSubject;
  readonly sharing: Sharing;
}

/** What an instance of a service answers. */
export interface Answerable {
  readonly service: ServiceDescriptor;
  /** Default: requests for any. */
  readonly addresses?: readonly Address[] | undefined;
  /** The one queue group to be in. Default: those of the requests. */
  readonly queue?: string | undefined;
}

/** What arrives on one subject. */
interface Arriving {
  /** The subject for any address. */
  readonly anywhere: string;
  readonly commands: Set<CommandDescriptor>;
  readonly addresses: Set<Address>;
}

/** The subjects of a service. They hold wildcards for the parts of any address. */
export function entrancesOf(wire: Wire, answerable: Answerable): readonly Entrance[] {
  return [...arrivingBySubject(wire, answerable)].map(([subject, arriving]) => ({
    subject,
    dialect: wire.dialect,
    served: new ServedSubject(wire, answerable.service, [...arriving.commands]),
    sharing: sharingOf(wire, answerable, arriving),
  }));
}

function arrivingBySubject(wire: Wire, { service, addresses = [{}] }: Answerable): ReadonlyMap<string, Arriving> {
  const bySubject = new Map<string, Arriving>();
  for (const command of Object.values(service.commands)) {
    const template = wire.commandSubject(command);
    const values = { service: service.name, command: command.name };
    const anywhere = template.wildcard(values);
    for (const address of addresses) {
      const subject = template.wildcard({ ...address, ...values });
      const arriving = bySubject.get(subject) ?? { anywhere, commands: new Set(), addresses: new Set() };
      arriving.commands.add(command);
      arriving.addresses.add(address);
      bySubject.set(subject, arriving);
    }
  }
  return bySubject;
}

function sharingOf(wire: Wire, { addresses, queue }: Answerable, arriving: Arriving): Sharing {
  const { anywhere, commands } = arriving;
  const parts = wire.protocol.address;
  const holes = new Set([...commands].flatMap(({ envelope }) => wire.commandEnvelopes(envelope).request.holes));
  const canSayWhose = parts.some(({ name }) => holes.has(name));
  if (addresses === undefined || !canSayWhose) return sharedByAll(queue ?? anywhere);
  return sharedByChannel([...arriving.addresses], { name: anywhere, queue, parts });
}
