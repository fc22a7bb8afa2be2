/** Every value of a protocol that has a reference of its own: what vectors and JSON Schemas are made for. */
import type { Json } from "../../runtime/value/shape.js";
import type { Catalog, Message, NamedType } from "../model.js";

/** A value that travels, or configures a program. */
export interface PayloadEntry {
  /** `<protocol>/events/<event>`, `<protocol>/<service>/<command>/args` and so on. */
  readonly ref: string;
  readonly type: NamedType;
  readonly description: string;
  readonly examples: readonly Json[];
}

/** All payloads, in the order of their messages; a command has two, a bucket one for each key. */
export function payloadsOf(catalog: Catalog): readonly PayloadEntry[] {
  const types = new Map(catalog.types.map((type) => [type.name, type]));
  return catalog.messages.flatMap(namedPayloads).map(({ type, ...rest }) => {
    const found = types.get(type);
    if (found === undefined) throw new Error(`${rest.ref} has the type ${type}, which the catalog does not hold`);
    return { ...rest, type: found };
  });
}

type NamedPayload = Omit<PayloadEntry, "type"> & { readonly type: string };

function namedPayloads(message: Message): readonly NamedPayload[] {
  const { ref, description } = message;
  switch (message.kind) {
    case "command":
      return [
        { ref: `${ref}/args`, type: message.args, description, examples: message.examples.map(({ args }) => args) },
        {
          ref: `${ref}/result`,
          type: message.result,
          description,
          examples: message.examples.flatMap(({ result }) => (result === undefined ? [] : [result])),
        },
      ];
    case "bucket":
      return message.keys.map((key) => ({
        ref: key.ref,
        type: key.payload,
        description: key.description,
        examples: key.examples,
      }));
    default:
      return [{ ref, type: message.payload, description, examples: message.examples }];
  }
}

/** Where a payload's file stands in a folder of the protocol: the reference without the protocol, as a path. */
export function payloadPath(ref: string, extension: string): string {
  const [, ...steps] = ref.split("/");
  return `${steps.map(encodeURIComponent).join("/")}${extension}`;
}
