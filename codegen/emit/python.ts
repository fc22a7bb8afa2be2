/** Python: a package for each protocol, of pydantic models and of the JSON Schemas. */
import { formats } from "../../runtime/value/format.js";
import { pythonNames } from "../catalog/naming.js";
import { payloadsOf } from "../catalog/payloads.js";
import { generatedFrom } from "../json/json-file.js";
import { portablePattern } from "../json/portable-pattern.js";
import type { Catalog, GeneratedFile } from "../model.js";
import { declarationsOf } from "../python/declaration.js";
import { importsFor, modelOrigins } from "../python/imports.js";
import { render } from "../python/render.js";
import { typeDocumentation } from "../typescript/documentation.js";
import { emitJsonSchema } from "./json-schema.js";

/** Emits `python/<package>/`: `__init__ models payloads formats` and `json-schema/`. */
export function emitPython(catalog: Catalog): readonly GeneratedFile[] {
  const folder = `python/${pythonNames.package(catalog.name)}`;
  const schemas = emitJsonSchema(catalog).map(({ path, content }) => ({
    path: `${folder}${path.slice(catalog.name.length)}`,
    content,
  }));
  return [
    module(catalog, "package", catalog),
    module(catalog, "models", modelsView(catalog)),
    module(catalog, "payloads", {
      payloads: payloadsOf(catalog).map(({ ref, type }) => ({ ref, type: type.name })),
    }),
    module(catalog, "formats", {
      formats: Object.entries(formats).map(([name, source]) => ({
        name,
        source: portablePattern(source),
        constant: pythonNames.format(name),
      })),
    }),
    ...schemas,
  ];
}

/** A module is called as its template, but for the one that is the package. */
function module(catalog: Catalog, template: string, view: object): GeneratedFile {
  const name = template === "package" ? "__init__" : template;
  const path = `python/${pythonNames.package(catalog.name)}/${name}.py`;
  return { path, content: `${render(template, { header: generatedFrom(catalog), ...view })}\n` };
}

function modelsView(catalog: Catalog): object {
  const declarations = declarationsOf(catalog.types, typeDocumentation(catalog));
  return {
    title: catalog.title,
    imports: importsFor(
      declarations.flatMap(({ names }) => names),
      modelOrigins,
    ),
    declarations: declarations.map(({ isClass, text }, index) => ({
      text,
      isApart: isClass || declarations[index - 1]?.isClass === true,
    })),
  };
}
