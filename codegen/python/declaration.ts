/** Named types as Python declarations: a class for an object, an alias for anything else. */
import type { ObjectShape, Property } from "../../runtime/shape.js";
import type { NamedType } from "../model.js";
import { pythonFieldNames, pythonNames } from "../naming.js";
import { groupTypes, type TypeGroup } from "../type-groups.js";
import { annotated, Annotator, annotationOf, hasFreeFields, isClass } from "./annotation.js";
import { type Docstring, fieldDocstring } from "./documentation.js";
import { call, type Expression, literal, namesIn } from "./expression.js";
import { layOut, print } from "./layout.js";

/** A declaration, by the template that prints it. */
export interface Declaration {
  readonly template: "class" | "alias" | "recursive-alias";
  readonly name: string;
  readonly docstring: Docstring | undefined;
  /** What it uses of other modules. */
  readonly names: readonly string[];
}

interface ClassDeclaration extends Declaration {
  readonly template: "class";
  readonly isClosed: boolean;
  readonly fields: readonly Field[];
}

interface AliasDeclaration extends Declaration {
  readonly template: "alias" | "recursive-alias";
  readonly type: string;
}

/** A field, by the template that prints it. */
interface Field {
  readonly template: "required-field" | "optional-field" | "rest-field";
  readonly name: string;
  readonly type: string;
  readonly docstring: Docstring | undefined;
  readonly names: readonly string[];
}

/** The docstring of a named type. */
export type Document = (type: NamedType) => Docstring | undefined;

/** The declarations of all types, each after those it needs when it is made. Classes look for theirs only when they are used. */
export function declarationsOf(types: readonly NamedType[], document: Document): readonly Declaration[] {
  return groupTypes(types).flatMap((group) => declareGroup(group, document));
}

function declareGroup({ types }: TypeGroup, document: Document): readonly Declaration[] {
  const classes = types.flatMap((type) => (isClass(type.shape) ? declareClass(type, type.shape, document(type)) : []));
  const aliases = groupTypes(types.filter(({ shape }) => !isClass(shape)));
  return [
    ...classes,
    ...aliases.flatMap(({ types, recursive }) => types.flatMap((type) => declareAlias(type, recursive, document(type)))),
  ];
}

function declareAlias(type: NamedType, recursive: boolean, docstring: Docstring | undefined): readonly Declaration[] {
  const { type: annotation, parts } = annotationOf(type.name, type.shape);
  const alias: AliasDeclaration = {
    template: recursive ? "recursive-alias" : "alias",
    name: type.name,
    type: recursive ? print(annotation) : layOut(annotation, { indent: 0, taken: `${type.name}: TypeAlias = `.length }),
    docstring,
    names: [...namesIn(annotation), recursive ? "TypeAliasType" : "TypeAlias"],
  };
  return [...parts.flatMap((part) => declareClass(part, part.shape, fieldDocstring(part.shape))), alias];
}

/** The class of an object, after those of the objects in it. */
function declareClass(
  { name }: Pick<NamedType, "name">,
  shape: ObjectShape,
  docstring: Docstring | undefined,
): readonly Declaration[] {
  const annotator = new Annotator(name);
  const pythonNames = pythonFieldNames(shape.properties.map((property) => property.name));
  const listed = shape.properties.map((property) => fieldOf(property, pythonNames.get(property.name) ?? "", annotator));
  const fields = hasFreeFields(shape) ? [...listed, restOf(shape, annotator)] : listed;
  const declaration: ClassDeclaration = {
    template: "class",
    name,
    isClosed: shape.rest.kind === "refused",
    fields,
    docstring,
    names: ["wire", ...fields.flatMap((field) => field.names)],
  };
  const parts = annotator.parts.flatMap((part) => declareClass(part, part.shape, fieldDocstring(part.shape)));
  return [...parts, declaration];
}

function fieldOf({ name: wireName, required, shape }: Property, pythonName: string, annotator: Annotator): Field {
  const type = required ? annotator.type(shape, [wireName]) : annotator.optionalType(shape, [wireName]);
  const aliased = wireName === pythonName ? type : annotated(type, call("wire.name", [literal(wireName)]));
  const template = required ? "required-field" : "optional-field";
  return { template, name: pythonName, docstring: fieldDocstring(shape), ...laidOut(pythonName, aliased, required ? "" : " = None") };
}

function restOf(shape: ObjectShape, annotator: Annotator): Field {
  const name = pythonNames.rest;
  return { template: "rest-field", name, docstring: undefined, ...laidOut(name, annotator.map(shape, []), " = wire.rest()") };
}

function laidOut(name: string, type: Expression, after: string): Pick<Field, "type" | "names"> {
  const taken = `${name}: ${after}`.length;
  return { type: layOut(type, { indent: 4, taken }), names: namesIn(type) };
}
