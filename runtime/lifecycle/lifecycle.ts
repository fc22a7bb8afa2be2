/** Messages about services themselves, typed by the protocol. What they mean, and when to send one, is the program's. */

import type { ProtocolError } from "../error.js";
import { decode, encode } from "../protocol/codec.js";
import type { CompiledTemplate } from "../protocol/envelope.js";
import { invalid, invalidValue } from "../protocol/invalid.js";
import { located } from "../protocol/located.js";
import type { LifecycleDescriptor } from "../protocol/message.js";
import { stamp } from "../protocol/stamp.js";
import type { Registration } from "../registration.js";
import { type HandlerContext, laneTo } from "../session/handler-run.js";
import type { Session } from "../session/session.js";
import type { Delivery, Subscription } from "../transport/transport.js";

/** A lifecycle message, after its payload was checked. */
export interface ReceivedLifecycle<Payload = unknown, Name extends string = string> {
  readonly name: Name;
  readonly payload: Payload;
  /** The service's name as its subject has it, where the subject has it. */
  readonly service: string | undefined;
  readonly subject: string;
}

/** Which messages a handler gets. */
export interface LifecycleFilter {
  /** Those of one service. Default: of all. */
  readonly service?: string | undefined;
}

/** A handler as the runtime calls it. */
export type AnyLifecycleHandler = (message: ReceivedLifecycle, context: HandlerContext) => unknown;

/** The lifecycle messages of one client. */
export class Lifecycle {
  readonly #session: Session;
  readonly #subscriptions = new Set<Subscription>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** @throws ProtocolError `invalid_argument` for a message that the protocol does not have */
  on(kind: string, handler: AnyLifecycleHandler, { service }: LifecycleFilter): Registration {
    const { wire, transport } = this.#session;
    const descriptor = wire.lifecycle(kind);
    const lane = laneTo({ session: this.#session, handler, ref: descriptor.ref, channel: undefined });
    const subject = wire.lifecycleSubject(descriptor).wildcard(service === undefined ? { kind } : { kind, service });
    const subscription = transport.subscribe(subject, (delivery) => {
      try {
        lane.push(this.#read(descriptor, delivery));
      } catch (reason) {
        this.#session.reporter.invalid(located(reason, { subject: delivery.subject, ref: descriptor.ref }));
      }
    });
    this.#subscriptions.add(subscription);
    return {
      stop: () => {
        subscription.unsubscribe();
        this.#subscriptions.delete(subscription);
        lane.clear();
      },
    };
  }

  /**
   * Sends a message, and returns what was sent. While there is no connection it waits for one, as events do.
   *
   * @throws ProtocolError `invalid_argument`, `invalid_message`, `invalid_subject`, `message_too_large`
   */
  publish(kind: string, payload: unknown, { service = this.#session.source }: LifecycleFilter): Uint8Array {
    const { wire, transport, outbox } = this.#session;
    const descriptor = wire.lifecycle(kind);
    try {
      if (!descriptor.payload.check(payload, "refuse")) throw refused(descriptor, payload, "refuse");
      const subject = wire.lifecycleSubject(descriptor).build({ kind, service });
      const body = this.#envelope(descriptor)?.write({ event: kind, kind, service, payload, ...stamp() }) ?? payload;
      const data = encode(body);
      outbox.post({ subject, ref: descriptor.ref }, () => transport.publish(subject, data));
      return data;
    } catch (reason) {
      throw located(reason, { ref: descriptor.ref });
    }
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.drain()));
    this.#subscriptions.clear();
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions.clear();
  }

  #read(descriptor: LifecycleDescriptor, { subject, data }: Delivery): ReceivedLifecycle {
    // Some have nothing to say beside their subject, and are sent without a body.
    const body = data.length === 0 ? null : decode(data, this.#session.maximumMessageBytes);
    const payload = this.#open(descriptor, body);
    if (!descriptor.payload.check(payload, "tolerate")) throw refused(descriptor, payload, "tolerate");
    const service = this.#session.wire.lifecycleSubject(descriptor).match(subject)?.["service"];
    return { name: descriptor.name, payload, service, subject };
  }

  #open(descriptor: LifecycleDescriptor, body: unknown): unknown {
    const reading = this.#envelope(descriptor)?.read(body);
    if (reading === undefined) return body;
    if (reading.matched) return reading.values["payload"];
    throw invalid([reading.violation], { what: "the envelope", code: "invalid_message" });
  }

  #envelope({ envelope }: LifecycleDescriptor): CompiledTemplate | undefined {
    return envelope === undefined ? undefined : this.#session.wire.eventEnvelope(envelope);
  }
}

function refused({ payload, ref }: LifecycleDescriptor, value: unknown, fields: "refuse" | "tolerate"): ProtocolError {
  return invalidValue(payload, { value, fields }, { what: "the payload", code: "invalid_message", ref });
}
