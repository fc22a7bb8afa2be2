/** The door for programs that are configured by files or by their environment. Needs Node. */
export type { Variables } from "./draft.js";
export {
  type Configuration,
  type ConfigurationSource,
  type ConfiguredOptions,
  type LoadOptions,
  loadConfiguration,
} from "./load.js";
