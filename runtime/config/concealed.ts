/** Values that hold secrets, and do not show them. */
import { redact } from "../observe/redact.js";

/** The same value, which shows no secret when it is printed or written as JSON; neither does anything inside it. */
export function concealed<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) concealed(inner);
  }
  const shown = { value: () => redact(value) };
  return Object.defineProperties(value, { toJSON: shown, [Symbol.for("nodejs.util.inspect.custom")]: shown });
}
