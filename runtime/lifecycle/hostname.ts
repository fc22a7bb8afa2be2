/** The machine that a program runs on. */

/** Its name, where there is one to be had; `unknown` elsewhere, as in a browser. */
export function hostname(): string {
  return globalThis.process?.getBuiltinModule?.("node:os")?.hostname() ?? "unknown";
}
