/** Programs in both languages. */
import type { Program } from "./program.js";
import { startPython } from "./python-program.js";
import { startTypeScript } from "./typescript-program.js";

/** The languages that there are clients for. */
export const languages = ["TypeScript", "Python"] as const;

/** One of them. */
export type Language = (typeof languages)[number];

/** What a program calls itself. */
export interface StartOptions {
  readonly service?: { readonly name: string; readonly version: string };
  /** How long its handlers may take, in s. */
  readonly handlerTimeout?: number;
  readonly maximumMessageBytes?: number;
}

/** Starts a program in the channel Lounge, connected to a server. */
export async function start(
  language: Language,
  url: string,
  { service, handlerTimeout = 30, maximumMessageBytes = 2 ** 20 }: StartOptions = {},
): Promise<Program> {
  const named = service === undefined ? {} : { service };
  return language === "TypeScript"
    ? startTypeScript(url, { ...named, handlerTimeout: handlerTimeout * 1000, maximumMessageBytes })
    : startPython(url, { ...named, handler_timeout: handlerTimeout, maximum_message_bytes: maximumMessageBytes });
}
