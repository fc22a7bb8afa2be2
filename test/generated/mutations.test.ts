import { describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/messages.js";
import type { EventDescriptor, Payload } from "../../runtime/protocol/message.js";
import type { UnknownFields } from "../../runtime/value/shape.js";
import { ajvCheck } from "../support/ajv-check.js";
import { describedPayloads } from "../support/described.js";
import { strictly } from "../support/json-schema.js";
import { mutationKinds, mutationsOf } from "../support/mutations.js";
import { argumentsIn, commandOf, recordedEvents, recordedExchanges, resultsIn } from "../support/recordings.js";
import { readJsonSchema } from "../support/vectors.js";

/** A recorded value that its schema accepts. */
interface Recorded {
  readonly ref: string;
  readonly payload: Payload<unknown>;
  readonly value: unknown;
}

const descriptors = new Map(Object.values<EventDescriptor>(kryten.events).map((event) => [event.name, event]));

const toRecorded = ({ event, payload: value }: { readonly event: string; readonly payload: unknown }) => {
  const descriptor = descriptors.get(event);
  return descriptor === undefined ? [] : [{ ref: descriptor.ref, payload: descriptor.payload, value }];
};
const events: readonly Recorded[] = recordedEvents.flatMap(toRecorded);
const described: readonly Recorded[] = describedPayloads.filter(({ accepted }) => accepted).flatMap(toRecorded);
const exchanges = recordedExchanges.flatMap((exchange): readonly Recorded[] => {
  const command = commandOf(exchange);
  if (command === undefined) return [];
  return [
    ...argumentsIn(exchange, command).map((recorded) => ({ ...recorded, payload: command.args })),
    ...resultsIn(exchange, command).map((recorded) => ({ ...recorded, payload: command.result })),
  ];
});

// What is rejected as it was recorded is the business of another test.
const accepted = (recorded: readonly Recorded[]) =>
  recorded.filter(({ payload, value }) => payload.check(value, "tolerate"));

type Verdict = (value: unknown, fields: UnknownFields) => boolean;

const judges = new Map<string, Verdict>();

/** The verdict of ajv: of the schema as it is for a reader; for a writer, without the fields it does not list. */
function judgeOf(ref: string): Verdict {
  const known = judges.get(ref);
  if (known !== undefined) return known;
  const schema = readJsonSchema({ ref });
  const [reads, writes] = [ajvCheck(schema), ajvCheck(strictly(schema))];
  const judge: Verdict = (value, fields) => (fields === "tolerate" ? reads(value) : writes(value));
  judges.set(ref, judge);
  return judge;
}

/** How often each kind of mutation met with which verdicts. */
type Tally = Record<string, Record<string, number>>;

function tallyOf(recorded: readonly Recorded[]): { readonly tally: Tally; readonly disagreements: readonly string[] } {
  const tally: Tally = Object.fromEntries(mutationKinds.map((kind) => [kind, {}]));
  const disagreements: string[] = [];
  for (const { ref, payload, value } of recorded) {
    const judge = judgeOf(ref);
    for (const mutation of mutationsOf(value)) {
      const [reader, writer] = (["tolerate", "refuse"] as const).map((fields) => {
        const verdict = payload.check(mutation.value, fields);
        if (verdict !== judge(mutation.value, fields)) {
          disagreements.push(`${ref} ${fields}: ${verdict} with ${mutation.kind} at ${mutation.pointer}`);
        }
        return verdict;
      });
      const verdict = reader === writer ? (reader ? "accepted" : "refused") : "accepted by readers alone";
      const counts = tally[mutation.kind] ?? {};
      tally[mutation.kind] = { ...counts, [verdict]: (counts[verdict] ?? 0) + 1 };
    }
  }
  return { tally, disagreements };
}

function totalsOf(tally: Tally): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const counts of Object.values(tally)) {
    for (const [verdict, count] of Object.entries(counts)) totals[verdict] = (totals[verdict] ?? 0) + count;
  }
  return totals;
}

function print(what: string, count: number, tally: Tally): void {
  const sum = Object.values(totalsOf(tally)).reduce((total, part) => total + part, 0);
  const rows = Object.entries({ ...tally, "all together": totalsOf(tally) }).map(
    ([kind, counts]) =>
      `  ${kind}: ${Object.entries(counts)
        .map(([verdict, times]) => `${times} ${verdict}`)
        .join(", ")}`,
  );
  console.info([`${count} ${what}, ${sum} mutations`, ...rows].join("\n"));
}

