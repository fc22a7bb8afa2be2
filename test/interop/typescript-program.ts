/** A program in TypeScript, in this process. */
import { kryten } from "../../generated/kryten/index.js";
import type { AnyMethod, AnyServices } from "../../runtime/client/channel.js";
import { connect } from "../../runtime/client/connect.js";
import type { CommandContext } from "../../runtime/commands/command-context.js";
import type { AnyHandlers } from "../../runtime/commands/serve.js";
import { refusal } from "../../runtime/commands/service-error.js";
import { hopeless } from "../../runtime/durable/verdict.js";
import { isProtocolError } from "../../runtime/error.js";
import type { RegistryChange } from "../../runtime/lifecycle/registry.js";
import type { KeyDescriptor, ServiceDescriptor } from "../../runtime/protocol/message.js";
import type { AnyStateKey } from "../../runtime/state/state.js";
import type { Headers } from "../../runtime/transport/transport.js";
import type { Answer, Asked, Heard, KeyRecord, Program, ToldError } from "./program.js";

/** Keeps what the program was told; of events and requests, with their header fields. */
type Hear = (name: string, value: unknown, headers?: Headers) => void;

/** Starts a program, connected to a server, with options of its client. */
export async function startTypeScript(url: string, options: object = {}): Promise<Program> {
  const heard: Heard[] = [];
  const reported: string[] = [];
  const report = (error: Error) => reported.push(error.message);
  const client = await connect(kryten, {
    servers: url,
    channels: ["Lounge"],
    onError: report,
    onInvalid: report,
    pace: { chat: { delay: 0, jitter: 0 } },
    ...options,
  });
  const channel = client.channel("Lounge");
  const services = channel.services as unknown as AnyServices;
  const state = channel.state as unknown as Readonly<Record<string, AnyStateKey>>;
  const hear: Hear = (name, value, { Contract: contract } = {}) =>
    heard.push({ name, value, ...(contract !== undefined && { contract }) });
  const call = async ({ service, command }: Asked, args: unknown, timeout = 5) =>
    methodOf(services, service, command)?.(args, { timeout: timeout * 1000, evenIfIgnored: true });
  return {
    heard,
    reported,
    call: (asked, args, timeout) => told(call(asked, args, timeout)),
    serve: async (service, answers, channels) => {
      const handlers = handlersOf(descriptorOf(service), answers, { hear, call });
      await client.serve(service as "robot", handlers as never, { channels: channels ?? "any" });
    },
    listen: async (event) => {
      client.on(event as "chatMsg", ({ name, payload, headers }) => hear(name, payload, headers));
      await client.flush();
    },
    publish: async (event, payload) => told(async () => channel.publish(event as "chatMsg", payload as never)),
    listenLifecycle: async (name) => {
      client.onLifecycle(name as "startup", (message) => hear(message.name, message.payload));
      await client.flush();
    },
    publishLifecycle: async (name, payload, service) =>
      told(async () => client.publishLifecycle(name as "startup", payload as never, { service })),
    follow: async () => {
      const registry = await client.registry();
      const tell = ({ kind, instance: { service, version, contract } }: RegistryChange) =>
        hear("registry", { kind, service, version: version ?? null, contract: contract ?? null });
      registry.onChange(tell);
      // Who says that they are alive while it begins is known before anybody is told of changes.
      for (const instance of registry.instances()) tell({ kind: "appeared", instance });
      client.onRestart(({ source = null, reason = null, delay }) => {
        hear("restart", { source, reason, delay: delay / 1000 });
      });
      await client.flush();
    },
    read: async ({ ref, parts }) => (await told(state[keyOf(ref).method]?.(parts))) ?? null,
    readAll: async ({ ref, parts }) => (await state[keyOf(ref).method]?.all(parts)) as KeyRecord[],
    write: ({ ref, parts }, value, revision) =>
      told(state[keyOf(ref).method]?.put(value, { ...parts, ...(revision === undefined ? {} : { revision }) })),
    watch: async ({ ref, parts }) => {
      const tell = ({ value, revision }: { value: unknown; revision: number }) =>
        heard.push({ name: ref, value: value ?? null, revision });
      await state[keyOf(ref).method]?.watch(tell, parts);
    },
    consume: async (event, { name, inFlight, hopeless: reason }) => {
      await client.durable(event as "chatMsg", { name, inFlight }, ({ payload }) => {
        hear(name, payload);
        if (reason !== undefined) throw hopeless(reason);
      });
    },
    readLetters: async (name) => {
      await client.deadLetters("events", { name }, (letter) => {
        hear(name, { ...letter, data: new TextDecoder().decode(letter.data) });
      });
    },
    store: async (event, payload, id) => {
      const { sequence, duplicate } = await channel.publishDurable(event as "chatMsg", payload as never, { id });
      return { sequence, duplicate };
    },
    stop: () => client.drain(),
  };
}

/** What came of it, or a `ToldError`. */
async function told<T>(action: Promise<T> | (() => Promise<T>) | undefined): Promise<T> {
  try {
    return (await (typeof action === "function" ? action() : action)) as T;
  } catch (reason) {
    if (!isProtocolError(reason)) throw reason;
    const { code, rawMessage: message, serviceCode = null, details = null } = reason;
    throw { code, message, serviceCode, details } satisfies ToldError;
  }
}

/** What handlers may do. */
interface Means {
  readonly hear: Hear;
  readonly call: (asked: Asked, args: unknown) => Promise<unknown>;
}

function handlersOf(
  service: ServiceDescriptor,
  answers: Readonly<Record<string, Answer>>,
  { hear, call }: Means,
): AnyHandlers {
  const handlers = Object.entries(service.commands).map(([method, { ref, name }]) => [
    method,
    (args: unknown, { headers }: CommandContext) => {
      hear(ref, args, headers);
      return answerWith(answers[name], call);
    },
  ]);
  return Object.fromEntries(handlers);
}

function answerWith(answer: Answer | undefined, call: Means["call"]): unknown {
  if (answer === undefined) return undefined;
  if ("refuse" in answer) throw refusal(answer.refuse, answer.message, answer.details);
  if ("raise" in answer) throw new Error(answer.raise);
  if ("ask" in answer) return call(answer.ask, answer.args);
  return "hang" in answer ? new Promise(() => undefined) : answer.result;
}

function descriptorOf(service: string): ServiceDescriptor {
  return (kryten.services as Readonly<Record<string, ServiceDescriptor>>)[service] as ServiceDescriptor;
}

function methodOf(services: AnyServices, service: string, command: string): AnyMethod | undefined {
  const { member, commands } = descriptorOf(service);
  const { method = "" } = Object.values(commands).find(({ name }) => name === command) ?? {};
  return services[member]?.[method];
}

function keyOf(ref: string): KeyDescriptor {
  const keys = Object.values(kryten.state).flatMap((bucket) => Object.values(bucket.keys));
  return keys.find((key) => key.ref === ref) as KeyDescriptor;
}
