/** How much of the protocol is described, shown by an example, and verified by recorded traffic: a page. */

import { partsOf } from "../../codegen/catalog/shape-parts.js";
import type { Catalog, Message } from "../../codegen/model.js";
import type { Shape } from "../../runtime/value/shape.js";
import { type Evidence, evidenceFor } from "./evidence.js";

/** What is known of one message. */
export interface MessageCoverage {
  readonly ref: string;
  /** What it is counted with: `events`, or the service of a command. */
  readonly group: string;
  /** Names on the wire, aliases included. */
  readonly names: number;
  readonly fields: number;
  readonly describedFields: number;
  readonly isDescribed: boolean;
  readonly hasExample: boolean;
  readonly evidence: Evidence;
}

/** The coverage of every message; of a bucket, of each of its keys. */
export function coverageOf(catalog: Catalog): readonly MessageCoverage[] {
  const shapes = new Map(catalog.types.map(({ name, shape }) => [name, shape]));
  return catalog.messages.flatMap((message) =>
    carriedBy(message).map(({ ref, group, description, types, examples }) => {
      const fields = types.flatMap((type) => fieldsIn(shapes.get(type) ?? { kind: "any" }));
      const describedFields = fields.filter((field) => descriptionOf(field) !== undefined).length;
      return {
        ref,
        group,
        names: message.kind === "command" ? 1 + message.aliases.length : 1,
        fields: fields.length,
        describedFields,
        isDescribed: description !== "" && describedFields === fields.length,
        hasExample: examples.length > 0,
        evidence: evidenceFor(ref),
      };
    }),
  );
}

interface Carried {
  readonly ref: string;
  readonly group: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly examples: readonly unknown[];
}

function carriedBy(message: Message): readonly Carried[] {
  const { ref, description } = message;
  switch (message.kind) {
    case "command": {
      const { service, args, result, examples } = message;
      return [{ ref, group: `service ${service}`, description, types: [args, result], examples }];
    }
    case "bucket":
      return message.keys.map((key) => ({ ...key, group: "state", types: [key.payload] }));
    default: {
      const groups = { event: "events", lifecycle: "lifecycle", config: "configuration" };
      return [{ ref, group: groups[message.kind], description, types: [message.payload], examples: message.examples }];
    }
  }
}

/** The shapes of all fields inside a shape, each type opened once. */
function fieldsIn(shape: Shape, opened = new Set<string>()): readonly Shape[] {
  if (shape.kind === "reference") {
    if (opened.has(shape.name)) return [];
    opened.add(shape.name);
    return fieldsIn(shape.target(), opened);
  }
  const own = shape.kind === "object" ? shape.properties.map((property) => property.shape) : [];
  return [...own, ...partsOf(shape).flatMap((part) => fieldsIn(part, opened))];
}

function descriptionOf(shape: Shape): string | undefined {
  if (shape.description !== undefined || shape.kind !== "reference") return shape.description;
  return descriptionOf(shape.target());
}

/** The page. */
export function coveragePage(catalog: Catalog): string {
  const messages = coverageOf(catalog);
  const groups = [...new Set(messages.map(({ group }) => group))].toSorted(
    (left, right) => rankOf(left) - rankOf(right),
  );
  const sections = groups.map((group) => section(group, within(messages, group)));
  return [
    "<!-- Made by `make coverage` from the schemas and the recorded traffic. Do not edit. -->",
    "# Coverage",
    `How much of ${catalog.title} is described, shown by an example, and verified by recorded traffic.`,
    [
      "A message is described when it and all of its fields are. It is verified when a recorded value of it is accepted by its",
      "schema; how many there are is said. The recordings are of one CyTube server and one robot: other services, lifecycle",
      "messages and buckets are described from source code.",
    ].join("\n"),
    table(
      ["Group", "Messages", "Names", "Fields", "Described", "With example", "Verified"],
      [...groups.map((group) => summary(group, within(messages, group))), summary("**all**", messages)],
    ),
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

const groupOrder = ["events", "service", "lifecycle", "state", "configuration"];

function rankOf(group: string): number {
  return groupOrder.indexOf(group.split(" ")[0] ?? "");
}

function within(messages: readonly MessageCoverage[], group: string): readonly MessageCoverage[] {
  return messages.filter((message) => message.group === group);
}

function summary(name: string, messages: readonly MessageCoverage[]): readonly string[] {
  const sum = (count: (message: MessageCoverage) => number) =>
    messages.reduce((total, message) => total + count(message), 0);
  return [
    name,
    String(messages.length),
    String(sum(({ names }) => names)),
    `${sum(({ describedFields }) => describedFields)} of ${sum(({ fields }) => fields)}`,
    String(messages.filter(({ isDescribed }) => isDescribed).length),
    String(messages.filter(({ hasExample }) => hasExample).length),
    String(messages.filter(({ evidence }) => evidence.total > 0).length),
  ];
}

function section(group: string, messages: readonly MessageCoverage[]): string {
  const rows = messages.map(({ ref, describedFields, fields, hasExample, evidence }) => [
    `\`${ref}\``,
    `${describedFields} of ${fields}`,
    hasExample ? "yes" : "no",
    evidence.text,
  ]);
  const heading = group.charAt(0).toUpperCase() + group.slice(1);
  return `## ${heading}\n\n${table(["Message", "Fields described", "Example", "Verified by"], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
