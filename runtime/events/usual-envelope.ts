/**
 * The usual envelope of an event: one flat object, in which each hole has a key of its own. Reading a template costs as much
 * as all else that happens to an event, so a message with nothing unusual about it is read without one.
 */
import type { Address } from "../protocol/address.js";
import type { EventDescriptor, Template } from "../protocol/message.js";
import { isRecord } from "../value/validate.js";
import type { AnyEvent } from "./event.js";

/** Reads a message; nothing when anything about it is unusual, right or wrong: then the template is to tell. */
export type ReadUsual = (body: unknown, subject: string) => AnyEvent | undefined;

/** A reader for the messages of one event in one channel, when their envelope is a usual one. */
export function usualEnvelope(template: Template, event: EventDescriptor, address: Address): ReadUsual | undefined {
  const holes = ["event", "payload", "timestamp", "id", ...Object.keys(address)];
  const keys = keysByHole(template);
  const [nameKey, payloadKey, timestampKey, idKey, ...partKeys] = holes.flatMap((hole) => keys.get(hole) ?? []);
  if (keys.size !== holes.length || partKeys.length !== holes.length - 4) return undefined;
  if (nameKey === undefined || payloadKey === undefined || timestampKey === undefined || idKey === undefined)
    return undefined;

  const { name } = event;
  const { check } = event.payload;
  const channel = lastOf(address);
  const texts = Object.values(address);
  const [first, second, ...others] = partKeys.map((key, index) => ({ key, text: texts[index] }));
  return (body, subject) => {
    if (!isRecord(body) || body[nameKey] !== name) return undefined;
    // Spelt out, because an engine is slow at reading ever other keys in one place: most addresses have two parts at most.
    if (first !== undefined && body[first.key] !== first.text) return undefined;
    if (second !== undefined && body[second.key] !== second.text) return undefined;
    for (const { key, text } of others) if (body[key] !== text) return undefined;
    const { [payloadKey]: payload, [timestampKey]: timestamp, [idKey]: id } = body;
    if (typeof timestamp !== "string" || typeof id !== "string") return undefined;
    if (payload === undefined || !check(payload, "tolerate")) return undefined;
    return { name, payload, address, channel, timestamp, id, subject };
  };
}

/** The last part of an address, which a lone text names. */
export function lastOf(address: Address): AnyEvent["channel"] {
  // The type of an event tells whether its protocol has an address; here it is not known.
  return Object.values(address).at(-1) as AnyEvent["channel"];
}

/** The key of each hole, when the template is a flat object of holes that are there once; nothing when it is not. */
function keysByHole(template: Template): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  if (!isRecord(template)) return keys;
  for (const [key, inner] of Object.entries(template)) {
    const hole = typeof inner === "string" ? /^\{(\w+)\}$/u.exec(inner)?.[1] : undefined;
    const name = key.replace(/\?$/u, "");
    if (hole === undefined || keys.has(hole) || name === "..." || name in Object.prototype) return new Map();
    keys.set(hole, name);
  }
  return keys;
}
