/** The door for generated code. It may change in any release, together with the generator; nobody else should use it. */
export type { CallOptions } from "./commands/call.js";
export type { CommandContext } from "./commands/command-context.js";
export type * from "./protocol/message.js";
export type { StateKey } from "./state/state-key.js";
export { formats, matchesFormat } from "./value/format.js";
export { type Overrides, sample } from "./value/sample.js";
export type * from "./value/shape.js";
export {
  every,
  everyField,
  everyOther,
  everyOwn,
  everyText,
  hasOnly,
  isFiniteNumber,
  isRecord,
  isWhole,
  lengthWithin,
  own,
} from "./value/validate.js";
