/** Everything that takes messages, in use. */
import { createClient } from "../../../runtime/client/client.js";
import { ProtocolError } from "../../../runtime/error.js";
import { weather } from "../../runtime/fixture-protocol.js";
import type { Garbage } from "./garbage.js";
import type { HostileBus } from "./hostile-bus.js";

/** How often a request is to be answered. `at most once`: when it may be one that nobody answers. */
export type Answers = "once" | "at most once";

const silently = { onError: () => undefined, onInvalid: () => undefined };

/** Starts clients: one that listens and serves, one that asks, and one with an interceptor. */
export async function startWorld(bus: HostileBus) {
  const spy = await bus.connect();
  const listening = createClient(weather, await bus.connect(), {
    channels: ["Oslo"],
    service: { name: "keeper", heartbeatInterval: 60_000 },
    ...silently,
  });
  // In another dialect, so that nobody but the one who sends anything answers it.
  const asking = createClient(weather, await bus.connect(), { channels: ["Oslo"], dialect: "exact", ...silently });
  const intercepted = createClient(weather, await bus.connect(), {
    channels: ["Oslo"],
    interceptors: [(_, next) => next()],
    ...silently,
  });

  const expected = new Map<string, { readonly answers: Answers; readonly text: string }>();
  const answered = new Map<string, number>();
  spy.subscribe("reply.*", ({ subject }) => answered.set(subject, (answered.get(subject) ?? 0) + 1));
  await spy.flush();
  const counts = { requests: 0, replies: 0 };

  return {
    bus,
    listening,
    asking,
    intercepted,
    counts,
    /** For requests that are right. */
    probe: spy,
    /** Resolves when all that was sent has reached the one who listens, and its answers have reached the bus. */
    async arrived(): Promise<void> {
      for (const each of [bus, intercepted, listening, listening, spy]) await each.flush();
    },
    ask(subject: string, garbage: Garbage, answers: Answers): void {
      counts.requests += 1;
      const reply = `reply.${counts.requests}`;
      expected.set(reply, { answers, text: new TextDecoder().decode(garbage.data.slice(0, 2000)) });
      bus.send(subject, garbage, reply);
    },
    /** @throws Error when a request was not answered as often as it is to be */
    async checkReplies(): Promise<void> {
      await this.arrived();
      for (const [reply, { answers, text }] of expected) {
        const count = answered.get(reply) ?? 0;
        counts.replies += count;
        if (count === 1 || (count === 0 && answers === "at most once")) continue;
        throw new Error(`a request that was to be answered ${answers} was answered ${count} times: ${text}`);
      }
      expected.clear();
      answered.clear();
    },
    async stop(): Promise<void> {
      for (const each of [listening, asking, intercepted, spy]) await each.close();
    },
  };
}

/** What there is to attack. */
export type World = Awaited<ReturnType<typeof startWorld>>;

/** Resolves when the promise is settled. @throws Error when it is rejected with anything but a ProtocolError */
export async function typed(promise: Promise<unknown>): Promise<void> {
  await promise.catch((reason) => {
    if (!(reason instanceof ProtocolError) || reason.code === "internal") {
      throw new Error("this is no error for a caller", { cause: reason });
    }
  });
}
