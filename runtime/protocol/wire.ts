/** How a protocol travels in one of its dialects: its subjects and envelopes, compiled when they are first needed. */

import { ProtocolError } from "../error.js";
import { didYouMean, quote } from "../value/wording.js";
import type { CompiledTemplate } from "./envelope.js";
import { compileTemplate } from "./envelope.js";
import type {
  CommandDescriptor,
  Dialect,
  Envelope,
  EventDescriptor,
  LifecycleDescriptor,
  Protocol,
  ServiceDescriptor,
  SubjectTemplate,
  Template,
} from "./message.js";
import type { Role, Roles } from "./role.js";
import { compileSubject, type Subject } from "./subject.js";

/** How commands are asked and answered. */
export interface CommandEnvelopes {
  readonly request: CompiledTemplate;
  /** Absent: nobody answers. */
  readonly reply?: { readonly success: CompiledTemplate; readonly failures: readonly CompiledTemplate[] };
}

const noRoles: Roles = { messages: {}, report: {}, restart: {}, poll: {} };

/** One protocol in one dialect. */
export class Wire {
  readonly protocol: Protocol;
  readonly dialect: string;
  readonly #templates: Dialect;
  /** By the name on the wire. */
  readonly #services: ReadonlyMap<string, ServiceDescriptor>;
  readonly #subjects = new Map<SubjectTemplate, Subject>();
  readonly #envelopes = new Map<Template, CompiledTemplate>();
  readonly #commandEnvelopes = new Map<string, CommandEnvelopes>();

  /** @throws ProtocolError `invalid_argument` when the protocol has no such dialect */
  constructor(protocol: Protocol, dialect: string | undefined) {
    const names = Object.keys(protocol.dialects);
    this.protocol = protocol;
    this.dialect = dialect ?? names[0] ?? "";
    this.#services = new Map(Object.values(protocol.services).map((service) => [service.name, service]));
    this.#templates = find(protocol.dialects, this.dialect, `${protocol.name} has no dialect`);
  }

  event(name: string): EventDescriptor {
    return find(this.protocol.events, name, `${this.protocol.name} has no event`);
  }

  /** By the name that programs use. */
  service(name: string): ServiceDescriptor {
    return find(this.protocol.services, name, `${this.protocol.name} has no service`);
  }

  lifecycle(name: string): LifecycleDescriptor {
    return find(this.protocol.lifecycle, name, `${this.protocol.name} has no lifecycle message`);
  }

  /** The lifecycle messages that the runtime sends and reads by itself. */
  get roles(): Roles {
    return this.protocol.roles ?? noRoles;
  }

  /** The name of the lifecycle message that plays a role. */
  messageFor(role: Role): string {
    const name = this.roles.messages[role];
    if (name !== undefined) return name;
    const reason = `${this.protocol.name} has no lifecycle message for ${role}: name one in its schema`;
    throw new ProtocolError("invalid_argument", reason);
  }

  /** Built from the parts of the address and `event`. */
  eventSubject(event: EventDescriptor | undefined): Subject {
    return this.subject(event?.subjects?.[this.dialect] ?? this.#templates.event);
  }

  /** Built from the parts of the address, `service` and `command`. */
  commandSubject(command: CommandDescriptor): Subject {
    const own = command.subjects?.[this.dialect] ?? this.#services.get(command.service)?.subjects?.[this.dialect];
    return this.subject(own ?? this.#templates.command);
  }

  /** Built from `service` and `kind`. */
  lifecycleSubject(message: LifecycleDescriptor): Subject {
    return this.subject(message.subjects?.[this.dialect] ?? this.#templates.lifecycle);
  }

  subject(template: SubjectTemplate): Subject {
    return cached(this.#subjects, template, () => compileSubject(template, this.protocol.tokens));
  }

  eventEnvelope(name: string): CompiledTemplate {
    const envelope = this.#envelope(name);
    if (envelope.kind !== "event") throw defect(`${name} is not an envelope of events`);
    return this.template(envelope.body);
  }

  commandEnvelopes(name: string): CommandEnvelopes {
    return cached(this.#commandEnvelopes, name, () => {
      const envelope = this.#envelope(name);
      if (envelope.kind !== "command") throw defect(`${name} is not an envelope of commands`);
      const request = this.template(envelope.request);
      if (envelope.reply === undefined) return { request };
      const { success, failures } = envelope.reply;
      const reply = { success: this.template(success), failures: failures.map((failure) => this.template(failure)) };
      return { request, reply };
    });
  }

  template(template: Template): CompiledTemplate {
    return cached(this.#envelopes, template, () => compileTemplate(template));
  }

  #envelope(name: string): Envelope {
    const envelope = this.protocol.envelopes[name];
    if (envelope === undefined) throw defect(`there is no envelope ${name}`);
    return envelope;
  }
}

function find<T>(things: Readonly<Record<string, T>>, name: string, complaint: string): T {
  const thing = Object.hasOwn(things, name) ? things[name] : undefined;
  if (thing !== undefined) return thing;
  const hint = didYouMean(name, Object.keys(things));
  throw new ProtocolError("invalid_argument", `${complaint} ${quote(name)}${hint}`);
}

function cached<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = values.get(key);
  if (value === undefined) {
    value = make();
    values.set(key, value);
  }
  return value;
}

/** A descriptor that contradicts itself: generated code never does. */
function defect(problem: string): ProtocolError {
  return new ProtocolError(
    "internal",
    `the protocol's descriptor is wrong: ${problem}; generate it again, or report this`,
  );
}
