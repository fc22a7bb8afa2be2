/** The generated validators, beside ajv and zod, on the captured events. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import * as zod from "zod";
import type { EventDescriptor } from "../../runtime/protocol/message.js";
import type { UnknownFields } from "../../runtime/value/shape.js";
import { recordedEvents } from "../support/recordings.js";
import { type Row, sideBySide, versionsOf } from "./row.js";
import { kryten } from "./sdk.js";

/** A validator as its users call it, with nothing between: what takes a value, and for ours what becomes of unknown fields. */
type Check = (value: unknown, fields?: UnknownFields) => unknown;

/** Of each captured event, its check and its payload. */
interface Mix {
  readonly fields?: UnknownFields;
  readonly events: readonly { readonly check: Check; readonly value: unknown }[];
}

const events: Readonly<Record<string, EventDescriptor>> = kryten.events;
const names = [...new Set(recordedEvents.map(({ event }) => event))].filter((name) => Object.hasOwn(events, name));
const repeats = 3000;

/** The rows of validation, in events a second. Everybody knows the same events, and the captured mix is run as it came. */
export async function validationRows(): Promise<readonly Row[]> {
  const ours: Mix = { ...mixOf(({ payload }) => payload.check as Check), fields: "tolerate" };
  const ajv = new Ajv2020();
  formats.default(ajv);
  const ofAjv = mixOf(({ ref }) => ajv.compile(schemaOf(ref)) as Check);
  const ofZod = mixOf(({ ref }) => {
    const type = zod.fromJSONSchema(schemaOf(ref));
    return (value) => type.safeParse(value).success;
  });
  return [
    await row("ajv with ajv-formats", { ours, theirs: ofAjv, atLeast: 3, versions: versionsOf("ajv", "ajv-formats") }),
    await row("zod", { ours, theirs: ofZod, atLeast: 4, versions: versionsOf("zod") }),
  ];
}

function mixOf(compile: (event: EventDescriptor) => Check): Mix {
  const checks = new Map(
    names.flatMap((name) => {
      const event = events[name];
      return event === undefined ? [] : [[name, compile(event)] as const];
    }),
  );
  const compiled = recordedEvents.flatMap(({ event, payload }) => {
    const check = checks.get(event);
    return check === undefined ? [] : [{ check, value: payload }];
  });
  return { events: compiled };
}

function schemaOf(ref: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`generated/${ref.replace("/", "/json-schema/")}.json`, "utf8"));
}

interface Contest {
  readonly ours: Mix;
  readonly theirs: Mix;
  readonly atLeast: number;
  readonly versions: Readonly<Record<string, string>>;
}

async function row(name: string, { ours, theirs, atLeast, versions }: Contest): Promise<Row> {
  const [our, their] = [verdicts(ours), verdicts(theirs)];
  const disputed = our.filter((accepted, index) => accepted !== their[index]).length;
  const compared = await sideBySide(
    () => rateOf(ours),
    () => rateOf(theirs),
  );
  const note = disputed === 0 ? "" : ` (${disputed} of ${our.length} events seen otherwise)`;
  return {
    row: `validation of captured events; beside ${name}${note}`,
    ...compared,
    target: `at least ${atLeast}`,
    met: compared.ratio >= atLeast,
    unit: "events/s",
    versions,
  };
}

function verdicts({ events, fields }: Mix): readonly boolean[] {
  return events.map(({ check, value }) => check(value, fields) === true);
}

function rateOf({ events, fields }: Mix): number {
  let accepted = 0;
  const start = performance.now();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const { check, value } of events) if (check(value, fields)) accepted++;
  }
  const duration = performance.now() - start;
  // What is never used may never be done.
  if (accepted === 0) throw new Error("no captured event is valid");
  return (events.length * repeats * 1000) / duration;
}
