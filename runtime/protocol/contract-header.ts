/** How a message says which contract its sender keeps to, so that whoever watches a bus sees who speaks what. */
import type { Protocol } from "./message.js";

const header = "Contract";

/** The header field that says it: the name of the protocol and its hash, as in `Contract: weather@f51aa2c74c78c6a3`. */
export function contractHeader({ name, hash }: Protocol): Readonly<Record<string, string>> {
  return { [header]: `${name}@${hash}` };
}
