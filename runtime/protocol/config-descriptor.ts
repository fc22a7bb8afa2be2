/** What generated code says about a configuration: data, no behaviour. */

import type { Json } from "../value/shape.js";
import type { Payload } from "./message.js";

/** What a program is configured with. It does not travel. */
export interface ConfigDescriptor<T = unknown> {
  readonly kind: "config";
  /** `<protocol>/config/<name>` */
  readonly ref: string;
  readonly name: string;
  readonly hash: string;
  readonly payload: Payload<T>;
  /** What stands in it and is no group of others, by JSON pointer: `/server/timeout`. */
  readonly settings: Readonly<Record<string, Setting>>;
}

/** One setting of a configuration. */
export interface Setting {
  /** What it is when nothing is said. */
  readonly default?: Json;
  /** What it sets. Absent: it is for the program itself. */
  readonly option?: SettingOption;
}

/** What a setting sets, and how its value is to be read. */
export interface SettingOption {
  /** An option of the runtime, as a path: `tls.caFile`. */
  readonly name: string;
  /** What a number is multiplied by, to have the option's unit. */
  readonly factor?: number;
  /** What the option is for each value of the setting. For any other value, it is not set. */
  readonly values?: Readonly<Record<string, Json>>;
}
