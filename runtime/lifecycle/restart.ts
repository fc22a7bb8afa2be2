/** Requests to all services that they restart. */
import { longestTimer } from "../amount.js";
import { ProtocolError, thrownText } from "../error.js";
import type { Registration } from "../registration.js";
import type { Session } from "../session/session.js";
import type { Lifecycle, ReceivedLifecycle } from "./lifecycle.js";

/** A request to restart, whose delay is over. */
export interface RestartRequest {
  /** Who wants it, as they call themselves. Nobody has checked that. */
  readonly source: string | undefined;
  /** Why, for people. */
  readonly reason: string | undefined;
  /** How long it was to be waited for, in ms. */
  readonly delay: number;
  /** The whole request. */
  readonly payload: unknown;
}

/** Restarts what it has to. May be asynchronous, and may close the client. */
export type RestartHandler = (request: RestartRequest) => unknown;

// When a request does not say, in s: time enough for everybody to hear of it.
const usualDelay = 5;

/** The handlers of one client, and what they wait for. */
export class Restarts {
  readonly #session: Session;
  readonly #lifecycle: Lifecycle;
  readonly #pending = new Set<PendingRestart>();

  constructor(session: Session, lifecycle: Lifecycle) {
    this.#session = session;
    this.#lifecycle = lifecycle;
  }

  /** @throws ProtocolError `invalid_argument` when the protocol has no such request */
  on(handler: RestartHandler): Registration {
    const { wire } = this.#session;
    const template = wire.template(wire.roles.restart);
    const pending = new PendingRestart((request) => this.#call(handler, request));
    const take = ({ payload }: ReceivedLifecycle) => {
      const reading = template.read(payload);
      pending.add(requestOf(payload, reading.matched ? reading.values : {}));
    };
    const registration = this.#lifecycle.on(wire.messageFor("restart"), take, {});
    this.#pending.add(pending);
    return {
      stop: () => {
        registration.stop();
        pending.cancel();
        this.#pending.delete(pending);
      },
    };
  }

  /** Whatever waits does not happen. */
  close(): void {
    for (const pending of this.#pending) pending.cancel();
  }

  async #call(handler: RestartHandler, request: RestartRequest): Promise<void> {
    try {
      await handler(request);
    } catch (cause) {
      const error = new ProtocolError("handler_failed", `the handler of restarts threw: ${thrownText(cause)}`, {
        cause,
      });
      this.#session.reporter.error(error);
    }
  }
}

/** The restart that comes next. Of several requests the one that is due first counts. */
class PendingRestart {
  readonly #begin: (request: RestartRequest) => void;
  #due = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(begin: (request: RestartRequest) => void) {
    this.#begin = begin;
  }

  add(request: RestartRequest): void {
    const due = performance.now() + request.delay;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#begin(request);
    }, request.delay).unref();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
  }
}

function requestOf(payload: unknown, { source, reason, delay }: Readonly<Record<string, unknown>>): RestartRequest {
  const seconds = typeof delay === "number" && delay >= 0 ? delay : usualDelay;
  return {
    source: typeof source === "string" ? source : undefined,
    reason: typeof reason === "string" ? reason : undefined,
    delay: Math.min(seconds * 1000, longestTimer),
    payload,
  };
}
