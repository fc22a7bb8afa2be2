/** A log for programs: one JSON object a line. */
import { atLeast, type LogFields, type Logger, type LogLevel, loggerOf } from "./logger.js";
import { redact, redactText } from "./redact.js";

/** How lines are written. */
export interface JsonLoggerOptions {
  /** The least grave level that is written. Default: `debug`, which is all that a client with its `logLevel` has to say. */
  readonly level?: LogLevel | undefined;
  /** Stands in every line. */
  readonly fields?: LogFields | undefined;
  /** Takes one line, without its end. Default: to the standard output. */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * A logger that writes JSON lines: `{"time":"...","level":"info","message":"...", ...fields}`. Secrets are left out: what
 * stands under names like `password`, passwords in URLs, tokens and seeds.
 */
export function jsonLogger({ level = "debug", fields, write = toStandardOutput }: JsonLoggerOptions = {}): Logger {
  const all = loggerOf((each) => (message, more) => write(lineOf(each, message, { ...fields, ...more })));
  return atLeast(level, all);
}

function lineOf(level: LogLevel, message: string, fields: LogFields): string {
  const said = { time: new Date().toISOString(), level, message: redactText(message) };
  const { time: _time, level: _level, message: _message, ...rest } = redact(fields) as LogFields;
  return JSON.stringify({ ...said, ...rest });
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
