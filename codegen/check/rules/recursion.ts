/** The rule on types that contain themselves. */
import type { Declaration } from "../../catalog/declarations.js";
import { type Schema, typesOf, walk } from "../../load/schema.js";
import type { Source } from "../../model.js";
import type { Protocol, Rule } from "./rule.js";

/** endless_type */
export const endlessType: Rule = {
  code: "endless_type",
  *check(protocol) {
    const finite = finiteTypes(protocol);
    for (const declaration of protocol.declarations.all) {
      const { source, pointer, name } = declaration;
      const path = pathToItself(declaration, protocol);
      if (path) yield { source, pointer, message: `${name} is made of itself: ${path.join(" -> ")}` };
      else if (!finite.has(declaration) && leadsTo(declaration, declaration, protocol)) {
        const message = `no value of ${name} ever ends: what it requires leads back to it`;
        yield { source, pointer, message, hint: "make one field on the way optional, or an array" };
      }
    }
  },
};

/** Whether a type leads to another, by whatever references. */
function leadsTo(start: Declaration, goal: Declaration, { declarations }: Protocol): boolean {
  const queue = new Set([start]);
  for (const { schema, source, pointer } of queue) {
    for (const inside of walk({ schema, pointer })) {
      const next = inside.schema.$ref === undefined ? undefined : declarations.resolve(source, inside.schema.$ref);
      if (next === goal) return true;
      if (next) queue.add(next);
    }
  }
  return false;
}

/** The names on the way from a type to itself that passes through no field and no item. */
function pathToItself(start: Declaration, protocol: Protocol): readonly string[] | undefined {
  const seen = new Set<Declaration>();
  const queue = [{ at: start, path: [start.name] }];
  for (const { at, path } of queue) {
    for (const next of madeOf(at.schema, at.source, protocol)) {
      if (next === start) return [...path, next.name];
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push({ at: next, path: [...path, next.name] });
    }
  }
  return undefined;
}

/** The types that a schema consists of, other than those of its fields and items. */
function madeOf(schema: Schema, source: Source, protocol: Protocol): readonly Declaration[] {
  const referred = schema.$ref === undefined ? undefined : protocol.declarations.resolve(source, schema.$ref);
  const members = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  return [...(referred ? [referred] : []), ...members.flatMap((member) => madeOf(member, source, protocol))];
}

/** The types that have a value which ends: found by adding those that end given what was found before. */
function finiteTypes({ declarations }: Protocol): ReadonlySet<Declaration> {
  const found = new Set<Declaration>();
  let before: number;
  do {
    before = found.size;
    for (const declaration of declarations.all) {
      if (ends(declaration.schema, declaration.source)) found.add(declaration);
    }
  } while (found.size > before);
  return found;

  function ends(schema: Schema, source: Source): boolean {
    const all = (schemas: readonly Schema[]) => schemas.every((one) => ends(one, source));
    if (schema.$ref !== undefined) {
      const referred = declarations.resolve(source, schema.$ref);
      return referred === undefined || found.has(referred);
    }
    const members = schema.oneOf ?? schema.anyOf;
    if (members) return members.some((member) => ends(member, source));
    const required = (schema.required ?? []).flatMap((name) => schema.properties?.[name] ?? []);
    if (schema.allOf) return all([...schema.allOf, ...required]);
    if (typesOf(schema).some((type) => type !== "object" && type !== "array")) return true;
    const items = schema.items && (schema.minItems ?? 0) > 0 ? [schema.items] : [];
    return all([...required, ...items]);
  }
}
