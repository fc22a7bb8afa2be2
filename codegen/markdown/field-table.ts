/** The fields of a shape as tables: one for the object, and one for each form that a part of it may have. */
import type { ObjectShape, Property, Shape, UnionShape } from "../../runtime/value/shape.js";
import { cell, code, prose } from "./text.js";
import { type TypeLink, typeText } from "./type-text.js";

/** A row: one field, written out from the top (`meta.aliases[].name`). All texts are ready for a cell. */
export interface FieldRow {
  readonly name: string;
  readonly type: string;
  readonly required: string;
  readonly description: string;
}

/** A table, and which form it is about; an empty caption for the object itself. */
export interface FieldTable {
  readonly caption: string;
  readonly rows: readonly FieldRow[];
}

/** The tables of a payload: none when it has no fields. */
export function fieldTables(shape: Shape, target: TypeLink): readonly FieldTable[] {
  return new TableBuilder(target).build(shape);
}

class TableBuilder {
  /** Forms that are still to be written, each with what it is a form of. */
  readonly #forms: { readonly caption: string; readonly path: string; readonly shape: ObjectShape }[] = [];
  readonly #target: TypeLink;

  constructor(target: TypeLink) {
    this.#target = target;
  }

  build(shape: Shape): readonly FieldTable[] {
    const tables: FieldTable[] = [{ caption: "", rows: this.#inside(resolve(shape), "") }];
    // A form may have fields with forms of their own: they are added while this goes on.
    for (const { caption, path, shape } of this.#forms) tables.push({ caption, rows: this.#fields(shape, path) });
    return tables.filter((table) => table.rows.length > 0);
  }

  /** The rows for what is inside a value. Types with a page of their own are not opened again. */
  #inside(shape: Shape, path: string): readonly FieldRow[] {
    switch (shape.kind) {
      case "object":
        return this.#fields(shape, path);
      case "array":
        return this.#inside(path === "" ? resolve(shape.items) : shape.items, `${path}[]`);
      case "union":
        return this.#members(shape, path);
      default:
        return [];
    }
  }

  #fields({ properties, rest }: ObjectShape, path: string): readonly FieldRow[] {
    const prefix = path === "" ? "" : `${path}.`;
    const rows = properties.flatMap((property) => this.#field(property, prefix));
    if (rest.kind === "free") return [...rows, this.#row(`${prefix}*`, { kind: "any" }, "Whatever else there is.")];
    if (rest.kind !== "values") return rows;
    const value = rest.shape;
    const listed = properties.length > 0 || value.description !== undefined;
    const own = listed ? [this.#row(`${prefix}*`, value, value.description ?? "Any other field.")] : [];
    return [...rows, ...own, ...this.#inside(value, `${prefix}*`)];
  }

  #field({ name, required, shape }: Property, prefix: string): readonly FieldRow[] {
    const row = this.#row(prefix + name, shape, describedBy(shape));
    return [{ ...row, required: required ? "yes" : "no" }, ...this.#inside(shape, prefix + name)];
  }

  #row(path: string, shape: Shape, description: string): FieldRow {
    const { default: usual, deprecated } = shape;
    const remarks = [
      description,
      ...(usual === undefined ? [] : [`When absent: ${code(JSON.stringify(usual))}.`]),
      ...(deprecated === undefined ? [] : [`**Deprecated.** ${deprecated}`]),
    ];
    return {
      name: cell(code(path)),
      type: cell(typeText(shape, this.#target)),
      required: "",
      description: cell(prose(remarks.filter((text) => text !== "").join(" "))),
    };
  }

  #members({ members, discriminator }: UnionShape, path: string): readonly FieldRow[] {
    const objects = members.filter((member) => member.kind === "object");
    const [only, ...more] = objects;
    if (only !== undefined && more.length === 0) return this.#inside(only, path);
    for (const [index, shape] of objects.entries()) {
      const form = formName(shape, discriminator) ?? `Form ${index + 1}`;
      const what = path === "" ? form : `${code(path)}: ${form}`;
      this.#forms.push({ caption: `${what}. ${prose(shape.description ?? "")}`.trim(), path, shape });
    }
    const others = members.filter((member) => member.kind === "array");
    return others.flatMap((member) => this.#inside(member, path));
  }
}

function resolve(shape: Shape): Shape {
  return shape.kind === "reference" ? resolve(shape.target()) : shape;
}

function formName({ properties }: ObjectShape, discriminator: string | undefined): string | undefined {
  const field = properties.find((property) => property.name === discriminator);
  if (field === undefined) return undefined;
  return `${code(field.name)} is ${typeText(field.shape, () => undefined)}`;
}

/** A field's own words, or else those of what it refers to or holds. */
function describedBy(shape: Shape): string {
  if (shape.description !== undefined) return shape.description;
  if (shape.kind === "reference") return describedBy(shape.target());
  return shape.kind === "array" ? describedBy(shape.items) : "";
}
