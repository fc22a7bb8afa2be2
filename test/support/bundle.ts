/** What a bundler makes of generated code. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** The code of a program that imports from the generated code, with all that it brings along. */
export async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: "generated/kryten", loader: "ts" },
    bundle: true,
    format: "esm",
    minifyWhitespace: true,
    treeShaking: true,
    write: false,
  });
  return outputFiles.map((file) => file.text).join("");
}

/** How large the validator of each event is, bundled alone and compressed, in bytes. */
export async function validatorSizes(): Promise<readonly { readonly name: string; readonly size: number }[]> {
  const validators: Readonly<Record<string, unknown>> = await import("../../generated/kryten/validators.js");
  const names = Object.keys(validators).filter((name) => name.endsWith("Event"));
  const sizeOf = async (name: string) => {
    const code = await bundle(`import { ${name} } from "./validators.js"; console.log(${name});`);
    return { name, size: gzipSync(code).length };
  };
  return Promise.all(names.map(sizeOf));
}
