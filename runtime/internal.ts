/** The door for generated code. It may change in any release, together with the generator; nobody else should use it. */
export type { CallOptions } from "./call.js";
export type { CommandContext } from "./command-context.js";
export { formats, matchesFormat } from "./format.js";
export type * from "./message.js";
export { type Overrides, sample } from "./sample.js";
export type * from "./shape.js";
export type { StateKey } from "./state.js";
export { every, everyOwn, hasOnly, isFiniteNumber, isRecord, isWhole, lengthWithin, others, own } from "./validate.js";
