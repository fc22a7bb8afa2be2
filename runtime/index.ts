/** The door for everybody. What stands here is promised: it changes only with the major version. */

// Programs on a bus.
export type { CallOptions } from "./call.js";
export {
  type Channel,
  type ChannelMembers,
  type Client,
  type ClientOptions,
  type Counts,
  createClient,
  type EventHandler,
  type UnknownEventHandler,
} from "./client.js";
export type { CommandContext } from "./command-context.js";
export { type ConnectOptions, connect } from "./connect.js";
export type {
  ChannelOf,
  EventName,
  EventNameOf,
  EventPayload,
  EventReference,
  LifecycleName,
  ServiceName,
  WithoutAddress,
} from "./contract.js";
// What messages are made of.
export { type Code, codes, type ErrorContext, isProtocolError, ProtocolError } from "./error.js";
export type { EventContext, PublishOptions, ReceivedEvent } from "./event.js";
export { type Format, formatExamples, formats, isFormat, matchesFormat } from "./format.js";
export type { HandlerContext } from "./handler-run.js";
export type { Health } from "./health.js";
export { type JsonLoggerOptions, jsonLogger } from "./json-logger.js";
export type { LifecycleFilter, ReceivedLifecycle } from "./lifecycle.js";
export { atLeast, type LogFields, type Logger, type LogLevel, type LogMethod, plainLogger } from "./logger.js";
// Buses.
export { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from "./memory.js";
export type * from "./message.js";
export { connectNats, type NatsConnection, type NatsOptions, natsTransport } from "./nats.js";
export type { Observer, Outcome } from "./observer.js";
export { redact, redactText } from "./redact.js";
export type { Registry, RegistryChange, RegistryListener, RegistryOptions } from "./registry.js";
export type { ErrorListener, ReportOptions } from "./report.js";
export type { RestartHandler, RestartRequest } from "./restart.js";
export type { RunOptions } from "./run.js";
export type { ServeOptions, Service } from "./serve.js";
export { refusal } from "./service-error.js";
export type { Endpoint, LifecycleSwitches, ServiceDescription, ServiceOptions } from "./service-identity.js";
export type { ServiceInstance } from "./service-instance.js";
export type { Registration } from "./session.js";
export type * from "./shape.js";
export type { PutOptions, StateChange, StateEntry, StateKey } from "./state.js";
export { compileSubject, type ParameterName, type Subject, type SubjectParameters } from "./subject.js";
export { plainToken, toToken } from "./token.js";
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
} from "./transport.js";
export { type Violation, violations } from "./violation.js";
