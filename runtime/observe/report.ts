/** Where things go that have no caller to throw at: refused messages, failing handlers, a connection in trouble. */
import { ProtocolError } from "../error.js";
import { writingDown } from "./debug-log.js";
import { atLeast, type LogFields, type Logger, type LogLevel, plainLogger } from "./logger.js";
import { Observers } from "./observer.js";
import { redactText } from "./redact.js";
import { traceFields } from "./trace.js";

/** What a program may do about what went wrong. May be asynchronous; when it throws, that is logged and nothing else happens. */
export type ErrorListener = (error: ProtocolError) => unknown;

/** Who is told what went wrong. */
export interface ReportOptions {
  /** A handler failed or hung, a reply could not be sent, the server refused something. Default: one line to the logger. */
  readonly onError?: ErrorListener | undefined;
  /** A message was received that is not what the protocol says. Default: one line to the logger. */
  readonly onInvalid?: ErrorListener | undefined;
  /** Default: the messages of warnings and errors, to the `console`, with the stack of what a handler threw. */
  readonly logger?: Logger | undefined;
  /**
   * The least grave level that goes to the logger. At `debug`, all that passes is a line. Default: `info`, or `warn` when there is
   * no logger.
   */
  readonly logLevel?: LogLevel | undefined;
}

/** Calls the listeners, so that nothing they do can hurt the one who reports. */
export class Reporter {
  /** How many messages were refused. */
  invalidCount = 0;
  /** How many other errors were reported. */
  errorCount = 0;
  /** How many messages were given up because too many waited. */
  droppedCount = 0;
  /** Those who count it too, and all else that passes. */
  readonly observers = new Observers((error) => this.error(error));
  readonly #onError: ErrorListener;
  readonly #onInvalid: ErrorListener;
  readonly #logger: Logger;

  constructor({ onError, onInvalid, logger, logLevel = logger === undefined ? "warn" : "info" }: ReportOptions) {
    const chosen = atLeast(logLevel, logger ?? plainLogger(console));
    this.#logger = chosen;
    if (logLevel === "debug") this.observers.add(writingDown((line, fields) => this.log("debug", line, fields)));
    this.#onError = onError ?? ((error) => chosen.error(lineOf(error), fieldsOf(error)));
    this.#onInvalid = onInvalid ?? ((error) => chosen.warn(lineOf(error), fieldsOf(error)));
  }

  error(error: ProtocolError): void {
    this.errorCount += 1;
    this.observers.current?.failed(error);
    this.#tell(this.#onError, error);
  }

  invalid(error: ProtocolError): void {
    this.invalidCount += 1;
    this.observers.current?.refused(error);
    this.#tell(this.#onInvalid, error);
  }

  /** A message of this reference was given up because too many waited. */
  dropped(ref: string): void {
    this.droppedCount += 1;
    this.observers.current?.dropped(ref);
  }

  /** Writes a line. A logger that throws hurts nobody. */
  log(level: LogLevel, message: string, fields?: LogFields): void {
    try {
      this.#logger[level](message, fields);
    } catch {
      // There is nobody left to tell.
    }
  }

  async #tell(listener: ErrorListener, error: ProtocolError): Promise<void> {
    try {
      await listener(error);
    } catch (reason) {
      this.log("error", `a listener for errors failed itself: ${ProtocolError.from(reason, "handler_failed").message}`);
      this.log("error", lineOf(error), fieldsOf(error));
    }
  }
}

/** The message on one line. An address may hold a password. */
function lineOf({ message }: ProtocolError): string {
  return redactText(message.replaceAll(/\s+/gu, " "));
}

/** The same for programs. */
function fieldsOf(error: ProtocolError): LogFields {
  const { code, subject, ref } = error;
  return { code, subject, ref, error, ...traceFields(error.trace) };
}
