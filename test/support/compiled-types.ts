/** Named types as generated code, compiled in memory. */
import { transformSync } from "esbuild";

import { emitShapes } from "../../codegen/emit/shapes.js";
import { emitValidators } from "../../codegen/emit/validators.js";
import type { Emitter, NamedType } from "../../codegen/model.js";
import * as internal from "../../runtime/internal.js";
import type { Check, Shape } from "../../runtime/value/shape.js";
import { catalogOf } from "./catalog.js";

/** What was generated for one type. */
export interface CompiledType {
  readonly name: string;
  readonly check: Check<unknown>;
  readonly shape: Shape;
}

const runtimeModule = "kryten-sdk/internal";

/** Validators and shapes of all types. */
export async function compileTypes(types: readonly NamedType[]): Promise<readonly CompiledType[]> {
  const validators = await exportsOf(emitValidators, types);
  const shapes = await exportsOf(emitShapes, types);
  return types.map(({ name }) => ({
    name,
    check: validators[`is${name}`] as Check<unknown>,
    shape: shapes[`${name}Shape`] as Shape,
  }));
}

async function exportsOf(emit: Emitter, types: readonly NamedType[]): Promise<Readonly<Record<string, unknown>>> {
  const [file] = await emit(catalogOf(types), { runtimeModule });
  const { code } = transformSync(file?.content ?? "", { loader: "ts", format: "cjs" });
  const module = { exports: {} as Record<string, unknown> };
  new Function("require", "module", code)(() => internal, module);
  return module.exports;
}
