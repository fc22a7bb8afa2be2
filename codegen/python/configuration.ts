/** Configurations as descriptors: what each setting sets, in the options of the Python runtime. */
import type { Setting, SettingOption } from "../../runtime/protocol/config-descriptor.js";
import { pythonNames } from "../catalog/naming.js";
import type { ConfigEntry } from "../model.js";
import { dataOf, filledDataOf, mapValues } from "./data.js";
import { call, dictionary, type Expression } from "./expression.js";

/** The settings of a configuration, by JSON pointer. */
export function settingsOf({ settings }: ConfigEntry): Expression {
  return dictionary(mapValues(settings, settingOf));
}

function settingOf({ default: usual, option }: Setting): Expression {
  return call("message.Setting", [], {
    default: usual === undefined || usual === null ? undefined : dataOf(usual),
    option: option && optionOf(option),
  });
}

function optionOf({ name, factor = 1, values }: SettingOption): Expression {
  // Python has its times in s.
  const own = isTime(name) ? factor / 1000 : factor;
  return call("message.SettingOption", [], {
    name: pathOf(name),
    factor: own === 1 ? undefined : own,
    values: filledDataOf(values),
  });
}

/** What the NATS client takes; in Python all of it is in one option. */
const ofConnections: Readonly<Record<string, string>> = {
  user: "user",
  pass: "password",
  token: "token",
  credentialsFile: "credentials_file",
  nkey: "nkey",
  name: "name",
  timeout: "connect_timeout",
  reconnectTimeWait: "reconnect_time_wait",
  maxReconnectAttempts: "max_reconnect_attempts",
  pingInterval: "ping_interval",
  inboxPrefix: "inbox_prefix",
};

const times = /(?:^|\.)(?:timeout|\w+Timeout|reconnectTimeWait|\w+Interval|delay|maximumDelay|jitter)$/u;

function isTime(option: string): boolean {
  return times.test(option);
}

/** An option of the TypeScript runtime, as a path, where Python has it. */
function pathOf(option: string): string {
  const chosen = ofConnections[option];
  if (chosen !== undefined) return `nats.${chosen}`;
  const path = pythonNames.option(option);
  return option.startsWith("tls.") ? `nats.${path}` : path;
}
