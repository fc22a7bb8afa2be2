/** Carrying traces through a program, as an interceptor. */
import { type Logger, loggerOf } from "../observe/logger.js";
import {
  childOf,
  isOfTrace,
  newTrace,
  readTrace,
  type TraceContext,
  traceFields,
  traceHeaders,
} from "../observe/trace.js";
import type { Exchange, OpenHeaders } from "./exchange.js";
import type { Interceptor } from "./interceptor.js";

/** Knows what belongs to a handler, however often it waits. An `AsyncLocalStorage` of Node is one. */
export interface TraceStorage {
  getStore(): TraceContext | undefined;
  run<T>(trace: TraceContext, work: () => T): T;
}

/** How traces are carried. */
export interface TracingOptions {
  /**
   * Carries the trace of a handler to what it sends. Without one, what a handler sends continues its trace only when it is
   * told to: `{ headers: traceHeaders(context.trace) }`.
   */
  readonly storage?: TraceStorage | undefined;
  /** Whether a trace that begins here is to be recorded. Default: each is. */
  readonly sample?: ((exchange: Exchange) => boolean) | undefined;
}

/**
 * An interceptor that continues the trace of each message that comes, and tells of it in each message that goes. A handler has
 * its step in `context.trace`; what it sends is part of that. Where there is no trace, one begins.
 */
export function tracing({ storage, sample = () => true }: TracingOptions = {}): Interceptor {
  return (exchange, next) => {
    const isSent = exchange.kind === "call" || exchange.kind === "publish";
    const before = readTrace(exchange.headers) ?? (isSent ? storage?.getStore() : undefined);
    const trace = before === undefined ? newTrace(sample(exchange)) : childOf(before);
    exchange.trace = trace;
    if (isSent) tell(exchange.headers, trace);
    return isSent || storage === undefined ? next() : storage.run(trace, next);
  };
}

/** A logger whose lines say to which trace they belong, when they are written by a handler: as `trace_id` and `span_id`. */
export function tracedLogger(logger: Logger, storage: TraceStorage): Logger {
  return loggerOf(
    (level) => (message, fields) => logger[level](message, { ...traceFields(storage.getStore()), ...fields }),
  );
}

function tell(headers: OpenHeaders, trace: TraceContext): void {
  for (const name of Object.keys(headers)) if (isOfTrace(name)) delete headers[name];
  Object.assign(headers, traceHeaders(trace));
}
