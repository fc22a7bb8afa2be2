/**
 * The usual envelope of an event: one flat object, in which each hole has a key of its own. Reading a template costs as much
 * as all else that happens to an event, so a message with nothing unusual about it is read without one.
 */
import type { Address } from "./address.js";
import type { EventDescriptor, Template } from "./message.js";
import { isRecord } from "./validate.js";

/** What a message says, when its name and its address are just the expected ones. */
export type UsualEvent = Readonly<Record<"payload" | "timestamp" | "id", unknown>>;

/** Reads a message; nothing when anything about it is unusual, right or wrong: then the template is to tell. */
export type ReadUsual = (body: unknown) => UsualEvent | undefined;

const usualHoles = ["event", "payload", "timestamp", "id"];

/** A reader for the messages of one event in one channel, when their envelope is a usual one. */
export function usualEnvelope(template: Template, event: EventDescriptor, address: Address): ReadUsual | undefined {
  const keys = keysByHole(template);
  const known = [...usualHoles, ...Object.keys(address)];
  if (keys === undefined || keys.size !== known.length) return undefined;
  const [name, payload, timestamp, id, ...parts] = known.map((hole) => keys.get(hole));
  if (name === undefined || payload === undefined || timestamp === undefined || id === undefined) return undefined;
  const expected = Object.values(address).map((text, index) => ({ key: parts[index] ?? "", text }));

  return (body) => {
    if (!isRecord(body) || body[name] !== event.name) return undefined;
    for (const { key, text } of expected) if (body[key] !== text) return undefined;
    const usual = { payload: body[payload], timestamp: body[timestamp], id: body[id] };
    return usual.payload === undefined || usual.timestamp === undefined || usual.id === undefined ? undefined : usual;
  };
}

/** The key of each hole, when the template is a flat object of holes that are there once. */
function keysByHole(template: Template): ReadonlyMap<string, string> | undefined {
  if (!isRecord(template)) return undefined;
  const keys = new Map<string, string>();
  for (const [key, inner] of Object.entries(template)) {
    const hole = typeof inner === "string" ? /^\{(\w+)\}$/u.exec(inner)?.[1] : undefined;
    const name = key.replace(/\?$/u, "");
    if (hole === undefined || keys.has(hole) || name === "..." || name in Object.prototype) return undefined;
    keys.set(hole, name);
  }
  return keys;
}
