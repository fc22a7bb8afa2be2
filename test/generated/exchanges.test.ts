import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/messages.js";
import { createClient } from "../../runtime/client/client.js";
import { ServedSubject } from "../../runtime/commands/served-subject.js";
import { isProtocolError } from "../../runtime/error.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import type { CommandDescriptor } from "../../runtime/protocol/message.js";
import { Wire } from "../../runtime/protocol/wire.js";
import { sampleValue } from "../../runtime/value/sample-value.js";
import { isRecord } from "../../runtime/value/validate.js";
import { violations } from "../../runtime/value/violation.js";
import { inEachDialect } from "../support/dialect.js";

interface Exchange {
  readonly subject: string;
  /** The text that was sent, or the JSON in it. */
  readonly request: unknown;
  readonly replies: readonly string[];
  readonly sent_by: string;
}

/** An exchange about a command that has a schema. */
interface KnownExchange extends Exchange {
  readonly body: unknown;
  readonly command: CommandDescriptor;
}

const { robot } = kryten.services;
if (robot === undefined) throw new Error("the protocol has no robot");
const commands = Object.values(robot.commands);
const recorded: readonly Exchange[] = readFileSync("test/data/captures/robot-exchanges.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const asked = recorded
  .filter(({ subject }) => subject === "kryten.robot.command")
  .map((exchange) => ({ ...exchange, body: bodyOf(exchange) }));
const known = asked.flatMap((exchange): readonly KnownExchange[] => {
  const command = commands.find(({ name, aliases }) => [name, ...aliases].includes(String(nameIn(exchange.body))));
  return command === undefined ? [] : [{ ...exchange, command }];
});

function isFromPython({ sent_by }: Exchange): boolean {
  return sent_by.startsWith("kryten-py");
}

function bodyOf({ request }: Exchange): unknown {
  return typeof request === "string" ? parsed(request) : request;
}

function nameIn(body: unknown): unknown {
  return isRecord(body) ? body["command"] : undefined;
}

/** A command as a channel has it, whichever it is. */
type Method = (args: unknown, options: { readonly evenIfIgnored: boolean }) => Promise<unknown>;

/** Some of what was recorded is not JSON: it was sent to see what becomes of it, or the recording cut it short. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe("the requests recorded at a robot", () => {
  it("are for commands that have a schema, but for those that the robot itself does not know", () => {
    const unknown = asked.filter(
      (exchange) => isFromPython(exchange) && !known.some(({ body }) => body === exchange.body),
    );
    expect(new Set(unknown.map(({ body }) => nameIn(body)))).toEqual(new Set(["chat", "searchMedia"]));
    expect(unknown.flatMap(({ replies }) => replies)).toEqual([]);
  });

  it("are taken as kryten-py sends them, but for the one that the robot itself fails on", () => {
    const served = new ServedSubject(new Wire(kryten, undefined), robot, commands);
    const refusals = known.filter(isFromPython).flatMap(({ body }) => {
      const opened = served.open(body);
      if (opened.kind === "refused") return [opened.error.message];
      const { descriptor } = opened.command;
      const found = violations(descriptor.args.shape(), opened.args, "tolerate");
      return found.map(({ pointer, message }) => `${descriptor.name} ${pointer} ${message}`);
    });
    expect(refusals).toEqual(["jump /uid must be a string, not 42"]);
    expect(known.filter(isFromPython).length).toBeGreaterThan(30);
  });
});

describe("the replies recorded from a robot", () =>
  inEachDialect(kryten, ({ protocol, spelled }) => {
    const replies = known.flatMap(({ command, replies }) => replies.map((reply) => ({ command, reply })));
    const whole = replies.filter(({ reply }) => parsed(reply) !== undefined);

    /** What a client makes of a reply: a result, or the code of an error. */
    async function outcomeOf({ command, reply }: (typeof replies)[number]): Promise<string> {
      const broker = createMemoryBroker();
      const answering = broker.connect();
      answering.subscribe(spelled("kryten.robot.command"), ({ respond }) => respond?.(new TextEncoder().encode(reply)));
      const client = createClient(protocol, broker.connect(), { channels: ["Lounge"] });
      const methods = client.channel("Lounge").robot as unknown as Record<string, Method>;
      try {
        await methods[command.method]?.(sampleValue(command.args.shape()), { evenIfIgnored: true });
        return "result";
      } catch (reason) {
        return isProtocolError(reason) ? reason.code : String(reason);
      } finally {
        await client.close();
        await answering.close();
      }
    }

    it("are results that fit the schema, or failures with a code that a program may act on", async () => {
      const outcomes = await Promise.all(
        whole.map(async (recordedReply) => ({ ...recordedReply, outcome: await outcomeOf(recordedReply) })),
      );
      const expected = ["result", "command_failed", "wrong_service"];
      const odd = outcomes.filter(({ outcome }) => !expected.includes(outcome));
      expect(odd.map(({ command, reply, outcome }) => `${command.ref} ${outcome}: ${reply}`)).toEqual([]);

      const results = outcomes.filter(({ outcome }) => outcome === "result").length;
      const cut = replies.length - whole.length;
      console.info(`${known.length} exchanges, ${known.filter(isFromPython).length} of them started by kryten-py`);
      console.info(
        `${replies.length} replies: ${results} results, ${outcomes.length - results} failures, ${cut} cut short`,
      );
      expect(cut).toBeLessThan(3);
      expect(results).toBeGreaterThan(20);
      expect(outcomes.length - results).toBeGreaterThan(5);
    });
  }));
