/** The import and export declarations of generated files. ts-morph writes them, and is only loaded for those not written before. */
import { createRequire } from "node:module";
import type { CodeBlockWriter, Project } from "ts-morph";

import { remembered } from "../memory.js";
import { flow, print } from "./code.js";

/** One import declaration: of everything under one name, or of some names. */
export type Import = {
  readonly moduleSpecifier: string;
  readonly isTypeOnly: boolean;
} & ({ readonly namespaceImport: string } | { readonly namedImports: readonly string[] });

/** One export declaration: of everything that another module exports, or of some names. */
export type Export = {
  readonly moduleSpecifier: string;
  readonly isTypeOnly?: boolean;
  readonly namedExports?: readonly string[];
};

/** Everything that a module exports, under one name: no type of a schema can then clash with another name. */
export function namespace(name: string, module: string): Import {
  return { moduleSpecifier: module, isTypeOnly: false, namespaceImport: name };
}

/** The same, for types. */
export function typeNamespace(name: string, module: string): Import {
  return { ...namespace(name, module), isTypeOnly: true };
}

/** Some of what a module exports: values, and types beside them. */
export function named(values: readonly string[], module: string, types: readonly string[] = []): Import {
  if (values.length === 0 && types.length > 0) return typesNamed(types, module);
  const namedImports = [...[...values].sort(), ...[...types].sort().map((name) => `type ${name}`)];
  return { moduleSpecifier: module, isTypeOnly: false, namedImports };
}

/** Types that a module exports. */
export function typesNamed(types: readonly string[], module: string): Import {
  return { moduleSpecifier: module, isTypeOnly: true, namedImports: [...types].sort() };
}

/** The declarations as text. An import of no names is left out. */
export function modulesText(imports: readonly Import[], exports: readonly Export[]): string {
  const used = imports.filter((declaration) => !("namedImports" in declaration) || declaration.namedImports.length > 0);
  return remembered("modules", JSON.stringify([used, exports]), () => write(used, exports));
}

let project: Project | undefined;

function write(imports: readonly Import[], exports: readonly Export[]): string {
  project ??= makeProject();
  const file = project.createSourceFile("modules.ts", "", { overwrite: true });
  file.addImportDeclarations(
    imports.map((declaration) =>
      "namedImports" in declaration
        ? { ...declaration, namedImports: fitted(declaration.namedImports) }
        : { ...declaration },
    ),
  );
  file.addExportDeclarations(
    exports.map(({ namedExports = [], ...rest }) => ({ ...rest, namedExports: [...namedExports] })),
  );
  return file.getFullText().trimEnd();
}

function makeProject(): Project {
  const { IndentationText, Project } = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
  return new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
}

/** Longer lists of names are broken, so that with the words around them they stay within 120 columns. */
const longestList = 60;

function fitted(names: readonly string[]): string[] | ((writer: CodeBlockWriter) => void) {
  if (names.join(", ").length <= longestList) return [...names];
  return (writer) =>
    writer
      .newLine()
      .write(`${print(flow(names))},`)
      .newLine();
}
