/** The rule on merging objects. */
import { resolve } from "../../../runtime/value/expectation.js";
import { canonical, wireForm } from "../../catalog/hash.js";
import { join } from "../../json/pointer.js";
import { type Schema, typesOf } from "../../load/schema.js";
import type { Place, Protocol, Remark, Rule } from "./rule.js";

/** unmergeable */
export const unmergeable: Rule = {
  code: "unmergeable",
  *check(protocol) {
    for (const place of protocol.places) {
      if (!place.schema.allOf) continue;
      yield* faultsOfSelf(place);
      yield* faultsOfMembers(place, place.schema.allOf, protocol);
    }
  },
};

function* faultsOfSelf({ source, pointer, schema }: Place): Generator<Remark> {
  if (typesOf(schema).some((type) => type !== "object")) {
    yield { source, pointer: join(pointer, "type"), message: '"allOf" makes an object', hint: 'set "type": "object"' };
  }
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== true) {
    const message = '"additionalProperties" beside "allOf" would refuse the fields of its members';
    yield {
      source,
      pointer: join(pointer, "additionalProperties"),
      message,
      hint: "leave it out, or list all fields in one object",
    };
  }
}

function* faultsOfMembers(place: Place, members: readonly Schema[], { shapes }: Protocol): Generator<Remark> {
  const { source, pointer } = place;
  const fields = new Map<string, string>();
  const own = shapes.read({ type: "object", properties: place.schema.properties ?? {} }, source);
  const parts = [own, ...members.map((member) => resolve(shapes.read(member, source)))];
  for (const [index, part] of parts.entries()) {
    const at = { source, pointer: index === 0 ? pointer : join(pointer, "allOf", index - 1) };
    if (part.kind !== "object") {
      yield { ...at, message: `member ${index} of "allOf" is no object` };
      continue;
    }
    if (part.rest.kind === "refused" || part.rest.kind === "values") {
      yield {
        ...at,
        message: `member ${index} of "allOf" says what other fields may be, and so refuses those of the others`,
      };
    }
    for (const { name, shape } of part.properties) {
      const form = canonical(wireForm(shape));
      if ((fields.get(name) ?? form) !== form) {
        yield { ...at, message: `the field "${name}" is something else in another member of "allOf"` };
      }
      fields.set(name, form);
    }
  }
}
