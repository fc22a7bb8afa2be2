/** The rule on objects that are spread into an envelope. */

import type { Template } from "../../../runtime/protocol/message.js";
import { resolve } from "../../../runtime/value/expectation.js";
import type { Shape } from "../../../runtime/value/shape.js";
import { documentsOf, serviceOf } from "../../load/documents.js";
import type { Schema } from "../../load/schema.js";
import type { Source } from "../../model.js";
import { holes } from "./holes.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** A schema whose values go into a hole of a template. */
interface Filling {
  readonly source: Source;
  readonly schema: Schema;
  /** Where the schema stands, which is also the name of its hole: `/args`. */
  readonly pointer: "/payload" | "/args" | "/result";
  readonly template: Template;
}

/** spread_clash */
export const spreadClash: Rule = {
  code: "spread_clash",
  *check(protocol) {
    for (const filling of fillingsOf(protocol)) {
      const shape = protocol.shapes.read(filling.schema, filling.source);
      for (const hole of holes(filling.template)) {
        if (`/${hole.name}` === filling.pointer && hole.beside) yield* faultsOf(shape, hole.beside, filling);
      }
    }
  },
};

function* faultsOf(shape: Shape, beside: readonly string[], { source, pointer }: Filling): Generator<Remark> {
  const fields = fieldsOf(shape);
  if (!fields) {
    const message = "the envelope spreads this, and it is not always an object";
    yield { source, pointer, message, hint: "describe an object, or name another envelope" };
    return;
  }
  for (const name of fields.filter((field) => beside.includes(field))) {
    const message = `the envelope has a field "${name}" itself, and so would hide this one`;
    yield { source, pointer: pointer, message, hint: "rename the field, or name another envelope" };
  }
}

/** The fields of a shape that is always an object. */
function fieldsOf(shape: Shape): readonly string[] | undefined {
  const resolved = resolve(shape);
  if (resolved.kind === "object") return resolved.properties.map(({ name }) => name);
  if (resolved.kind !== "union") return undefined;
  const members = resolved.members.map(fieldsOf);
  return members.every((fields) => fields !== undefined) ? members.flat() : undefined;
}

function fillingsOf({ sources, document }: Protocol): readonly Filling[] {
  const broadcasts = (["event", "lifecycle"] as const).flatMap((kind) =>
    documentsOf(sources, kind).flatMap(({ source, document: { envelope, payload: schema } }) => {
      const name = envelope ?? document[kind === "event" ? "events" : "lifecycle"]?.envelope;
      const used = name === undefined ? undefined : document.envelopes[name];
      return used?.kind === "event" ? [{ source, schema, pointer: "/payload" as const, template: used.body }] : [];
    }),
  );
  const commands = documentsOf(sources, "command").flatMap(({ source, document: command }): readonly Filling[] => {
    const used = document.envelopes[command.envelope ?? document.services?.[serviceOf(source)]?.envelope ?? ""];
    if (used?.kind !== "command") return [];
    // With a template of its own, the result stands in that, and only that in the envelope.
    const template = command.resultTemplate ?? used.reply?.success;
    return [
      { source, schema: command.args, pointer: "/args", template: used.request },
      ...(template === undefined ? [] : [{ source, schema: command.result, pointer: "/result" as const, template }]),
    ];
  });
  return [...broadcasts, ...commands];
}
