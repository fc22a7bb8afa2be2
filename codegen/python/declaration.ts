/** Named types as Python declarations: a class for an object, an alias for anything else. */
import type { ObjectShape, Property, Shape } from "../../runtime/value/shape.js";
import { pythonFieldNames, pythonNames } from "../catalog/naming.js";
import { partsOf } from "../catalog/shape-parts.js";
import { groupTypes } from "../catalog/type-groups.js";
import { typeIdentity } from "../catalog/type-identity.js";
import { remembered } from "../memory.js";
import type { NamedType } from "../model.js";
import type { Documentation } from "../typescript/documentation.js";
import { Annotator, annotated, hasFreeFields, isClass, type Part } from "./annotation.js";
import { type Docstring, docstring, fieldDocstring, partDocstring } from "./documentation.js";
import { call, type Expression, literal, namesIn } from "./expression.js";
import { layOut, lineLength, print } from "./layout.js";
import { render } from "./render.js";

/** A declaration. */
export interface Declaration {
  readonly isClass: boolean;
  readonly text: string;
  /** What it uses of other modules. */
  readonly names: readonly string[];
}

/** A field, by the template that prints it. */
interface Field {
  readonly template: "required-field" | "optional-field" | "crowded-field" | "rest-field";
  readonly name: string;
  readonly type: string;
  readonly docstring: Docstring | undefined;
  readonly names: readonly string[];
}

/** How many columns a field is indented. */
const indent = 4;

/** What a named type's docstring says. */
export type Document = (type: NamedType) => Documentation;

/** The declarations of all types, each after those it needs when it is made. Classes look for theirs only when they are used. */
export function declarationsOf(types: readonly NamedType[], document: Document): readonly Declaration[] {
  return groupTypes(types).flatMap(({ types }) => {
    const classes = types.filter(({ shape }) => isClass(shape)).map((type) => ({ type, isRecursive: false }));
    const aliases = types.filter(({ shape }) => !isClass(shape));
    return [...classes, ...inOrder(aliases)].flatMap(({ type, isRecursive }) => {
      const documentation = document(type);
      return remembered("python type", [typeIdentity(type), JSON.stringify(documentation), isRecursive], () =>
        declare(type, docstring(documentation), isRecursive ? "recursive-alias" : "alias"),
      );
    });
  });
}

/** The declarations of a type: its own, after those of the objects in it. */
function declare(
  { name, shape }: NamedType,
  docstring: Docstring | undefined,
  alias: "alias" | "recursive-alias",
): readonly Declaration[] {
  return isClass(shape) ? declareClass({ name, shape }, docstring) : declareAlias({ name, shape }, docstring, alias);
}

/** Aliases, each after those that it is made of. What stands in a class is looked for later. */
function inOrder(
  aliases: readonly NamedType[],
): readonly { readonly type: NamedType; readonly isRecursive: boolean }[] {
  const types = new Map(aliases.map((type) => [type.name, type]));
  const groups = groupTypes(aliases.map((type) => ({ ...type, shape: withoutClasses(type.shape) })));
  return groups.flatMap((group) =>
    group.types.flatMap(({ name }) => {
      const type = types.get(name);
      return type === undefined ? [] : [{ type, isRecursive: group.recursive }];
    }),
  );
}

function withoutClasses(shape: Shape): Shape {
  if (isClass(shape)) return { kind: "any" };
  if (shape.kind === "reference") return shape;
  return { kind: "union", members: partsOf(shape).map(withoutClasses) };
}

function declareAlias(
  { name, shape }: Pick<NamedType, "name" | "shape">,
  docstring: Docstring | undefined,
  template: "alias" | "recursive-alias",
): readonly Declaration[] {
  const annotator = new Annotator(name);
  const annotation = annotator.type(shape, []);
  const isRecursive = template === "recursive-alias";
  const type = isRecursive
    ? print(annotation)
    : layOut(annotation, { indent: 0, taken: `${name}: TypeAlias = `.length });
  const alias: Declaration = {
    isClass: false,
    text: render(template, { name, type, docstring }),
    names: [...namesIn(annotation), isRecursive ? "TypeAliasType" : "TypeAlias"],
  };
  return [...declareParts(annotator), alias];
}

/** The class of an object, after those of the objects in it. */
function declareClass({ name, shape }: Part, docstring: Docstring | undefined): readonly Declaration[] {
  const annotator = new Annotator(name);
  const pythonNames = pythonFieldNames(shape.properties.map((property) => property.name));
  const listed = shape.properties.map((property) => fieldOf(property, pythonNames.get(property.name) ?? "", annotator));
  const fields = hasFreeFields(shape) ? [...listed, restOf(shape, annotator)] : listed;
  const declaration: Declaration = {
    isClass: true,
    text: render("class", { name, isClosed: shape.rest.kind === "refused", fields, docstring }),
    names: ["wire", ...fields.flatMap((field) => field.names)],
  };
  return [...declareParts(annotator), declaration];
}

function declareParts({ typeName, parts }: Annotator): readonly Declaration[] {
  return parts.flatMap((part) => declareClass(part, partDocstring(typeName, part.shape)));
}

function fieldOf({ name: wireName, required, shape }: Property, pythonName: string, annotator: Annotator): Field {
  const plain = required ? annotator.type(shape, [wireName]) : annotator.optionalType(shape, [wireName]);
  const type = wireName === pythonName ? plain : annotated(plain, call("wire.name", [literal(wireName)]));
  const docstring = fieldDocstring(shape);
  if (required) return { template: "required-field", docstring, ...typed(pythonName, type, "") };
  if (isCrowded(pythonName, type)) return { template: "crowded-field", docstring, ...typed(pythonName, type, " = (") };
  return { template: "optional-field", docstring, ...typed(pythonName, type, " = None") };
}

function restOf(shape: ObjectShape, annotator: Annotator): Field {
  const type = annotator.map(shape, []);
  return { template: "rest-field", docstring: undefined, ...typed(pythonNames.rest, type, " = wire.rest()") };
}

function typed(name: string, type: Expression, after: string): Pick<Field, "name" | "type" | "names"> {
  const taken = `${name}: ${after}`.length;
  return { name, type: layOut(type, { indent, taken }), names: namesIn(type) };
}

/** Whether formatters break behind the type: it fits on the line, and its default does not. */
function isCrowded(name: string, type: Expression): boolean {
  const left = lineLength - indent - `${name}: ${print(type)}`.length;
  const breaksBefore = type.template === "subscript" && type.items.length > 1;
  return !breaksBefore && left < " = None".length && left >= " = (".length;
}
