/** A protocol of any size, of the kinds of messages and types that real ones have. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const commandsOfService = 20;

/** Writes the schemas of a protocol with that many messages: two events for each three commands, and the types they share. */
export function writeSyntheticProtocol(folder: string, messages: number): void {
  const write = (path: string, content: object) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content, null, 2));
  };
  const events = Math.round(messages * 0.4);
  const services = Math.ceil((messages - events) / commandsOfService);
  write("protocol.json", protocol(services));
  write("common/shared.json", shared);
  for (let index = 0; index < events; index++) write(`events/event${index}.json`, event(index));
  for (let index = 0; index < messages - events; index++) {
    write(`commands/service${index % services}/command${index}.json`, command(index));
  }
}

function protocol(services: number): object {
  const names = Array.from({ length: services }, (_, index) => `service${index}`);
  return {
    name: "synthetic",
    title: "Synthetic",
    version: "1.0.0",
    description: "Made up, to measure the generator with.",
    address: [{ name: "place", description: "Where it happens." }],
    tokens: {
      place: { description: "A place.", steps: [{ step: "lowercase" }], examples: { Hall: "hall", "a.b": null } },
    },
    dialects: {
      main: {
        description: "The only spelling.",
        event: "synthetic.events.{place}.{event}",
        command: "synthetic.commands.{service}",
        lifecycle: "synthetic.lifecycle.{service}.{kind}",
      },
    },
    events: { envelope: "report" },
    envelopes: {
      report: {
        kind: "event",
        description: "Names the event beside its payload.",
        body: { name: "{event}", place: "{place}", data: "{payload}" },
      },
      order: {
        kind: "command",
        description: "Names the command beside its arguments.",
        request: { do: "{command}", place: "{place}", with: "{args}" },
        reply: { success: { ok: true, data: "{result}" }, failures: [{ ok: false, why: "{message}" }] },
      },
    },
    services: Object.fromEntries(
      names.map((name) => [name, { description: `Answers as ${name}.`, envelope: "order" }]),
    ),
  };
}

const sharedType = (name: string) => ({ $ref: `../common/shared.json#/$defs/${name}` });
const sharedTypeFromService = (name: string) => ({ $ref: `../../common/shared.json#/$defs/${name}` });

const shared = {
  description: "What messages share.",
  $defs: {
    Person: {
      type: "object",
      description: "Somebody.",
      properties: {
        name: { type: "string", minLength: 1, maxLength: 20, description: "What others call them." },
        rank: { type: "number", minimum: 0, description: "Higher may do more." },
        friends: { type: "array", maxItems: 5, items: { $ref: "#/$defs/Person" }, description: "Others." },
      },
      required: ["name", "rank"],
    },
    Thing: {
      description: "Something, by its kind.",
      discriminator: { propertyName: "kind" },
      oneOf: ["book", "film", "song"].map((kind) => ({
        type: "object",
        description: `A ${kind}.`,
        properties: {
          kind: { const: kind, description: "Says so." },
          title: { type: "string", maxLength: 100, description: "What it is called." },
          [`${kind}Length`]: { type: "integer", minimum: 1, description: "In pages, or seconds." },
        },
        required: ["kind", "title"],
      })),
    },
  },
};

function event(index: number): object {
  return {
    description: `The ${index}th thing that may happen. Everybody in the place is told at once.`,
    source: "made up",
    payload: {
      type: "object",
      properties: {
        [`field${index % 7}`]: { type: "string", pattern: "^[a-z]+$", description: "A word." },
        count: { type: "integer", minimum: 0, maximum: 1000 + index, description: "How often." },
        when: { type: "string", format: "date-time", description: "When." },
        who: { ...sharedType("Person") },
        what: { type: "array", items: sharedType("Thing"), description: "All of it." },
        state: { enum: ["open", "shut", "ajar"], description: "How it stands." },
        detail: {
          type: "object",
          description: "More of it.",
          properties: { note: { type: ["string", "null"], description: "Null when there is none." } },
          required: ["note"],
        },
      },
      required: ["count", "who", "what"],
    },
    examples: [{ count: index % 100, who: { name: "a", rank: 1 }, what: [{ kind: "book", title: "b" }] }],
  };
}

function command(index: number): object {
  return {
    description: `Does the ${index}th thing that can be done. What was done before stays as it is.`,
    source: "made up",
    args: {
      type: "object",
      properties: {
        subject: { type: "string", minLength: 1, maxLength: 10 + (index % 50), description: "What to do it with." },
        times: { type: "integer", minimum: 1, default: 1, description: "How often." },
        forWhom: sharedTypeFromService("Person"),
      },
      required: ["subject"],
    },
    result: {
      type: "object",
      properties: {
        done: { type: "boolean", description: "Whether it was done." },
        things: { type: "array", items: sharedTypeFromService("Thing"), description: "What came of it." },
      },
      required: ["done"],
    },
    examples: [{ args: { subject: "a" }, result: { done: true } }],
  };
}
