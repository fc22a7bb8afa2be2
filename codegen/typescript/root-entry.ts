/** The door of everything that was generated together. */
import { posix } from "node:path";
import { declarationNames } from "../catalog/naming.js";
import type { Catalog, EmitOptions, GeneratedFile } from "../model.js";
import { typescriptFile } from "./file.js";

/**
 * `index.ts` beside the folders of the protocols: the runtime, and of each protocol what is named after it, so that no two
 * clash.
 */
export function rootEntry(catalogs: readonly Catalog[], { runtimeModule }: EmitOptions): GeneratedFile {
  const maps = ["address", "contract", "events", "lifecycle", "state", "streams"] as const;
  const protocols = catalogs.flatMap(({ name, messages }) => [
    {
      moduleSpecifier: `./${name}/client.js`,
      isTypeOnly: true,
      namedExports: maps.map((map) => declarationNames.map(name, map)),
    },
    {
      moduleSpecifier: `./${name}/messages.js`,
      namedExports: [declarationNames.protocol(name), ...configsOf(name, messages)],
    },
  ]);
  return typescriptFile({
    path: "index.ts",
    source: "schema",
    exports: [{ moduleSpecifier: publicModule(runtimeModule) }, ...protocols],
  });
}

function configsOf(protocol: string, messages: Catalog["messages"]): readonly string[] {
  return messages.flatMap((message) =>
    message.kind === "config" ? [declarationNames.config(protocol, message.payload)] : [],
  );
}

/** The runtime's public door, which stands beside the one for generated code, as seen from one folder further up. */
function publicModule(runtimeModule: string): string {
  if (!runtimeModule.startsWith(".")) return runtimeModule.replace(/internal$/u, "runtime");
  const path = posix.join("protocol", runtimeModule).replace(/internal(?=\.[cm]?[jt]s$)/u, "index");
  return path.startsWith(".") ? path : `./${path}`;
}
