/** The generated validators, beside ajv and zod, on the captured events. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import * as zod from "zod";
import { kryten } from "../../generated/index.js";
import type { EventDescriptor } from "../../runtime/protocol/message.js";
import { recordedEvents } from "../support/recordings.js";
import { type Row, sideBySide, versionsOf } from "./row.js";

type Check = (value: unknown) => boolean;
type Checked = readonly (readonly [Check, unknown])[];

const events: Readonly<Record<string, EventDescriptor>> = kryten.events;
const names = [...new Set(recordedEvents.map(({ event }) => event))].filter((name) => Object.hasOwn(events, name));
const repeats = 1000;

/** The rows of validation, in events a second. Everybody knows the same events, and the captured mix is run as it came. */
export async function validationRows(): Promise<readonly Row[]> {
  const ours = mixOf(
    ({ payload: { check } }) =>
      (value) =>
        check(value, "tolerate"),
  );
  const ajv = new Ajv2020();
  formats.default(ajv);
  const ofAjv = mixOf(({ ref }) => {
    const validate = ajv.compile(schemaOf(ref));
    return (value) => validate(value) === true;
  });
  const ofZod = mixOf(({ ref }) => {
    const type = zod.fromJSONSchema(schemaOf(ref));
    return (value) => type.safeParse(value).success;
  });
  return [
    await row("ajv with ajv-formats", { ours, theirs: ofAjv, atLeast: 3, versions: versionsOf("ajv", "ajv-formats") }),
    await row("zod", { ours, theirs: ofZod, atLeast: 4, versions: versionsOf("zod") }),
  ];
}

/** Of each captured event, its check and its payload. */
function mixOf(compile: (event: EventDescriptor) => Check): Checked {
  const checks = new Map(
    names.flatMap((name) => {
      const event = events[name];
      return event === undefined ? [] : [[name, compile(event)] as const];
    }),
  );
  return recordedEvents.flatMap(({ event, payload }) => {
    const check = checks.get(event);
    return check === undefined ? [] : [[check, payload] as const];
  });
}

function schemaOf(ref: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`generated/${ref.replace("/", "/json-schema/")}.json`, "utf8"));
}

interface Contest {
  readonly ours: Checked;
  readonly theirs: Checked;
  readonly atLeast: number;
  readonly versions: Readonly<Record<string, string>>;
}

async function row(name: string, { ours, theirs, atLeast, versions }: Contest): Promise<Row> {
  const disputed = ours.filter(([check, value], index) => theirs[index]?.[0](value) !== check(value)).length;
  const compared = await sideBySide(
    () => rateOf(ours),
    () => rateOf(theirs),
  );
  const note = disputed === 0 ? "" : ` (${disputed} of ${ours.length} events seen otherwise)`;
  return {
    row: `validation of captured events; beside ${name}${note}`,
    ...compared,
    target: `at least ${atLeast}`,
    met: compared.ratio >= atLeast,
    unit: "events/s",
    versions,
  };
}

function rateOf(mix: Checked): number {
  let accepted = 0;
  const start = performance.now();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [check, value] of mix) if (check(value)) accepted++;
  }
  const duration = performance.now() - start;
  // What is never used may never be done.
  if (accepted === 0) throw new Error("no captured event is valid");
  return (mix.length * repeats * 1000) / duration;
}
