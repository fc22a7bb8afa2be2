import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { valueCheck } from "../../codegen/validate/value-check.js";
import type { Json } from "../../runtime/value/shape.js";
import { isRecord } from "../../runtime/value/validate.js";
import { catalogOfProtocol } from "../support/protocol-catalog.js";
import {
  commandOf,
  jsonIn,
  type RecordedExchange,
  recordedEvents,
  recordedExchanges,
  serviceAt,
} from "../support/recordings.js";

/** Something recorded that the schemas do not accept. */
interface Rejection {
  readonly file: "cytube-events" | "robot-exchanges";
  readonly line: number;
  readonly part: string;
  /** The first thing that is wrong with it. */
  readonly reason: string;
}

/** Why that is right: a known defect, the robot's own refusal, or what the recorder wrote. */
interface Listed extends Rejection {
  readonly defect?: string;
  readonly robot?: string;
  readonly recorder?: string;
}

const listed: readonly Listed[] = JSON.parse(readFileSync("test/data/rejected-recordings.json", "utf8"));
const catalogs = [await catalogOfProtocol("kryten")];

/** What is wrong with a value, as one line; nothing when it is right. */
function faultIn(ref: string, value: unknown): string | undefined {
  if (value === undefined) return "not JSON";
  const [first] = valueCheck(catalogs, ref)(value as Json, "tolerate");
  return first && `${first.pointer} ${first.message}`.trim();
}

function faultInRequest(exchange: RecordedExchange): string | undefined {
  const command = commandOf(exchange);
  if (serviceAt(exchange.subject) === undefined) return "nobody listens there";
  if (command === undefined) return exchange.body === undefined ? "not JSON" : "no such command";
  return faultIn(`${command.ref}/request`, exchange.body);
}

/** A reply to nothing in particular has the form of any other. */
function faultInReply(exchange: RecordedExchange, reply: string): string | undefined {
  const { ref = "kryten/robot/say" } = commandOf(exchange) ?? {};
  return faultIn(`${ref}/reply`, jsonIn(reply));
}

function rejections(): readonly Rejection[] {
  const found: (Omit<Rejection, "reason"> & { reason: string | undefined })[] = [
    ...recordedEvents.map(({ line, event, payload }) => ({
      file: "cytube-events" as const,
      line,
      part: "payload",
      reason: faultIn(`kryten/events/${event}`, payload),
    })),
    ...recordedExchanges.flatMap((exchange) => {
      const { line, replies } = exchange;
      const place = { file: "robot-exchanges" as const, line };
      return [
        { ...place, part: "request", reason: faultInRequest(exchange) },
        ...replies.map((reply, index) => ({
          ...place,
          part: `reply ${index + 1}`,
          reason: faultInReply(exchange, reply),
        })),
      ];
    }),
  ];
  return found.flatMap(({ reason, ...place }) => (reason === undefined ? [] : [{ ...place, reason }]));
}

function exchangeAt({ line }: Rejection): RecordedExchange {
  const exchange = recordedExchanges[line - 1];
  if (exchange === undefined) throw new Error(`nothing was recorded on line ${line}`);
  return exchange;
}

/** The texts of the robot's refusals; `success` where it did not refuse. */
function refusalsIn({ replies }: RecordedExchange): readonly unknown[] {
  return replies.map(jsonIn).map((reply) => {
    const inner = isRecord(reply) && isRecord(reply["data"]) ? reply["data"] : undefined;
    return (isRecord(reply) && reply["error"]) || inner?.["error"] || "success";
  });
}

describe("every recorded line", () => {
  it("is accepted, or rejected for the reason that is listed", () => {
    const found = rejections();
    expect(found).toEqual(listed.map(({ file, line, part, reason }) => ({ file, line, part, reason })));

    const parts = recordedEvents.length + recordedExchanges.reduce((sum, { replies }) => sum + 1 + replies.length, 0);
    console.info(`${recordedEvents.length} events and ${recordedExchanges.length} exchanges: ${parts} messages,`);
    console.info(
      `of which ${parts - found.length} are accepted and ${found.length} rejected, each for a listed reason`,
    );
  });

  it("that is rejected has one justification", () => {
    const justifications = listed.map(
      ({ defect, robot, recorder }) => [defect, robot, recorder].filter(Boolean).length,
    );
    expect(new Set(justifications)).toEqual(new Set([1]));
  });

  it("that is rejected for a defect names one that is known", () => {
    const { defects } = JSON.parse(readFileSync("schema/kryten/defects.json", "utf8"));
    const known = new Set(defects.map(({ id }: { readonly id: string }) => id));
    expect(listed.filter(({ defect }) => defect !== undefined && !known.has(defect))).toEqual([]);
  });

  it("that the robot is said to refuse was refused by it, in these words, and reached CyTube in no form", () => {
    for (const rejection of listed) {
      if (rejection.robot === undefined) continue;
      const exchange = exchangeAt(rejection);
      expect(refusalsIn(exchange)).toContain(rejection.robot);
      expect(exchange.frames).toEqual([]);
    }
  });

  it("that only the recorder is to blame for holds its own words", () => {
    const texts = listed
      .filter(({ recorder }) => recorder !== undefined)
      .map((rejection) => {
        if (rejection.file === "cytube-events") return recordedEvents[rejection.line - 1]?.payload;
        return exchangeAt(rejection).replies[Number(rejection.part.split(" ")[1]) - 1];
      });
    expect(texts).toHaveLength(9);
    for (const text of texts) expect(text).toMatch(/^<elided: [0-9]+ chars>$|^NoRespondersError$|^\{.*[^}]$/s);
  });
});
