/** The outputs, in the order they are written. Adding one is a file beside this and a line here. */
import type { Emitter } from "../model.js";
import { emitAgree } from "./agree.js";
import { emitCatalog } from "./catalog.js";
import { emitClient } from "./client.js";
import { emitEntry } from "./entry.js";
import { emitJsonSchema } from "./json-schema.js";
import { emitMessages } from "./messages.js";
import { emitPython } from "./python.js";
import { emitPythonClient } from "./python-client.js";
import { emitPythonRuntime } from "./python-runtime.js";
import { emitReference } from "./reference.js";
import { emitSamples } from "./samples.js";
import { emitSchemas } from "./schemas.js";
import { emitShapes } from "./shapes.js";
import { emitTypes } from "./types.js";
import { emitValidators } from "./validators.js";
import { emitVectors } from "./vectors.js";

/** Every output that `generate` makes. */
export const emitters: readonly Emitter[] = [
  emitEntry,
  emitTypes,
  emitMessages,
  emitClient,
  emitValidators,
  emitShapes,
  emitSchemas,
  emitAgree,
  emitSamples,
  emitReference,
  emitVectors,
  emitJsonSchema,
  emitPython,
  emitPythonClient,
  emitPythonRuntime,
  emitCatalog,
];
