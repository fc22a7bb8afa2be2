/** Where in a protocol's world a message belongs: a value for each part of the address. The runtime calls it a channel. */
import { ProtocolError } from "../error.js";
import { pointerTo } from "../value/violation.js";
import { didYouMean, quote } from "../value/wording.js";
import type { AddressPart } from "./message.js";

/** A text for each part of the protocol's address, in the protocol's order. */
export type Address = Readonly<Record<string, string>>;

/** How a program names a channel: all parts, those without a default, or the last part alone. */
export type ChannelName = string | ChannelFilter;

/** Some parts of an address. */
export type ChannelFilter = Readonly<Partial<Record<string, string>>>;

/**
 * The full address of a channel.
 *
 * @throws ProtocolError `invalid_argument` for a part that is missing, or that the protocol's address does not have
 */
export function addressOf(parts: readonly AddressPart[], channel: ChannelName): Address {
  const last = parts.at(-1);
  if (last === undefined) throw invalid(`there is no channel ${name(channel)}: the protocol has no address`);
  const given = typeof channel === "string" ? { [last.name]: channel } : channel;
  checkParts(parts, given);
  const names = parts.map((part) => part.name).join(", ");
  return Object.fromEntries(
    parts.map((part) => {
      const text = given[part.name] ?? part.default;
      if (typeof text === "string" && text !== "") return [part.name, text];
      throw invalid(`the channel ${name(channel)} lacks its ${quote(part.name)}; give it, as { ${names} }`);
    }),
  );
}

/** @throws ProtocolError `invalid_argument` for a part that the protocol's address does not have */
export function checkParts(parts: readonly AddressPart[], given: ChannelFilter): void {
  const names = parts.map((part) => part.name);
  for (const unknown of Object.keys(given).filter((key) => !names.includes(key))) {
    const hint = didYouMean(unknown, names) || `; its parts are ${names.join(", ")}`;
    const where = `the channel ${name(given)} has ${quote(unknown)}`;
    throw invalid(`${where}, which the protocol's address does not have${hint}`);
  }
}

/** Whether what a message says of its address agrees, upper and lower case aside. What it does not say agrees. */
export function agrees(values: Readonly<Record<string, unknown>>, address: Address): boolean {
  for (const part in address) {
    const text = values[part] ?? address[part];
    if (text !== address[part] && !isSameText(text, address[part])) return false;
  }
  return true;
}

/** Whether a message says anything of its address. */
export function saysAddress(parts: readonly AddressPart[], values: Readonly<Record<string, unknown>>): boolean {
  for (const { name } of parts) if ((values[name] ?? undefined) !== undefined) return true;
  return false;
}

/** Whether what a message says of its address are texts. What it does not say is none of anything. */
export function isAddressed(parts: readonly AddressPart[], values: Readonly<Record<string, unknown>>): boolean {
  return parts.every(({ name }) => typeof (values[name] ?? "") === "string");
}

/** What a message says of its address. */
export function addressIn(parts: readonly AddressPart[], values: Readonly<Record<string, unknown>>): Partial<Address> {
  const said: Record<string, string> = {};
  for (const part of parts) {
    const text = values[part.name];
    if (typeof text === "string") said[part.name] = text;
  }
  return said;
}

/** What to find an address by: the same for all spellings that differ in upper and lower case, and for no others. */
export function keyOf(address: Address): string {
  return Object.values(address).reduce<string>(pointerTo, "").slice(1).toLowerCase();
}

/** An address as its program spells it: the last part alone, where that is enough to name it. */
export function spelling(parts: readonly AddressPart[], address: Address): string {
  const needed = parts.filter(
    (part, index) => index === parts.length - 1 || !isSameText(address[part.name], part.default),
  );
  return (needed.length === 1 ? needed : parts).map((part) => address[part.name]).join("/");
}

function isSameText(text: unknown, other: string | undefined): boolean {
  return typeof text === "string" && text.toLowerCase() === other?.toLowerCase();
}

function name(channel: ChannelName): string {
  return JSON.stringify(channel);
}

function invalid(message: string): ProtocolError {
  return new ProtocolError("invalid_argument", message);
}
