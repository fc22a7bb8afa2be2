/** The routing of a bus within the process: wildcards, queue groups, and delivery in order. */
import type { Delivery, Headers, Receive, Respond, Subscription } from "../transport/transport.js";

/** A message on its way. */
export interface Message {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers | undefined;
  readonly reply: string | undefined;
}

/** Who gets the messages of one subject. */
interface Audience {
  readonly everyone: readonly MemorySubscription[];
  readonly queues: readonly Queue[];
}

/** A queue group takes turns. */
interface Queue {
  readonly members: readonly MemorySubscription[];
  turn: number;
}

// All of them can be found again. Whoever makes up subjects does not fill the memory.
const mostAudiences = 1_000;

const roundsInARow = 1_000;
// As it is when this file is loaded: a test may stop the clock later.
const breathe = setImmediate;

/** Decides who gets a message, and delivers it. All transports of one broker share one exchange. */
export class MemoryExchange {
  readonly #subscriptions = new Set<MemorySubscription>();
  readonly #audiences = new Map<string, Audience>();
  readonly #observers = new Set<(published: Delivery) => void>();
  readonly #keepers = new Set<(message: Message) => void>();
  #onTheWay: (() => void)[] = [];
  #inboxes = 0;
  #rounds = 0;

  /** Shows everything that is published. Returns what ends that. */
  observe(listener: (published: Delivery) => void): () => void {
    this.#observers.add(listener);
    return () => this.#observers.delete(listener);
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.#onTheWay.length > 0) await new Promise<void>((resolve) => this.soon(resolve));
  }

  /** Shows everything that is published to one who keeps messages, before anybody gets them. */
  keep(keeper: (message: Message) => void): void {
    this.#keepers.add(keeper);
  }

  /** Does something after what is on its way now. */
  soon(task: () => void): void {
    if (this.#onTheWay.length === 0) this.#beginRound();
    this.#onTheWay.push(task);
  }

  add(subscription: MemorySubscription): void {
    this.#subscriptions.add(subscription);
    this.#forgetAudiences(subscription);
  }

  remove(subscription: MemorySubscription): void {
    this.#subscriptions.delete(subscription);
    this.#forgetAudiences(subscription);
  }

  newInbox(): string {
    this.#inboxes += 1;
    return `_INBOX.${this.#inboxes}`;
  }

  /** Returns how many will get it. */
  publish(message: Message): number {
    for (const observer of this.#observers) observer(new MemoryDelivery(message, undefined));
    for (const keep of this.#keepers) keep(message);
    const { everyone, queues } = this.#audienceOf(message.subject);
    for (const to of everyone) this.#send(to, message);
    for (const queue of queues) {
      const to = queue.members[queue.turn % queue.members.length];
      queue.turn += 1;
      if (to !== undefined) this.#send(to, message);
    }
    return everyone.length + queues.length;
  }

  #send(to: MemorySubscription, message: Message): void {
    this.soon(() => to.receive(message));
  }

  /** Programs that answer each other without end keep no timer from its turn, as on any bus. */
  #beginRound(): void {
    this.#rounds += 1;
    if (this.#rounds % roundsInARow === 0) breathe(() => this.#deliver());
    else queueMicrotask(() => this.#deliver());
  }

  /** Delivers what was sent so far; answers to it come in the next round, so that nobody else has to wait for them. */
  #deliver(): void {
    const round = this.#onTheWay;
    this.#onTheWay = [];
    for (const act of round) act();
  }

  #audienceOf(subject: string): Audience {
    let audience = this.#audiences.get(subject);
    if (audience === undefined) {
      const listeners = [...this.#subscriptions].filter(({ pattern }) => pattern.test(subject));
      const queues = new Set(listeners.flatMap(({ queue }) => queue ?? []));
      audience = {
        everyone: listeners.filter(({ queue }) => queue === undefined),
        queues: [...queues].map((name) => ({ members: listeners.filter(({ queue }) => queue === name), turn: 0 })),
      };
      if (this.#audiences.size >= mostAudiences) this.#audiences.clear();
      this.#audiences.set(subject, audience);
    }
    return audience;
  }

  #forgetAudiences({ subject, hasWildcard }: MemorySubscription): void {
    if (hasWildcard) this.#audiences.clear();
    else this.#audiences.delete(subject);
  }
}

/** Who subscribes, and answers what it gets. */
export interface Subscriber {
  publish(subject: string, data: Uint8Array, headers?: Headers): void;
  forget(subscription: MemorySubscription): void;
  idle(): Promise<void>;
}

/** What a subscription is for. */
export interface Interest {
  readonly receive: Receive;
  readonly queue?: string | undefined;
}

/** One interest in messages. It gets nothing before it is added to an exchange. */
export class MemorySubscription implements Subscription {
  readonly subject: string;
  readonly hasWildcard: boolean;
  readonly pattern: RegExp;
  readonly queue: string | undefined;
  readonly #subscriber: Subscriber;
  readonly #receive: Receive;
  #state: "open" | "closed" = "open";

  constructor(subscriber: Subscriber, subject: string, interest: Interest) {
    this.#subscriber = subscriber;
    this.subject = subject;
    this.hasWildcard = subject.split(".").some((token) => token === "*" || token === ">");
    this.pattern = subjectPattern(subject);
    this.queue = interest.queue;
    this.#receive = interest.receive;
  }

  receive(message: Message): void {
    if (this.#state === "open") this.#receive(new MemoryDelivery(message, this.#subscriber));
  }

  unsubscribe(): void {
    this.#state = "closed";
    this.#subscriber.forget(this);
  }

  async drain(): Promise<void> {
    this.#subscriber.forget(this);
    await this.#subscriber.idle();
    this.#state = "closed";
  }
}

class MemoryDelivery implements Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers | undefined;
  readonly respond: Respond | undefined;

  constructor({ subject, data, headers, reply }: Message, receiver: Subscriber | undefined) {
    this.subject = subject;
    this.data = data;
    this.headers = headers;
    if (reply !== undefined && receiver !== undefined) {
      this.respond = (answer, answerHeaders) => receiver.publish(reply, answer, answerHeaders);
    }
  }
}

/** A regular expression for the subjects that a subscription gets. */
export function subjectPattern(subject: string): RegExp {
  const tokens = subject.split(".").map((token) => {
    if (token === "*") return "[^.]+";
    if (token === ">") return ".+";
    return token.replace(/[\\^$.*+?()[\]{}|]/gu, "\\$&");
  });
  return new RegExp(`^${tokens.join("\\.")}$`, "su");
}
