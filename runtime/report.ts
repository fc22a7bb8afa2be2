/** Where things go that have no caller to throw at: refused messages, failing handlers, a connection in trouble. */
import { ProtocolError } from "./error.js";

/** Takes one line at a time. `console` is one. */
export interface Logger {
  error(line: string): void;
  warn(line: string): void;
}

/** What a program may do about what went wrong. May be asynchronous; when it throws, that is logged and nothing else happens. */
export type ErrorListener = (error: ProtocolError) => unknown;

/** Who is told what went wrong. */
export interface ReportOptions {
  /** A handler failed or hung, a reply could not be sent, the server refused something. Default: one line to the logger. */
  readonly onError?: ErrorListener | undefined;
  /** A message was received that is not what the protocol says. Default: one line to the logger. */
  readonly onInvalid?: ErrorListener | undefined;
  /** Default: `console`. */
  readonly logger?: Logger | undefined;
}

/** Calls the listeners, so that nothing they do can hurt the one who reports. */
export class Reporter {
  /** How many messages were refused. */
  invalidCount = 0;
  /** How many other errors were reported. */
  errorCount = 0;
  readonly #onError: ErrorListener;
  readonly #onInvalid: ErrorListener;
  readonly #logger: Logger;

  constructor({ onError, onInvalid, logger = console }: ReportOptions) {
    this.#logger = logger;
    this.#onError = onError ?? ((error) => logger.error(lineOf(error)));
    this.#onInvalid = onInvalid ?? ((error) => logger.warn(lineOf(error)));
  }

  error(error: ProtocolError): void {
    this.errorCount += 1;
    this.#tell(this.#onError, error);
  }

  invalid(error: ProtocolError): void {
    this.invalidCount += 1;
    this.#tell(this.#onInvalid, error);
  }

  async #tell(listener: ErrorListener, error: ProtocolError): Promise<void> {
    try {
      await listener(error);
    } catch (reason) {
      this.#log(`a listener for errors failed itself: ${ProtocolError.from(reason, "handler_failed").message}`);
      this.#log(lineOf(error));
    }
  }

  #log(line: string): void {
    try {
      this.#logger.error(line);
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** The message on one line. */
function lineOf({ message }: ProtocolError): string {
  return message.replaceAll(/\s+/gu, " ");
}
