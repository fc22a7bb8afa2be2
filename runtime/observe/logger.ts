/** What is told to people, line by line. */
import { isProtocolError, ProtocolError } from "../error.js";
import { describe } from "../value/wording.js";
import { redactText } from "./redact.js";

/** How grave a line is, from the least to the most. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** How grave a line is. */
export type LogLevel = (typeof logLevels)[number];

/** What there is to know besides the message, by name. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes one line: a message that says all of it, and the same for programs. */
export type LogMethod = (message: string, fields?: LogFields) => void;

/** Takes lines of each level. `console` is one. */
export type Logger = Readonly<Record<LogLevel, LogMethod>>;

/** A logger made of a method for each level. */
export function loggerOf(methodOf: (level: LogLevel) => LogMethod): Logger {
  return { debug: methodOf("debug"), info: methodOf("info"), warn: methodOf("warn"), error: methodOf("error") };
}

/**
 * A logger of what is at least so grave.
 *
 * @throws ProtocolError `invalid_argument` for a level that there is not
 */
export function atLeast(level: LogLevel, logger: Logger): Logger {
  const least = logLevels.indexOf(level);
  if (least < 0) {
    const reason = `there is no log level ${describe(level)}; they are ${logLevels.join(", ")}`;
    throw new ProtocolError("invalid_argument", reason);
  }
  return loggerOf((each) =>
    logLevels.indexOf(each) < least ? () => undefined : (message, fields) => logger[each](message, fields),
  );
}

/** A logger for people: of messages without their fields, and with the stack of what a handler threw. */
export function plainLogger(logger: Logger): Logger {
  return loggerOf((level) => (message, fields) => {
    const stack = thrownStack(fields?.["error"]);
    logger[level](stack === undefined ? message : `${message}\n${redactText(stack)}`);
  });
}

/** Where a handler threw. An error of its own may stand around another that says the same of a wider place. */
function thrownStack(error: unknown): string | undefined {
  let reason = error;
  while (isProtocolError(reason) && reason.code === "handler_failed") reason = reason.cause;
  return reason !== error && reason instanceof Error ? reason.stack : undefined;
}
