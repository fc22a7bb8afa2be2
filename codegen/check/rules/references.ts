/** Rules on `$ref`. */
import { posix } from "node:path";

import { placeOf } from "../../catalog/declarations.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import type { Source } from "../../model.js";
import type { Protocol, Rule } from "./rule.js";

/** unknown_reference */
export const unknownReference: Rule = {
  code: "unknown_reference",
  *check(protocol) {
    for (const place of protocol.places) {
      const { source, pointer, schema } = place;
      if (schema.$ref === undefined || protocol.declarations.resolve(source, schema.$ref)) continue;
      const [file = ""] = placeOf(source, schema.$ref).split("#");
      if (protocol.sources.broken.includes(file)) continue;
      yield { source, pointer: join(pointer, "$ref"), ...explain(schema.$ref, source, protocol) };
    }
  },
};

function explain(reference: string, source: Source, { declarations }: Protocol) {
  const [file] = placeOf(source, reference).split("#");
  const inFile = declarations.all.filter((declaration) => declaration.source.file === file);
  const message = `"${reference}" leads to no declared type`;
  if (inFile.length > 0) {
    const prefix = reference.slice(0, reference.indexOf("#") === -1 ? reference.length : reference.indexOf("#"));
    const known = inFile.map(({ pointer }) => `${prefix}#${pointer}`);
    return { message, hint: suggestion(reference, known) ?? `declared there: ${known.join(", ")}` };
  }
  const known = declarations.all.map((declaration) => {
    const path = posix.relative(posix.dirname(source.file), declaration.source.file);
    return `${declaration.source === source ? "" : path}#${declaration.pointer}`;
  });
  return { message, hint: suggestion(reference, known) ?? "name a file of this protocol and a type in it" };
}

/** unused_type */
export const unusedType: Rule = {
  code: "unused_type",
  severity: "warning",
  *check({ declarations, places }) {
    const used = new Set(places.map(({ schema, source }) => schema.$ref && declarations.resolve(source, schema.$ref)));
    for (const declaration of declarations.all) {
      const { source, pointer, name } = declaration;
      if (pointer.startsWith("/$defs/") && !used.has(declaration)) {
        yield { source, pointer, message: `nothing refers to ${name}`, hint: "remove it, or refer to it" };
      }
    }
  },
};
