/** The door for everybody. What stands here is promised: it changes only with the major version. */

export {
  type Channel,
  type ChannelMembers,
  type Client,
  type ClientOptions,
  type Counts,
  createClient,
} from "./client/client.js";
export { type ConnectOptions, connect } from "./client/connect.js";
// Events that must not be missed.
export type {
  DeadLetterHandler,
  DurableHandler,
  DurableListening,
  DurableOptions,
} from "./client/durable-listening.js";
export type {
  ChannelFilter,
  ClientEventListening,
  EventHandler,
  EventListening,
  IterationOptions,
  OnceOptions,
  UnknownEventHandler,
  Where,
} from "./client/event-listening.js";
export type { RunOptions } from "./client/run.js";
// Programs on a bus.
export type { CallOptions } from "./commands/call.js";
export type { CommandContext } from "./commands/command-context.js";
export type { ServeOptions, Service } from "./commands/serve.js";
export { refusal } from "./commands/service-error.js";
export type { DeadLetter } from "./durable/dead-letter.js";
export type { ConsumerOptions } from "./durable/durable-events.js";
export type { DurableContext } from "./durable/message.js";
export type { StoredEvent } from "./durable/publish.js";
export { hopeless, later } from "./durable/verdict.js";
// What messages are made of.
export { type Code, codes, type ErrorContext, isProtocolError, ProtocolError } from "./error.js";
export type { EventContext, EventOf, PublishOptions, ReceivedEvent } from "./events/event.js";
export type { LifecycleFilter, ReceivedLifecycle } from "./lifecycle/lifecycle.js";
export type { Registry, RegistryChange, RegistryListener, RegistryOptions } from "./lifecycle/registry.js";
export type { RestartHandler, RestartRequest } from "./lifecycle/restart.js";
export type { Endpoint, LifecycleSwitches, ServiceDescription, ServiceOptions } from "./lifecycle/service-identity.js";
export type { ServiceInstance } from "./lifecycle/service-instance.js";
// Buses.
export { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from "./memory/broker.js";
export { connectNats, type NatsConnection, type NatsOptions, natsTransport } from "./nats/connection.js";
export type { Health } from "./observe/health.js";
export { type JsonLoggerOptions, jsonLogger } from "./observe/json-logger.js";
export { atLeast, type LogFields, type Logger, type LogLevel, type LogMethod, plainLogger } from "./observe/logger.js";
export type { Observer, Outcome } from "./observe/observer.js";
export { redact, redactText } from "./observe/redact.js";
export type { ErrorListener, ReportOptions } from "./observe/report.js";
export { childOf, newTrace, readTrace, type TraceContext, traceHeaders } from "./observe/trace.js";
export type {
  ChannelOf,
  EventName,
  EventNameOf,
  EventPayload,
  EventReference,
  EventSelector,
  LifecycleName,
  ServiceName,
  WithoutAddress,
} from "./protocol/contract.js";
export type * from "./protocol/message.js";
export { compileSubject, type ParameterName, type Subject, type SubjectParameters } from "./protocol/subject.js";
export { plainToken, toToken } from "./protocol/token.js";
export type { Registration } from "./registration.js";
export type {
  CallExchange,
  DeliverExchange,
  Exchange,
  OpenHeaders,
  PublishExchange,
  ServeExchange,
} from "./session/exchange.js";
export type { HandlerContext } from "./session/handler-run.js";
export type { Interceptor, Next } from "./session/interceptor.js";
export type { LimitOptions } from "./session/limits.js";
export type { PaceOptions } from "./session/pace.js";
export type { RetryOptions } from "./session/retry.js";
export { type TraceStorage, type TracingOptions, tracedLogger, tracing } from "./session/tracing.js";
export type { PutOptions, StateChange, StateEntry, StateKey, StateRecord, StateRevision } from "./state/state-key.js";
export type * from "./transport/stream.js";
export type {
  Bucket,
  BucketOptions,
  Delivery,
  Entry,
  EntryChange,
  Headers,
  Receive,
  RequestOptions,
  Respond,
  Subscription,
  Transport,
  TransportStatus,
} from "./transport/transport.js";
export { type Format, formatExamples, formats, isFormat, matchesFormat } from "./value/format.js";
export type * from "./value/shape.js";
export { type Violation, violations } from "./value/violation.js";
