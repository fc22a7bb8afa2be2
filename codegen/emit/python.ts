/** Python: a package for each protocol, of pydantic models and of the JSON Schemas. */
import { formats } from "../../runtime/format.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { pythonNames } from "../naming.js";
import { payloadsOf } from "../payloads.js";
import { portablePattern } from "../portable-pattern.js";
import { type Declaration, declarationsOf } from "../python/declaration.js";
import { typeDocstrings } from "../python/documentation.js";
import { render } from "../python/render.js";
import { emitJsonSchema } from "./json-schema.js";
import { generatedFrom } from "./json-file.js";

/** Emits `python/<package>/`: `__init__ models payloads formats` and `json-schema/`. */
export function emitPython(catalog: Catalog): readonly GeneratedFile[] {
  const folder = `python/${pythonNames.package(catalog.name)}`;
  const schemas = emitJsonSchema(catalog).map(({ path, content }) => ({
    path: `${folder}${path.slice(catalog.name.length)}`,
    content,
  }));
  return [
    module(catalog, "__init__", "package", catalog),
    module(catalog, "models", "models", modelsView(catalog)),
    module(catalog, "payloads", "payloads", { payloads: payloadsOf(catalog).map(({ ref, type }) => ({ ref, type: type.name })) }),
    module(catalog, "formats", "formats", { formats: Object.entries(formats).map(([name, source]) => ({ name, source: portablePattern(source), constant: pythonNames.format(name) })) }),
    ...schemas,
  ];
}

function module(catalog: Catalog, name: string, template: string, view: object): GeneratedFile {
  const path = `python/${pythonNames.package(catalog.name)}/${name}.py`;
  return { path, content: `${render(template, { header: generatedFrom(catalog), ...view })}\n` };
}

function modelsView(catalog: Catalog): object {
  const declarations = declarationsOf(catalog.types, typeDocstrings(catalog));
  return { title: catalog.title, imports: importsOf(declarations), declarations };
}

/** Where names come from that may be used, in the order in which modules are imported. */
const origins: readonly (readonly { readonly from: string; readonly names: readonly string[] }[])[] = [
  [{ from: "typing", names: ["Annotated", "Any", "Literal", "TypeAlias"] }],
  [{ from: "typing_extensions", names: ["TypeAliasType"] }],
  [
    { from: ".", names: ["formats"] },
    { from: ".runtime", names: ["wire"] },
  ],
];

/** The imports that declarations need, by section. */
function importsOf(declarations: readonly Declaration[]) {
  const used = new Set(declarations.flatMap(({ names }) => names.map((name) => name.split(".")[0])));
  return origins
    .map((section) =>
      section.flatMap(({ from, names }) => {
        const [first, ...rest] = names.filter((name) => used.has(name));
        return first === undefined ? [] : [{ from, first, rest }];
      }),
    )
    .filter((section) => section.length > 0);
}
