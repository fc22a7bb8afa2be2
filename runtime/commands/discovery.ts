/**
 * Being found by the standard tools for NATS services, such as `nats micro list`, as NATS has it in its ADR-32.
 *
 * The services module of the NATS client is not used: it does not wait for handlers, so it knows neither how long they take
 * nor that they fail.
 */

import { encode } from "../protocol/codec.js";
import { located } from "../protocol/located.js";
import type { ServiceDescriptor } from "../protocol/message.js";
import type { Session } from "../session/session.js";
import type { Delivery, Subscription } from "../transport/transport.js";
import type { Entrance } from "./entrances.js";

/** The program that serves. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly instance: string;
}

/** What there is to be found. */
export interface Discoverable {
  readonly service: ServiceDescriptor;
  readonly entrances: readonly Entrance[];
  /** Absent when the program has not said who it is. */
  readonly program: Program | undefined;
}

/** Answers the tools from now on, until the subscriptions end. */
export function becomeDiscoverable(session: Session, found: Discoverable): readonly Subscription[] {
  const { transport, reporter } = session;
  const identity = identityOf(session, found);
  const started = new Date().toISOString();
  const answers = {
    PING: () => ({}),
    INFO: () => ({ description: descriptionOf(session, found), endpoints: endpointsOf(found) }),
    STATS: () => ({ started, endpoints: statisticsOf(found) }),
  };
  return Object.entries(answers).flatMap(([verb, answer]) => {
    const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`;
    const receive = ({ subject, respond }: Delivery) => {
      try {
        respond?.(encode({ type, ...identity, ...answer() }));
      } catch (reason) {
        reporter.error(located(reason, { subject }));
      }
    };
    // Without a queue group: every instance is to answer.
    const everybody = `$SRV.${verb}`;
    const namesakes = `${everybody}.${identity.name}`;
    return [everybody, namesakes, `${namesakes}.${identity.id}`].map((subject) =>
      transport.subscribe(subject, receive),
    );
  });
}

/** Who answers. The id is new for each service: one program may serve several. */
function identityOf({ wire }: Session, { service, program }: Discoverable) {
  const { name: protocol, version, hash } = wire.protocol;
  return {
    name: legalName(service.name),
    id: crypto.randomUUID(),
    version: semanticVersion(program?.version),
    metadata: {
      protocol,
      protocol_version: version,
      contract: hash,
      ...(program && { program: program.name, program_version: program.version, instance: program.instance }),
    },
  };
}

function descriptionOf({ wire }: Session, { service }: Discoverable): string {
  return `The service ${service.name} of the protocol ${wire.protocol.name} ${wire.protocol.version}.`;
}

function endpointsOf({ entrances }: Discoverable) {
  return entrances.flatMap(({ served, dialect, ...entrance }) =>
    served.commands.map(({ descriptor: { name, ref, hash } }) => ({
      ...named(name, entrance),
      metadata: { command: name, ref, hash, dialect },
    })),
  );
}

function statisticsOf({ entrances }: Discoverable) {
  return entrances.flatMap(({ served, ...entrance }) =>
    served.commands.map(({ descriptor: { name }, tally: { requests, errors, lastError, duration } }) => {
      const nanoseconds = Math.round(duration * 1_000_000);
      return {
        ...named(name, entrance),
        num_requests: requests,
        num_errors: errors,
        last_error: lastError,
        processing_time: nanoseconds,
        average_processing_time: requests === 0 ? 0 : Math.floor(nanoseconds / requests),
      };
    }),
  );
}

/** There is room for one queue group: that of the first channel. */
function named(command: string, { subject, sharing: { queues, rest } }: Pick<Entrance, "subject" | "sharing">) {
  return { name: legalName(command), subject, queue_group: queues[0] ?? rest };
}

/** Names are narrower there than in a protocol: what they cannot hold becomes `_`. The metadata has the command as it is. */
function legalName(name: string): string {
  return name.replaceAll(/[^-\w]/gu, "_");
}

function semanticVersion(version = ""): string {
  return semantic.test(version) ? version : "0.0.0";
}

// As semver.org has it.
const number = "(?:0|[1-9]\\d*)";
const identifier = `(?:${number}|\\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const build = "[0-9a-zA-Z-]+";
const semantic = new RegExp(
  `^${number}\\.${number}\\.${number}(?:-${identifier}(?:\\.${identifier})*)?(?:\\+${build}(?:\\.${build})*)?$`,
  "u",
);
