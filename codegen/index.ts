/** The public door of the generator, for programs that generate, check or read schemas themselves. */
export type { Envelope, Template, TokenRule } from "../runtime/protocol/message.js";
export type { Json, Shape } from "../runtime/value/shape.js";
export { buildCatalog } from "./catalog/catalog.js";
export { checkSources } from "./check/check.js";
export { CannotRun } from "./findings/cannot-run.js";
export { type Finding, printFindings } from "./findings/diagnostic.js";
export { type FindingCode, findingCodes } from "./findings/finding-codes.js";
export { type Loaded, loadSources } from "./load/load.js";
export type {
  BucketMessage,
  Catalog,
  CommandMessage,
  ConfigEntry,
  Defect,
  EventMessage,
  KeyEntry,
  LifecycleMessage,
  Message,
  NamedType,
  Origin,
  Parity,
  ServiceEntry,
  Source,
  Sources,
} from "./model.js";
export { type GenerateOptions, type Generation, generate } from "./pipeline.js";
export type { Difference, Mode } from "./write/write.js";