describe.each([
  { what: "recorded payloads of events", recorded: accepted(events), least: 300 },
  { what: "payloads of events that are only described", recorded: accepted(described), least: 100 },
  { what: "recorded arguments and results of commands", recorded: accepted(exchanges), least: 130 },
])("$what, mutated", ({ what, recorded, least }) => {
  const { tally, disagreements } = tallyOf(recorded);
  print(what, recorded.length, tally);

  it("are accepted and refused as the JSON Schemas say, by readers and by writers", () => {
    expect(disagreements).toEqual([]);
    expect(recorded.length).toBeGreaterThanOrEqual(least);
  });

  it("meet with every verdict", () => {
    const totals = totalsOf(tally);
    expect(Object.keys(totals).sort()).toEqual(["accepted", "accepted by readers alone", "refused"]);
    expect(totals["refused"]).toBeGreaterThan(recorded.length);
  });

  it("are refused by each kind of mutation now and then", () => {
    const kinds = mutationKinds.filter((kind) => kind !== "an unknown field added");
    expect(kinds.filter((kind) => (tally[kind]?.["refused"] ?? 0) === 0)).toEqual([]);
  });
});

/** Where an unknown field is no unknown field: in a map, whose fields have a type, and where anybody may add some. */
const openPlaces: Readonly<Record<string, "a map" | "free">> = {
  "kryten/events/changeMedia /meta/audioTracks/*": "free",
  "kryten/events/changeMedia /meta/direct": "a map",
  "kryten/events/changeMedia /meta/textTracks/*": "free",
  "kryten/events/channelOpts ": "free",
  "kryten/events/deleteChatFilter ": "free",
  "kryten/events/emoteList /*": "free",
  "kryten/events/playlist /*/media/meta/audioTracks/*": "free",
  "kryten/events/playlist /*/media/meta/direct": "a map",
  "kryten/events/playlist /*/media/meta/textTracks/*": "free",
  "kryten/events/queue /item/media/meta/audioTracks/*": "free",
  "kryten/events/queue /item/media/meta/direct": "a map",
  "kryten/events/queue /item/media/meta/textTracks/*": "free",
  "kryten/events/removeEmote ": "free",
  "kryten/events/renameEmote ": "free",
  "kryten/events/setPermissions ": "free",
  "kryten/events/updateEmote ": "free",
  "kryten/robot/playlist.queue/args /item": "free",
  "kryten/robot/state.options/result /options": "free",
  "kryten/robot/state.permissions/result /permissions": "free",
  "kryten/robot/state.profiles/result /profiles": "a map",
  "kryten/robot/system.reload/result /changes": "a map",
};

it("an unknown field is let through by readers and refused to writers, but where the schema says otherwise", () => {
  const found: Record<string, string> = {};
  for (const { ref, payload, value } of accepted([...events, ...exchanges])) {
    for (const mutation of mutationsOf(value)) {
      if (mutation.kind !== "an unknown field added") continue;
      const reader = payload.check(mutation.value, "tolerate");
      const writer = payload.check(mutation.value, "refuse");
      const place = `${ref} ${mutation.pointer.replaceAll(/\/[0-9]+/g, "/*")}`;
      if (!reader || writer) found[place] = reader ? "free" : "a map";
    }
  }
  expect(found).toEqual(openPlaces);
});

it("all events are among those that are mutated", () => {
  const mutated = new Set(accepted([...events, ...described]).map(({ ref }) => ref));
  expect([...descriptors.values()].map(({ ref }) => ref).filter((ref) => !mutated.has(ref))).toEqual([]);
});

/** Events whose payload may be anything, each with the reason. */
const free: Readonly<Record<string, string>> = {};

it("no payload of an event has a schema that refuses nothing, but for those that are free", () => {
  const toothless = accepted([...events, ...described]).filter(({ payload, value }) =>
    [...mutationsOf(value)].every((mutation) => payload.check(mutation.value, "tolerate")),
  );
  expect(new Set(toothless.map(({ ref }) => ref))).toEqual(new Set(Object.keys(free)));
});
